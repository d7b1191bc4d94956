#pragma once
// References that an XML parser without a DTD cannot read: HTML's named entities, and numbers that
// are no XML character.

#include <optional>
#include <string>
#include <string_view>

#include "feed/warnings.h"

namespace tributary::feed {

/// `xml` with such references, outside of CDATA sections and comments, replaced by the characters
/// they stand for; nothing if there is none. Unknown ones stay as they are, and so do the five that
/// XML defines.
std::optional<std::string> resolve_references(std::string_view xml, Warnings& warnings);

}  // namespace tributary::feed
