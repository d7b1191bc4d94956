#include "feed/html_elements.h"

#include "base/text.h"

#include <algorithm>
#include <array>

namespace tributary::feed {
namespace {

constexpr AttributeSet everywhere =
    set_of(Attribute::title) | set_of(Attribute::lang) | set_of(Attribute::dir);

template <typename... Attributes>
constexpr AttributeSet also(Attributes... attributes) {
    return (everywhere | ... | set_of(attributes));
}

constexpr ElementRule phrase(std::string_view name, AttributeSet attributes = also()) {
    return {.name = name, .attributes = attributes};
}

constexpr ElementRule block(std::string_view name, AttributeSet attributes = also()) {
    return {.name = name, .attributes = attributes, .is_special = true, .closes_paragraph = true};
}

constexpr ElementRule table_part(std::string_view name, AttributeSet attributes = also()) {
    return {.name = name, .attributes = attributes, .is_special = true, .is_table_part = true};
}

constexpr ElementRule empty(ElementRule rule) {
    rule.is_void = true;
    return rule;
}

constexpr ElementRule special(ElementRule rule) {
    rule.is_special = true;
    return rule;
}

using enum Attribute;
constexpr AttributeSet cell_attributes = also(colspan, rowspan);

// clang-format off
constexpr std::array<ElementRule, element_count> rules = {
    phrase("a", also(href, hreflang)),
    phrase("abbr"),
    block("address"),
    block("article"),
    block("aside"),
    phrase("audio", also(src, controls, preload)),
    phrase("b"),
    phrase("bdi"),
    phrase("bdo"),
    block("blockquote", also(cite)),
    special(empty(phrase("br", 0))),
    table_part("caption"),
    phrase("cite"),
    phrase("code"),
    empty(table_part("col", also(span))),
    table_part("colgroup", also(span)),
    block("dd"),
    phrase("del", also(cite, datetime)),
    block("details", also(open)),
    phrase("dfn"),
    block("div"),
    block("dl"),
    block("dt"),
    phrase("em"),
    block("figcaption"),
    block("figure"),
    block("footer"),
    block("h1"),
    block("h2"),
    block("h3"),
    block("h4"),
    block("h5"),
    block("h6"),
    block("header"),
    empty(block("hr", 0)),
    phrase("i"),
    special(empty(phrase("img", also(src, srcset, sizes, alt, width, height)))),
    phrase("ins", also(cite, datetime)),
    phrase("kbd"),
    block("li", also(value)),
    phrase("mark"),
    block("ol", also(type, start, reversed)),
    block("p"),
    phrase("picture"),
    block("pre"),
    phrase("q", also(cite)),
    phrase("rp"),
    phrase("rt"),
    phrase("ruby"),
    phrase("s"),
    phrase("samp"),
    block("section"),
    phrase("small"),
    special(empty(phrase("source", also(src, srcset, sizes, media, type, width, height)))),
    phrase("span"),
    phrase("strong"),
    phrase("sub"),
    block("summary"),
    phrase("sup"),
    block("table"),
    table_part("tbody"),
    table_part("td", cell_attributes),
    table_part("tfoot"),
    table_part("th", cell_attributes | set_of(scope) | set_of(abbr)),
    table_part("thead"),
    phrase("time", also(datetime)),
    table_part("tr"),
    phrase("u"),
    block("ul"),
    phrase("var"),
    phrase("video", also(src, width, height, poster, controls, preload)),
    special(empty(phrase("wbr", 0))),
};

struct Name {
    std::string_view name;
    Verdict verdict;
};

/// Elements that are not kept as they are; all that stand in no table are unwrapped.
constexpr Name others[] = {
    {"acronym", {Treatment::keep, Element::abbr}},
    {"applet", {Treatment::drop}},
    {"center", {Treatment::keep, Element::div}},
    {"datalist", {Treatment::drop}},
    {"dialog", {Treatment::keep, Element::div}},
    {"dir", {Treatment::keep, Element::ul}},
    {"embed", {Treatment::link_unwrap}},
    {"fieldset", {Treatment::keep, Element::div}},
    {"form", {Treatment::keep, Element::div}},
    {"frame", {Treatment::link_unwrap}},
    {"hgroup", {Treatment::keep, Element::div}},
    {"iframe", {Treatment::link}},
    {"image", {Treatment::keep, Element::img}},
    {"legend", {Treatment::keep, Element::p}},
    {"listing", {Treatment::keep, Element::pre}},
    {"main", {Treatment::keep, Element::div}},
    {"math", {Treatment::drop}},
    {"menu", {Treatment::keep, Element::ul}},
    {"nav", {Treatment::keep, Element::div}},
    {"noembed", {Treatment::drop}},
    {"noframes", {Treatment::drop}},
    {"noscript", {Treatment::alternative}},
    {"object", {Treatment::link_unwrap}},
    {"plaintext", {Treatment::drop}},
    {"script", {Treatment::drop}},
    {"search", {Treatment::keep, Element::div}},
    {"select", {Treatment::drop}},
    {"strike", {Treatment::keep, Element::s}},
    {"style", {Treatment::drop}},
    {"svg", {Treatment::drop}},
    {"template", {Treatment::drop}},
    {"textarea", {Treatment::drop}},
    {"title", {Treatment::drop}},
    {"tt", {Treatment::keep, Element::code}},
    {"xmp", {Treatment::drop}},
};
// clang-format on

struct AttributeName {
    std::string_view name;
    Attribute attribute;
};

/// The first spelling of each is the one that is written.
constexpr AttributeName attribute_names[] = {
    {"abbr", abbr},
    {"alt", alt},
    {"cite", cite},
    {"colspan", colspan},
    {"controls", controls},
    {"data", data},
    {"data-actualsrc", lazy_src},
    {"data-lazy-src", lazy_src},
    {"data-lazy-srcset", lazy_srcset},
    {"data-orig-file", lazy_src},
    {"data-original", lazy_src},
    {"data-original-src", lazy_src},
    {"data-src", lazy_src},
    {"data-srcset", lazy_srcset},
    {"datetime", datetime},
    {"dir", dir},
    {"height", height},
    {"href", href},
    {"hreflang", hreflang},
    {"lang", lang},
    {"media", media},
    {"open", open},
    {"poster", poster},
    {"preload", preload},
    {"reversed", reversed},
    {"rowspan", rowspan},
    {"scope", scope},
    {"sizes", sizes},
    {"span", span},
    {"src", src},
    {"srcset", srcset},
    {"start", start},
    {"style", style},
    {"title", title},
    {"type", type},
    {"value", value},
    {"width", width},
};

constexpr std::size_t letters = 26;

/// Where the names of a sorted table that start with each letter begin; one more for the end.
template <std::size_t count, typename Row>
constexpr auto index_by_letter(const Row& rows) {
    std::array<std::uint8_t, letters + 1> starts{};
    for (std::size_t letter = 0; letter <= letters; ++letter) {
        const char first = static_cast<char>('a' + letter);
        std::size_t at = 0;
        while (at < count && rows[at].name[0] < first) ++at;
        starts[letter] = static_cast<std::uint8_t>(at);
    }
    return starts;
}

constexpr auto rule_starts = index_by_letter<element_count>(rules);
constexpr auto other_starts = index_by_letter<std::size(others)>(others);
constexpr auto attribute_starts = index_by_letter<std::size(attribute_names)>(attribute_names);
static_assert(std::ranges::is_sorted(rules, {}, &ElementRule::name));
static_assert(std::ranges::is_sorted(others, {}, &Name::name));
static_assert(std::ranges::is_sorted(attribute_names, {}, &AttributeName::name));

constexpr auto written_names = [] {
    std::array<std::string_view, attribute_count> names{};
    for (const AttributeName& row : attribute_names) {
        std::string_view& name = names[static_cast<std::size_t>(row.attribute)];
        if (name.empty()) name = row.name;
    }
    return names;
}();

/// The place of `name` in a sorted table; -1 if it is not there.
template <typename Rows, typename Starts>
int find_row(const Rows& rows, const Starts& starts, std::string_view name) {
    if (name.empty()) return -1;
    const char first = ascii_lower(name[0]);
    if (first < 'a' || first > 'z') return -1;
    const auto letter = static_cast<std::size_t>(first - 'a');
    for (std::size_t at = starts[letter]; at < starts[letter + 1]; ++at) {
        if (equals_ignoring_case(rows[at].name, name)) return static_cast<int>(at);
    }
    return -1;
}

}  // namespace

const ElementRule& rule_of(Element element) {
    return rules[static_cast<std::size_t>(element)];
}

Verdict judge_element(std::string_view name) {
    if (const int at = find_row(rules, rule_starts, name); at >= 0) {
        return {Treatment::keep, static_cast<Element>(at)};
    }
    const int at = find_row(others, other_starts, name);
    return at < 0 ? Verdict() : others[at].verdict;
}

Attribute find_attribute(std::string_view name) {
    const int at = find_row(attribute_names, attribute_starts, name);
    return at < 0 ? Attribute::none : attribute_names[at].attribute;
}

std::string_view name_of(Attribute attribute) {
    return written_names[static_cast<std::size_t>(attribute)];
}

}  // namespace tributary::feed
