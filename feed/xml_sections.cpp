#include "feed/xml_sections.h"

#include "base/text.h"

#include <charconv>

namespace tributary::feed::xml {
namespace {

// No character of a document (XML 1.0 2.2), so that no value has it by itself.
constexpr char mark = '\x01';
// A shorter section is not worth its mark.
constexpr std::size_t least_content = 96;
constexpr std::string_view cdata_start = "<![CDATA[", cdata_end = "]]>";
constexpr std::string_view comment_start = "<!--", comment_end = "-->";

Section section_at(std::string_view xml, std::size_t at) {
    const std::string_view here = xml.substr(at);
    const bool is_cdata = here.starts_with(cdata_start);
    if (!is_cdata && !here.starts_with(comment_start)) return {};
    const std::string_view start = is_cdata ? cdata_start : comment_start;
    const std::string_view ending = is_cdata ? cdata_end : comment_end;
    const std::size_t end = xml.find(ending, at + start.size());
    const bool is_whole = end != std::string_view::npos;
    const std::string_view content = xml.substr(at + start.size(), end - at - start.size());
    return {.begin = at,
            .end = is_whole ? end + ending.size() : xml.size(),
            .content = content,
            .is_whole = is_whole,
            .is_cdata = is_cdata};
}

/// Whether the section stands where text does: after a tag. Elsewhere its marks mean something
/// else, as in an attribute.
bool follows_tag(std::string_view xml, const Section& section) {
    std::size_t at = section.begin;
    while (at > 0 && is_space(xml[at - 1])) --at;
    return at > 0 && xml[at - 1] == '>';
}

/// Whether the parser would have given the content as it stands here: it makes line ends alike.
bool can_be_taken_out(std::string_view xml, const Section& section) {
    return section.is_cdata && section.is_whole && section.content.size() >= least_content &&
           !section.content.contains('\r') && follows_tag(xml, section);
}

}  // namespace

Section next_section(std::string_view xml, std::size_t from) {
    // In a text full of tags the exclamation mark is what is rare.
    for (std::size_t at = xml.find('!', from + 1); at != std::string_view::npos;
         at = xml.find('!', at + 1)) {
        if (xml[at - 1] != '<') continue;
        if (const Section section = section_at(xml, at - 1); section.end > 0) return section;
    }
    return {.begin = xml.size(), .end = xml.size(), .content = {}};
}

Outline outline_of(std::string_view xml) {
    Outline outline;
    if (has_mark(xml)) return outline;
    std::size_t copied = 0;
    for (Section section = next_section(xml, 0); section.begin < xml.size();
         section = next_section(xml, section.end)) {
        if (!can_be_taken_out(xml, section)) continue;
        outline.text.append(xml, copied, section.begin + cdata_start.size() - copied) += mark;
        outline.text += std::to_string(outline.contents.size());
        outline.contents.push_back(section.content);
        copied = section.end - cdata_end.size();
    }
    if (copied > 0) outline.text += xml.substr(copied);
    return outline;
}

bool has_mark(std::string_view value) {
    return value.contains(mark);
}

std::string_view content_of(const Outline& outline, std::string_view value) {
    if (!value.starts_with(mark)) return value;
    std::size_t number = 0;
    const char* const end = value.data() + value.size();
    const auto [stopped, error] = std::from_chars(value.data() + 1, end, number);
    const bool is_known =
        error == std::errc{} && stopped == end && number < outline.contents.size();
    return is_known ? outline.contents[number] : value;
}

}  // namespace tributary::feed::xml
