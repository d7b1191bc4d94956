#pragma once
// What text in XML means: references replaced by the characters they stand for. Beside XML's own
// that is HTML's named entities, which feeds use without a DTD, and numbers that are no XML
// character.

#include <string>
#include <string_view>

#include "feed/warnings.h"

namespace tributary::feed::xml {

/// Appends what `text` means, as it is written between tags or quotes. A reference that means
/// nothing stays as it is; each one that XML does not know is warned of.
void append_text(std::string& out, std::string_view text, Warnings& warnings);

/// Tells what is wrong with a reference of that name (without & and ;), if anything is; an empty
/// name is that of an ampersand that begins none.
void warn_of_reference(std::string_view name, Warnings& warnings);

}  // namespace tributary::feed::xml
