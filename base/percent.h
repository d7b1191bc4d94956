#pragma once
// Percent-encoding of paths and queries (RFC 3986 2.1).

#include <string>
#include <string_view>

namespace tributary {

/// Appends `text` decoded once. False, with `out` partly written, if an escape is not % and two
/// hexadecimal digits.
bool percent_decode(std::string_view text, std::string& out);

/// Appends `text` with everything but unreserved characters (RFC 3986 2.3) escaped.
void percent_encode(std::string_view text, std::string& out);

}  // namespace tributary
