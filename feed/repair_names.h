#pragma once
// What the repair of broken XML knows of names: which characters they have, and which elements hold
// what.

#include <string_view>

namespace tributary::feed {

bool is_name_start(char c);
bool is_name_char(char c);
bool is_name(std::string_view text);

/// HTML's empty elements, without those whose names feeds use for their own (link, source).
bool is_empty_in_html(std::string_view name);

/// HTML's elements that only say how text looks.
bool is_formatting(std::string_view name);

/// An item or entry of any namespace.
bool is_entry_name(std::string_view name);
/// An entry of the feed's own format, not an item of some module's list.
bool is_own_entry_name(std::string_view name);

/// What entries stand in; anything else that is open where an entry begins has lost its end tag.
bool holds_entries(std::string_view name);

/// A field of a feed or entry, which never stands in a line of text such as a title or date.
bool is_field_name(std::string_view name);
bool holds_a_line(std::string_view name);

}  // namespace tributary::feed
