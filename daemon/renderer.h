#pragma once
// Turns views of the store into snapshots. Runs on one thread of its own beside the loop, with a
// reading connection of its own. What an entry looks like in each format is rendered once per
// revision and shared by every feed that holds it.
//
// A publisher decides how long entries are, so a document has a budget: its newest entries are
// there in full as far as it reaches, the older ones in brief. That depends on the entries alone:
// the same state gives the same bytes.

#include <array>
#include <cstdint>
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

/// Bytes of a document's entries in full; from the first that goes beyond it, entries are in brief:
/// title, link, summary and source.
inline constexpr std::size_t full_entries_budget = 8u << 20;
/// Bytes of the entries in brief; the first that goes beyond it begins the following page.
inline constexpr std::size_t brief_entries_budget = 2u << 20;

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
    enum class Length { full, brief };
    struct Card {                          // one entry, ready
        publish::Item brief;               // what is shown of it anywhere
        std::array<std::string, 3> bytes;  // per writer
        std::uint64_t used = 0;            // the last rendering that needed it
        std::size_t size() const;          // in its longest format
        std::size_t weight() const;        // bytes that it takes in memory, about
    };
    struct OriginCard {
        publish::Origin origin;
        std::uint64_t version = 0;
    };
    struct Window {
        std::vector<Card*> cards;  // newest date first
        bool goes_on = false;      // entries were left for the following page
    };

    void begin();
    const OriginCard& origin(const Site& site, store::SourceId id);
    Card& card(const Site& site, const store::EntryFacts& entry,
               const publish::ContentOptions& content, Length length);
    Card make_card(const Site& site, const store::EntryFacts& entry,
                   const publish::ContentOptions& content, Length length);
    void make_room();
    void forget();
    Window window(const Site& site, const View& view);

    store::Store store_;
    std::unordered_map<store::SourceId, OriginCard> origins_;  // of one rendering
    std::unordered_map<std::uint64_t, Card> cards_;  // by everything that a card depends on
    std::size_t cached_bytes_ = 0;
    std::uint64_t rendering_ = 0;
};

}  // namespace tributary::daemon
