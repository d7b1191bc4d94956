#include "feed/html.h"

#include "base/text.h"
#include "feed/entities.h"
#include "feed/html_tokens.h"
#include "feed/references.h"

#include <algorithm>
#include <array>

namespace tributary::feed {
namespace {

using Kind = HtmlToken::Kind;

/// Elements that run on in their line; the tags of any other part words.
bool is_inline(std::string_view name) {
    constexpr std::array<std::string_view, 36> names = {
        "a",      "abbr",   "acronym", "b",   "bdi",  "bdo", "big",  "cite",  "code",
        "data",   "del",    "dfn",     "em",  "font", "i",   "ins",  "kbd",   "label",
        "mark",   "q",      "rp",      "rt",  "ruby", "s",   "samp", "small", "span",
        "strike", "strong", "sub",     "sup", "time", "tt",  "u",    "var",   "wbr"};
    constexpr std::size_t longest = 7;
    if (name.size() > longest) return false;
    const std::string lower = to_lower(name);
    return std::ranges::binary_search(names, std::string_view(lower));
}

bool is_special(char c) {
    return (c == '&') | (c == '<') | (c == '>') | (c == '"');
}

/// Where the first character that must be escaped stands, from `at` on; the end if there is none.
std::size_t find_special(std::string_view text, std::size_t at) {
    constexpr std::size_t block_size = 32;
    const auto has_special = [&](std::size_t block) {
        unsigned char found = 0;  // no bool: the compiler makes vectors of bytes only
        for (std::size_t i = 0; i < block_size; ++i) found |= is_special(text[block + i]);
        return found != 0;
    };
    while (at + block_size <= text.size() && !has_special(at)) at += block_size;
    while (at < text.size() && !is_special(text[at])) ++at;
    return at;
}

std::string_view escape_of(char special) {
    switch (special) {
        case '&':
            return "&amp;";
        case '<':
            return "&lt;";
        case '>':
            return "&gt;";
        default:
            return "&quot;";
    }
}

/// Passes over comments, declarations and white space that may stand before a page's first tag.
std::string_view without_prologue(std::string_view text) {
    const auto skip_through = [&](std::string_view ending) {
        const std::size_t at = text.find(ending);
        text = at == std::string_view::npos ? "" : text.substr(at + ending.size());
    };
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    while (true) {
        while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
        if (text.starts_with("<!--")) {
            skip_through("-->");
        } else if (text.starts_with("<?")) {
            skip_through(">");
        } else {
            return text;
        }
    }
}

/// Whether `text` starts with one of the tags by which browsers know a page (WHATWG MIME Sniffing
/// 7.1), and a few that feeds never start with.
bool starts_with_page_tag(std::string_view text) {
    constexpr std::array<std::string_view, 22> tags = {
        "<a",    "<b",  "<base",   "<body",  "<br",    "<center", "<div", "<font",
        "<form", "<h1", "<h2",     "<head",  "<html",  "<iframe", "<img", "<link",
        "<meta", "<p",  "<script", "<style", "<table", "<title"};
    const auto leads = [&](std::string_view tag) {
        if (!starts_with_ignoring_case(text, tag) || text.size() == tag.size()) return false;
        const char next = text[tag.size()];
        return is_space(next) || next == '>' || next == '/';
    };
    return std::ranges::any_of(tags, leads);
}

}  // namespace

std::string_view named_entity(std::string_view name) {
    return find_entity(name).value;
}

std::string decode_entities(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    append_decoded(out, text, ReferenceIn::text);
    return out;
}

void append_escaped(std::string& out, std::string_view text) {
    std::size_t start = 0;
    for (std::size_t at = find_special(text, 0); at < text.size(); at = find_special(text, start)) {
        out.append(text, start, at - start);
        out += escape_of(text[at]);
        start = at + 1;
    }
    out.append(text, start);
}

std::string escaped(std::string_view text) {
    std::string out;
    append_escaped(out, text);
    return out;
}

std::string text_of_html(std::string_view html) {
    if (html.find_first_of("<&") == std::string_view::npos) return collapse(html);
    std::string out;
    HtmlTokens tokens(html);
    for (HtmlToken token = tokens.next(); token.kind != Kind::end_of_input; token = tokens.next()) {
        if (token.kind == Kind::text) {
            append_decoded(out, token.text, ReferenceIn::text);
            continue;
        }
        if (!is_inline(token.text)) out += ' ';
        if (token.kind == Kind::start_tag && !token.self_closing && has_raw_text(token.text)) {
            tokens.take_raw_text(token.text);
        }
    }
    return collapse(out);
}

bool looks_like_html(std::string_view bytes) {
    std::string_view text = without_prologue(bytes);
    constexpr std::string_view doctype = "<!doctype";
    if (!starts_with_ignoring_case(text, doctype)) return starts_with_page_tag(text);
    text = trim(text.substr(doctype.size()));
    return starts_with_ignoring_case(text, "html");
}

std::string html_title(std::string_view html) {
    HtmlTokens tokens(html);
    for (HtmlToken token = tokens.next(); token.kind != Kind::end_of_input; token = tokens.next()) {
        if (token.kind != Kind::start_tag || !has_raw_text(token.text)) continue;
        const std::string_view content = tokens.take_raw_text(token.text);
        if (equals_ignoring_case(token.text, "title")) return collapse(decode_entities(content));
    }
    return {};
}

}  // namespace tributary::feed
