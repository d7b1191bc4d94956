#include "base/url.h"

#include "base/plain_url.h"
#include "base/text.h"
#include "base/uri.h"

#include <curl/curl.h>
#include <idn2.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <memory>
#include <new>

namespace tributary {
namespace {

bool is_control_or_space(char c) {
    return static_cast<unsigned char>(c) <= ' ';
}

/// `text` without outer controls and spaces, and without tabs and line breaks (WHATWG URL 4.4).
std::string stripped(std::string_view text) {
    while (!text.empty() && is_control_or_space(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_control_or_space(text.back())) text.remove_suffix(1);
    std::string out(text);
    std::erase_if(out, [](char c) { return c == '\t' || c == '\n' || c == '\r'; });
    return out;
}

/// Writes back slashes as slashes up to the query, as browsers do for http (WHATWG URL 4.4).
void straighten_slashes(std::string& text) {
    if (!text.contains('\\')) return;
    const std::size_t end = std::min(text.find_first_of("?#"), text.size());
    std::replace(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(end), '\\', '/');
}

/// "http:/host", "http:///host" and "http:host" as "http://host"; likewise "////host".
void mend_authority_slashes(std::string& text, std::size_t after_colon) {
    const std::size_t end = std::min(text.find_first_not_of('/', after_colon), text.size());
    text.replace(after_colon, end - after_colon, "//");
}

/// An absolute URL with what people mistype set right; anything but http(s) is only stripped.
std::string mended(std::string_view text) {
    std::string out = stripped(text);
    const std::string_view scheme = uri::scheme_of(out);
    if (!uri::is_http_scheme(scheme)) return out;
    const std::size_t after_colon = scheme.size() + 1;
    straighten_slashes(out);
    mend_authority_slashes(out, after_colon);
    return uri::joined(uri::parts_of(out));
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
    if (text.contains('\0')) return {};
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

/// The host as curl will connect to it. A name that only IDNA or its escapes turn into digits and
/// dots is read once more, so that it gets the same numeric form as one written plainly.
std::string normal_host(std::string host, bool may_be_escaped) {
    if (is_ascii(host) && !may_be_escaped) return to_lower(host);
    if (!is_ascii(host)) host = idn_to_ascii(host);
    if (host.empty() || !is_ascii(host) || host.contains('%')) return {};
    const CurlUrl again = read_with_curl("http://" + host + "/");
    return again ? to_lower(part_of(again, CURLUPART_HOST).value_or("")) : std::string();
}

/// Whether references can be relative to a URL of these parts.
bool can_be_base(const uri::Parts& base) {
    if (std::ranges::any_of(base.authority, is_control_or_space)) return false;
    if (uri::is_http_scheme(base.scheme)) return !base.authority.empty();
    return base.has_authority || base.path.starts_with('/');
}

std::string userinfo_of(const CurlUrl& handle) {
    std::string userinfo = part_of(handle, CURLUPART_USER).value_or("");
    if (const auto password = part_of(handle, CURLUPART_PASSWORD)) userinfo += ':' + *password;
    return userinfo;
}

}  // namespace

std::optional<Url> Url::parse(std::string_view text) {
    if (auto plain = parse_plain_url(text)) return plain;
    const std::string written = uri::is_clean_http(text) ? std::string(text) : mended(text);
    const CurlUrl handle = read_with_curl(written);
    if (!handle) return std::nullopt;
    Url url;
    url.scheme = to_lower(part_of(handle, CURLUPART_SCHEME).value_or(""));
    const std::string host = part_of(handle, CURLUPART_HOST).value_or("");
    url.host = normal_host(host, written.contains('%'));
    if (url.host.empty() && (!host.empty() || url.is_http())) return std::nullopt;
    url.userinfo = userinfo_of(handle);
    url.port = part_of(handle, CURLUPART_PORT, CURLU_NO_DEFAULT_PORT).value_or("");
    url.path = part_of(handle, CURLUPART_PATH).value_or("");
    if (url.host.empty() && !url.path.starts_with('/')) return std::nullopt;
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
    return !uri::scheme_of(text).empty();
}

std::string resolve_url(std::string_view base, std::string_view reference) {
    const std::string_view trimmed = trim(reference);
    if (uri::is_clean_http(trimmed)) return std::string(trimmed);

    std::string text = stripped(reference);
    std::string mended_base;
    if (!uri::is_clean_http(base)) base = mended_base = mended(base);
    const uri::Parts base_parts = uri::parts_of(base);
    const std::string_view scheme = uri::scheme_of(text);
    if (!scheme.empty() && !uri::is_http_scheme(scheme)) return text;
    if (uri::is_http_scheme(scheme.empty() ? base_parts.scheme : scheme)) {
        straighten_slashes(text);
        if (text.starts_with("//")) mend_authority_slashes(text, 0);
    }

    // "http:page" is relative to a base of the same scheme (RFC 3986 5.2.2, as browsers do).
    uri::Parts parts = uri::parts_of(text);
    const bool is_same_scheme = equals_ignoring_case(parts.scheme, base_parts.scheme);
    if (is_same_scheme && !parts.has_authority && !parts.path.starts_with('/')) parts.scheme = {};

    std::string result;
    if (!parts.scheme.empty()) {
        result = mended(text);
    } else if (can_be_base(base_parts)) {
        result = uri::resolved(base_parts, parts);
    } else {
        return std::string(trimmed);
    }
    if (is_ascii(result)) return result;
    const auto url = Url::parse(result);  // only the host is not ASCII by now
    return url ? url->str() : result;
}

}  // namespace tributary
