#pragma once
// The feeds at an address: the document itself if it is one, else those that the page there names.
// What discover, add and preview know of addresses.

#include <string>
#include <vector>

#include "config/config.h"
#include "feed/feed_links.h"

namespace tributary::daemon {

struct Discovery {
    std::string url;                    // that answered, redirects followed
    bool is_feed = false;               // the document itself: `feeds` holds that one alone
    std::size_t entries = 0;            // of the document itself
    std::vector<feed::FeedLink> feeds;  // likeliest first
};

/// `text` as a URL: https where only a host is named ("example.org/blog", "localhost:8080").
std::string with_scheme(const std::string& text);

/// Fetches one document as the daemon would and looks what it is; no other address is asked.
/// Throws Fatal(65) saying why, if that is neither a feed nor a page that names one.
Discovery discover(const config::Config& config, const std::string& url);

/// The same of a document at hand. `base_url` may be empty: then relative addresses do not count.
Discovery discover_in(std::string bytes, const std::string& base_url,
                      const std::string& content_type);

}  // namespace tributary::daemon
