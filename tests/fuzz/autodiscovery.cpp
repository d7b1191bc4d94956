// Any page: the feeds that it names, its title, whether it is one at all.

#include "base/text.h"
#include "base/url.h"
#include "feed/feed_links.h"
#include "feed/html.h"
#include "target.h"

#include <set>
#include <string>

void tributary::fuzz::check(std::string_view input) {
    const std::string page = to_valid_utf8(input);
    const auto links = feed::feed_links(page, "https://example.org/blog/");
    std::set<std::string> urls;
    for (const feed::FeedLink& link : links) {
        const auto url = Url::parse(link.url);
        require(url && url->is_http(), "a feed can be fetched");
        require(is_utf8(link.url + link.type + link.title), "a link is UTF-8");
        require(urls.insert(link.url).second, "each feed is named once");
    }
    require(feed::feed_links(page, "https://example.org/blog/") == links, "always the same feeds");
    const std::string title = feed::html_title(page);
    require(is_utf8(title) && collapse(title) == title, "a title is UTF-8 on one line");
    feed::looks_like_html(page);
}
