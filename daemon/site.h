#pragma once
// What is published where: the addresses of the merged feeds and the entries behind each, as the
// configuration and the stored sources say. Immutable once made; a reload makes another.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"
#include "publish/merge.h"
#include "serve/routes.h"
#include "store/store.h"

namespace tributary::daemon {

/// A source as the public sees it.
struct SitePlace {
    store::SourceId id{};
    std::string slug, name, title, url;  // title: configured, may be empty; url without secrets
    std::vector<std::string> tags;       // sorted
};

/// One published feed: which entries, how many, under which head.
struct View {
    store::Selection selection;
    store::Window window;
    publish::Channel channel;
    publish::ContentOptions content;
    serve::Query query;  // that asked for it: its following pages are of the same query
    std::optional<store::SourceId> source;  // whose feed it is, if it is that of one source
};

using SourceIds = std::vector<store::SourceId>;  // sorted, each once
using SourceIndex = std::map<std::string, SourceIds, std::less<>>;

struct Site {
    config::Config config;
    std::string feed_id;            // "urn:uuid:..." of the main feed
    std::vector<SitePlace> places;  // sorted by id

    // Who is meant by a word, made once: no request walks through all places.
    SourceIds everyone;
    SourceIndex tagged;  // by tag
    SourceIndex called;  // by slug, name and URL without secrets
    SourceIndex
        configured;  // by URL as configured, with its secrets: for the operator's words only
    std::map<std::string, store::SourceId, std::less<>> slugs;

    /// What stands at an address; nothing if there is no such feed. `problem` gets the reason if
    /// the query cannot be answered.
    std::optional<View> view(const serve::FeedAddress& address, const serve::Query& query,
                             std::string& problem) const;

    /// The feeds that are always kept rendered: the main one and the configured ones.
    std::vector<serve::FeedAddress> standing() const;

    const SitePlace* place(store::SourceId id) const;
};
using SitePtr = std::shared_ptr<const Site>;

/// `states` are those of the enabled subscriptions, in their order.
SitePtr make_site(const config::Config& config,
                  const std::vector<const config::Subscription*>& subscriptions,
                  const std::vector<store::SourceState>& states, std::string feed_id);

/// "new", "ok", "failing", "gone": the word for it on the page and in the commands.
std::string_view condition_in_words(store::Condition condition);

/// Whether a change at `source` can change what the selection holds.
bool touches(const store::Selection& selection, store::SourceId source);

}  // namespace tributary::daemon
