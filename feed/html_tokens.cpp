#include "feed/html_tokens.h"

#include "base/text.h"

#include <algorithm>
#include <array>

namespace tributary::feed {
namespace {

bool is_letter(char c) {
    const char lower = ascii_lower(c);
    return lower >= 'a' && lower <= 'z';
}

bool ends_tag_name(char c) {
    return is_space(c) || c == '/' || c == '>';
}

bool ends_attribute_name(char c) {
    return ends_tag_name(c) || c == '=';
}

bool ends_unquoted_value(char c) {
    return is_space(c) || c == '>';
}

/// Whether `text`, which starts with "<", opens markup here: "a < b" does not.
bool starts_markup(std::string_view text) {
    if (text.size() < 2) return false;
    if (text[1] == '/') return text.size() > 2;
    return text[1] == '!' || text[1] == '?' || is_letter(text[1]);
}

template <typename IsDelimiter>
std::string_view take_until(std::string_view& text, IsDelimiter is_delimiter) {
    const std::string_view head(text.begin(), std::ranges::find_if(text, is_delimiter));
    text.remove_prefix(head.size());
    return head;
}

void drop_through(std::string_view& text, std::string_view ending, std::size_t from) {
    const std::size_t at = text.find(ending, from);
    text.remove_prefix(at == std::string_view::npos ? text.size() : at + ending.size());
}

/// Passes over a comment: it ends with "-->", and what people write instead.
void skip_comment(std::string_view& text) {
    text.remove_prefix(std::string_view("<!--").size());
    if (text.starts_with('>') || text.starts_with("->")) return drop_through(text, ">", 0);
    for (std::size_t at = text.find("--"); at != std::string_view::npos; at = text.find("--", at)) {
        at += 2;
        while (at < text.size() && text[at] == '-') ++at;
        if (text.substr(at).starts_with("!>")) ++at;
        if (at < text.size() && text[at] == '>') return text.remove_prefix(at + 1);
    }
    text = {};
}

}  // namespace

std::string_view HtmlTokens::take_text() {
    std::size_t end = rest_.find('<');
    while (end != std::string_view::npos && !starts_markup(rest_.substr(end))) {
        end = rest_.find('<', end + 1);
    }
    const std::string_view text = rest_.substr(0, end);
    rest_.remove_prefix(text.size());
    return text;
}

bool HtmlTokens::skip_declaration() {
    if (rest_.starts_with("<!--")) {
        skip_comment(rest_);
        return true;
    }
    if (is_letter(rest_[1]) || (rest_[1] == '/' && is_letter(rest_[2]))) return false;
    drop_through(rest_, ">", 1);  // <!doctype ...>, <?xml ...?>, </ ...>: a bogus comment
    return true;
}

bool HtmlTokens::take_attribute_value(HtmlAttribute& attribute) {
    take_until(rest_, [](char c) { return !is_space(c); });
    if (rest_.empty()) return false;
    const char quote = rest_.front();
    if (quote != '"' && quote != '\'') {
        attribute.value = take_until(rest_, ends_unquoted_value);
        return true;
    }
    const std::size_t end = rest_.find(quote, 1);
    if (end == std::string_view::npos) return false;
    attribute.value = rest_.substr(1, end - 1);
    rest_.remove_prefix(end + 1);
    return true;
}

/// Reads up to the end of the tag; false if the input ends before.
bool HtmlTokens::take_attributes(HtmlToken& token) {
    attributes_.clear();
    while (true) {
        const auto gap = take_until(rest_, [](char c) { return !is_space(c) && c != '/'; });
        if (rest_.empty()) return false;
        if (rest_.front() == '>') {
            token.self_closing = gap.ends_with('/');
            rest_.remove_prefix(1);
            return true;
        }
        HtmlAttribute attribute;
        const std::size_t size = static_cast<std::size_t>(
            std::find_if(rest_.begin() + 1, rest_.end(), ends_attribute_name) - rest_.begin());
        attribute.name = rest_.substr(0, size);
        rest_.remove_prefix(size);
        const std::string_view after_name = rest_;
        take_until(rest_, [](char c) { return !is_space(c); });
        if (rest_.starts_with('=')) {
            rest_.remove_prefix(1);
            if (!take_attribute_value(attribute)) return false;
        } else {
            rest_ = after_name;
        }
        attributes_.push_back(attribute);
    }
}

bool HtmlTokens::take_tag(HtmlToken& token) {
    const bool is_end = rest_[1] == '/';
    token.kind = is_end ? HtmlToken::Kind::end_tag : HtmlToken::Kind::start_tag;
    rest_.remove_prefix(is_end ? 2 : 1);
    token.text = take_until(rest_, ends_tag_name);
    return take_attributes(token);
}

HtmlToken HtmlTokens::next() {
    HtmlToken token;
    while (!rest_.empty()) {
        token.text = take_text();
        token.kind = HtmlToken::Kind::text;
        if (!token.text.empty()) return token;
        if (skip_declaration()) continue;
        if (take_tag(token)) return token;
        rest_ = {};
    }
    return {};
}

std::string_view HtmlTokens::attribute(std::string_view name) const {
    const auto has_name = [&](const HtmlAttribute& attribute) {
        return equals_ignoring_case(attribute.name, name);
    };
    const auto found = std::ranges::find_if(attributes_, has_name);
    return found == attributes_.end() ? std::string_view() : found->value;
}

std::string_view HtmlTokens::take_raw_text(std::string_view name) {
    std::size_t end = rest_.find("</");
    for (; end != std::string_view::npos; end = rest_.find("</", end + 2)) {
        const std::string_view tag = rest_.substr(end + 2);
        const bool is_whole = tag.size() == name.size() ||
                              (tag.size() > name.size() && ends_tag_name(tag[name.size()]));
        if (is_whole && starts_with_ignoring_case(tag, name)) break;
    }
    const std::string_view content = rest_.substr(0, end);
    rest_.remove_prefix(content.size());
    return content;
}

bool has_raw_text(std::string_view name) {
    constexpr std::array<std::string_view, 9> names = {"iframe",    "noembed", "noframes",
                                                       "plaintext", "script",  "style",
                                                       "textarea",  "title",   "xmp"};
    return std::ranges::any_of(
        names, [&](std::string_view raw) { return equals_ignoring_case(name, raw); });
}

}  // namespace tributary::feed
