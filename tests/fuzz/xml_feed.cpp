// Any bytes as a feed: decoding, repair, the three XML formats and their extensions.

#include "parsing.h"
#include "target.h"

#include <string>

void tributary::fuzz::check(std::string_view input) {
    check_parsing({.bytes = std::string(input),
                   .url = "https://example.org/blog/feed.xml",
                   .content_type = {}});
}
