// Atom 1.0 (RFC 4287), with threading (RFC 4685), hubs (WebSub) and paging (RFC 5005).

#include "publish/extensions.h"
#include "publish/markup.h"
#include "publish/writer.h"

#include <set>

namespace tributary::publish {
namespace {

void write_link(Element& parent, std::string_view rel, std::string_view type,
                std::string_view href) {
    if (web_url(href).empty()) return;
    Element(parent, "link").attribute("rel", rel).attribute("type", type).url("href", href);
}

void write_person(Element& parent, std::string_view role, const feed::Person& person) {
    Element element(parent, role);
    Element(element, "name").text(person.name);
    element.child_url("uri", person.uri);
    // RFC 4287 3.2.3 wants something on both sides.
    const auto at = person.email.find('@');
    if (at != 0 && at < person.email.size() - 1) element.child("email", person.email);
}

void write_category(Element& entry, const feed::Category& category) {
    if (category.term.empty()) return;
    Element(entry, "category")
        .attribute("term", category.term)
        .attribute("scheme", identifier(category.scheme))
        .attribute("label", category.label);
}

/// Links beside the one to the page; at most one of a kind and address.
void write_related_links(Element& out, const feed::Entry& entry) {
    std::set<std::pair<std::string_view, std::string_view>> written;
    const auto write_once = [&](std::string_view rel, std::string_view type,
                                std::string_view href) {
        if (written.emplace(rel, href).second) write_link(out, rel, type, href);
    };
    write_once("related", {}, entry.external_url);
    write_once("license", {}, entry.license);
    for (const auto& link : entry.links)
        if (link.rel == "related" || link.rel == "via" || link.rel == "license")
            write_once(link.rel, link.type, link.href);
}

void write_enclosures(Element& out, const feed::Entry& entry) {
    for (const auto& enclosure : entry.enclosures) {
        if (web_url(enclosure.url).empty()) continue;
        Element(out, "link")
            .attribute("rel", "enclosure")
            .attribute("type", enclosure.type)
            .attribute("length", enclosure.length)
            .attribute("title", enclosure.title)
            .url("href", enclosure.url);
    }
}

void write_replies(Element& out, const feed::Entry& entry) {
    write_link(out, "replies", "application/atom+xml", entry.comments_feed);
    if (web_url(entry.comments).empty()) {
        out.child("thr:total", entry.comments_count);
        return;
    }
    Element(out, "link")
        .attribute("rel", "replies")
        .attribute("type", "text/html")
        .attribute("thr:count", entry.comments_count)
        .url("href", entry.comments);
}

void write_texts(Element& out, const feed::Entry& entry) {
    out.child("summary", plain_text(entry.summary));
    out.child("rights", plain_text(entry.rights));
    const feed::Text& content = entry.content.text;
    // An entry must have content or a page (RFC 4287 4.1.2).
    if (content.empty() && !web_url(entry.link).empty()) return;
    Element(out, "content")
        .attribute("type", content.type == feed::TextType::text ? "text" : "html")
        .text(content.value);
}

void write_source(Element& out, const feed::Source& source) {
    Element element(out, "source");
    element.child("id", source.id);
    Element(element, "title").text(plain_text(source.title));
    if (source.updated) element.child("updated", write_rfc3339(*source.updated));
    for (const auto& link : source.links)
        if (link.rel == "self") write_link(element, "self", link.type, link.href);
    write_link(element, "alternate", "text/html", source.link);
    for (const auto& author : source.authors)
        if (!author.name.empty()) write_person(element, "author", author);
    element.child("subtitle", plain_text(source.subtitle));
    element.child("rights", plain_text(source.rights));
    element.child_url("icon", source.icon);
    element.child_url("logo", source.image);
}

void write_head_links(Element& feed, const Channel& channel) {
    for (const Writer* writer : writers()) {
        const bool is_self = writer == &atom_writer;
        write_link(feed, is_self ? "self" : "alternate", type_of(*writer),
                   address_of(*writer, channel));
    }
    write_link(feed, "alternate", "text/html", channel.home);
    for (const auto& hub : channel.hubs) write_link(feed, "hub", {}, hub);
    write_link(feed, "next", type_of(atom_writer), next_address_of(atom_writer, channel));
}

void write_head(std::string& out, const Channel& channel, Timestamp updated) {
    out +=
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
        "<?xml-stylesheet type=\"text/css\" href=\"/assets/feed.css\"?>\n";
    Element feed(out, "feed");
    feed.attribute("xmlns", "http://www.w3.org/2005/Atom");
    declare_extensions(feed);
    feed.attribute("xml:lang", language_tag(channel.language));
    Element(feed, "id").text(channel.id);
    Element(feed, "title").text(channel.title);
    feed.child("subtitle", channel.description);
    feed.child("updated", write_rfc3339(updated));
    write_person(feed, "author", author_of(channel));
    Element(feed, "generator")
        .url("uri", channel.home)
        .attribute("version", TRIBUTARY_VERSION)
        .text("Tributary");
    feed.child_url("icon", channel.icon);
    write_head_links(feed, channel);
    feed.stay_open();
}

void write_item(std::string& out, const Item& item) {
    const feed::Entry& entry = item.entry;
    Element element(out, "entry");
    element.attribute("xml:lang", language_tag(entry.language));
    Element(element, "id").text(entry.id);
    Element(element, "title").text(plain_text(entry.title));
    write_link(element, "alternate", "text/html", entry.link);
    if (entry.published) element.child("published", write_rfc3339(*entry.published));
    if (entry.updated) element.child("updated", write_rfc3339(*entry.updated));
    for (const auto& person : entry.authors) write_person(element, "author", person);
    for (const auto& person : entry.contributors) write_person(element, "contributor", person);
    for (const auto& category : entry.categories) write_category(element, category);
    write_link(element, "via", {}, item.provenance.source_url);
    write_enclosures(element, entry);
    write_related_links(element, entry);
    write_replies(element, entry);
    write_extensions(element, entry);
    if (entry.source) write_source(element, *entry.source);
    write_texts(element, entry);
}

void write_tail(std::string& out, const Channel&) {
    out += "</feed>\n";
}

}  // namespace

constinit const Writer atom_writer{.name = "Atom",
                                   .extension = ".atom",
                                   .media_type = "application/atom+xml; charset=utf-8",
                                   .separator = "",
                                   .head = write_head,
                                   .item = write_item,
                                   .tail = write_tail};

}  // namespace tributary::publish
