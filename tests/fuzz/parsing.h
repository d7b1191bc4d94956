#pragma once
// What must hold of every document that goes into the parser, whatever comes out.

#include "feed/parse.h"

#include <string_view>

namespace tributary::fuzz {

/// Reads `document` and requires: what is printed is valid UTF-8 and JSON, dates are of the years 1
/// to 9999, entries survive being stored, an error says something printable, and what was read
/// before makes no difference.
void check_parsing(const feed::Document& document);

}  // namespace tributary::fuzz
