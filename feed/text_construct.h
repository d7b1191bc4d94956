#pragma once
// The text of elements, as each format means it: plain, escaped HTML, or markup in place.

#include <string>
#include <string_view>

#include "feed/model.h"
#include "feed/xml.h"

namespace tributary::feed {

/// An Atom text construct (RFC 4287 3.1), also of Atom 0.3 with its MIME types and mode.
Text atom_text(const xml::Element& element);

/// atom:content (RFC 4287 4.1.3).
Content atom_content(const xml::Element& element);

/// Text as RSS has it: html if there is markup in it, escaped or in place; else text.
Text rss_text(const xml::Element& element);

/// Text that is HTML by definition, as an RSS item's description.
Text html_text(const xml::Element& element);

/// Markup in place, without its one wrapper div (RFC 4287 3.1.1.3).
Text xhtml_text(const xml::Element& element);

/// A title: plain text on one line; markup stays as it is.
Text on_one_line(Text text);

/// Whether `text` holds a tag or a character reference.
bool has_markup(std::string_view text);

}  // namespace tributary::feed
