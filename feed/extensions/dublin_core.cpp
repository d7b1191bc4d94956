// Dublin Core: the elements of 1.1 and the terms
// (https://www.dublincore.org/specifications/dublin-core/dcmi-terms/).

#include "base/text.h"
#include "feed/readers.h"

#include <array>

namespace tributary::feed {
namespace {

using xml::Element;
using xml::Ns;

constexpr Rank rank = Rank::dublin_core;

template <typename Target>
void read_subject(Draft<Target>& draft, const Element& element) {
    std::string term = element.deep_line();
    if (!term.empty()) add_category(draft, {.term = std::move(term), .scheme = {}, .label = {}});
}

template <typename Target>
void read_identifier(Draft<Target>& draft, const Element& element) {
    offer(draft, Slot::id, draft.target.id, [&] { return element.line(); });
}

void read_summary(Draft<Entry>& draft, const Element& element) {
    offer(draft, Slot::summary, draft.target.summary, [&] { return rss_text(element); });
}

void read_subtitle(Draft<Feed>& draft, const Element& element) {
    offer(draft, Slot::subtitle, draft.target.subtitle, [&] { return rss_text(element); });
}

void read_created(Draft<Entry>& draft, const Element& element) {
    read_date_into(draft, Slot::created, draft.target.created, element);
}

/// dcterms:valid is a period, "start=...; end=...; scheme=W3C-DTF"; its end is when the entry
/// expires.
void read_valid(Draft<Entry>& draft, const Element& element) {
    const std::string period = element.line();
    for (const std::string_view part : split(period, ';')) {
        if (!starts_with_ignoring_case(part, "end=")) continue;
        offer(draft, Slot::expired, draft.target.expired,
              [&] { return read_date(part.substr(4)); });
    }
}

constexpr std::array feed_table = std::to_array<FeedRow>({
    {Ns::dc, "title", "title", rank, read_rss_title<Feed>},
    {Ns::dc, "description", "subtitle", rank, read_subtitle},
    {Ns::dc, "creator", "authors", rank, read_author<Feed>},
    {Ns::dc, "author", "authors", rank, read_author<Feed>},
    {Ns::dc, "contributor", "contributors", rank, read_contributor<Feed>},
    {Ns::dc, "publisher", "publisher", rank, read_publisher<Feed>},
    {Ns::dc, "subject", "categories", rank, read_subject<Feed>},
    {Ns::dc, "date", "published", rank, read_published<Feed>},
    {Ns::dc, "rights", "rights", rank, read_rss_rights<Feed>},
    {Ns::dc, "language", "language", rank, read_language<Feed>},
    {Ns::dc, "identifier", "id", rank, read_identifier<Feed>},
    {Ns::dcterms, "title", "title", rank, read_rss_title<Feed>},
    {Ns::dcterms, "description", "subtitle", rank, read_subtitle},
    {Ns::dcterms, "abstract", "subtitle", rank, read_subtitle},
    {Ns::dcterms, "creator", "authors", rank, read_author<Feed>},
    {Ns::dcterms, "contributor", "contributors", rank, read_contributor<Feed>},
    {Ns::dcterms, "publisher", "publisher", rank, read_publisher<Feed>},
    {Ns::dcterms, "subject", "categories", rank, read_subject<Feed>},
    {Ns::dcterms, "rights", "rights", rank, read_rss_rights<Feed>},
    {Ns::dcterms, "language", "language", rank, read_language<Feed>},
    {Ns::dcterms, "identifier", "id", rank, read_identifier<Feed>},
    {Ns::dcterms, "date", "published", rank, read_published<Feed>},
    {Ns::dcterms, "issued", "published", Rank::module, read_published<Feed>},
    {Ns::dcterms, "created", "published", Rank::itunes, read_published<Feed>},
    {Ns::dcterms, "modified", "updated", rank, read_updated<Feed>},
});

constexpr std::array entry_table = std::to_array<EntryRow>({
    {Ns::dc, "title", "title", rank, read_rss_title<Entry>},
    {Ns::dc, "description", "summary", rank, read_summary},
    {Ns::dc, "creator", "authors", rank, read_author<Entry>},
    {Ns::dc, "author", "authors", rank, read_author<Entry>},
    {Ns::dc, "contributor", "contributors", rank, read_contributor<Entry>},
    {Ns::dc, "publisher", "publisher", rank, read_publisher<Entry>},
    {Ns::dc, "subject", "categories", rank, read_subject<Entry>},
    {Ns::dc, "date", "published", rank, read_published<Entry>},
    {Ns::dc, "rights", "rights", rank, read_rss_rights<Entry>},
    {Ns::dc, "language", "language", rank, read_language<Entry>},
    {Ns::dc, "identifier", "id", rank, read_identifier<Entry>},
    {Ns::dcterms, "title", "title", rank, read_rss_title<Entry>},
    {Ns::dcterms, "description", "summary", rank, read_summary},
    {Ns::dcterms, "abstract", "summary", rank, read_summary},
    {Ns::dcterms, "creator", "authors", rank, read_author<Entry>},
    {Ns::dcterms, "contributor", "contributors", rank, read_contributor<Entry>},
    {Ns::dcterms, "publisher", "publisher", rank, read_publisher<Entry>},
    {Ns::dcterms, "subject", "categories", rank, read_subject<Entry>},
    {Ns::dcterms, "rights", "rights", rank, read_rss_rights<Entry>},
    {Ns::dcterms, "language", "language", rank, read_language<Entry>},
    {Ns::dcterms, "identifier", "id", rank, read_identifier<Entry>},
    {Ns::dcterms, "date", "published", rank, read_published<Entry>},
    {Ns::dcterms, "issued", "published", Rank::module, read_published<Entry>},
    {Ns::dcterms, "created", "created", rank, read_created},
    {Ns::dcterms, "modified", "updated", rank, read_updated<Entry>},
    {Ns::dcterms, "valid", "expired", rank, read_valid},
});

}  // namespace

std::span<const FeedRow> dublin_core_feed_rows() {
    return feed_table;
}

std::span<const EntryRow> dublin_core_entry_rows() {
    return entry_table;
}

}  // namespace tributary::feed
