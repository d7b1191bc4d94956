#include "publish/markup.h"

#include "base/text.h"
#include "feed/html.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace tributary::publish {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD
constexpr std::string_view word_joiner = "\xE2\x81\xA0";  // U+2060
constexpr std::string_view noncharacters = "\xEF\xBF";    // U+FFFE and U+FFFF start so

unsigned char byte_at(std::string_view text, std::size_t at) {
    return static_cast<unsigned char>(text[at]);
}

/// How many bytes at `at` must not be written: a control character (C0, DEL, C1) or a
/// noncharacter of the first plane. `text` is well-formed UTF-8.
std::size_t unfit_at(std::string_view text, std::size_t at) {
    const unsigned char c = byte_at(text, at);
    if (c < 0x20) return c == '\n' || c == '\t' ? 0 : 1;
    if (c < 0x7F) return 0;
    if (c == 0x7F) return 1;
    if (c == 0xC2) return byte_at(text, at + 1) < 0xA0 ? 2 : 0;
    if (c != 0xEF || text.substr(at, 2) != noncharacters) return 0;
    return byte_at(text, at + 2) >= 0xBE ? 3 : 0;
}

/// The bytes at which something unfit may start: most text has none of them.
constexpr auto suspects = [] {
    std::array<bool, 256> table{};
    for (std::size_t byte = 0; byte < 0x20; ++byte) table[byte] = byte != '\n' && byte != '\t';
    for (const std::size_t byte : {0x7Fu, 0xC2u, 0xEFu}) table[byte] = true;
    return table;
}();

bool is_fit(std::string_view text) {
    for (std::size_t at = 0; at < text.size(); ++at)
        if (suspects[byte_at(text, at)] && unfit_at(text, at) > 0) return false;
    return true;
}

std::string mend(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t unfit = unfit_at(text, at);
        if (unfit == 0) {
            out += text[at++];
            continue;
        }
        if (text[at] != '\r') {
            out += replacement;
        } else if (!text.substr(at + 1).starts_with('\n')) {
            out += '\n';
        }
        at += unfit;
    }
    return out;
}

void append_text(std::string& out, std::string_view text) {
    std::string mended;
    feed::append_escaped(out, clean(text, mended));
}

/// Whether an HTML tokenizer would leave its data state here (WHATWG HTML 13.2.5.6).
bool opens_tag(std::string_view rest) {
    if (rest.empty()) return false;
    const char c = ascii_lower(rest.front());
    return (c >= 'a' && c <= 'z') || c == '/' || c == '!' || c == '?';
}

/// Whether an HTML reader would take an ampersand before `rest` for a character reference.
bool opens_reference(std::string_view rest) {
    constexpr std::size_t longest_name = 32;
    for (const char c : rest.substr(0, longest_name)) {
        if (c == ';') return true;
        const char lower = ascii_lower(c);
        const bool in_name = (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '#';
        if (!in_name) return false;
    }
    return false;
}

void append_percent_encoded(std::string& out, char c) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += digits[byte >> 4];
    out += digits[byte & 15];
}

bool is_port(std::string_view text) {
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    return text.size() <= 5 && std::ranges::all_of(text, is_digit);
}

bool holds_encoded_ascii(std::string_view host) {
    for (std::size_t at = host.find('%'); at < host.size(); at = host.find('%', at + 1))
        if (at + 1 == host.size() || host[at + 1] < '8') return true;
    return false;
}

/// Whether a URL may have this between "//" and its path: a browser takes no other, and what leads
/// nowhere is no link. ASCII that a host must not have is percent-encoded here (WHATWG URL 3.5).
bool is_authority(std::string_view text) {
    text.remove_prefix(text.rfind('@') + 1);
    std::size_t end = text.find(':');
    if (text.starts_with('[')) {
        end = text.find(']') + 1;
        const auto in_address = text.substr(1).find_first_not_of("0123456789abcdefABCDEF:.");
        if (end < 4 || in_address + 2 != end) return false;
    }
    const std::string_view host = text.substr(0, end);
    const std::string_view port = text.substr(host.size());
    return !host.empty() && !holds_encoded_ascii(host) &&
           (port.empty() || (port.front() == ':' && is_port(port.substr(1))));
}

bool has_web_scheme(std::string_view text) {
    const auto has_host = [&](std::string_view scheme) {
        if (!starts_with_ignoring_case(text, scheme)) return false;
        const std::string_view rest = text.substr(scheme.size());
        return is_authority(rest.substr(0, rest.find_first_of("/?#")));
    };
    return has_host("https://") || has_host("http://") ||
           (starts_with_ignoring_case(text, "mailto:") && text.size() > 7);
}

}  // namespace

std::string_view clean(std::string_view text, std::string& mended) {
    if (!is_utf8(text)) {
        mended = mend(to_valid_utf8(text));
        return mended;
    }
    if (is_fit(text)) return text;
    mended = mend(text);
    return mended;
}

std::string web_url(std::string_view text) {
    std::string mended;
    text = trim(clean(text, mended));
    if (text.contains(replacement)) return {};
    constexpr std::string_view to_encode = " \"<>\\^`{|}";
    std::string out;
    for (const char c : text) {
        if (c == '\t' || c == '\n') continue;  // as browsers do (WHATWG URL 4.4)
        if (!to_encode.contains(c)) {
            out += c;
        } else {
            append_percent_encoded(out, c);
        }
    }
    return has_web_scheme(out) ? out : std::string();
}

std::string identifier(std::string_view text) {
    const bool is_name =
        starts_with_ignoring_case(text, "tag:") || starts_with_ignoring_case(text, "urn:");
    return is_name && !text.contains(' ') ? std::string(text) : web_url(text);
}

std::string plain_text(const feed::Text& text) {
    return text.type == feed::TextType::text ? collapse(text.value)
                                             : feed::text_of_html(text.value);
}

std::string_view language_tag(std::string_view text) {
    text = trim(text);
    if (text.size() > 35) return {};  // RFC 5646 4.4.1
    for (const char c : text) {
        const char lower = ascii_lower(c);
        const bool letter = lower >= 'a' && lower <= 'z';
        if (!letter && !(c >= '0' && c <= '9') && c != '-') return {};
    }
    return text;
}

std::string number(double value) {
    if (!std::isfinite(value)) return {};
    std::array<char, 64> digits;
    const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), value,
                                            std::chars_format::fixed);
    // Only numbers that measure nothing in a feed (above 1e60) do not fit.
    return error == std::errc() ? std::string(digits.data(), end) : std::string();
}

Element::Element(std::string& out, std::string_view name) : out_(out), name_(name) {
    out_.append("<").append(name_);
}

Element::Element(Element& parent, std::string_view name) : Element(parent.begin_children(), name) {}

Element::~Element() {
    if (state_ == State::left_open) return;
    if (state_ == State::attributes) {
        out_ += "/>\n";
        return;
    }
    out_.append("</").append(name_).append(">\n");
}

Element& Element::attribute(std::string_view name, std::string_view value) {
    if (value.empty()) return *this;
    out_.append(" ").append(name).append("=\"");
    append_text(out_, value);
    out_ += '"';
    return *this;
}

Element& Element::attribute(std::string_view name, std::optional<std::int64_t> value) {
    return value ? attribute(name, std::string_view(std::to_string(*value))) : *this;
}

Element& Element::attribute(std::string_view name, std::optional<double> value) {
    return value ? attribute(name, std::string_view(number(*value))) : *this;
}

Element& Element::url(std::string_view name, std::string_view value) {
    return attribute(name, std::string_view(web_url(value)));
}

void Element::text(std::string_view value) {
    append_text(begin_text(), value);
}

void Element::text_as_html(std::string_view value) {
    text(feed::escaped(value));
}

void Element::title(std::string_view value) {
    begin_text();
    std::string mended;
    const std::string_view fit = clean(value, mended);
    for (std::size_t at = 0; at < fit.size(); ++at) {
        switch (fit[at]) {
            // Many readers take RSS titles for HTML. A word joiner shows nothing and makes a text
            // of what they would take for a tag, and drop or run, or for a reference.
            case '&':
                out_ += "&#x26;";
                if (opens_reference(fit.substr(at + 1))) out_ += word_joiner;
                break;
            case '<':
                out_ += "&#x3C;";
                if (opens_tag(fit.substr(at + 1))) out_ += word_joiner;
                break;
            case '>':
                out_ += "&#x3E;";
                break;
            default:
                out_ += fit[at];
        }
    }
}

void Element::child(std::string_view name, std::string_view value) {
    if (!value.empty()) Element(*this, name).text(value);
}

void Element::child(std::string_view name, std::optional<std::int64_t> value) {
    if (value) child(name, std::string_view(std::to_string(*value)));
}

void Element::child_title(std::string_view name, std::string_view value) {
    if (!value.empty()) Element(*this, name).title(value);
}

void Element::child_url(std::string_view name, std::string_view value) {
    child(name, std::string_view(web_url(value)));
}

void Element::stay_open() {
    begin_children();
    state_ = State::left_open;
}

std::string& Element::begin_children() {
    if (state_ == State::attributes) out_ += ">\n";
    state_ = State::children;
    return out_;
}

std::string& Element::begin_text() {
    if (state_ == State::attributes) out_ += '>';
    state_ = State::text;
    return out_;
}

}  // namespace tributary::publish
