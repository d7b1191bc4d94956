#include "feed/html_output.h"

#include "base/text.h"
#include "feed/references.h"

#include <algorithm>
#include <array>

namespace tributary::feed {
namespace {

using ByteSet = std::array<bool, 256>;

/// The bytes of text that need a look; 0xEF begins U+FFFE and U+FFFF, which XML cannot carry.
constexpr bool needs_look(unsigned char c) {
    return ((c < ' ') & (c != '\t') & (c != '\n')) | (c == '&') | (c == '<') | (c == '>') |
           (c == 0xEF);
}

/// Those, and some more.
constexpr ByteSet bytes_to_mend(std::string_view escaped) {
    ByteSet set{};
    for (std::size_t byte = 0; byte < set.size(); ++byte)
        set[byte] = needs_look(static_cast<unsigned char>(byte));
    for (const char c : escaped) set[static_cast<unsigned char>(c)] = true;
    return set;
}

constexpr ByteSet mend_in_text = bytes_to_mend("");
constexpr ByteSet mend_in_attribute = bytes_to_mend("\"'`");

/// What stands for the byte or character at the start of `text`, and how many bytes it replaces.
struct Replacement {
    std::string_view text;
    std::size_t size = 1;
};

Replacement replacement_of(std::string_view text) {
    constexpr std::string_view unknown = "\uFFFD";
    switch (text.front()) {
        case '&':
            return {"&amp;"};
        case '<':
            return {"&lt;"};
        case '>':
            return {"&gt;"};
        case '"':
            return {"&quot;"};
        case '\'':
            return {"&#39;"};
        case '`':
            return {"&#96;"};
        case '\f':
            return {" "};
        case '\r':
            return {"\n", text.starts_with("\r\n") ? 2u : 1u};
        case '\xEF':
            if (text.starts_with("\xEF\xBF\xBE") || text.starts_with("\xEF\xBF\xBF")) {
                return {unknown, 3};
            }
            return {text.substr(0, 3), 3};
        default:
            return {unknown};
    }
}

/// How many bytes at the start of `text` need no look; whole blocks only, so that the compiler
/// makes vectors of them.
std::size_t plain_blocks(std::string_view text) {
    constexpr std::size_t block_size = 16;
    const auto is_plain = [&](std::size_t block) {
        unsigned char found = 0;
        for (std::size_t i = 0; i < block_size; ++i)
            found |= needs_look(static_cast<unsigned char>(text[block + i]));
        return found == 0;
    };
    std::size_t at = 0;
    while (at + block_size <= text.size() && is_plain(at)) at += block_size;
    return at;
}

/// Moves what needs no mending from `text` to `out`; the first bytes are known to need none.
void append_plain(std::string& out, std::string_view& text, const ByteSet& to_mend,
                  std::size_t known = 0) {
    const auto needs_mending = [&](char c) { return to_mend[static_cast<unsigned char>(c)]; };
    const auto end = std::ranges::find_if(text.substr(known), needs_mending);
    out.append(text.begin(), end);
    text.remove_prefix(static_cast<std::size_t>(end - text.begin()));
}

void append_mended(std::string& out, std::string_view text, const ByteSet& to_mend) {
    while (true) {
        append_plain(out, text, to_mend);
        if (text.empty()) return;
        const Replacement replacement = replacement_of(text);
        out += replacement.text;
        text.remove_prefix(std::min(replacement.size, text.size()));
    }
}

}  // namespace

void append_html_text(std::string& out, std::string_view raw) {
    std::string decoded;
    while (true) {
        append_plain(out, raw, mend_in_text, plain_blocks(raw));
        if (raw.empty()) return;
        if (raw.front() == '&') {
            decoded.clear();
            if (const std::size_t size = decode_reference(decoded, raw, ReferenceIn::text)) {
                append_mended(out, decoded, mend_in_text);
                raw.remove_prefix(size);
                continue;
            }
        }
        const Replacement replacement = replacement_of(raw);
        out += replacement.text;
        raw.remove_prefix(std::min(replacement.size, raw.size()));
    }
}

void append_html_attribute(std::string& out, std::string_view name, std::string_view value) {
    out += ' ';
    out += name;
    out += "=\"";
    append_mended(out, value, mend_in_attribute);
    out += '"';
}

}  // namespace tributary::feed
