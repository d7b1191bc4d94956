// iTunes (https://help.apple.com/itc/podcasts_connect/#/itcb54353390).

#include "base/text.h"
#include "feed/readers.h"

#include <array>

namespace tributary::feed {
namespace {

using xml::Element;
using xml::Ns;

constexpr Rank rank = Rank::itunes;
constexpr std::string_view category_scheme = "http://www.itunes.com/";

/// Sets a text of the iTunes part that is not there yet.
template <auto member, typename Target>
void keep(Draft<Target>& draft, std::string value) {
    if (value.empty()) return;
    std::string& field = draft.target.itunes.make().*member;
    if (field.empty()) field = std::move(value);
}

/// A yes or no, a number, a duration: set once, when it can be read.
template <auto member, typename Target, typename Value>
void keep(Draft<Target>& draft, std::optional<Value> value) {
    if (!value) return;
    auto& field = draft.target.itunes.make().*member;
    if (!field) field = value;
}

template <auto member, typename Target>
void read_line(Draft<Target>& draft, const Element& element) {
    keep<member>(draft, element.line());
}

template <auto member, typename Target>
void read_truth(Draft<Target>& draft, const Element& element) {
    keep<member>(draft, truth_in(element.line()));
}

template <auto member>
void read_number(Draft<Entry>& draft, const Element& element) {
    keep<member>(draft, number_in(element.line()));
}

template <auto member, typename Target>
void read_itunes_author(Draft<Target>& draft, const Element& element) {
    keep<member>(draft, element.line());
    read_author(draft, element);
}

std::string image_url(const Element& element) {
    for (const std::string_view name : {"href", "url"})
        if (const auto written = collapse(element.attribute(name)); !written.empty())
            return element.resolved(written);
    const Element url = element.child("url");
    return element.resolved(url ? url.line() : element.line());
}

void read_feed_image(Draft<Feed>& draft, const Element& element) {
    const std::string url = image_url(element);
    keep<&ItunesFeed::image>(draft, url);
    offer(draft, Slot::image, draft.target.image, [&] { return Image{.url = url}; });
}

void read_entry_image(Draft<Entry>& draft, const Element& element) {
    const std::string url = image_url(element);
    keep<&ItunesEntry::image>(draft, url);
    offer(draft, Slot::image, draft.target.image, [&] { return url; });
}

/// itunes:summary may be long and hold line breaks.
void read_feed_summary(Draft<Feed>& draft, const Element& element) {
    keep<&ItunesFeed::summary>(draft, rss_text(element).value);
    offer(draft, Slot::subtitle, draft.target.subtitle, [&] { return rss_text(element); });
}

void read_feed_subtitle(Draft<Feed>& draft, const Element& element) {
    keep<&ItunesFeed::subtitle>(draft, element.line());
    offer(draft, Slot::subtitle, draft.target.subtitle, [&] { return rss_text(element); }, 1);
}

void read_entry_summary(Draft<Entry>& draft, const Element& element) {
    keep<&ItunesEntry::summary>(draft, rss_text(element).value);
    offer(draft, Slot::summary, draft.target.summary, [&] { return rss_text(element); });
}

void read_entry_subtitle(Draft<Entry>& draft, const Element& element) {
    keep<&ItunesEntry::subtitle>(draft, element.line());
    offer(draft, Slot::summary, draft.target.summary, [&] { return rss_text(element); }, 1);
}

void read_entry_title(Draft<Entry>& draft, const Element& element) {
    keep<&ItunesEntry::title>(draft, element.line());
    read_rss_title(draft, element);
}

void read_duration(Draft<Entry>& draft, const Element& element) {
    const std::string written = element.line();
    const auto seconds = seconds_in(written);
    if (!seconds && !written.empty()) element.warn("bad-value", "itunes:duration is no time");
    keep<&ItunesEntry::duration>(draft, seconds);
}

void read_owner(Draft<Feed>& draft, const Element& element) {
    Person owner = person_of_element(element);
    if (is_absent(owner)) return;
    offer(draft, Slot::publisher, draft.target.publisher, [&] { return owner; });
    Box<Person>& field = draft.target.itunes.make().owner;
    if (!field) field.make() = std::move(owner);
}

template <auto member, typename Target>
void read_keywords(Draft<Target>& draft, const Element& element) {
    auto words = keywords_in(element.line());
    if (words.empty()) return;
    auto& field = draft.target.itunes.make().*member;
    if (field.empty()) field = std::move(words);
}

/// One category of the tree that iTunes categories are; the ones inside it follow.
std::vector<Category> categories_in(const Element& element) {
    std::vector<Category> found;
    std::vector<Element> waiting = {element};
    constexpr std::size_t most = 100;
    while (!waiting.empty() && found.size() < most) {
        const Element next = waiting.back();
        waiting.pop_back();
        std::string term = collapse(next.attribute("text"));
        if (term.empty()) term = next.line();
        if (!term.empty())
            found.push_back(
                {.term = std::move(term), .scheme = std::string(category_scheme), .label = {}});
        std::vector<Element> inner;
        for (const Element& child : xml::children(next))
            if (child.ns() == element.ns() && equals_ignoring_case(child.name(), "category"))
                inner.push_back(child);
        waiting.insert(waiting.end(), inner.rbegin(), inner.rend());
    }
    return found;
}

void read_feed_category(Draft<Feed>& draft, const Element& element) {
    for (const Category& category : categories_in(element)) {
        draft.target.itunes.make().categories.push_back(category);
        add_category(draft, category);
    }
}

void read_entry_category(Draft<Entry>& draft, const Element& element) {
    for (Category& category : categories_in(element)) add_category(draft, std::move(category));
}

void read_new_feed_url(Draft<Feed>& draft, const Element& element) {
    keep<&ItunesFeed::new_feed_url>(draft, element.resolved(element.line()));
}

constexpr std::array feed_table = std::to_array<FeedRow>({
    {Ns::itunes, "author", "itunes.author, authors", rank,
     read_itunes_author<&ItunesFeed::author, Feed>},
    {Ns::itunes, "subtitle", "itunes.subtitle, subtitle", rank, read_feed_subtitle},
    {Ns::itunes, "summary", "itunes.summary, subtitle", rank, read_feed_summary},
    {Ns::itunes, "image", "itunes.image, image", rank, read_feed_image},
    {Ns::itunes, "link", "image", rank, read_atom_link<Feed>},
    {Ns::itunes, "explicit", "itunes.explicit", rank, read_truth<&ItunesFeed::is_explicit, Feed>},
    {Ns::itunes, "type", "itunes.type", rank, read_line<&ItunesFeed::type, Feed>},
    {Ns::itunes, "block", "itunes.block", rank, read_truth<&ItunesFeed::block, Feed>},
    {Ns::itunes, "complete", "itunes.complete", rank, read_truth<&ItunesFeed::complete, Feed>},
    {Ns::itunes, "new-feed-url", "itunes.new_feed_url", rank, read_new_feed_url},
    {Ns::itunes, "keywords", "itunes.keywords", rank, read_keywords<&ItunesFeed::keywords, Feed>},
    {Ns::itunes, "owner", "itunes.owner, publisher", rank, read_owner},
    {Ns::itunes, "category", "itunes.categories, categories", rank, read_feed_category},
});

constexpr std::array entry_table = std::to_array<EntryRow>({
    {Ns::itunes, "title", "itunes.title, title", rank, read_entry_title},
    {Ns::itunes, "author", "itunes.author, authors", rank,
     read_itunes_author<&ItunesEntry::author, Entry>},
    {Ns::itunes, "subtitle", "itunes.subtitle, summary", rank, read_entry_subtitle},
    {Ns::itunes, "summary", "itunes.summary, summary", rank, read_entry_summary},
    {Ns::itunes, "image", "itunes.image, image", rank, read_entry_image},
    {Ns::itunes, "link", "image", rank, read_atom_link<Entry>},
    {Ns::itunes, "duration", "itunes.duration", rank, read_duration},
    {Ns::itunes, "explicit", "itunes.explicit", rank, read_truth<&ItunesEntry::is_explicit, Entry>},
    {Ns::itunes, "block", "itunes.block", rank, read_truth<&ItunesEntry::block, Entry>},
    {Ns::itunes, "episode", "itunes.episode", rank, read_number<&ItunesEntry::episode>},
    {Ns::itunes, "season", "itunes.season", rank, read_number<&ItunesEntry::season>},
    {Ns::itunes, "order", "itunes.order", rank, read_number<&ItunesEntry::order>},
    {Ns::itunes, "episodetype", "itunes.episode_type", rank,
     read_line<&ItunesEntry::episode_type, Entry>},
    {Ns::itunes, "keywords", "itunes.keywords", rank, read_keywords<&ItunesEntry::keywords, Entry>},
    {Ns::itunes, "category", "categories", rank, read_entry_category},
});

}  // namespace

std::span<const FeedRow> itunes_feed_rows() {
    return feed_table;
}

std::span<const EntryRow> itunes_entry_rows() {
    return entry_table;
}

}  // namespace tributary::feed
