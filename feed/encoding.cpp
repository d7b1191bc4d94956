#include "feed/encoding.h"

#include "base/text.h"
#include "feed/characters.h"
#include "feed/charset.h"
#include "feed/charset_guess.h"

#include <iconv.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <utility>

namespace tributary::feed {
namespace {

using Kind = Charset::Kind;

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::string_view replacement = "\xEF\xBF\xBD";

// WHATWG windows-1252, 0x80 to 0x9F; the five undefined bytes are the C1 controls of their value.
constexpr std::array<char16_t, 32> windows_1252_high{
    0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x008D, 0x017D, 0x008F, 0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178};

/// The charset told by the first bytes: a byte order mark, or where UTF-16 and UTF-32 have zeros
/// around the ASCII that every XML and JSON document begins with.
const Charset* charset_of_first_bytes(std::string_view bytes) {
    const auto is = [&](std::string_view mark) { return bytes.starts_with(mark); };
    if (is(byte_order_mark)) return charset_of("utf-8");
    if (is({"\xFF\xFE\0\0", 4})) return charset_of("utf-32le");
    if (is({"\0\0\xFE\xFF", 4})) return charset_of("utf-32be");
    if (is("\xFF\xFE")) return charset_of("utf-16le");
    if (is("\xFE\xFF")) return charset_of("utf-16be");
    if (bytes.size() < 4) return nullptr;
    std::string zeros;
    for (const char c : bytes.substr(0, 4)) zeros += c == '\0' ? '0' : 'x';
    if (zeros == "x000") return charset_of("utf-32le");
    if (zeros == "000x") return charset_of("utf-32be");
    if (zeros == "x0x0") return charset_of("utf-16le");
    if (zeros == "0x0x") return charset_of("utf-16be");
    return nullptr;
}

std::string_view unquoted(std::string_view text) {
    text = trim(text);
    const auto is_quote = [](char c) { return c == '"' || c == '\''; };
    while (!text.empty() && is_quote(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_quote(text.back())) text.remove_suffix(1);
    return trim(text);
}

/// The charset parameter of a Content-Type (RFC 9110 8.3), as sloppily as it is written.
std::string_view label_of_header(std::string_view content_type) {
    for (const std::string_view parameter : split(content_type, ';')) {
        const std::size_t equals = parameter.find('=');
        if (equals == std::string_view::npos) continue;
        if (equals_ignoring_case(trim(parameter.substr(0, equals)), "charset"))
            return unquoted(parameter.substr(equals + 1));
    }
    return {};
}

/// The encoding that the XML declaration names (XML 1.0 4.3.3); text before it is forgiven.
std::string_view label_of_declaration(std::string_view bytes) {
    const std::string_view head = bytes.substr(0, 1024);
    const std::size_t start = head.find("<?xml ");
    if (start == std::string_view::npos) return {};
    const std::string_view declaration =
        head.substr(start, std::min(head.find('>', start), head.size()) - start);
    const std::size_t name = declaration.find("encoding");
    if (name == std::string_view::npos) return {};
    const std::string_view value = trim(declaration.substr(name + 8));
    if (!value.starts_with('=')) return {};
    const std::string_view rest = trim(value.substr(1));
    const bool is_quoted = rest.starts_with('"') || rest.starts_with('\'');
    if (!is_quoted) return rest.substr(0, rest.find_first_of(" \t\r\n?"));
    return rest.substr(1, std::min(rest.find(rest[0], 1), rest.size()) - 1);
}

struct CloseConverter {
    using pointer = iconv_t;
    void operator()(iconv_t converter) const { iconv_close(converter); }
};

struct Conversion {
    std::string text;
    std::size_t faults = 0;  // how many times bytes meant nothing
};

Conversion from_windows_1252(std::string_view bytes) {
    Conversion out;
    out.text.reserve(bytes.size() + bytes.size() / 8);
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x80) {
            out.text += c;
        } else {
            append_utf8(out.text, byte < 0xA0 ? windows_1252_high[byte - 0x80] : byte);
        }
    }
    return out;
}

/// How far to go past bytes that mean nothing: one code unit.
std::size_t unit_of(const Charset& charset) {
    return charset.kind == Kind::utf16 ? 2 : charset.kind == Kind::utf32 ? 4 : 1;
}

/// Nothing if this system has no such converter.
std::optional<Conversion> convert(std::string_view bytes, const Charset& charset) {
    if (charset.kind == Kind::windows_1252) return from_windows_1252(bytes);
    const iconv_t opened = iconv_open("UTF-8", charset.iconv_name);
    // iconv tells failure by a pointer of -1.
    if (reinterpret_cast<std::intptr_t>(opened) == -1) return std::nullopt;
    const std::unique_ptr<void, CloseConverter> converter(opened);

    Conversion out;
    std::array<char, 16384> buffer;
    char* in = const_cast<char*>(bytes.data());  // iconv does not write to it
    std::size_t left = bytes.size();
    while (left > 0) {
        char* to = buffer.data();
        std::size_t room = buffer.size();
        const std::size_t result = iconv(converter.get(), &in, &left, &to, &room);
        const int error = errno;
        out.text.append(buffer.data(), to);
        if (result != static_cast<std::size_t>(-1) || error == E2BIG) continue;
        const std::size_t skipped = std::min(unit_of(charset), left);
        out.text += replacement;
        ++out.faults;
        in += skipped;
        left -= skipped;
    }
    return out;
}

/// Whether text that is not quite UTF-8 is meant as it: most of what is not ASCII is well-formed.
bool is_mostly_utf8(std::string_view bytes) {
    std::size_t good = 0, bad = 0;
    const std::string repaired = to_valid_utf8(bytes);
    for (const char c : bytes) good += (static_cast<unsigned char>(c) & 0xC0) == 0xC0;
    for (std::size_t at = repaired.find(replacement); at != std::string::npos;
         at = repaired.find(replacement, at + replacement.size()))
        ++bad;
    return good > bad * 2;
}

bool is_control(char c) {
    return static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r';
}

void drop_noncharacters(std::string& text) {
    const auto find = [&](std::size_t from) {
        std::size_t at = text.find("\xEF\xBF", from);
        while (at != std::string::npos && static_cast<unsigned char>(text[at + 2]) < 0xBE)
            at = text.find("\xEF\xBF", at + 3);
        return at;
    };
    std::size_t next = find(0);
    if (next == std::string::npos) return;
    std::string kept;
    std::size_t copied = 0;
    for (; next != std::string::npos; next = find(copied)) {
        kept.append(text, copied, next - copied);
        copied = next + 3;
    }
    text = kept.append(text, copied);
}

/// C1 controls mean nothing in text: they are windows-1252 that somebody took for ISO-8859-1, as
/// browsers know of character references (HTML 13.2.5.80).
bool replace_c1_controls(std::string& text) {
    std::string replaced;
    std::size_t copied = 0;
    for (std::size_t at = text.find('\xC2'); at != std::string::npos;
         at = text.find('\xC2', at + 2)) {
        const auto second = static_cast<unsigned char>(text[at + 1]);
        if (second >= 0xA0 || windows_1252_high[second - 0x80] == second) continue;
        replaced.append(text, copied, at - copied);
        append_utf8(replaced, windows_1252_high[second - 0x80]);
        copied = at + 2;
    }
    if (copied > 0) text = replaced.append(text, copied);
    return copied > 0;
}

/// Drops what XML 1.0 2.2 does not allow: most C0 controls, U+FFFE and U+FFFF; what it discourages,
/// C1 controls, becomes what was meant. Takes UTF-8; false if nothing was to do.
bool mend_characters(std::string& text) {
    const std::size_t size = text.size();
    std::erase_if(text, [](char c) { return is_control(c); });  // in line, once a byte
    drop_noncharacters(text);
    const bool is_smaller = text.size() < size;
    return replace_c1_controls(text) || is_smaller;
}

/// The labels of one document and what became of them.
class Decoder {
  public:
    Decoder(std::string bytes, std::string_view content_type)
        : bytes_(std::move(bytes)), header_label_(label_of_header(content_type)) {}

    std::expected<Decoded, ParseError> decode() {
        if (const Charset* told = charset_of_first_bytes(bytes_)) return decode_as(*told);
        const Charset* header = known(header_label_);
        const Charset* declared = known(label_of_declaration(bytes_));
        const Charset* label = header ? header : declared;
        // A declaration that can be read as ASCII is not in UTF-16, whatever it says.
        const bool is_wide = label && (label->kind == Kind::utf16 || label->kind == Kind::utf32);
        if (is_wide && bytes_.find('\0') == std::string::npos) {
            warn("encoding-mismatch", "labelled " + std::string(label->name) + " but is not");
            label = nullptr;
        }
        const bool may_be_utf8 = !label || label->kind == Kind::utf8;
        if (may_be_utf8) return decode_utf8_or(declared, label != nullptr);
        return decode_labelled(*label);
    }

  private:
    /// What the bytes are; asked first when it matters, and only once.
    const Characters& characters() {
        if (!characters_) characters_ = examine(bytes_);
        return *characters_;
    }

    void warn(std::string code, std::string message) {
        warnings_.push_back({std::move(code), std::move(message)});
    }

    const Charset* known(std::string_view label) {
        if (label.empty()) return nullptr;
        const Charset* charset = charset_of(label);
        if (!charset) warn("encoding-guessed", "unknown charset " + printable(label.substr(0, 40)));
        return charset;
    }

    /// UTF-8 said or supposed; the XML declaration may know better than a wrong header.
    std::expected<Decoded, ParseError> decode_utf8_or(const Charset* declared, bool is_labelled) {
        const Charset& utf8 = *charset_of("utf-8");
        if (characters().are_utf8) return finish_as_they_are(utf8);
        if (is_mostly_utf8(bytes_)) return decode_as(utf8);
        if (declared && declared->is_ascii_compatible() && declared->kind != Kind::utf8) {
            warn("encoding-mismatch", "not UTF-8 as the header says; read as declared");
            return decode_as(*declared);
        }
        const std::string_view guess = guess_charset(bytes_);
        warn(is_labelled ? "encoding-mismatch" : "encoding-guessed",
             "not UTF-8; read as " + std::string(guess));
        return decode_as(*charset_of(guess));
    }

    std::expected<Decoded, ParseError> decode_labelled(const Charset& charset) {
        if (charset.is_ascii_compatible() && is_ascii(bytes_)) return finish_as_they_are(charset);
        // No text in a single-byte charset is UTF-8 by chance; the mistake is everywhere.
        const bool is_single =
            charset.kind == Kind::windows_1252 || charset.kind == Kind::single_byte;
        if (is_single && characters().are_utf8) return finish_as_utf8(charset);
        auto conversion = convert(bytes_, charset);
        if (!conversion) return unsupported(charset);
        if (conversion->faults > 0 && characters().are_utf8) return finish_as_utf8(charset);
        return finish(std::move(*conversion), charset);
    }

    std::expected<Decoded, ParseError> finish_as_utf8(const Charset& label) {
        warn("encoding-mismatch", "labelled " + std::string(label.name) + " but is UTF-8");
        return finish_as_they_are(*charset_of("utf-8"));
    }

    std::expected<Decoded, ParseError> decode_as(const Charset& charset) {
        if (charset.kind != Kind::utf8) {
            auto conversion = convert(bytes_, charset);
            if (!conversion) return unsupported(charset);
            return finish(std::move(*conversion), charset);
        }
        if (characters().are_utf8) return finish_as_they_are(charset);
        return finish(Conversion{.text = to_valid_utf8(bytes_), .faults = 1}, charset);
    }

    Decoded finish(Conversion conversion, const Charset& charset) {
        if (conversion.faults > 0)
            warn("encoding-mismatch", "bytes that are no " + std::string(charset.name));
        const bool are_xml = examine(conversion.text).are_xml;
        return finish(std::move(conversion.text), are_xml, charset);
    }

    Decoded finish_as_they_are(const Charset& charset) {
        const bool are_xml = characters().are_xml;
        return finish(std::move(bytes_), are_xml, charset);
    }

    Decoded finish(std::string text, bool are_xml, const Charset& charset) {
        if (!are_xml && mend_characters(text))
            warn("invalid-char", "control characters were dropped or read as windows-1252");
        std::size_t marks = 0;
        while (std::string_view(text).substr(marks).starts_with(byte_order_mark))
            marks += byte_order_mark.size();
        text.erase(0, marks);
        return {.text = std::move(text),
                .encoding = std::string(charset.name),
                .warnings = std::move(warnings_)};
    }

    static std::expected<Decoded, ParseError> unsupported(const Charset& charset) {
        return std::unexpected(
            ParseError{.code = ParseError::Code::encoding,
                       .message = "this system cannot decode " + std::string(charset.name)});
    }

    std::string bytes_;
    std::optional<Characters> characters_;
    std::string_view header_label_;
    std::vector<Warning> warnings_;
};

}  // namespace

std::expected<Decoded, ParseError> to_utf8(std::string bytes, std::string_view content_type) {
    return Decoder(std::move(bytes), content_type).decode();
}

}  // namespace tributary::feed
