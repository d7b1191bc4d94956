#pragma once
// The pages for people: server-made HTML and one style sheet, no script. Everything in them comes
// from the arguments, so equal state gives equal bytes. Pure.

#include <string>
#include <string_view>
#include <vector>

#include "publish/merge.h"

namespace tributary::serve {

/// A source as an administrator wants to see it. Times are RFC 3339 or empty, `state` is a word
/// ("ok", "failing"), `error` a sentence or empty.
struct SourceLine {
    std::string slug, title, site, feed_url, state, error, last_success, next_poll;
    std::int64_t entries = 0;
    std::vector<std::string> tags;
};

struct FeedLine {
    std::string path, title;  // "/f/dev": as in an address, escaped, without extension
};

struct HomePage {
    std::string title, description;
    std::string base_url;         // without a slash at the end
    std::vector<FeedLine> feeds;  // the main one first, then configured ones, then tags
    std::vector<SourceLine> sources;
    std::vector<publish::Item> items;  // newest first
};

/// "/": the newest entries by day (UTC) and the addresses of the feeds, as a whole HTML document.
/// At most 100 KB: what is too much is left out and said to be.
std::string write_home(const HomePage& page);

/// "/assets/style.css" and "/assets/feed.css": the style of the pages and that of feeds shown in a
/// browser. It begins with the `feed` and `rss` elements, which no page has.
std::string_view style_sheet();

}  // namespace tributary::serve
