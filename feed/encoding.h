#pragma once
// Bytes as they came to clean UTF-8. The charset is the one that a byte order mark tells, else the
// first bytes of UTF-16 or UTF-32, else the HTTP header, else the XML declaration (RFC 7303 3),
// else UTF-8 if the bytes are that, else windows-1252. A label that the bytes contradict is not
// believed.

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "feed/parse.h"

namespace tributary::feed {

struct Decoded {
    std::string text;  // valid UTF-8 without byte order mark and without controls illegal in XML
    std::string encoding;  // what the bytes were really read as; lower case, e.g. "windows-1252"
    std::vector<Warning> warnings;  // encoding-mismatch, encoding-guessed, invalid-char
};

/// Decodes a document; `content_type` is the whole HTTP header value. Bytes that mean nothing
/// become U+FFFD. Text that is UTF-8 already is moved through, not copied. The only error,
/// `encoding`, is a charset that this system cannot decode.
std::expected<Decoded, ParseError> to_utf8(std::string bytes, std::string_view content_type);

}  // namespace tributary::feed
