#pragma once
// How a character reference is read in a text of HTML.

#include <string>
#include <string_view>

namespace tributary::feed {

enum class ReferenceIn { text, attribute };

/// Appends what the reference at the start of `text` (which starts with &) stands for, and answers
/// how many bytes it takes; 0, and nothing appended, if it is none (WHATWG HTML 13.2.5.72-80).
/// A code point that XML cannot carry becomes U+FFFD, 128 to 159 are read as windows-1252.
std::size_t decode_reference(std::string& out, std::string_view text, ReferenceIn place);

/// Appends `text` with all its references decoded.
void append_decoded(std::string& out, std::string_view text, ReferenceIn place);

}  // namespace tributary::feed
