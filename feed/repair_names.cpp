#include "feed/repair_names.h"

#include "base/text.h"

#include <algorithm>
#include <array>

namespace tributary::feed {
namespace {

std::string_view local_part(std::string_view name) {
    return name.substr(name.find(':') + 1);
}

template <std::size_t size>
bool is_one_of(const std::array<std::string_view, size>& names, std::string_view name) {
    return std::ranges::any_of(
        names, [&](std::string_view each) { return equals_ignoring_case(each, name); });
}

}  // namespace

bool is_name_start(char c) {
    const char lower = ascii_lower(c);
    return (lower >= 'a' && lower <= 'z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

bool is_name_char(char c) {
    return is_name_start(c) || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == ':';
}

bool is_name(std::string_view text) {
    return !text.empty() && is_name_start(text.front()) && std::ranges::all_of(text, is_name_char);
}

bool is_empty_in_html(std::string_view name) {
    static constexpr std::array<std::string_view, 10> names{
        "br", "hr", "img", "input", "wbr", "area", "col", "embed", "param", "meta"};
    return is_one_of(names, name);
}

bool is_formatting(std::string_view name) {
    static constexpr std::array<std::string_view, 12> names{
        "b", "i", "u", "p", "div", "span", "font", "center", "strong", "em", "small", "a"};
    return is_one_of(names, name);
}

bool is_entry_name(std::string_view name) {
    static constexpr std::array<std::string_view, 2> names{"item", "entry"};
    return is_one_of(names, local_part(name));
}

bool is_own_entry_name(std::string_view name) {
    static constexpr std::array<std::string_view, 4> names{"item", "entry", "rss:item",
                                                           "atom:entry"};
    return is_one_of(names, name);
}

bool holds_entries(std::string_view name) {
    static constexpr std::array<std::string_view, 5> names{"rss", "rdf", "feed", "channel",
                                                           "items"};
    return is_one_of(names, local_part(name));
}

bool is_field_name(std::string_view name) {
    static constexpr std::array<std::string_view, 16> names{
        "title",    "link",     "description", "guid",           "pubDate", "author",
        "category", "comments", "enclosure",   "source",         "id",      "published",
        "updated",  "summary",  "content",     "content:encoded"};
    return is_one_of(names, name);
}

bool holds_a_line(std::string_view name) {
    static constexpr std::array<std::string_view, 11> names{
        "title",    "link",     "guid", "pubDate",   "lastBuildDate", "category",
        "comments", "language", "id",   "published", "updated"};
    return is_one_of(names, name);
}

}  // namespace tributary::feed
