// RSS 2.0 after the RSS Advisory Board's profile, with Dublin Core, content:encoded and atom:link.
// Readers take titles for text or for HTML, descriptions for HTML; what is written reads the same
// either way.

#include "base/text.h"
#include "base/url.h"
#include "publish/extensions.h"
#include "publish/markup.h"
#include "publish/writer.h"

namespace tributary::publish {
namespace {

void write_title(Element& parent, std::string_view name, std::string_view text) {
    if (!text.empty()) Element(parent, name).title(text);
}

void write_link(Element& channel, std::string_view rel, std::string_view type,
                std::string_view href) {
    if (web_url(href).empty()) return;
    Element(channel, "atom:link").attribute("rel", rel).attribute("type", type).url("href", href);
}

void write_guid(Element& out, const feed::Entry& entry) {
    const bool is_link = !entry.link.empty() && entry.id == entry.link &&
                         starts_with_ignoring_case(web_url(entry.link), "http");
    Element(out, "guid").attribute("isPermaLink", is_link ? "true" : "false").text(entry.id);
}

/// Any words may be a domain, but no address that runs.
std::string domain_of(const feed::Category& category) {
    return has_scheme(category.scheme) ? identifier(category.scheme) : category.scheme;
}

void write_category(Element& out, const feed::Category& category) {
    const std::string& text = category.term.empty() ? category.label : category.term;
    if (text.empty()) return;
    Element(out, "category").attribute("domain", domain_of(category)).title(text);
}

/// The first enclosure: readers know of one only, and it needs all three attributes (a length of 0
/// where it is not known, as the profile says).
void write_enclosure(Element& out, const feed::Enclosure& enclosure) {
    if (web_url(enclosure.url).empty()) return;
    const std::string_view type =
        enclosure.type.empty() ? "application/octet-stream" : std::string_view(enclosure.type);
    Element(out, "enclosure")
        .url("url", enclosure.url)
        .attribute("length", enclosure.length ? enclosure.length : 0)
        .attribute("type", type);
}

/// A description alone is the whole; beside content:encoded, which stands after it, the summary.
void write_texts(Element& out, const feed::Entry& entry) {
    const std::string summary = plain_text(entry.summary);
    const feed::Text& content = entry.content.text;
    const bool is_html = content.type != feed::TextType::text;
    if (!summary.empty()) {
        Element(out, "description").text_as_html(summary);
    } else if (!content.empty()) {
        Element description(out, "description");
        is_html ? description.text(content.value) : description.text_as_html(content.value);
        return;
    }
    if (content.empty()) return;
    Element encoded(out, "content:encoded");
    is_html ? encoded.text(content.value) : encoded.text_as_html(content.value);
}

void write_comments(Element& out, const feed::Entry& entry) {
    out.child_url("comments", entry.comments);
    out.child("slash:comments", entry.comments_count);
    out.child_url("wfw:commentRss", entry.comments_feed);
}

std::string_view feed_url_of(const Item& item) {
    for (const auto& link : item.entry.source->links)
        if (link.rel == "self") return link.href;
    return item.provenance.source_url;
}

void write_source(Element& out, const Item& item) {
    if (!item.entry.source || web_url(feed_url_of(item)).empty()) return;
    Element(out, "source")
        .url("url", feed_url_of(item))
        .title(plain_text(item.entry.source->title));
}

void write_root(Element& rss) {
    rss.attribute("version", "2.0")
        .attribute("xmlns:atom", "http://www.w3.org/2005/Atom")
        .attribute("xmlns:content", "http://purl.org/rss/1.0/modules/content/")
        .attribute("xmlns:dc", "http://purl.org/dc/elements/1.1/")
        .attribute("xmlns:slash", "http://purl.org/rss/1.0/modules/slash/")
        .attribute("xmlns:wfw", "http://wellformedweb.org/CommentAPI/")
        .attribute("xmlns:creativeCommons", "http://backend.userland.com/creativeCommonsRssModule");
    declare_extensions(rss);
}

/// Without entries there is no time to tell: the epoch would be a lie.
void write_dates(Element& out, Timestamp updated) {
    if (updated == Timestamp{}) return;
    out.child("pubDate", write_rfc822(updated));
    out.child("lastBuildDate", write_rfc822(updated));
}

void write_image(Element& out, const Channel& channel) {
    if (web_url(channel.icon).empty()) return;
    Element image(out, "image");
    image.child_url("url", channel.icon);
    Element(image, "title").title(channel.title);
    image.child_url("link", channel.home);
}

void write_channel(Element& out, const Channel& channel, Timestamp updated) {
    Element(out, "title").title(channel.title);
    Element(out, "link").text(web_url(channel.home));
    // Required, so a title stands in where nothing was said.
    Element(out, "description")
        .title(channel.description.empty() ? channel.title : channel.description);
    out.child("language", language_tag(channel.language));
    write_dates(out, updated);
    out.child("docs", "https://www.rssboard.org/rss-specification");
    out.child("generator", "Tributary " TRIBUTARY_VERSION);
    out.child("ttl", channel.ttl_minutes);
    write_image(out, channel);
    write_link(out, "self", type_of(rss_writer), address_of(rss_writer, channel));
    for (const auto& hub : channel.hubs) write_link(out, "hub", {}, hub);
    write_link(out, "next", type_of(rss_writer), next_address_of(rss_writer, channel));
}

void write_head(std::string& out, const Channel& channel, Timestamp updated) {
    out +=
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
        "<?xml-stylesheet type=\"text/css\" href=\"/assets/feed.css\"?>\n";
    Element rss(out, "rss");
    write_root(rss);
    Element element(rss, "channel");
    write_channel(element, channel, updated);
    element.stay_open();
    rss.stay_open();
}

void write_dates_of(Element& out, const feed::Entry& entry) {
    if (entry.published) out.child("pubDate", write_rfc822(*entry.published));
    // RSS has one date only; an edit is told in Atom's word.
    if (entry.updated && entry.updated != entry.published)
        out.child("atom:updated", write_rfc3339(*entry.updated));
}

void write_item(std::string& out, const Item& item) {
    const feed::Entry& entry = item.entry;
    const std::string title = plain_text(entry.title);
    Element element(out, "item");
    // An item needs a title or a description.
    if (!title.empty() || (entry.summary.empty() && entry.content.empty()))
        Element(element, "title").title(title);
    element.child_url("link", entry.link);
    write_guid(element, entry);
    write_dates_of(element, entry);
    for (const auto& author : entry.authors) write_title(element, "dc:creator", author.name);
    for (const auto& person : entry.contributors)
        write_title(element, "dc:contributor", person.name);
    for (const auto& category : entry.categories) write_category(element, category);
    element.child("dc:language", language_tag(entry.language));
    write_title(element, "dc:rights", plain_text(entry.rights));
    element.child_url("creativeCommons:license", entry.license);
    write_comments(element, entry);
    write_source(element, item);
    if (!entry.enclosures.empty()) write_enclosure(element, entry.enclosures.front());
    const std::span enclosures(entry.enclosures);
    write_extensions(element, entry, enclosures.subspan(enclosures.empty() ? 0 : 1));
    write_texts(element, entry);
}

void write_tail(std::string& out, const Channel&) {
    out += "</channel>\n</rss>\n";
}

}  // namespace

constinit const Writer rss_writer{.name = "RSS",
                                  .extension = ".rss",
                                  .media_type = "application/rss+xml; charset=utf-8",
                                  .separator = "",
                                  .head = write_head,
                                  .item = write_item,
                                  .tail = write_tail};

}  // namespace tributary::publish
