#include "base/uri.h"

#include "base/text.h"

#include <algorithm>
#include <array>

namespace tributary::uri {
namespace {

constexpr std::string_view unreserved_marks = "-._~";
constexpr std::string_view reserved_marks = ":/?#[]@!$&'()*+,;=";

constexpr bool is_alphanumeric(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// The bytes that may stand in a URI as they are (RFC 3986 2.1-2.3).
constexpr auto uri_bytes = [] {
    std::array<bool, 256> table{};
    for (std::size_t byte = 0; byte < table.size(); ++byte) {
        const char c = static_cast<char>(byte);
        table[byte] = is_alphanumeric(c) || unreserved_marks.contains(c) ||
                      reserved_marks.contains(c) || c == '%';
    }
    return table;
}();

bool is_uri_byte(char c) {
    return uri_bytes[static_cast<unsigned char>(c)];
}

bool ends_authority(char c) {
    return c == '/' || c == '?' || c == '#';
}

bool ends_path(char c) {
    return c == '?' || c == '#';
}

bool ends_query(char c) {
    return c == '#';
}

/// The start of `text` up to a delimiter, taken off it.
template <typename IsDelimiter>
std::string_view cut_before(std::string_view& text, IsDelimiter is_delimiter) {
    const std::string_view head(text.begin(), std::ranges::find_if(text, is_delimiter));
    text.remove_prefix(head.size());
    return head;
}

/// RFC 3986 5.2.3.
std::string merged_path(const Parts& base, std::string_view reference) {
    if (base.has_authority && base.path.empty()) return '/' + std::string(reference);
    std::string path(base.path.substr(0, base.path.rfind('/') + 1));
    return path += reference;
}

}  // namespace

bool is_unreserved(char c) {
    return is_alphanumeric(c) || unreserved_marks.contains(c);
}

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    const char lower = ascii_lower(c);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

void append_escape(std::string& out, char c) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += digits[byte >> 4];
    out += digits[byte & 15];
}

void append_encoded(std::string& out, std::string_view text) {
    while (!text.empty()) {
        const auto end = std::ranges::find_if_not(text, is_uri_byte);
        out.append(text.begin(), end);
        text.remove_prefix(static_cast<std::size_t>(end - text.begin()));
        if (text.empty()) return;
        append_escape(out, text.front());
        text.remove_prefix(1);
    }
}

std::string_view scheme_of(std::string_view text) {
    const auto is_scheme_byte = [](char c) {
        return is_alphanumeric(c) || c == '+' || c == '-' || c == '.';
    };
    if (text.empty() || ascii_lower(text[0]) < 'a' || ascii_lower(text[0]) > 'z') return {};
    const auto end = std::ranges::find_if_not(text, is_scheme_byte);
    if (end == text.end() || *end != ':') return {};
    return {text.begin(), end};
}

bool is_http_scheme(std::string_view scheme) {
    return equals_ignoring_case(scheme, "http") || equals_ignoring_case(scheme, "https");
}

bool is_clean_http(std::string_view text) {
    if (!starts_with_ignoring_case(text, "http")) return false;
    std::string_view rest = text.substr(4);
    if (!rest.empty() && ascii_lower(rest[0]) == 's') rest.remove_prefix(1);
    if (!rest.starts_with("://") || rest.size() == 3 || rest[3] == '/') return false;
    return std::ranges::all_of(rest, is_uri_byte);
}

Parts parts_of(std::string_view text) {
    Parts parts;
    parts.scheme = scheme_of(text);
    if (!parts.scheme.empty()) text.remove_prefix(parts.scheme.size() + 1);
    if (text.starts_with("//")) {
        text.remove_prefix(2);
        parts.has_authority = true;
        parts.authority = cut_before(text, ends_authority);
    }
    parts.path = cut_before(text, ends_path);
    if (text.starts_with('?')) {
        text.remove_prefix(1);
        parts.has_query = true;
        parts.query = cut_before(text, ends_query);
    }
    if (text.starts_with('#')) {
        parts.has_fragment = true;
        parts.fragment = text.substr(1);
    }
    return parts;
}

std::string joined(const Parts& parts) {
    std::string out;
    out.reserve(parts.scheme.size() + parts.authority.size() + parts.path.size() +
                parts.query.size() + parts.fragment.size() + 8);
    if (!parts.scheme.empty()) out.append(parts.scheme) += ':';
    if (parts.has_authority) out.append("//").append(parts.authority);
    append_encoded(out, parts.path);
    if (parts.has_query) append_encoded(out += '?', parts.query);
    if (parts.has_fragment) append_encoded(out += '#', parts.fragment);
    return out;
}

std::string without_dot_segments(std::string_view path) {
    std::string out;
    out.reserve(path.size());
    while (!path.empty()) {
        const std::string_view segment = path.substr(0, path.find('/', 1));
        path.remove_prefix(segment.size());
        const std::string_view name = segment.substr(1);
        if (name != "." && name != "..") {
            out += segment;
            continue;
        }
        if (name == ".." && !out.empty()) out.resize(out.rfind('/'));
        if (path.empty()) out += '/';
    }
    return out;
}

std::string resolved(const Parts& base, Parts reference) {
    std::string path;
    reference.scheme = base.scheme;
    if (reference.has_authority) {
        path = reference.path;
    } else if (reference.path.empty()) {
        path = base.path;
        if (!reference.has_query) {
            reference.query = base.query;
            reference.has_query = base.has_query;
        }
    } else {
        path = reference.path.starts_with('/') ? std::string(reference.path)
                                               : merged_path(base, reference.path);
    }
    if (!reference.has_authority) {
        reference.authority = base.authority;
        reference.has_authority = base.has_authority;
    }
    if (path.starts_with('/')) path = without_dot_segments(path);
    reference.path = path;
    return joined(reference);
}

}  // namespace tributary::uri
