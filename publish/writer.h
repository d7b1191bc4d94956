#pragma once
// An output format: head, items, tail. An item's bytes depend on the item alone, so they are
// rendered once per revision and shared by every feed that holds it.

#include <span>
#include <string>
#include <string_view>

#include "publish/merge.h"

namespace tributary::publish {

struct Writer {
    std::string_view name;        // "Atom"
    std::string_view extension;   // ".atom"
    std::string_view media_type;  // "application/atom+xml; charset=utf-8"
    std::string_view separator;   // between items
    void (*head)(std::string& out, const Channel& channel, Timestamp updated);
    void (*item)(std::string& out, const Item& item);
    void (*tail)(std::string& out, const Channel& channel);
};

extern const Writer atom_writer, rss_writer, json_feed_writer;

/// Every output format, in the order in which they are offered.
std::span<const Writer* const> writers();

/// Where a feed stands in this format: the "self" of the document, with its query.
std::string address_of(const Writer& writer, const Channel& channel);
/// Where its following page stands; empty: there is none.
std::string next_address_of(const Writer& writer, const Channel& channel);
/// The published feed as the author of what it says itself.
feed::Person author_of(const Channel& channel);
/// The media type without parameters, as links name it.
std::string_view type_of(const Writer& writer);

/// A whole document. The same channel and items give the same bytes, always.
std::string write(const Writer& writer, const Channel& channel, std::span<const Item> items);

}  // namespace tributary::publish
