#include "feed/xml_references.h"

#include "base/text.h"
#include "feed/html.h"
#include "feed/xml_sections.h"

#include <charconv>
#include <cstdint>

namespace tributary::feed {
namespace {

constexpr std::size_t longest_name = 40;

/// The name between & and ; at `at`, where the & stands; empty if it is no reference.
std::string_view reference_at(std::string_view xml, std::size_t at) {
    const std::string_view rest = xml.substr(at + 1, longest_name);
    const std::size_t end = rest.find_first_of(";&<> \t\r\n\"'");
    if (end == std::string_view::npos || rest[end] != ';') return {};
    return rest.substr(0, end);
}

/// Whether the XML parser turns the number ("#38", "#x26") into the right character by itself.
bool is_plain_number(std::string_view reference) {
    reference.remove_prefix(1);
    const bool is_hexadecimal = reference.starts_with('x');
    if (is_hexadecimal) reference.remove_prefix(1);
    std::uint32_t c = 0;
    const char* const end = reference.data() + reference.size();
    const auto [stopped, error] =
        std::from_chars(reference.data(), end, c, is_hexadecimal ? 16 : 10);
    if (reference.empty() || stopped != end || error != std::errc{}) return false;
    if (c < 0x20) return c == '\t' || c == '\n' || c == '\r';
    return c < 0x7F || (c >= 0xA0 && c < 0xD800) || (c >= 0xE000 && c < 0xFFFE) ||
           (c >= 0x10000 && c <= 0x10FFFF);
}

/// The length of one of the five references that XML defines, at the & at `at`; 0 if it is none.
/// Letter by letter, for escaped HTML holds one in every few bytes.
std::size_t predefined_at(std::string_view xml, std::size_t at) {
    const auto is = [&](std::size_t offset, char c) {
        return at + offset < xml.size() && xml[at + offset] == c;
    };
    if ((is(1, 'l') || is(1, 'g')) && is(2, 't') && is(3, ';')) return 4;
    if (is(1, 'a') && is(2, 'm') && is(3, 'p') && is(4, ';')) return 5;
    if (is(1, 'q') && is(2, 'u') && is(3, 'o') && is(4, 't') && is(5, ';')) return 6;
    if (is(1, 'a') && is(2, 'p') && is(3, 'o') && is(4, 's') && is(5, ';')) return 6;
    return 0;
}

/// What a reference that is no plain XML stands for; empty if it is to stay.
std::string meaning_of(std::string_view name, Warnings& warnings) {
    if (name.empty()) {
        warnings.add("not-wellformed", "an ampersand that is not escaped");
        return {};
    }
    const std::string written = "&" + std::string(name) + ";";
    if (name.front() != '#') {
        warnings.add("undefined-entity", "the entity " + printable(written) + " is not declared");
        return std::string(named_entity(name));
    }
    warnings.add("invalid-char", "the reference " + printable(written) + " is no XML character");
    std::string decoded = decode_entities(written);
    const bool is_markup = decoded.starts_with('<') || decoded.starts_with('&');
    return is_markup ? std::string() : decoded;
}

}  // namespace

std::optional<std::string> resolve_references(std::string_view text, Warnings& warnings) {
    std::string out;
    std::size_t copied = 0;  // of xml, into out
    xml::Section section;    // found when first asked for
    for (std::size_t at = text.find('&'); at != std::string_view::npos; at = text.find('&', at)) {
        if (const std::size_t length = predefined_at(text, at)) {
            at += length;
            continue;
        }
        const std::string_view name = reference_at(text, at);
        if (name.starts_with('#') && is_plain_number(name)) {
            at += name.size() + 2;
            continue;
        }
        while (section.end <= at && section.end < text.size())
            section = xml::next_section(text, section.end);
        if (at >= section.begin && at < section.end) {
            at = section.end;
            continue;
        }
        const std::string meaning = meaning_of(name, warnings);
        if (meaning.empty()) {
            ++at;
            continue;
        }
        out.append(text, copied, at - copied) += meaning;
        at += name.size() + 2;
        copied = at;
    }
    if (copied == 0) return std::nullopt;
    out += text.substr(copied);
    return out;
}

}  // namespace tributary::feed
