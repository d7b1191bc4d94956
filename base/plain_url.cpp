#include "base/plain_url.h"

#include <algorithm>

#include "base/text.h"
#include "base/uri.h"

namespace tributary {
namespace {

constexpr std::size_t longest_host = 253;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_letter(char c) {
    return ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z';
}

std::string_view take_label(std::string_view& rest) {
    const std::string_view label = rest.substr(0, rest.find('.'));
    rest.remove_prefix(std::min(label.size() + 1, rest.size()));
    return label;
}

/// A decimal number up to `largest`, written without zeros before it.
bool is_number_up_to(int largest, std::string_view text) {
    if (text.empty() || text.size() > 5 || (text.size() > 1 && text.front() == '0')) return false;
    int number = 0;
    for (const char c : text) {
        if (!is_digit(c)) return false;
        number = 10 * number + (c - '0');
    }
    return number <= largest;
}

bool is_dotted_quad(std::string_view host) {
    if (std::ranges::count(host, '.') != 3) return false;
    for (int i = 0; i < 4; ++i)
        if (!is_number_up_to(255, take_label(host))) return false;
    return true;
}

/// Labels of letters, digits and hyphens, the last one of letters alone: nothing that anybody reads
/// as a number ("0x7f.1") or looks up in another way.
bool is_plain_name(std::string_view host) {
    if (host.empty() || host.size() > longest_host || host.back() == '.') return false;
    std::string_view label;
    while (!host.empty()) {
        label = take_label(host);
        const auto is_plain = [](char c) { return is_letter(c) || is_digit(c) || c == '-'; };
        if (label.empty() || !std::ranges::all_of(label, is_plain)) return false;
    }
    return std::ranges::all_of(label, is_letter);
}

}  // namespace

std::optional<Url> parse_plain_url(std::string_view text) {
    if (!uri::is_clean_http(text)) return std::nullopt;
    const uri::Parts parts = uri::parts_of(text);
    const std::size_t colon = std::min(parts.authority.find(':'), parts.authority.size());
    const std::string_view host = parts.authority.substr(0, colon);
    if (!is_plain_name(host) && !is_dotted_quad(host)) return std::nullopt;
    std::string_view port;
    if (colon < parts.authority.size()) {
        port = parts.authority.substr(colon + 1);
        if (port == "0" || !is_number_up_to(65535, port)) return std::nullopt;
    }
    const bool has_odd_end =
        (parts.has_query && parts.query.empty()) || (parts.has_fragment && parts.fragment.empty());
    if (has_odd_end) return std::nullopt;
    Url url;
    url.scheme = to_lower(parts.scheme);
    url.host = to_lower(host);
    if (port != (url.scheme == "https" ? "443" : "80")) url.port = port;
    url.path = parts.path.empty() ? "/" : parts.path;
    url.query = parts.query;
    url.has_query = parts.has_query;
    url.fragment = parts.fragment;
    return url;
}

}  // namespace tributary
