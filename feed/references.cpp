#include "feed/references.h"

#include "base/text.h"
#include "feed/entities.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace tributary::feed {
namespace {

/// What pages mean by &#128; to &#159; (WHATWG HTML 13.2.5.80); the five gaps stay as they are.
constexpr std::array<char16_t, 32> windows_1252 = {
    0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x8D,   0x017D, 0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_alphanumeric(char c) {
    const char lower = ascii_lower(c);
    return is_digit(c) || (lower >= 'a' && lower <= 'z');
}

/// -1 if `c` is no digit of that base.
int digit_value(char c, int base) {
    if (is_digit(c)) return c - '0';
    const char lower = ascii_lower(c);
    return base == 16 && lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// The character meant by a numeric reference, as far as XML 1.0 can carry it.
char32_t mended_code_point(char32_t code) {
    constexpr char32_t replacement = 0xFFFD;
    if (code >= 0x80 && code < 0xA0) return windows_1252[code - 0x80];
    if (code < ' ' && code != '\t' && code != '\n' && code != '\r') return replacement;
    return code == 0xFFFE || code == 0xFFFF ? replacement : code;
}

std::size_t decode_number(std::string& out, std::string_view text) {
    const bool is_hexadecimal = text.size() > 2 && ascii_lower(text[2]) == 'x';
    const int base = is_hexadecimal ? 16 : 10;
    const std::size_t start = is_hexadecimal ? 3 : 2;
    constexpr std::uint32_t beyond = 0x110000;
    std::uint32_t code = 0;
    std::size_t end = start;
    for (; end < text.size(); ++end) {
        const int digit = digit_value(text[end], base);
        if (digit < 0) break;
        code = std::min(code * static_cast<std::uint32_t>(base) + static_cast<std::uint32_t>(digit),
                        beyond);
    }
    if (end == start) return 0;
    append_utf8(out, mended_code_point(code));
    return end < text.size() && text[end] == ';' ? end + 1 : end;
}

/// "&copy 2026", "&notanentity": the longest old name that the letters start with.
std::size_t decode_bare_name(std::string& out, std::string_view text, std::size_t letters,
                             ReferenceIn place) {
    for (std::size_t size = std::min(letters, longest_bare_entity_name); size >= 2; --size) {
        const Entity entity = find_entity(text.substr(1, size));
        if (!entity.without_semicolon) continue;
        const char next = size + 1 < text.size() ? text[size + 1] : ' ';
        // In an attribute "?a=1&copy=2" is a query.
        if (place == ReferenceIn::attribute && (next == '=' || is_alphanumeric(next))) return 0;
        out += entity.value;
        return size + 1;
    }
    return 0;
}

std::size_t decode_name(std::string& out, std::string_view text, ReferenceIn place) {
    const std::string_view window = text.substr(1, longest_entity_name);
    const auto end = std::ranges::find_if_not(window, is_alphanumeric);
    const auto letters = static_cast<std::size_t>(end - window.begin());
    if (letters + 1 < text.size() && text[letters + 1] == ';') {
        const Entity entity = find_entity(text.substr(1, letters));
        out += entity.value;
        if (!entity.value.empty()) return letters + 2;
    }
    return decode_bare_name(out, text, letters, place);
}

}  // namespace

std::size_t decode_reference(std::string& out, std::string_view text, ReferenceIn place) {
    if (text.size() > 1 && text[1] == '#') return decode_number(out, text);
    return decode_name(out, text, place);
}

void append_decoded(std::string& out, std::string_view text, ReferenceIn place) {
    while (true) {
        const std::size_t ampersand = std::min(text.find('&'), text.size());
        out += text.substr(0, ampersand);
        text.remove_prefix(ampersand);
        if (text.empty()) return;
        const std::size_t size = decode_reference(out, text, place);
        if (size == 0) out += '&';
        text.remove_prefix(std::max<std::size_t>(size, 1));
    }
}

}  // namespace tributary::feed
