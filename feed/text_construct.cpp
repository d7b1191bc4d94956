#include "feed/text_construct.h"

#include "base/text.h"
#include "feed/lines.h"

#include <algorithm>
#include <optional>

namespace tributary::feed {
namespace {

using xml::Element;
using xml::Ns;

Text construct(const Element& element, TextType type, std::string value) {
    Text text{
        .type = type, .value = std::move(value), .lang = std::string(element.lang()), .base = {}};
    // Plain text holds no URLs; its base is said only where the document says one.
    if (type != TextType::text || element.has_own_base()) text.base = element.base();
    if (text.value.empty()) return {};
    return text;
}

enum class Kind { text, html, xhtml, other };

/// The kind of a `type` attribute: a word of Atom 1.0, or a MIME type (Atom 0.3, content).
Kind kind_of(std::string_view type) {
    const std::string name = to_lower(trim(type.substr(0, type.find(';'))));
    if (name.empty() || name == "text" || name == "text/plain" || name == "plain")
        return Kind::text;
    if (name == "html" || name == "text/html" || name == "escaped") return Kind::html;
    if (name == "xhtml" || name == "application/xhtml+xml" || name == "text/xhtml" || name == "xml")
        return Kind::xhtml;
    return Kind::other;
}

std::optional<unsigned> base64_value(char c) {
    constexpr std::string_view alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const std::size_t at = alphabet.find(c);
    if (at == std::string_view::npos) return std::nullopt;
    return static_cast<unsigned>(at);
}

/// RFC 4648 4 with white space between; nothing if it is not base64.
std::optional<std::string> decode_base64(std::string_view text) {
    std::string out;
    unsigned bits = 0;
    int count = 0;
    for (const char c : text) {
        if (is_space(c)) continue;
        if (c == '=') break;
        const auto value = base64_value(c);
        if (!value) return std::nullopt;
        bits = (bits << 6 | *value) & 0xFFFFFF;
        count += 6;
        if (count < 8) continue;
        count -= 8;
        out += static_cast<char>(bits >> count & 0xFF);
    }
    return out;
}

bool is_readable(std::string_view text) {
    const auto is_control = [](char c) { return c >= 0 && c < ' ' && !is_space(c); };
    return is_utf8(text) && std::ranges::none_of(text, is_control);
}

/// Text in base64, which Atom 0.3 allows by mode="base64" and others hide as octet-stream. Nothing
/// if it is no text.
std::optional<std::string> base64_text(const Element& element) {
    const std::string_view type = element.attribute("type");
    const bool is_said = equals_ignoring_case(element.attribute("mode"), "base64") ||
                         equals_ignoring_case(trim(type), "application/octet-stream");
    if (!is_said || element.has_elements()) return std::nullopt;
    const auto decoded = decode_base64(element.text());
    if (!decoded || !is_readable(*decoded)) return std::nullopt;
    return std::string(trim(*decoded));
}

Text decoded_text(const Element& element, std::string decoded) {
    const TextType type = has_markup(decoded) ? TextType::html : TextType::text;
    return construct(element, type, std::move(decoded));
}

/// The wrapper that an xhtml construct has by definition.
Element wrapper_of(const Element& element) {
    const Element first = element.first_element();
    if (!first || !equals_ignoring_case(first.name(), "div") || first.next_element()) return {};
    return element.text().empty() ? first : Element();
}

bool is_letter(char c) {
    return ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z';
}

bool has_tag(std::string_view text) {
    std::size_t at = text.find('<');
    if (at == std::string_view::npos) return false;
    const std::size_t last = text.rfind('>');
    if (last == std::string_view::npos) return false;
    for (; at < last; at = text.find('<', at + 1)) {
        const char next = text[at + 1];
        if (is_letter(next) || next == '/' || next == '!') return true;
    }
    return false;
}

bool has_reference(std::string_view text) {
    constexpr std::size_t longest = 32;
    for (std::size_t at = text.find('&'); at < text.size(); at = text.find('&', at + 1)) {
        const std::string_view here = text.substr(at, longest);
        if (here.size() < 2 || !(is_letter(here[1]) || here[1] == '#')) continue;
        const std::size_t end = here.find_first_of("; <&", 1);
        if (end != std::string_view::npos && here[end] == ';') return true;
    }
    return false;
}

Text text_of_kind(const Element& element, Kind kind) {
    if (auto decoded = base64_text(element)) return decoded_text(element, std::move(*decoded));
    const Element wrapper = wrapper_of(element);
    // TypePad wraps escaped HTML in a div.
    if (kind == Kind::html && wrapper && !wrapper.has_elements()) return html_text(wrapper);
    if (element.has_elements()) return xhtml_text(element);
    if (kind == Kind::html) return html_text(element);
    std::string value = element.text();
    // Escaped markup under the wrong type: xhtml without an element, Atom 0.3's mode="escaped".
    const bool is_escaped =
        kind == Kind::xhtml || equals_ignoring_case(element.attribute("mode"), "escaped");
    const bool is_html = is_escaped && has_markup(value);
    return construct(element, is_html ? TextType::html : TextType::text, std::move(value));
}

}  // namespace

bool has_markup(std::string_view text) {
    return has_tag(text) || has_reference(text);
}

Text on_one_line(Text text) {
    if (text.type == TextType::text && !is_on_one_line(text.value))
        text.value = collapse(text.value);
    return text;
}

Text html_text(const Element& element) {
    return construct(element, TextType::html,
                     element.has_elements() ? element.markup() : element.text());
}

Text rss_text(const Element& element) {
    if (element.has_elements()) return construct(element, TextType::html, element.markup());
    std::string value = element.text();
    const TextType type = has_markup(value) ? TextType::html : TextType::text;
    return construct(element, type, std::move(value));
}

Text xhtml_text(const Element& element) {
    const Element wrapper = wrapper_of(element);
    Text text = construct(element, TextType::xhtml, (wrapper ? wrapper : element).markup());
    if (wrapper && wrapper.has_own_base() && !text.empty()) text.base = wrapper.base();
    if (wrapper && !text.empty() && !wrapper.lang().empty()) text.lang = wrapper.lang();
    return text;
}

Text atom_text(const Element& element) {
    const std::string_view type = element.attribute("type");
    const Kind kind = kind_of(type);
    return text_of_kind(element, kind == Kind::other ? Kind::html : kind);
}

Content atom_content(const Element& element) {
    const std::string_view type = element.attribute("type");
    const Kind kind = kind_of(type);
    Content content;
    content.src = element.resolved(element.attribute("src"));
    if (kind != Kind::other) {
        content.text = text_of_kind(element, kind);
        return content;
    }
    if (auto decoded = base64_text(element)) {
        content.text = decoded_text(element, std::move(*decoded));
        return content;
    }
    content.media_type = trim(type);
    std::string value = element.has_elements() ? element.markup() : element.text();
    content.text = construct(element, TextType::text, std::move(value));
    return content;
}

}  // namespace tributary::feed
