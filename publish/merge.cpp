#include "publish/merge.h"

#include "base/text.h"
#include "feed/html.h"
#include "feed/sanitize.h"
#include "publish/markup.h"

#include <algorithm>
#include <ranges>
#include <utility>

namespace tributary::publish {
namespace {

using feed::TextType;

constexpr std::size_t summary_characters = 1000;
constexpr std::size_t title_characters = 1000;
/// Of a source's authors: each of its entries repeats them.
constexpr std::size_t source_authors = 10;

bool is_continuation(char c) {
    return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

/// At most `characters` code points of `text`, cut at a word and marked by an ellipsis.
std::string shortened(std::string text, std::size_t characters) {
    if (text.size() <= characters) return text;
    std::size_t end = 0;
    for (std::size_t count = 0; end < text.size(); ++end)
        if (!is_continuation(text[end]) && ++count > characters) break;
    if (end == text.size()) return text;
    // A language without blanks between its words is cut between two characters.
    const std::size_t blank = text.rfind(' ', end);
    text.resize(blank != text.npos && blank > end / 2 ? blank : end);
    return text.append("…");
}

feed::Text plain(const feed::Text& text, std::size_t characters) {
    feed::Text out;
    out.value = shortened(plain_text(text), characters);
    out.lang = text.lang;
    return out;
}

/// Plain text as HTML that shows its lines.
std::string html_of_text(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '\n') out += "<br>";
        if (c != '\r') out += c;
    }
    return out;
}

std::string safe_html(const feed::Text& text, const feed::Entry& entry,
                      const ContentOptions& options) {
    const std::string& base = text.base.empty() ? entry.base : text.base;
    const feed::SanitizeOptions how{.strip_trackers = options.strip_trackers,
                                    .max_bytes = options.max_content,
                                    .read_on = entry.link};
    if (text.type == TextType::text)
        return feed::sanitize(html_of_text(feed::escaped(trim(text.value))), base, how);
    return feed::sanitize(text.value, base, how);
}

/// The best HTML there is. A summary is as good as content only where it holds markup: its text is
/// published as the summary anyway.
std::string best_html(const feed::Entry& entry, const ContentOptions& options) {
    if (!entry.content.text.empty() && entry.content.media_type.empty())
        return safe_html(entry.content.text, entry, options);
    if (entry.summary.type == TextType::text) return {};
    std::string html = safe_html(entry.summary, entry, options);
    return html == feed::escaped(plain_text(entry.summary)) ? std::string() : html;
}

void prepare_texts(feed::Entry& entry, const ContentOptions& options) {
    using Kind = ContentOptions::Content;
    std::string html = options.content == Kind::full ? best_html(entry, options) : std::string();
    feed::Text summary = plain(entry.summary, summary_characters);
    if (options.content == Kind::summary && summary.empty() && entry.content.media_type.empty())
        summary = plain(entry.content.text, summary_characters);
    if (options.content == Kind::none) summary = {};

    entry.title = plain(entry.title, title_characters);
    entry.summary = std::move(summary);
    entry.rights = plain(entry.rights, summary_characters);
    entry.content = {};
    entry.content.text.type = TextType::html;
    entry.content.text.value = std::move(html);
}

void keep_web_url(std::string& url) {
    url = web_url(url);
}

void prepare_links(feed::Entry& entry) {
    for (std::string* url : {&entry.link, &entry.external_url, &entry.image, &entry.comments,
                             &entry.comments_feed, &entry.license})
        keep_web_url(*url);
    for (auto& link : entry.links) keep_web_url(link.href);
    std::erase_if(entry.links, [](const auto& link) { return link.href.empty(); });
    for (auto& enclosure : entry.enclosures) keep_web_url(enclosure.url);
    std::erase_if(entry.enclosures, [](const auto& enclosure) { return enclosure.url.empty(); });
}

feed::Link self_link(std::string url) {
    feed::Link link;
    link.rel = "self";
    link.href = std::move(url);
    return link;
}

/// atom:source for an entry of this feed (RFC 4287 4.2.11). Its `updated` is the entry's: the feed
/// had been updated then, and a publisher who writes "now" into every response changes nothing.
feed::Source source_of(const Origin& origin, Timestamp updated) {
    const feed::Feed& head = origin.head;
    feed::Source source;
    source.id = head.id.empty() ? origin.feed_url : head.id;
    source.title.value = title_of(origin);
    source.subtitle = plain(head.subtitle, summary_characters);
    source.rights = plain(head.rights, summary_characters);
    source.link = web_url(head.link);
    source.links.push_back(self_link(origin.feed_url));
    source.icon = web_url(head.icon);
    if (head.image) source.image = web_url(head.image->url);
    source.updated = updated;
    for (const auto& author : head.authors | std::views::take(source_authors))
        source.authors.push_back(author);
    return source;
}

/// The source that the entry names itself: it was read in a feed that is merged already.
/// RSS gives its address and title only.
void prepare_kept_source(feed::Source& source) {
    source.title = plain(source.title, title_characters);
    source.subtitle = plain(source.subtitle, summary_characters);
    source.rights = plain(source.rights, summary_characters);
    for (std::string* url : {&source.link, &source.icon, &source.image}) keep_web_url(*url);
    for (auto& link : source.links) keep_web_url(link.href);
    std::erase_if(source.links, [](const auto& link) { return link.href.empty(); });
    if (!source.id.empty() || source.link.empty()) return;
    source.id = source.link;
    source.links = {self_link(std::exchange(source.link, {}))};
}

void prepare_source(feed::Entry& entry, const Raw& raw) {
    if (entry.source) prepare_kept_source(*entry.source);
    if (entry.source && !entry.source->id.empty()) return;
    entry.source.reset();
    if (raw.origin) entry.source.make() = source_of(*raw.origin, entry.updated.value());
}

/// Atom wants a name of every person; the address itself is for nobody else's list.
void name_person(feed::Person& person) {
    person.name = collapse(person.name);
    if (person.name.empty()) person.name = person.email.substr(0, person.email.find('@'));
    if (person.name.empty()) person.name = web_url(person.uri);
}

void prepare_authors(feed::Entry& entry) {
    if (entry.authors.empty() && entry.source) entry.authors = entry.source->authors;
    for (auto* people : {&entry.authors, &entry.contributors}) {
        std::ranges::for_each(*people, name_person);
        std::erase_if(*people, [](const auto& person) { return person.name.empty(); });
    }
    if (!entry.authors.empty() || !entry.source) return;
    const feed::Source& source = *entry.source;
    entry.authors.emplace_back().name = source.title.empty() ? source.id : source.title.value;
}

Provenance provenance_of(const Raw& raw) {
    Provenance provenance;
    provenance.seq = raw.seq;
    provenance.first_seen = raw.first_seen;
    provenance.source_date = raw.entry.date_as_written;
    if (raw.origin) {
        provenance.source_slug = raw.origin->slug;
        provenance.source_title = title_of(*raw.origin);
        provenance.source_url = raw.origin->feed_url;
    }
    for (const Origin* origin : raw.also_in) provenance.also_in.push_back(origin->feed_url);
    return provenance;
}

}  // namespace

std::string title_of(const Origin& origin) {
    std::string title = shortened(plain_text(origin.head.title), title_characters);
    if (!title.empty()) return title;
    return origin.slug.empty() ? origin.feed_url : origin.slug;
}

Item prepare(Raw raw, const ContentOptions& options) {
    Item item{.entry = {}, .provenance = provenance_of(raw)};
    feed::Entry& entry = item.entry;
    entry = std::move(raw.entry);
    entry.id = raw.id;
    entry.published = raw.published;
    entry.updated = std::max(raw.updated, raw.published);
    prepare_links(entry);
    prepare_texts(entry, options);
    prepare_source(entry, raw);
    prepare_authors(entry);
    return item;
}

Position position_of(const Item& item) {
    return {item.entry.published.value_or(Timestamp{}), item.provenance.seq};
}

Timestamp updated_of(const std::vector<Timestamp>& updated) {
    return updated.empty() ? Timestamp{} : std::ranges::max(updated);
}

}  // namespace tributary::publish
