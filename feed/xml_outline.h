#pragma once
// What an XML parser needs to see of a document: a feed with full text is mostly text.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tributary::feed::xml {

/// A document that has marks in place of its long texts and CDATA sections. A parser looks at each
/// byte of a text to find its end, and then moves it; what it never sees is found at the speed of
/// memchr, and stays where it is.
struct Outline {
    std::string xml;
    std::vector<std::string_view> texts;  // of the document, by the number in the mark
};

/// Nothing where something stands between tags that is better left to the parser. An outline is
/// well-formed if its document is, and the other way round.
std::optional<Outline> outline_of(std::string_view xml);

/// What a text of the parsed outline stands for; any other is itself.
std::string_view text_of(const Outline& outline, std::string_view value);

}  // namespace tributary::feed::xml
