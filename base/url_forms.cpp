#include "base/url.h"

#include "base/plain_url.h"
#include "base/text.h"
#include "base/uri.h"

#include <algorithm>
#include <array>

namespace tributary {
namespace {

/// The start of `text` up to one of `delimiters`, taken off it.
std::string_view cut_before(std::string_view& text, std::string_view delimiters) {
    const std::string_view head = text.substr(0, text.find_first_of(delimiters));
    text.remove_prefix(head.size());
    return head;
}

/// Appends `text` with one spelling for each character: escapes of unreserved ones decoded, the
/// others in upper case, a per cent sign that starts no escape escaped.
void append_normal_escapes(std::string& out, std::string_view text) {
    while (true) {
        const std::size_t percent = std::min(text.find('%'), text.size());
        out += text.substr(0, percent);
        text.remove_prefix(percent);
        if (text.empty()) return;
        const int high = text.size() > 2 ? uri::hex_digit(text[1]) : -1;
        const int low = text.size() > 2 ? uri::hex_digit(text[2]) : -1;
        if (high < 0 || low < 0) {
            out += "%25";
            text.remove_prefix(1);
            continue;
        }
        const char decoded = static_cast<char>(high * 16 + low);
        text.remove_prefix(3);
        if (uri::is_unreserved(decoded)) {
            out += decoded;
        } else {
            uri::append_escape(out, decoded);
        }
    }
}

constexpr std::array<std::string_view, 8> tracking_prefixes = {"utm_",    "pk_",  "piwik_", "mtm_",
                                                               "matomo_", "hsa_", "at_",    "ns_"};
constexpr std::array<std::string_view, 30> tracking_names = {
    "_ga",     "_gl",           "_hsenc",     "_hsmi",   "_openstat",   "cmpid",
    "dclid",   "fb_action_ids", "fb_ref",     "fbclid",  "ftag",        "gbraid",
    "gclid",   "gclsrc",        "guccounter", "igsh",    "igshid",      "li_fat_id",
    "mc_cid",  "mc_eid",        "mkt_tok",    "msclkid", "oly_anon_id", "oly_enc_id",
    "srsltid", "ttclid",        "twclid",     "vero_id", "wbraid",      "yclid"};

/// Whether a query parameter only says by which way the reader came.
bool is_tracking(std::string_view parameter) {
    const std::string name = to_lower(parameter.substr(0, parameter.find('=')));
    const auto leads = [&](std::string_view prefix) { return name.starts_with(prefix); };
    return std::ranges::any_of(tracking_prefixes, leads) ||
           std::ranges::binary_search(tracking_names, std::string_view(name));
}

void append_canonical_query(std::string& out, std::string_view query) {
    char separator = '?';
    while (!query.empty()) {
        const std::string_view parameter = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(parameter.size() + 1, query.size()));
        if (parameter.empty() || is_tracking(parameter)) continue;
        out += separator;
        append_normal_escapes(out, parameter);
        separator = '&';
    }
}

/// The host of `host[:port]`; an IPv6 literal has colons of its own.
std::string_view host_of(std::string_view authority) {
    const std::size_t bracket = authority.starts_with('[') ? authority.find(']') : 0;
    return authority.substr(0, authority.find(':', bracket));
}

/// `host[:port]` without what differs between two spellings of one site.
void append_canonical_authority(std::string& out, std::string_view authority, bool is_https) {
    std::string_view host = host_of(authority);
    std::string_view port = authority.substr(host.size());
    if (port == ":" || port == ":443" || (port == ":80" && !is_https)) port = {};
    while (host.size() > 1 && host.ends_with('.')) host.remove_suffix(1);
    while (starts_with_ignoring_case(host, "www.") && host.substr(4).contains('.')) {
        host.remove_prefix(4);
    }
    for (const char c : host) out += ascii_lower(c);
    out += port;
}

/// A host of letters, digits and hyphens with at most a port: anything else (userinfo, IPv6,
/// numbers, escapes) is brought into the normal form first.
bool is_plain_authority(std::string_view authority) {
    const std::string_view host = host_of(authority);
    const std::string_view port = authority.substr(host.size());
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (host.empty() || !std::ranges::all_of(host, uri::is_unreserved)) return false;
    if (!port.empty() && !std::ranges::all_of(port.substr(1), is_digit)) return false;
    return !port.starts_with(":0") && port.size() <= 6 && !is_digit(host.back()) &&
           !starts_with_ignoring_case(host, "0x") && host.back() != '.';
}

std::string canonical(std::string_view clean) {
    const uri::Parts parts = uri::parts_of(clean);
    std::string out = "https://";
    out.reserve(clean.size() + out.size());
    append_canonical_authority(out, parts.authority, parts.scheme.size() == 5);
    const std::size_t path_start = out.size();
    append_normal_escapes(out, parts.path);
    const std::string_view path = std::string_view(out).substr(path_start);
    if (path.contains("/.")) out.replace(path_start, path.size(), uri::without_dot_segments(path));
    while (out.size() > path_start && out.back() == '/') out.pop_back();
    if (parts.has_query) append_canonical_query(out, parts.query);
    return out;
}

constexpr std::array<std::string_view, 9> secret_words = {
    "token", "secret", "passw", "pwd", "apikey", "api_key", "api-key", "signature", "credential"};
constexpr std::array<std::string_view, 10> secret_names = {
    "access", "auth", "jwt", "k", "key", "oauth", "pass", "session", "sid", "sig"};

/// Whether a query parameter looks like something that opens a door: by its name, or because its
/// value is a long run of hexadecimal digits (as in the private feeds of some large sites).
bool is_secret(std::string_view name, std::string_view value) {
    constexpr std::size_t long_run = 32;
    const std::string lower = to_lower(name);
    const auto occurs = [&](std::string_view word) { return lower.contains(word); };
    const auto is_hex = [](char c) { return uri::hex_digit(c) >= 0; };
    return std::ranges::any_of(secret_words, occurs) ||
           std::ranges::binary_search(secret_names, std::string_view(lower)) ||
           lower.ends_with("_key") || lower.ends_with("_auth") ||
           (value.size() >= long_run && std::ranges::all_of(value, is_hex));
}

/// Appends a query or fragment, each secret value as "***".
void append_redacted(std::string& out, std::string_view parameters) {
    while (!parameters.empty()) {
        const std::string_view parameter = cut_before(parameters, "&;#");
        const std::string_view name = parameter.substr(0, parameter.find('='));
        const bool has_value = name.size() < parameter.size();
        if (has_value && is_secret(name, parameter.substr(name.size() + 1))) {
            out.append(name).append("=***");
        } else {
            out += parameter;
        }
        if (parameters.empty()) return;
        out += parameters.front();
        parameters.remove_prefix(1);
    }
}

}  // namespace

std::string canonical_url(std::string_view text) {
    text = trim(text);
    if (uri::is_clean_http(text) && is_plain_authority(uri::parts_of(text).authority))
        return canonical(text);
    if (parse_plain_url(text)) return canonical(text);
    auto url = Url::parse(text);
    if (!url || !url->is_http()) return {};
    url->userinfo.clear();
    const std::string form = canonical(url->request_url());
    if (is_plain_authority(uri::parts_of(form).authority)) return form;
    // Without its last dot or its "www." a host may be a number: "0x7f.1." (WHATWG URL 3.5).
    url = Url::parse(form);
    return url ? canonical(url->request_url()) : form;
}

std::string redacted_url(std::string_view text) {
    std::string out;
    const std::string_view scheme = uri::scheme_of(text);
    if (!scheme.empty()) {
        out.append(scheme) += ':';
        text.remove_prefix(scheme.size() + 1);
    }
    const std::size_t slashes = std::min(text.find_first_not_of("/\\"), text.size());
    out += text.substr(0, slashes);
    text.remove_prefix(slashes);
    if (slashes > 0 || uri::is_http_scheme(scheme)) {
        std::string_view authority = cut_before(text, "/\\?#");
        if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
            out += "***";
            authority.remove_prefix(at);
        }
        out += authority;
    }
    out += cut_before(text, "?#");
    if (text.empty()) return out;
    out += text.front();
    append_redacted(out, text.substr(1));
    return out;
}

}  // namespace tributary
