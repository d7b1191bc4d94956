#pragma once
// The grammar of URIs (RFC 3986): its characters, the parts of a reference, resolving one against
// another. Pure text; nothing here knows what may be connected to. For base/ only: others use
// base/url.h.

#include <string>
#include <string_view>

namespace tributary::uri {

/// Letters, digits and "-._~" (RFC 3986 2.3): never in need of an escape.
bool is_unreserved(char c);

/// The value of a hexadecimal digit; -1 if `c` is none.
int hex_digit(char c);

/// Appends `c` as "%XX".
void append_escape(std::string& out, char c);

/// Appends `text` with everything escaped that may not stand in a URI.
void append_encoded(std::string& out, std::string_view text);

/// The scheme that `text` starts with, without the colon (RFC 3986 3.1); empty: none.
std::string_view scheme_of(std::string_view text);

bool is_http_scheme(std::string_view scheme);

/// Whether `text` is an http(s) URL that needs no mending: most are, so the others may be slow.
bool is_clean_http(std::string_view text);

/// The parts of a URI reference (RFC 3986 appendix B), as written.
struct Parts {
    std::string_view scheme, authority, path, query, fragment;
    bool has_authority = false, has_query = false, has_fragment = false;
};
Parts parts_of(std::string_view text);

/// The parts as one string (RFC 3986 5.3); path, query and fragment are encoded where they must be.
std::string joined(const Parts& parts);

/// `path`, which starts with a slash, without "." and ".." (RFC 3986 5.2.4).
std::string without_dot_segments(std::string_view path);

/// A reference without a scheme against a base that has one (RFC 3986 5.2.2).
std::string resolved(const Parts& base, Parts reference);

}  // namespace tributary::uri
