#pragma once
// JSON text, appended piece by piece (RFC 8259).

#include <cstdint>
#include <string>
#include <string_view>

namespace tributary::feed {

/// Appends `text` (UTF-8) as a JSON string. Only what must be escaped is; U+2028 and U+2029 are
/// too, for those who paste JSON into JavaScript.
void append_quoted(std::string& out, std::string_view text);

void append_number(std::string& out, std::int64_t number);

/// The shortest form that reads back as the same number; null for what is not finite.
void append_number(std::string& out, double number);

}  // namespace tributary::feed
