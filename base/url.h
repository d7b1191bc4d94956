#pragma once
// One URL class over curl_url, so that what we judge is what is fetched: no parser differential.
// Hosts are ASCII (IDNA 2008 through libidn2), numeric IPv4 spellings are normal form, a fragment
// is kept apart.

#include <optional>
#include <string>
#include <string_view>

namespace tributary {

struct Url {
    std::string scheme;    // lower case
    std::string userinfo;  // as written, without '@'; empty: none
    std::string host;      // ASCII, lower case; an IPv6 literal in brackets
    std::string port;      // empty: the scheme's own
    std::string path;      // as written; at least "/" for http and https
    std::string query;     // as written, without '?'
    bool has_query = false;
    std::string fragment;  // without '#'

    bool operator==(const Url&) const = default;

    /// Nothing if `text` is not an absolute URL. Outer white space, tabs and line breaks are
    /// ignored as browsers do (WHATWG URL 4.4).
    static std::optional<Url> parse(std::string_view text);

    bool is_http() const { return scheme == "http" || scheme == "https"; }
    int effective_port() const;

    /// The URL as one string, with the fragment.
    std::string str() const;

    /// What goes on the wire: without fragment and userinfo.
    std::string request_url() const;

    /// "https://host" or "http://host:8080": where connections and credentials belong.
    std::string origin() const;
};

/// `reference` resolved against `base` (RFC 3986 5.2; both as found in documents: IRIs, spaces,
/// back slashes are mended). What cannot be resolved comes back as written, trimmed.
std::string resolve_url(std::string_view base, std::string_view reference);

/// Whether `text` starts with a URI scheme and a colon (RFC 3986 3.1).
bool has_scheme(std::string_view text);

/// A form in which two spellings of one page are equal: no fragment, http as https, no "www.",
/// default ports and tracking parameters (utm_*, fbclid, gclid, ...) removed, %7E-like escapes
/// decoded, no trailing slash, query order kept. For comparison only, never for fetching.
/// Empty if `text` is not an absolute http(s) URL.
std::string canonical_url(std::string_view text);

/// `text` with userinfo and the values of token-like query parameters shown as "***".
std::string redacted_url(std::string_view text);

}  // namespace tributary
