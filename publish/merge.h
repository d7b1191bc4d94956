#pragma once
// Entries of many sources made ready to be read as one feed: cleaned, with their published ids and
// dates, an author on each, and the source they come from (atom:source). Pure.

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "feed/model.h"

namespace tributary::publish {

/// What is known of a source where its entries are published.
struct Origin {
    std::string slug;
    std::string feed_url;  // as shown: without secrets
    feed::Feed head;       // title, link, id, icon, authors ...; no entries
};

/// Its title as plain text; without one, what else it is known by.
std::string title_of(const Origin& origin);

/// What Tributary itself knows of an entry: `_tributary` in JSON Feed.
struct Provenance {
    std::int64_t seq = 0;
    Timestamp first_seen{};
    std::string source_date;  // as the publisher wrote it
    std::string source_slug, source_title, source_url;
    std::vector<std::string> also_in;  // feed URLs
    bool operator==(const Provenance&) const = default;
};

/// An entry ready to be written.
struct Item {
    feed::Entry entry;
    Provenance provenance;
};

/// An entry as it comes from the store, and who shows it.
struct Raw {
    std::int64_t seq = 0;
    int revision = 0;
    std::string id;
    feed::Entry entry;
    Timestamp first_seen{}, published{}, updated{};
    const Origin* origin = nullptr;
    std::vector<const Origin*> also_in;
};

struct ContentOptions {
    enum class Content { full, summary, none };
    Content content = Content::full;
    std::size_t max_content = 256u << 10;
    bool strip_trackers = true;
};

/// Title flattened to text, summary plain (about 1,000 characters), content sanitized html (of the
/// summary, if that holds markup and there is no content), unsafe URLs dropped, author filled in
/// (own; else the source's; else its title), atom:source set (one already there is kept).
Item prepare(Raw raw, const ContentOptions& options);

/// Where an entry stands in a document, the greatest first: published newest first, then the newest
/// number. Total, so that every format has the same order.
struct Position {
    Timestamp published{};
    std::int64_t seq = 0;
    auto operator<=>(const Position&) const = default;
};
Position position_of(const Item& item);

/// A published feed's own facts. All URLs absolute.
struct Channel {
    std::string id;  // "urn:uuid:..."
    std::string title, description, language;
    std::string home;   // text/html
    std::string base;   // ".../feed", to which writers' extensions are added
    std::string query;  // "?q=..." canonical, or empty
    std::vector<std::string> hubs;
    std::string next;  // the query of the following page, "?before=4711"; or empty
    std::string icon;  // an image of the feed, or empty
    std::optional<std::int64_t> ttl_minutes;  // how long a reader may keep the document
    bool operator==(const Channel&) const = default;
};

/// The time a feed says it was updated: the newest of its items (epoch if there are none).
Timestamp updated_of(const std::vector<Timestamp>& updated);

}  // namespace tributary::publish
