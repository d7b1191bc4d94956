#include "feed/json_text.h"

#include <array>
#include <charconv>
#include <cmath>

namespace tributary::feed {
namespace {

constexpr std::string_view hexadecimal = "0123456789abcdef";

/// Which bytes need a look: controls, the quote, the backslash, and the first of U+2028.
constexpr std::array<bool, 256> special_bytes() {
    std::array<bool, 256> table{};
    for (std::size_t c = 0; c < 0x20; ++c) table[c] = true;
    table['"'] = table['\\'] = table[0xE2] = true;
    return table;
}

void append_escape(std::string& out, char c) {
    switch (c) {
        case '"':
            out += "\\\"";
            return;
        case '\\':
            out += "\\\\";
            return;
        case '\n':
            out += "\\n";
            return;
        case '\r':
            out += "\\r";
            return;
        case '\t':
            out += "\\t";
            return;
        default:
            break;
    }
    out += "\\u00";
    out += hexadecimal[static_cast<unsigned char>(c) >> 4];
    out += hexadecimal[static_cast<unsigned char>(c) & 0xF];
}

}  // namespace

void append_quoted(std::string& out, std::string_view text) {
    static constexpr auto is_special = special_bytes();
    out += '"';
    std::size_t copied = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (!is_special[static_cast<unsigned char>(text[at])]) continue;
        const std::string_view rest = text.substr(at);
        const bool is_separator =
            rest.starts_with("\xE2\x80\xA8") || rest.starts_with("\xE2\x80\xA9");
        if (text[at] == '\xE2' && !is_separator) continue;
        out.append(text, copied, at - copied);
        if (is_separator) {
            out += rest[2] == '\xA8' ? "\\u2028" : "\\u2029";
            at += 2;
        } else {
            append_escape(out, text[at]);
        }
        copied = at + 1;
    }
    out.append(text, copied).append("\"");
}

void append_number(std::string& out, std::int64_t number) {
    std::array<char, 24> buffer;
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number).ptr;
    out.append(buffer.data(), end);
}

void append_number(std::string& out, double number) {
    if (!std::isfinite(number)) {
        out += "null";
        return;
    }
    std::array<char, 32> buffer;
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number).ptr;
    out.append(buffer.data(), end);
}

}  // namespace tributary::feed
