#pragma once
// Turns views of the store into snapshots. Runs on one thread of its own beside the loop, with a
// reading connection of its own. What an entry looks like in a format is rendered once per revision
// and shared by every feed that holds it.

#include <array>
#include <filesystem>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "daemon/site.h"
#include "publish/merge.h"
#include "publish/snapshot.h"
#include "publish/writer.h"
#include "store/store.h"

namespace tributary::daemon {

class Renderer {
  public:
    explicit Renderer(store::Store reader) : store_(std::move(reader)) {}

    /// The view in each of the formats asked for, in their order. Same state, same bytes.
    std::vector<publish::SnapshotPtr> feed(const Site& site, const View& view,
                                           std::span<const publish::Writer* const> writers);

    /// The page for people.
    publish::SnapshotPtr home(const Site& site);

    /// The list of sources as OPML 2.0.
    publish::SnapshotPtr opml(const Site& site);

  private:
    struct Card {  // one entry, ready
        publish::Item item;
        std::array<std::string, 3> bytes;  // per writer, empty until asked for
    };
    struct OriginCard {
        publish::Origin origin;
        std::uint64_t version = 0;
    };

    const OriginCard& origin(const Site& site, store::SourceId id);
    Card& card(const Site& site, store::EntryFacts& entry, const publish::ContentOptions& content);
    std::vector<Card*> cards(const Site& site, const View& view);

    store::Store store_;
    std::unordered_map<store::SourceId, OriginCard> origins_;  // of one rendering
    std::unordered_map<std::uint64_t, Card> cards_;  // by everything that a card depends on
    std::size_t cached_bytes_ = 0;
};

}  // namespace tributary::daemon
