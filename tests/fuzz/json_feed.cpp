// Any text as a JSON feed, small repairs included.

#include "base/text.h"
#include "parsing.h"
#include "target.h"

#include <string>

void tributary::fuzz::check(std::string_view input) {
    // What is no JSON at all would only be read as XML.
    if (!trim(input).starts_with('{') && !trim(input).starts_with('[')) return;
    check_parsing({.bytes = std::string(input),
                   .url = "https://example.org/feed.json",
                   .content_type = "application/feed+json"});
}
