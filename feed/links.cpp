#include "feed/values.h"

#include "base/text.h"
#include "feed/lines.h"

#include <utility>

namespace tributary::feed {
namespace {

/// The relation without the prefix that says the same (RFC 4287 4.2.7.2), in lower case.
std::string relation_of(const Link& link) {
    std::string_view rel = link.rel;
    for (const std::string_view prefix : {"http://www.iana.org/assignments/relation/",
                                          "http://www.iana.org/assignments/link-relations/"})
        if (rel.starts_with(prefix)) rel.remove_prefix(prefix.size());
    return to_lower(rel);
}

/// How well a link stands for the page itself: HTML, then unknown, then anything else.
int distance_from_html(const Link& link) {
    const std::string type = to_lower(link.type);
    if (type.starts_with("text/html") || type.starts_with("application/xhtml")) return 0;
    return type.empty() ? 1 : 2;
}

bool is_html(const Link& link) {
    return distance_from_html(link) == 0;
}

void set_first(std::string& field, const std::string& value) {
    if (field.empty()) field = value;
}

std::string* page_named(Paging& paging, std::string_view rel) {
    if (rel == "first") return &paging.first;
    if (rel == "last") return &paging.last;
    if (rel == "next") return &paging.next;
    if (rel == "previous" || rel == "prev") return &paging.previous;
    if (rel == "current") return &paging.current;
    if (rel == "next-archive") return &paging.next_archive;
    if (rel == "prev-archive") return &paging.prev_archive;
    return nullptr;
}

/// thr:count of a replies link counts the comments when nothing else does (RFC 4685 4).
void count_replies(Draft<Entry>& draft, const xml::Element& element) {
    const Rank rank = std::exchange(draft.rank, Rank::last);
    offer(draft, Slot::comments_count, draft.target.comments_count,
          [&] { return number_in(element.attribute(xml::Ns::thread, "count")); });
    draft.rank = rank;
}

std::string resolved_on_one_line(const xml::Element& element, std::string_view url) {
    url = trim(url);
    return is_on_one_line(url) ? element.resolved(url) : element.resolved(one_line(url));
}

}  // namespace

Link atom_link(const xml::Element& element) {
    Link link;
    link.rel = collapse(element.attribute("rel"));
    if (link.rel.empty()) link.rel = "alternate";
    link.type = trim(element.attribute("type"));
    const std::string_view href = element.attribute("href");
    link.href = href.empty() ? element.resolved_line() : resolved_on_one_line(element, href);
    // An empty reference is the base itself (RFC 3986 4.4).
    const bool is_base = link.href.empty() && element.has_attribute("href");
    if (is_base && element.has_own_base()) link.href = element.base();
    link.title = collapse(element.attribute("title"));
    link.hreflang = trim(element.attribute("hreflang"));
    link.length = number_in(element.attribute("length"));
    return link;
}

void add_link(Draft<Feed>& draft, Link link, const xml::Element&) {
    Feed& feed = draft.target;
    const std::string rel = relation_of(link);
    if (rel == "alternate")
        offer(draft, Slot::link, feed.link, [&] { return link.href; }, distance_from_html(link));
    if (rel == "self") set_first(feed.self, link.href);
    if (rel == "hub" && !link.href.empty()) feed.hubs.push_back(link.href);
    if (rel == "license" || rel == "copyright")
        offer(draft, Slot::license, feed.license, [&] { return link.href; });
    if (rel == "image") {
        offer(draft, Slot::image, feed.image, [&] { return Image{.url = link.href}; });
        return;
    }
    Paging pages;
    if (page_named(pages, rel)) set_first(*page_named(feed.paging.make(), rel), link.href);
    feed.links.push_back(std::move(link));
}

void add_link(Draft<Entry>& draft, Link link, const xml::Element& element) {
    Entry& entry = draft.target;
    const std::string rel = relation_of(link);
    if (rel == "alternate")
        offer(draft, Slot::link, entry.link, [&] { return link.href; }, distance_from_html(link));
    if (rel == "enclosure" && !link.href.empty())
        entry.enclosures.push_back({.url = link.href,
                                    .type = link.type,
                                    .title = link.title,
                                    .length = link.length,
                                    .duration = {}});
    if (rel == "related") set_first(entry.external_url, link.href);
    if (rel == "license" || rel == "copyright")
        offer(draft, Slot::license, entry.license, [&] { return link.href; });
    if (rel == "replies") {
        if (is_html(link)) offer(draft, Slot::comments, entry.comments, [&] { return link.href; });
        count_replies(draft, element);
    }
    if (rel == "image") {
        offer(draft, Slot::image, entry.image, [&] { return link.href; });
        return;
    }
    entry.links.push_back(std::move(link));
}

}  // namespace tributary::feed
