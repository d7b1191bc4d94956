#pragma once
// What a format of XML feeds is: a name, "is this mine?", "read it".

#include <string_view>

#include "feed/draft.h"

namespace tributary::feed {

struct XmlFormat {
    std::string_view name;
    bool (*is_root)(const xml::Element& root);

    /// Reads the whole document. Cannot fail: what is missing is absent.
    void (*read)(const xml::Element& root, Draft<Feed>& feed);

    Format format;
};

extern const XmlFormat atom;
extern const XmlFormat rss;
extern const XmlFormat rdf;

}  // namespace tributary::feed
