#pragma once
// JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/). Any object with a list `items` is
// one, whatever its version says.

#include <expected>
#include <string_view>

#include "feed/parse.h"

namespace tributary::feed {

/// Reads a JSON Feed from UTF-8 text. Members of a wrong type are absent; numbers and booleans
/// serve as text. URLs are resolved against `origin.url`. Errors: `not_a_feed` (other JSON, or
/// none), `limit`.
std::expected<Parsed, ParseError> read_json_feed(std::string_view text, const Document& origin,
                                                 const Limits& limits);

}  // namespace tributary::feed
