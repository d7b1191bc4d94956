// RSS 1.0 (https://web.resource.org/rss/1.0/spec) and 0.90: RSS's elements inside RDF.

#include "base/text.h"
#include "feed/fields.h"
#include "feed/format.h"

namespace tributary::feed {
namespace {

using xml::Element;
using xml::Ns;

bool is_root(const Element& root) {
    return equals_ignoring_case(root.name(), "RDF");
}

/// By the namespace of what stands in the root: RDF itself says nothing of RSS.
std::string version_of(const Element& root) {
    if (root.default_ns() == Ns::rss090) return "0.90";
    for (const Element& child : xml::children(root))
        if (child.ns() == Ns::rss090) return "0.90";
    return "1.0";
}

void read(const Element& root, Draft<Feed>& feed) {
    feed.target.format = Format::rdf;
    feed.target.version = version_of(root);
    const Element channel = root.child("channel");
    if (channel) {
        feed.target.id = collapse(channel.attribute(Ns::rdf, "about"));
        if (channel.has_own_base()) feed.target.base = channel.base();
    }
    read_children(feed, root);
}

}  // namespace

constinit const XmlFormat rdf{
    .name = "RDF", .is_root = is_root, .read = read, .format = Format::rdf};

}  // namespace tributary::feed
