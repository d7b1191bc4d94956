#pragma once
// The pages for people: server-made HTML and one style sheet, no script. Pure.

#include <string>
#include <string_view>
#include <vector>

#include "publish/merge.h"

namespace tributary::serve {

struct SourceLine {
    std::string slug, title, site, feed_url, state, error, last_success, next_poll;
    std::int64_t entries = 0;
    std::vector<std::string> tags;
};

struct FeedLine {
    std::string path, title;  // "/f/dev"
};

struct HomePage {
    std::string title, description;
    std::string base_url;
    std::vector<FeedLine> feeds;  // the main one first, then configured ones, then tags
    std::vector<SourceLine> sources;
    std::vector<publish::Item> items;  // newest first
};

/// "/": the newest entries and the addresses of the feeds.
std::string write_home(const HomePage& page);
/// "/assets/style.css" and the style of feeds shown in a browser.
std::string_view style_sheet();

}  // namespace tributary::serve
