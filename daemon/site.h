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

/// A word by which a source is called, where the word itself is kept elsewhere.
struct Word {
    std::string_view text;
    store::SourceId id{};
    auto operator<=>(const Word&) const = default;
};
using Words = std::vector<Word>;  // sorted

struct Site {
    config::Config config;
    std::string feed_id;            // "urn:uuid:..." of the main feed
    std::vector<SitePlace> places;  // sorted by id

    // Who is meant by a word, made once: no request walks through all places.
    SourceIds everyone;
    std::map<std::string, SourceIds, std::less<>> tagged;  // by tag
    Words slugs;
    Words called;                      // by slug, name and URL without secrets
    std::vector<std::string> secrets;  // URLs as configured, where they hold some
    Words secretly_called;             // by these: for the operator's words only

    Site() = default;
    Site(const Site&) = delete;  // the words point into it
    Site& operator=(const Site&) = delete;

    /// What stands at an address; nothing if there is no such feed. `problem` gets the reason if
    /// the query cannot be answered.
    std::optional<View> view(const serve::FeedAddress& address, const serve::Query& query,
                             std::string& problem) const;

    /// The feeds that are always kept rendered: the main one and the configured ones.
    std::vector<serve::FeedAddress> standing() const;

    const SitePlace* place(store::SourceId id) const;
};
using SitePtr = std::shared_ptr<const Site>;

/// `states` are those of the enabled subscriptions, in their order; `config` need not hold these.
SitePtr make_site(const config::Config& config,
                  const std::vector<const config::Subscription*>& subscriptions,
                  const std::vector<store::SourceState>& states, std::string feed_id);

/// "new", "ok", "failing", "gone": the word for it on the page and in the commands.
std::string_view condition_in_words(store::Condition condition);

/// Whether a change at `source` can change what the selection holds.
bool touches(const store::Selection& selection, store::SourceId source);

}  // namespace tributary::daemon
