#include "base/url.h"

#include "base/text.h"

#include <curl/curl.h>
#include <idn2.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <memory>
#include <new>

namespace tributary {
namespace {

constexpr std::string_view unreserved_marks = "-._~";
constexpr std::string_view reserved_marks = ":/?#[]@!$&'()*+,;=";

constexpr bool is_alphanumeric(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

constexpr bool is_unreserved(char c) {
    return is_alphanumeric(c) || unreserved_marks.contains(c);
}

/// The bytes that may stand in a URI as they are (RFC 3986 2.1-2.3).
constexpr auto uri_bytes = [] {
    std::array<bool, 256> table{};
    for (std::size_t byte = 0; byte < table.size(); ++byte) {
        const char c = static_cast<char>(byte);
        table[byte] = is_unreserved(c) || reserved_marks.contains(c) || c == '%';
    }
    return table;
}();

bool is_uri_byte(char c) {
    return uri_bytes[static_cast<unsigned char>(c)];
}

bool is_control_or_space(char c) {
    return static_cast<unsigned char>(c) <= ' ';
}

bool is_http_scheme(std::string_view scheme) {
    return equals_ignoring_case(scheme, "http") || equals_ignoring_case(scheme, "https");
}

/// The scheme that `text` starts with, without the colon; empty: none.
std::string_view scheme_of(std::string_view text) {
    const auto is_scheme_byte = [](char c) {
        return is_alphanumeric(c) || c == '+' || c == '-' || c == '.';
    };
    if (text.empty() || ascii_lower(text[0]) < 'a' || ascii_lower(text[0]) > 'z') return {};
    const auto end = std::ranges::find_if_not(text, is_scheme_byte);
    if (end == text.end() || *end != ':') return {};
    return {text.begin(), end};
}

/// An http(s) URL that needs no mending: most of what is met, so the others may be slow.
bool is_clean_http(std::string_view text) {
    if (!starts_with_ignoring_case(text, "http")) return false;
    std::string_view rest = text.substr(4);
    if (!rest.empty() && ascii_lower(rest[0]) == 's') rest.remove_prefix(1);
    if (!rest.starts_with("://") || rest.size() == 3 || rest[3] == '/') return false;
    return std::ranges::all_of(rest, is_uri_byte);
}

/// `text` without outer controls and spaces, and without tabs and line breaks (WHATWG URL 4.4).
std::string stripped(std::string_view text) {
    while (!text.empty() && is_control_or_space(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_control_or_space(text.back())) text.remove_suffix(1);
    std::string out(text);
    std::erase_if(out, [](char c) { return c == '\t' || c == '\n' || c == '\r'; });
    return out;
}

void append_escape(std::string& out, char c) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += digits[byte >> 4];
    out += digits[byte & 15];
}

void append_encoded(std::string& out, std::string_view text) {
    for (const char c : text) {
        if (is_uri_byte(c)) {
            out += c;
        } else {
            append_escape(out, c);
        }
    }
}

/// The parts of a URI reference (RFC 3986 appendix B).
struct Parts {
    std::string_view scheme, authority, path, query, fragment;
    bool has_authority = false, has_query = false, has_fragment = false;
};

std::string_view cut_before(std::string_view& text, std::string_view delimiters) {
    const std::string_view head = text.substr(0, text.find_first_of(delimiters));
    text.remove_prefix(head.size());
    return head;
}

Parts parts_of(std::string_view text) {
    Parts parts;
    parts.scheme = scheme_of(text);
    if (!parts.scheme.empty()) text.remove_prefix(parts.scheme.size() + 1);
    if (text.starts_with("//")) {
        text.remove_prefix(2);
        parts.has_authority = true;
        parts.authority = cut_before(text, "/?#");
    }
    parts.path = cut_before(text, "?#");
    if (text.starts_with('?')) {
        text.remove_prefix(1);
        parts.has_query = true;
        parts.query = cut_before(text, "#");
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

/// Writes back slashes as slashes up to the query, as browsers do for http (WHATWG URL 4.4).
void straighten_slashes(std::string& text) {
    const std::size_t end = std::min(text.find_first_of("?#"), text.size());
    std::replace(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(end), '\\', '/');
}

/// "http:/host", "http:///host" and "http:host" as "http://host".
void mend_authority_slashes(std::string& text, std::size_t after_colon) {
    const std::size_t end = std::min(text.find_first_not_of('/', after_colon), text.size());
    text.replace(after_colon, end - after_colon, "//");
}

/// An absolute URL with what people mistype set right; anything but http(s) is only stripped.
std::string mended(std::string_view text) {
    std::string out = stripped(text);
    const std::string_view scheme = scheme_of(out);
    if (!is_http_scheme(scheme)) return out;
    const std::size_t after_colon = scheme.size() + 1;
    straighten_slashes(out);
    mend_authority_slashes(out, after_colon);
    return joined(parts_of(out));
}

/// `path` (which starts with a slash) without "." and ".." (RFC 3986 5.2.4).
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

/// RFC 3986 5.2.3.
std::string merged_path(const Parts& base, std::string_view reference) {
    if (base.has_authority && base.path.empty()) return '/' + std::string(reference);
    std::string path(base.path.substr(0, base.path.rfind('/') + 1));
    return path += reference;
}

/// RFC 3986 5.2.2, for a reference without a scheme against a base that has one.
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

bool is_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

struct FreeCurlUrl {
    void operator()(CURLU* handle) const { curl_url_cleanup(handle); }
};
struct FreeCurlText {
    void operator()(char* text) const { curl_free(text); }
};
struct FreeIdnText {
    void operator()(char* text) const { idn2_free(text); }
};
using CurlUrl = std::unique_ptr<CURLU, FreeCurlUrl>;

/// Nothing if `text` is not what curl takes for a URL.
CurlUrl read_with_curl(const std::string& text) {
    CurlUrl handle(curl_url());
    if (!handle) throw std::bad_alloc();
    constexpr unsigned flags = CURLU_NON_SUPPORT_SCHEME | CURLU_PATH_AS_IS;
    if (curl_url_set(handle.get(), CURLUPART_URL, text.c_str(), flags) != CURLUE_OK) return {};
    return handle;
}

std::optional<std::string> part_of(const CurlUrl& handle, CURLUPart part, unsigned flags = 0) {
    char* text = nullptr;
    if (curl_url_get(handle.get(), part, &text, flags) != CURLUE_OK) return std::nullopt;
    const std::unique_ptr<char, FreeCurlText> owner(text);
    return std::string(text);
}

/// The host name in ASCII (UTS 46, then IDNA 2008), whatever the locale: curl's own conversion
/// fails in the C locale. Empty if it is no host name.
std::string idn_to_ascii(const std::string& host) {
    constexpr std::size_t longest = 1024;  // a DNS name has 253 bytes; more only costs time
    if (host.size() > longest) return {};
    char* text = nullptr;
    const int status = idn2_to_ascii_8z(host.c_str(), &text, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
    const std::unique_ptr<char, FreeIdnText> owner(text);
    return status == IDN2_OK ? std::string(text) : std::string();
}

/// The host as curl will connect to it. A name that only IDNA turns into digits and dots is read
/// once more, so that it gets the same numeric form as one written plainly.
std::string normal_host(std::string host) {
    if (!is_ascii(host)) {
        host = idn_to_ascii(host);
        if (host.empty() || !is_ascii(host)) return {};
        const CurlUrl again = read_with_curl("http://" + host + "/");
        if (!again) return {};
        host = part_of(again, CURLUPART_HOST).value_or("");
    }
    return to_lower(host);
}

std::string userinfo_of(const CurlUrl& handle) {
    std::string userinfo = part_of(handle, CURLUPART_USER).value_or("");
    if (const auto password = part_of(handle, CURLUPART_PASSWORD)) userinfo += ':' + *password;
    return userinfo;
}

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    const char lower = ascii_lower(c);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// Appends `text` with one spelling for each character: escapes of unreserved ones decoded, the
/// others in upper case, a per cent sign that starts no escape escaped.
void append_normal_escapes(std::string& out, std::string_view text) {
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '%') {
            out += text[at];
            continue;
        }
        const int high = at + 2 < text.size() ? hex_digit(text[at + 1]) : -1;
        const int low = high >= 0 ? hex_digit(text[at + 2]) : -1;
        if (low < 0) {
            out += "%25";
            continue;
        }
        const char decoded = static_cast<char>(high * 16 + low);
        at += 2;
        if (is_unreserved(decoded)) {
            out += decoded;
        } else {
            append_escape(out, decoded);
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
    for (const std::string_view parameter : split(query, '&')) {
        if (is_tracking(parameter)) continue;
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
    while (host.ends_with('.')) host.remove_suffix(1);
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
    const auto is_host_byte = [](char c) { return is_alphanumeric(c) || c == '-' || c == '.'; };
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (host.empty() || !std::ranges::all_of(host, is_host_byte)) return false;
    if (!port.empty() && !std::ranges::all_of(port.substr(1), is_digit)) return false;
    return !port.starts_with(":0") && port.size() <= 6 && !is_digit(host.back()) &&
           !starts_with_ignoring_case(host, "0x") && host.back() != '.';
}

std::string canonical(std::string_view clean) {
    const Parts parts = parts_of(clean);
    std::string out = "https://";
    out.reserve(clean.size() + out.size());
    append_canonical_authority(out, parts.authority, parts.scheme.size() == 5);
    const std::size_t path_start = out.size();
    append_normal_escapes(out, parts.path);
    const std::string_view path = std::string_view(out).substr(path_start);
    if (path.contains("/.")) out.replace(path_start, path.size(), without_dot_segments(path));
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
    const auto is_hex = [](char c) { return hex_digit(c) >= 0; };
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

std::optional<Url> Url::parse(std::string_view text) {
    const CurlUrl handle = read_with_curl(is_clean_http(text) ? std::string(text) : mended(text));
    if (!handle) return std::nullopt;
    Url url;
    url.scheme = to_lower(part_of(handle, CURLUPART_SCHEME).value_or(""));
    const std::string host = part_of(handle, CURLUPART_HOST).value_or("");
    url.host = normal_host(host);
    if (url.host.empty() && (!host.empty() || url.is_http())) return std::nullopt;
    url.userinfo = userinfo_of(handle);
    url.port = part_of(handle, CURLUPART_PORT, CURLU_NO_DEFAULT_PORT).value_or("");
    url.path = part_of(handle, CURLUPART_PATH).value_or("");
    const auto query = part_of(handle, CURLUPART_QUERY);
    url.has_query = query.has_value();
    url.query = query.value_or("");
    url.fragment = part_of(handle, CURLUPART_FRAGMENT).value_or("");
    return url;
}

int Url::effective_port() const {
    if (port.empty()) return scheme == "https" ? 443 : scheme == "http" ? 80 : 0;
    int number = 0;
    std::from_chars(port.data(), port.data() + port.size(), number);
    return number;
}

std::string Url::origin() const {
    return scheme + "://" + host + (port.empty() ? "" : ":" + port);
}

std::string Url::request_url() const {
    return origin() + path + (has_query ? "?" + query : "");
}

std::string Url::str() const {
    std::string out = scheme + "://" + (userinfo.empty() ? "" : userinfo + "@") + host;
    if (!port.empty()) out += ":" + port;
    out += path;
    if (has_query) out += "?" + query;
    if (!fragment.empty()) out += "#" + fragment;
    return out;
}

bool has_scheme(std::string_view text) {
    return !scheme_of(text).empty();
}

std::string resolve_url(std::string_view base, std::string_view reference) {
    const std::string_view trimmed = trim(reference);
    if (is_clean_http(trimmed)) return std::string(trimmed);

    std::string text = stripped(reference);
    const std::string base_text = is_clean_http(base) ? std::string(base) : mended(base);
    const Parts base_parts = parts_of(base_text);
    const std::string_view scheme = scheme_of(text);
    if (!scheme.empty() && !is_http_scheme(scheme)) return text;
    if (is_http_scheme(scheme.empty() ? base_parts.scheme : scheme)) straighten_slashes(text);

    // "http:page" is relative to a base of the same scheme (RFC 3986 5.2.2, as browsers do).
    Parts parts = parts_of(text);
    const bool is_same_scheme = equals_ignoring_case(parts.scheme, base_parts.scheme);
    if (is_same_scheme && !parts.has_authority && !parts.path.starts_with('/')) parts.scheme = {};

    std::string result;
    if (!parts.scheme.empty()) {
        result = mended(text);
    } else if (base_parts.has_authority || base_parts.path.starts_with('/')) {
        result = resolved(base_parts, parts);
    } else {
        return std::string(trimmed);
    }
    if (is_ascii(result)) return result;
    const auto url = Url::parse(result);  // only the host is not ASCII by now
    return url ? url->str() : result;
}

std::string canonical_url(std::string_view text) {
    text = trim(text);
    if (is_clean_http(text) && is_plain_authority(parts_of(text).authority)) return canonical(text);
    auto url = Url::parse(text);
    if (!url || !url->is_http()) return {};
    url->userinfo.clear();
    return canonical(url->request_url());
}

std::string redacted_url(std::string_view text) {
    std::string out;
    const std::string_view scheme = scheme_of(text);
    if (!scheme.empty()) {
        out.append(scheme) += ':';
        text.remove_prefix(scheme.size() + 1);
    }
    const std::size_t slashes = std::min(text.find_first_not_of("/\\"), text.size());
    out += text.substr(0, slashes);
    text.remove_prefix(slashes);
    if (slashes > 0 || is_http_scheme(scheme)) {
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
