#include "feed/xml_text.h"

#include "base/text.h"
#include "feed/html.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <optional>

namespace tributary::feed::xml {
namespace {

constexpr std::size_t longest_name = 40;

/// The name between & and ; at the start of `text`; empty if it is no reference.
std::string_view name_of_reference(std::string_view text) {
    const std::string_view rest = text.substr(1, longest_name);
    const std::size_t end = rest.find_first_of(";&<> \t\r\n\"'");
    if (end == std::string_view::npos || rest[end] != ';') return {};
    return rest.substr(0, end);
}

struct Predefined {
    char character = '\0';
    std::size_t length = 0;  // of the reference; 0: none
};

/// Of a size that the compiler knows: one or two comparisons, no call.
template <std::size_t size>
bool leads(std::string_view text, const char (&start)[size]) {
    return text.size() >= size - 1 && std::memcmp(text.data(), start, size - 1) == 0;
}

/// One of the five references that XML defines, at the start of `text`. Escaped HTML holds one in
/// every few bytes.
Predefined predefined_at(std::string_view text) {
    if (leads(text, "&lt;")) return {'<', 4};
    if (leads(text, "&gt;")) return {'>', 4};
    if (leads(text, "&amp;")) return {'&', 5};
    if (leads(text, "&quot;")) return {'"', 6};
    if (leads(text, "&apos;")) return {'\'', 6};
    return {};
}

/// The character of a number ("#38", "#x26"), if XML has it and means it: nothing for controls.
std::optional<char32_t> character_of(std::string_view number) {
    number.remove_prefix(1);
    const bool is_hexadecimal = number.starts_with('x');
    if (is_hexadecimal) number.remove_prefix(1);
    std::uint32_t c = 0;
    const char* const end = number.data() + number.size();
    const auto [stopped, error] = std::from_chars(number.data(), end, c, is_hexadecimal ? 16 : 10);
    if (number.empty() || stopped != end || error != std::errc{}) return std::nullopt;
    const bool is_good = c < 0x20
                             ? c == '\t' || c == '\n' || c == '\r'
                             : c < 0x7F || (c >= 0xA0 && c < 0xD800) ||
                                   (c >= 0xE000 && c < 0xFFFE) || (c >= 0x10000 && c <= 0x10FFFF);
    if (!is_good) return std::nullopt;
    return c;
}

/// Appends what a reference stands for that XML does not know; false if it means nothing.
bool append_meaning(std::string& out, std::string_view name) {
    if (!name.starts_with('#')) {
        const std::string_view characters = named_entity(name);
        out += characters;
        return !characters.empty();
    }
    const std::string character = decode_entities("&" + std::string(name) + ";");
    const bool is_markup = character.starts_with('<') || character.starts_with('&');
    if (!is_markup) out += character;
    return !is_markup;
}

/// Appends the reference at the start of `text`; answers its length, 0 if it is none.
std::size_t append_reference(std::string& out, std::string_view text, Warnings& warnings) {
    if (const Predefined predefined = predefined_at(text); predefined.length > 0) {
        out += predefined.character;
        return predefined.length;
    }
    const std::string_view name = name_of_reference(text);
    const auto character = name.starts_with('#') ? character_of(name) : std::nullopt;
    if (character) {
        append_utf8(out, *character);
        return name.size() + 2;
    }
    warn_of_reference(name, warnings);
    return append_meaning(out, name) ? name.size() + 2 : 0;
}

}  // namespace

void append_text(std::string& out, std::string_view text, Warnings& warnings) {
    out.reserve(out.size() + text.size());
    while (true) {
        const std::size_t ampersand = text.find('&');
        out += text.substr(0, ampersand);
        if (ampersand == std::string_view::npos) return;
        text.remove_prefix(ampersand);
        const std::size_t length = append_reference(out, text, warnings);
        if (length == 0) out += '&';
        text.remove_prefix(length == 0 ? 1 : length);
    }
}

void warn_of_reference(std::string_view name, Warnings& warnings) {
    constexpr auto predefined =
        std::to_array<std::string_view>({"amp", "lt", "gt", "quot", "apos"});
    const auto written = [&] { return printable("&" + std::string(name) + ";"); };
    if (name.empty())
        warnings.add("not-wellformed", "an ampersand that is not escaped");
    else if (name.starts_with('#') && !character_of(name))
        warnings.add("invalid-char", "the reference " + written() + " is no XML character");
    else if (!name.starts_with('#') && std::ranges::find(predefined, name) == predefined.end())
        warnings.add("undefined-entity", "the entity " + written() + " is not declared");
}

}  // namespace tributary::feed::xml
