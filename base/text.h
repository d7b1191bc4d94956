#pragma once
// The few text operations that every folder needs. Everything is bytes and ASCII: no locale.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tributary {

/// XML and HTML white space: space, tab, line feed, carriage return, form feed.
constexpr bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

/// `text` without white space at both ends.
std::string_view trim(std::string_view text);

/// `text` trimmed, each run of white space inside it made one space.
std::string collapse(std::string_view text);

constexpr char ascii_lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
std::string to_lower(std::string_view text);
bool equals_ignoring_case(std::string_view a, std::string_view b);
bool starts_with_ignoring_case(std::string_view text, std::string_view prefix);

/// Splits at `separator`; the parts are trimmed, empty ones are left out.
std::vector<std::string_view> split(std::string_view text, char separator);

bool is_ascii(std::string_view text);

/// Whether `text` is well-formed UTF-8 (RFC 3629: no surrogates, nothing past U+10FFFF).
bool is_utf8(std::string_view text);

/// `text` with each ill-formed sequence replaced by U+FFFD (WHATWG: maximal subpart).
std::string to_valid_utf8(std::string_view text);

/// Appends the code point as UTF-8; U+FFFD for what is no scalar value.
void append_utf8(std::string& out, char32_t code_point);

/// At most `max_bytes` of `text`, never cutting a UTF-8 sequence.
std::string_view truncate_utf8(std::string_view text, std::size_t max_bytes);

/// `text` fit for a terminal or one log line: C0, C1, DEL and bidirectional controls become
/// visible escapes, ill-formed bytes U+FFFD.
std::string printable(std::string_view text);

/// Reads a whole non-negative decimal number, saturating at the type's maximum; -1 if `text`
/// (trimmed) is anything else.
std::int64_t read_number(std::string_view text);

/// A fast 64-bit hash (XXH3) of bytes. Not keyed: for equality, never for trust. Stable for ever:
/// stored in databases.
std::uint64_t hash64(std::string_view bytes);
std::uint64_t hash64(std::string_view bytes, std::uint64_t seed);

/// "urn:uuid:..." version 5 (RFC 4122 4.3): SHA-1 of the name space's 16 bytes and `name`.
/// `name_space` is a "urn:uuid:..." string.
std::string uuid_v5(std::string_view name_space, std::string_view name);

/// RFC 4122 appendix C: the name space of URLs.
inline constexpr std::string_view uuid_namespace_url =
    "urn:uuid:6ba7b811-9dad-11d1-80b4-00c04fd430c8";

}  // namespace tributary
