#pragma once
// Readers that several tables of rows use, for feeds and entries alike.

#include "feed/fields.h"
#include "feed/people.h"
#include "feed/text_construct.h"
#include "feed/values.h"

namespace tributary::feed {

template <typename Target>
void read_author(Draft<Target>& draft, const xml::Element& element) {
    offer_to_list(draft, Slot::authors, draft.target.authors, person_of_element(element));
}

template <typename Target>
void read_contributor(Draft<Target>& draft, const xml::Element& element) {
    offer_to_list(draft, Slot::contributors, draft.target.contributors, person_of_element(element));
}

template <typename Target>
void read_publisher(Draft<Target>& draft, const xml::Element& element) {
    offer(draft, Slot::publisher, draft.target.publisher,
          [&] { return person_of_element(element); });
}

/// A category whose text is its term.
template <typename Target>
void add_category(Draft<Target>& draft, Category category) {
    if (!is_absent(category)) draft.target.categories.push_back(std::move(category));
}

template <typename Target>
void read_rss_title(Draft<Target>& draft, const xml::Element& element) {
    offer(draft, Slot::title, draft.target.title, [&] { return on_one_line(rss_text(element)); });
}

template <typename Target>
void read_rss_rights(Draft<Target>& draft, const xml::Element& element) {
    offer(draft, Slot::rights, draft.target.rights, [&] { return rss_text(element); });
}

template <typename Target>
void read_published(Draft<Target>& draft, const xml::Element& element) {
    read_date_into(draft, Slot::published, draft.target.published, element);
}

template <typename Target>
void read_updated(Draft<Target>& draft, const xml::Element& element) {
    read_date_into(draft, Slot::updated, draft.target.updated, element);
}

template <typename Target>
void read_language(Draft<Target>& draft, const xml::Element& element) {
    offer(draft, Slot::language, draft.target.language, [&] { return element.line(); });
}

/// atom:source (RFC 4287 4.2.11).
void read_atom_source(Draft<Entry>& draft, const xml::Element& element);

/// A licence's URL: rdf:resource, or the text.
template <typename Target>
void read_license(Draft<Target>& draft, const xml::Element& element) {
    offer(draft, Slot::license, draft.target.license, [&] {
        const auto resource = element.attribute(xml::Ns::rdf, "resource");
        return element.resolved(resource.empty() ? element.line() : std::string(resource));
    });
}

/// An Atom link (RFC 4287 4.2.7); without href its text is taken. One that says nothing is none.
template <typename Target>
void read_atom_link(Draft<Target>& draft, const xml::Element& element) {
    const Link nothing{.rel = "alternate"};
    Link link = atom_link(element);
    if (link != nothing || element.has_attribute("rel")) add_link(draft, std::move(link), element);
}

/// An RSS link: text, which is the page itself. With an href it is an Atom link in the wrong place.
template <typename Target>
void read_rss_link(Draft<Target>& draft, const xml::Element& element) {
    Link link{.rel = "alternate", .href = element.resolved_line()};
    if (link.href.empty()) return read_atom_link(draft, element);
    offer(draft, Slot::link, draft.target.link, [&] { return link.href; });
    draft.target.links.push_back(std::move(link));
}

}  // namespace tributary::feed
