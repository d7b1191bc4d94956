#pragma once
// What a source says of its entries in the modules that Atom and RSS share: Media RSS, iTunes,
// Podcasting 2.0, Podlove chapters, GeoRSS, threading (RFC 4685). One function an element, written
// once for both formats.

#include <span>

#include "feed/model.h"
#include "publish/markup.h"

namespace tributary::publish {

/// The name spaces of everything that write_extensions() may write, on the root.
void declare_extensions(Element& root);

/// The entry's own extension elements. `more` are enclosures that the format has no place for: they
/// become media:content.
void write_extensions(Element& item, const feed::Entry& entry,
                      std::span<const feed::Enclosure> more = {});

}  // namespace tributary::publish
