#pragma once
// Text written as HTML that every parser reads in one way. References are decoded first, so that
// what is written is judged and escaped only once.

#include <string>
#include <string_view>

namespace tributary::feed {

/// Appends `raw`, text as it stands between tags, decoded and escaped again. Line breaks become
/// line feeds, what XML cannot carry U+FFFD.
void append_html_text(std::string& out, std::string_view raw);

/// Appends ` name="value"`; the value is text, not HTML. Quotes of every kind are escaped.
void append_html_attribute(std::string& out, std::string_view name, std::string_view value);

}  // namespace tributary::feed
