// Atom 1.0 (RFC 4287) and Atom 0.3.

#include "base/text.h"
#include "feed/format.h"
#include "feed/readers.h"

#include <array>

namespace tributary::feed {
namespace {

using xml::Element;
using xml::Ns;

template <typename Target>
void read_title(Draft<Target>& draft, const Element& element) {
    offer(draft, Slot::title, draft.target.title, [&] { return on_one_line(atom_text(element)); });
}

template <typename Target>
void read_rights(Draft<Target>& draft, const Element& element) {
    offer(draft, Slot::rights, draft.target.rights, [&] { return atom_text(element); });
}

template <typename Target>
void read_id(Draft<Target>& draft, const Element& element) {
    offer(draft, Slot::id, draft.target.id, [&] { return element.line(); });
}

void read_subtitle(Draft<Feed>& draft, const Element& element) {
    offer(draft, Slot::subtitle, draft.target.subtitle, [&] { return atom_text(element); });
}

void read_summary(Draft<Entry>& draft, const Element& element) {
    offer(draft, Slot::summary, draft.target.summary, [&] { return atom_text(element); });
}

void read_content(Draft<Entry>& draft, const Element& element) {
    offer(draft, Slot::content, draft.target.content, [&] { return atom_content(element); });
}

template <typename Target>
void read_category(Draft<Target>& draft, const Element& element) {
    Category category{.term = collapse(element.attribute("term")),
                      .scheme = collapse(element.attribute("scheme")),
                      .label = collapse(element.attribute("label"))};
    if (category.term.empty()) category.term = element.line();
    add_category(draft, std::move(category));
}

void read_generator(Draft<Feed>& draft, const Element& element) {
    offer(draft, Slot::generator, draft.target.generator, [&] {
        std::string uri = collapse(element.attribute("uri"));
        if (uri.empty()) uri = collapse(element.attribute("url"));
        return Generator{.name = element.line(),
                         .uri = element.resolved(uri),
                         .version = collapse(element.attribute("version"))};
    });
}

void read_logo(Draft<Feed>& draft, const Element& element) {
    offer(draft, Slot::image, draft.target.image,
          [&] { return Image{.url = element.resolved(element.line())}; });
}

void read_icon(Draft<Feed>& draft, const Element& element) {
    if (draft.target.icon.empty()) draft.target.icon = element.resolved(element.line());
}

void read_created(Draft<Entry>& draft, const Element& element) {
    read_date_into(draft, Slot::created, draft.target.created, element);
}

/// Atom 0.3 has it on the feed too; the nearest that the model has.
void read_feed_created(Draft<Feed>& draft, const Element& element) {
    offer(draft, Slot::published, draft.target.published, [&] { return date_in(element); }, 1);
}

constexpr std::array feed_table = std::to_array<FeedRow>({
    {Ns::atom, "id", "id", Rank::other_format, read_id<Feed>},
    {Ns::atom, "title", "title", Rank::other_format, read_title<Feed>},
    {Ns::atom, "subtitle", "subtitle", Rank::other_format, read_subtitle},
    {Ns::atom, "tagline", "subtitle", Rank::other_format, read_subtitle},
    {Ns::atom, "rights", "rights", Rank::other_format, read_rights<Feed>},
    {Ns::atom, "copyright", "rights", Rank::other_format, read_rights<Feed>},
    {Ns::atom, "updated", "updated", Rank::other_format, read_updated<Feed>},
    {Ns::atom, "modified", "updated", Rank::other_format, read_updated<Feed>},
    {Ns::atom, "published", "published", Rank::other_format, read_published<Feed>},
    {Ns::atom, "issued", "published", Rank::other_format, read_published<Feed>},
    {Ns::atom, "created", "published", Rank::other_format, read_feed_created},
    {Ns::atom, "link", "link, links, self, hubs, paging, license", Rank::other_format,
     read_atom_link<Feed>},
    {Ns::atom, "author", "authors", Rank::other_format, read_author<Feed>},
    {Ns::atom, "contributor", "contributors", Rank::other_format, read_contributor<Feed>},
    {Ns::atom, "category", "categories", Rank::other_format, read_category<Feed>},
    {Ns::atom, "generator", "generator", Rank::other_format, read_generator},
    {Ns::atom, "icon", "icon", Rank::other_format, read_icon},
    {Ns::atom, "logo", "image", Rank::other_format, read_logo},
});

constexpr std::array entry_table = std::to_array<EntryRow>({
    {Ns::atom, "id", "id", Rank::other_format, read_id<Entry>},
    {Ns::atom, "title", "title", Rank::other_format, read_title<Entry>},
    {Ns::atom, "summary", "summary", Rank::other_format, read_summary},
    {Ns::atom, "content", "content", Rank::other_format, read_content},
    {Ns::atom, "rights", "rights", Rank::other_format, read_rights<Entry>},
    {Ns::atom, "copyright", "rights", Rank::other_format, read_rights<Entry>},
    {Ns::atom, "updated", "updated", Rank::other_format, read_updated<Entry>},
    {Ns::atom, "modified", "updated", Rank::other_format, read_updated<Entry>},
    {Ns::atom, "published", "published", Rank::other_format, read_published<Entry>},
    {Ns::atom, "issued", "published", Rank::other_format, read_published<Entry>},
    {Ns::atom, "created", "created", Rank::other_format, read_created},
    {Ns::atom, "link", "link, links, enclosures, comments, external_url, license",
     Rank::other_format, read_atom_link<Entry>},
    {Ns::atom, "author", "authors", Rank::other_format, read_author<Entry>},
    {Ns::atom, "contributor", "contributors", Rank::other_format, read_contributor<Entry>},
    {Ns::atom, "category", "categories", Rank::other_format, read_category<Entry>},
    {Ns::atom, "source", "source", Rank::other_format, read_atom_source},
});

bool is_entry_document(const Element& root) {
    return equals_ignoring_case(root.name(), "entry");
}

bool is_root(const Element& root) {
    return equals_ignoring_case(root.name(), "feed") || is_entry_document(root);
}

/// By namespace; a version attribute only Atom 0.3 has.
std::string version_of(const Element& root) {
    return root.ns() == Ns::atom03 || root.attribute("version") == "0.3" ? "0.3" : "1.0";
}

void read(const Element& root, Draft<Feed>& feed) {
    feed.target.format = Format::atom;
    feed.target.version = version_of(root);
    if (is_entry_document(root)) return read_entry(feed, root);
    read_children(feed, root);
}

}  // namespace

void read_atom_source(Draft<Entry>& draft, const Element& element) {
    offer(draft, Slot::source, draft.target.source, [&] {
        Feed feed;
        Draft<Feed> inner(feed, draft.reading);
        for (const Element& child : xml::children(element)) read_field(inner, child);
        Source source{.id = std::move(feed.id),
                      .link = std::move(feed.link),
                      .icon = std::move(feed.icon),
                      .image = feed.image ? feed.image->url : std::string(),
                      .title = std::move(feed.title),
                      .subtitle = std::move(feed.subtitle),
                      .rights = std::move(feed.rights),
                      .links = std::move(feed.links),
                      .updated = feed.updated,
                      .authors = std::move(feed.authors),
                      .contributors = std::move(feed.contributors),
                      .categories = std::move(feed.categories),
                      .generator = std::move(feed.generator)};
        return source;
    });
}

std::span<const FeedRow> atom_feed_rows() {
    return feed_table;
}

std::span<const EntryRow> atom_entry_rows() {
    return entry_table;
}

constinit const XmlFormat atom{
    .name = "Atom", .is_root = is_root, .read = read, .format = Format::atom};

}  // namespace tributary::feed
