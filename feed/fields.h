#pragma once
// Which element gives which field. Every format and extension is a table of rows, one element each;
// together they serve every XML format: Atom elements inside RSS, RSS elements inside Atom, Dublin
// Core anywhere.

#include <span>
#include <string_view>

#include "feed/draft.h"

namespace tributary::feed {

template <typename Target>
struct Row {
    xml::Ns ns;
    std::string_view name;   // lower case
    std::string_view field;  // of the model, for docs/FORMATS.md
    Rank rank;               // unless the document's format is the element's own
    void (*read)(Draft<Target>&, const xml::Element&);
};
using FeedRow = Row<Feed>;
using EntryRow = Row<Entry>;

/// All rows, format by format.
std::span<const std::span<const FeedRow>> feed_rows();
std::span<const std::span<const EntryRow>> entry_rows();

/// Reads one element into the field that its row names; an element without row is passed over.
void read_field(Draft<Feed>& draft, const xml::Element& element);
void read_field(Draft<Entry>& draft, const xml::Element& element);

/// Reads the children of `parent` as feed fields and entries; also entries that stand in one
/// another.
void read_children(Draft<Feed>& draft, const xml::Element& parent);

/// An RSS item or an Atom entry.
bool is_entry(const xml::Element& element);

/// Reads one entry and adds it.
void read_entry(Draft<Feed>& feed, const xml::Element& element);

// The tables.
std::span<const FeedRow> rss_feed_rows();
std::span<const EntryRow> rss_entry_rows();
std::span<const FeedRow> atom_feed_rows();
std::span<const EntryRow> atom_entry_rows();
std::span<const FeedRow> dublin_core_feed_rows();
std::span<const EntryRow> dublin_core_entry_rows();
std::span<const FeedRow> itunes_feed_rows();
std::span<const EntryRow> itunes_entry_rows();
std::span<const FeedRow> media_feed_rows();
std::span<const EntryRow> media_entry_rows();
std::span<const FeedRow> podcast_feed_rows();
std::span<const EntryRow> podcast_entry_rows();
std::span<const FeedRow> geo_feed_rows();
std::span<const EntryRow> geo_entry_rows();
std::span<const FeedRow> module_feed_rows();
std::span<const EntryRow> module_entry_rows();

}  // namespace tributary::feed
