#pragma once
// The elements that may appear in sanitized HTML, what a parser does at their tags (WHATWG HTML
// 13.2.6), and what becomes of all the others.

#include <cstdint>
#include <string_view>

namespace tributary::feed {

/// In alphabetical order, as the table of rules.
enum class Element : std::uint8_t {
    a,
    abbr,
    address,
    article,
    aside,
    audio,
    b,
    bdi,
    bdo,
    blockquote,
    br,
    caption,
    cite,
    code,
    col,
    colgroup,
    dd,
    del,
    details,
    dfn,
    div,
    dl,
    dt,
    em,
    figcaption,
    figure,
    footer,
    h1,
    h2,
    h3,
    h4,
    h5,
    h6,
    header,
    hr,
    i,
    img,
    ins,
    kbd,
    li,
    mark,
    ol,
    p,
    picture,
    pre,
    q,
    rp,
    rt,
    ruby,
    s,
    samp,
    section,
    small,
    source,
    span,
    strong,
    sub,
    summary,
    sup,
    table,
    tbody,
    td,
    tfoot,
    th,
    thead,
    time,
    tr,
    u,
    ul,
    var,
    video,
    wbr,
    none
};
inline constexpr std::size_t element_count = static_cast<std::size_t>(Element::none);

/// The attributes that are kept, in the order in which they are written, then those that are only
/// looked at.
enum class Attribute : std::uint8_t {
    href,
    src,
    srcset,
    sizes,
    media,
    type,
    alt,
    title,
    width,
    height,
    poster,
    controls,
    preload,
    lang,
    dir,
    hreflang,
    cite,
    datetime,
    abbr,
    colspan,
    rowspan,
    scope,
    span,
    start,
    reversed,
    value,
    open,
    lazy_src,
    lazy_srcset,
    data,
    style,
    none
};
inline constexpr std::size_t attribute_count = static_cast<std::size_t>(Attribute::none);

using AttributeSet = std::uint32_t;
constexpr AttributeSet set_of(Attribute attribute) {
    return AttributeSet{1} << static_cast<unsigned>(attribute);
}

struct ElementRule {
    std::string_view name;
    AttributeSet attributes = 0;
    bool is_void = false;     // has no end tag
    bool is_special = false;  // "special" in the parser's sense: other end tags stop here
    bool closes_paragraph = false;
    bool is_table_part = false;  // only inside a table
};
const ElementRule& rule_of(Element element);

/// What becomes of a tag.
enum class Treatment {
    keep,         // as `element`
    unwrap,       // the tag goes, its content stays
    drop,         // both go
    link,         // becomes a link to what it embeds; raw content goes
    link_unwrap,  // the same, but the content is a fallback that stays
    alternative,  // noscript
};
struct Verdict {
    Treatment treatment = Treatment::unwrap;
    Element element = Element::none;
};

/// `name` in any case.
Verdict judge_element(std::string_view name);

/// Attribute::none if it is of no use. `name` in any case.
Attribute find_attribute(std::string_view name);
std::string_view name_of(Attribute attribute);

}  // namespace tributary::feed
