#pragma once
// The language that the sanitizer promises, written down a second time on purpose: its elements,
// its attributes, and how they are spelled.

#include <algorithm>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace tributary::feed::closed_language {

inline const std::set<std::string, std::less<>> elements = {
    "a",          "abbr",       "address", "article", "aside", "audio",  "b",     "bdi",
    "bdo",        "blockquote", "br",      "caption", "cite",  "code",   "col",   "colgroup",
    "dd",         "del",        "details", "dfn",     "div",   "dl",     "dt",    "em",
    "figcaption", "figure",     "footer",  "h1",      "h2",    "h3",     "h4",    "h5",
    "h6",         "header",     "hr",      "i",       "img",   "ins",    "kbd",   "li",
    "mark",       "ol",         "p",       "picture", "pre",   "q",      "rp",    "rt",
    "ruby",       "s",          "samp",    "section", "small", "source", "span",  "strong",
    "sub",        "summary",    "sup",     "table",   "tbody", "td",     "tfoot", "th",
    "thead",      "time",       "tr",      "u",       "ul",    "var",    "video", "wbr"};
inline const std::set<std::string, std::less<>> void_elements = {"br",  "col",    "hr",
                                                                 "img", "source", "wbr"};
inline const std::set<std::string, std::less<>> attributes = {
    "href",   "src",     "srcset",   "sizes",   "media", "type",  "alt",      "title", "width",
    "height", "poster",  "controls", "preload", "lang",  "dir",   "hreflang", "cite",  "datetime",
    "abbr",   "colspan", "rowspan",  "scope",   "span",  "start", "reversed", "value", "open"};

inline std::string take_name(std::string_view& text) {
    const auto is_name_byte = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    };
    const auto end = std::ranges::find_if_not(text, is_name_byte);
    std::string name(text.begin(), end);
    text.remove_prefix(name.size());
    return name;
}

/// Reads the closed language that the sanitizer promises, strictly; what is wrong, or nothing.
inline std::string fault_in(std::string_view text) {
    std::vector<std::string> open;
    while (!text.empty()) {
        const std::size_t tag = std::min(text.find_first_of("<>"), text.size());
        text.remove_prefix(tag);
        if (text.empty()) break;
        if (text.front() == '>') return "bare >";
        text.remove_prefix(1);
        const bool is_end = text.starts_with('/');
        if (is_end) text.remove_prefix(1);
        const std::string name = take_name(text);
        if (!elements.contains(name)) return "element " + name;
        while (!is_end && text.starts_with(' ')) {
            text.remove_prefix(1);
            const std::string attribute = take_name(text);
            if (!attributes.contains(attribute)) return "attribute " + attribute;
            if (!text.starts_with("=\"")) return "unquoted " + attribute;
            text.remove_prefix(2);
            const std::size_t end = text.find('"');
            if (end == std::string_view::npos) return "open quote";
            if (text.substr(0, end).find_first_of("<>'`") != std::string_view::npos) {
                return "unescaped in " + attribute;
            }
            text.remove_prefix(end + 1);
        }
        if (!text.starts_with('>')) return "odd tag " + name;
        text.remove_prefix(1);
        if (is_end) {
            if (open.empty() || open.back() != name) return "unbalanced " + name;
            open.pop_back();
        } else if (!void_elements.contains(name)) {
            open.push_back(name);
        }
        if (open.size() > 256) return "too deep";
    }
    return open.empty() ? "" : "never closed: " + open.back();
}

}  // namespace tributary::feed::closed_language
