#pragma once
// The feeds that a web page names, likeliest first. Nothing is guessed: an address that neither the
// page nor its headers hold is never made up.

#include <string>
#include <string_view>
#include <vector>

namespace tributary::feed {

struct FeedLink {
    /// What speaks for it; the first of these is the likeliest to be what a reader wants.
    enum class Kind {
        feed,      // declared with a relation or a type that only feeds have
        vague,     // declared as some XML or JSON, and called a feed by its address or title
        comments,  // declared, but it holds what readers answer
        anchor,    // not declared, only linked to from the text
    };
    std::string url, type, title;  // type: lower case, without parameters; may be empty
    Kind kind = Kind::feed;
    bool operator==(const FeedLink&) const = default;
};

/// A link that came beside the page, as written: a Link header (RFC 8288).
struct PageLink {
    std::string relation, type, url, title;
};

/// The feeds that an HTML page and the links beside it declare: rel=feed, and rel=alternate of a
/// feed's type. Those of the page are resolved against its base, those beside it against `url`.
/// Only where there are none, the anchors whose address looks like that of a feed. At most 100,
/// without duplicates; http and https only (feed: is read as one of them).
std::vector<FeedLink> feed_links(std::string_view html, std::string_view url,
                                 const std::vector<PageLink>& beside = {});

}  // namespace tributary::feed
