#include "feed/fields.h"

#include "base/text.h"

#include <algorithm>
#include <array>

namespace tributary::feed {
namespace {

using xml::Element;
using xml::Ns;

// Room for as many is made at once: an entry is dear to move.
constexpr std::size_t usual_entries = 32;

/// RSS 0.9x, 1.0, 2.0 and no namespace share rows, and so do the versions of Atom.
Ns family(Ns ns) {
    switch (ns) {
        case Ns::none:
        case Ns::rss090:
        case Ns::rss10:
            return Ns::rss;
        case Ns::atom03:
            return Ns::atom;
        default:
            return ns;
    }
}

Ns family(Format format) {
    return format == Format::atom ? Ns::atom : Ns::rss;
}

/// Of a name that is not empty, in any case: three letters and the length tell names apart.
constexpr std::size_t hash(Ns ns, std::string_view name) {
    const auto letter = [&](std::size_t at) {
        return std::size_t{static_cast<unsigned char>(name[at])} | 0x20;
    };
    std::size_t value = static_cast<std::size_t>(ns) << 8 | name.size();
    value = value << 24 | letter(0) << 16 | letter(name.size() / 2) << 8 | letter(name.size() - 1);
    return value * 0x9E3779B97F4A7C15 >> 32;
}

/// Rows by namespace and name, in any case: a hash table built once, never changed.
template <typename Target>
class Index {
  public:
    explicit Index(std::span<const std::span<const Row<Target>>> tables) {
        for (const auto& table : tables)
            for (const Row<Target>& row : table) *slot(row.ns, row.name) = &row;
    }

    const Row<Target>* find(Ns ns, std::string_view name) const {
        return name.empty() ? nullptr : *const_cast<Index*>(this)->slot(ns, name);
    }

  private:
    const Row<Target>** slot(Ns ns, std::string_view name) {
        std::size_t at = hash(ns, name) % rows_.size();
        while (rows_[at] && !(rows_[at]->ns == ns && equals_ignoring_case(rows_[at]->name, name)))
            at = (at + 1) % rows_.size();
        return &rows_[at];
    }

    std::array<const Row<Target>*, 1024> rows_{};
};

const Index<Feed>& index_for(const Feed&) {
    static const Index<Feed> index(feed_rows());
    return index;
}

const Index<Entry>& index_for(const Entry&) {
    static const Index<Entry> index(entry_rows());
    return index;
}

/// False if no row is the element's.
template <typename Target>
bool read_with_row(Draft<Target>& draft, const Element& element) {
    const Ns ns = family(element.ns());
    const Index<Target>& index = index_for(draft.target);
    const Row<Target>* row = index.find(ns, element.name());
    if (!row && ns == Ns::rss) row = index.find(Ns::atom, element.name());
    if (!row && ns == Ns::atom) row = index.find(Ns::rss, element.name());
    if (!row) return false;
    draft.rank = ns == family(draft.reading.format) ? Rank::own : row->rank;
    row->read(draft, element);
    return true;
}

bool is_core(const Element& element) {
    const Ns ns = family(element.ns());
    return ns == Ns::rss || ns == Ns::atom;
}

/// Elements that only hold others. A channel in a channel is met where a template was pasted twice.
bool is_container(const Element& element) {
    return is_core(element) && (equals_ignoring_case(element.name(), "channel") ||
                                equals_ignoring_case(element.name(), "items") ||
                                equals_ignoring_case(element.name(), "rss"));
}

/// Whether an element that means nothing to us holds entries: `<div><item>`.
bool is_wrapper(const Element& element) {
    for (const Element& child : xml::children(element))
        if (is_entry(child) || is_container(child)) return true;
    return false;
}

Element take_last(std::vector<Element>& waiting) {
    if (waiting.empty()) return {};
    const Element last = waiting.back();
    waiting.pop_back();
    return last;
}

/// Entries that stand in it are put behind `waiting`, the last of them first.
void read_one_entry(Draft<Feed>& feed, const Element& element, std::vector<Element>& waiting) {
    if (feed.target.entries.empty()) feed.target.entries.reserve(usual_entries);
    Entry& entry = feed.target.entries.emplace_back();
    Draft<Entry> draft(entry, feed.reading);
    offer(
        draft, Slot::id, entry.id, [&] { return collapse(element.attribute(Ns::rdf, "about")); },
        1);
    entry.language = element.lang();
    if (element.has_own_base()) entry.base = element.base();
    const auto already = std::ssize(waiting);
    for (const Element& child : xml::children(element)) {
        if (is_entry(child) && child.has_elements())
            waiting.push_back(child);
        else
            read_field(draft, child);
    }
    std::reverse(waiting.begin() + already, waiting.end());
}

}  // namespace

bool is_entry(const Element& element) {
    const std::string_view name = element.name();  // asked of every element: the length says most
    return (name.size() == 4 || name.size() == 5) && is_core(element) &&
           (equals_ignoring_case(name, "item") || equals_ignoring_case(name, "entry"));
}

std::span<const std::span<const FeedRow>> feed_rows() {
    static const std::array tables = {
        rss_feed_rows(),   atom_feed_rows(),    dublin_core_feed_rows(), itunes_feed_rows(),
        media_feed_rows(), podcast_feed_rows(), geo_feed_rows(),         module_feed_rows()};
    return tables;
}

std::span<const std::span<const EntryRow>> entry_rows() {
    static const std::array tables = {
        rss_entry_rows(),   atom_entry_rows(),    dublin_core_entry_rows(), itunes_entry_rows(),
        media_entry_rows(), podcast_entry_rows(), geo_entry_rows(),         module_entry_rows()};
    return tables;
}

void read_field(Draft<Feed>& draft, const Element& element) {
    read_with_row(draft, element);
}

void read_field(Draft<Entry>& draft, const Element& element) {
    read_with_row(draft, element);
}

void read_entry(Draft<Feed>& feed, const Element& element) {
    std::vector<Element> waiting;
    for (Element next = element; next; next = take_last(waiting)) {
        if (feed.target.entries.size() >= feed.reading.limits.entries) {
            feed.reading.warnings.add("limit",
                                      beyond_limit("entries", feed.reading.limits.entries));
            return;
        }
        read_one_entry(feed, next, waiting);
    }
}

void read_children(Draft<Feed>& draft, const Element& parent) {
    std::vector<Element> waiting = {parent.first_element()};
    while (!waiting.empty()) {
        const Element element = waiting.back();
        waiting.pop_back();
        if (!element) continue;
        waiting.push_back(element.next_element());
        if (is_entry(element))
            read_entry(draft, element);
        else if (is_container(element))
            waiting.push_back(element.first_element());
        else if (!read_with_row(draft, element) && is_wrapper(element))
            waiting.push_back(element.first_element());
    }
}

}  // namespace tributary::feed
