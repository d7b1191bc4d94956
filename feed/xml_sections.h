#pragma once
// CDATA sections, found without looking at what is in them: a feed with full text is mostly that.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tributary::feed::xml {

/// A CDATA section or a comment: where it stands, and what it holds.
struct Section {
    std::size_t begin = 0, end = 0;
    std::string_view content;
    bool is_whole = true;  // false: the text ends in it
    bool is_cdata = false;
};

/// The section at or after `from`; an empty one at the end if none is left.
Section next_section(std::string_view xml, std::size_t from);

/// A document whose long CDATA sections hold a mark instead of their content. The XML parser looks
/// at each byte of a section to find its end, and then at each again to copy it; what is taken from
/// the document itself costs neither.
struct Outline {
    std::string text;
    std::vector<std::string_view> contents;  // of the document, by the number in the mark
};

/// Without contents if nothing can be taken out, and then without text too. `xml` is UTF-8 of
/// characters that XML allows.
Outline outline_of(std::string_view xml);

/// Whether a value of the parsed outline is a mark, or has one in it.
bool has_mark(std::string_view value);

/// What a mark stands for; any other value is itself.
std::string_view content_of(const Outline& outline, std::string_view value);

}  // namespace tributary::feed::xml
