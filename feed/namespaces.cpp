#include "feed/namespaces.h"

#include "base/text.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>

namespace tributary::feed::xml {
namespace {

struct Spelling {
    std::string_view text;
    Ns ns;
};

// Lower case, without scheme, "www." and what stands at the end of `plain`.
constexpr std::array uris = std::to_array<Spelling>({
    {"w3.org/2005/atom", Ns::atom},
    {"w3.org/2005/10/atom", Ns::atom},
    {"w3c.org/2005/atom", Ns::atom},
    {"purl.org/atom/1.0", Ns::atom},
    {"purl.org/atom/ns", Ns::atom03},
    {"purl.org/atom", Ns::atom03},
    {"purl.org/net/atom", Ns::atom03},
    {"purl.org/echo", Ns::atom03},
    {"purl.org/pie", Ns::atom03},
    {"example.com/newformat", Ns::atom03},
    {"example.com/necho", Ns::atom03},
    {"uri/of/echo/namespace", Ns::atom03},
    {"purl.org/rss/1.0", Ns::rss10},
    {"purl.org/rss/1.0/modules/rss091", Ns::rss},
    {"purl.org/net/rss1.1", Ns::rss10},
    {"my.netscape.com/rdf/simple/0.9", Ns::rss090},
    {"channel.netscape.com/rdf/simple/0.9", Ns::rss090},
    {"my.netscape.com/publish/formats/rss-0.91.dtd", Ns::rss},
    {"backend.userland.com/rss", Ns::rss},
    {"backend.userland.com/rss2", Ns::rss},
    {"backend.userland.com/rss091", Ns::rss},
    {"backend.userland.com/rss092", Ns::rss},
    {"backend.userland.com/rss20", Ns::rss},
    {"blogs.law.harvard.edu/tech/rss", Ns::rss},
    {"cyber.law.harvard.edu/rss/rss.html", Ns::rss},
    {"cyber.law.harvard.edu/tech/rss", Ns::rss},
    {"rssboard.org/rss-specification", Ns::rss},
    {"w3.org/1999/02/22-rdf-syntax-ns", Ns::rdf},
    {"webns.net/mvcb", Ns::admin},
    {"web.resource.org/cc", Ns::cc},
    {"creativecommons.org/ns", Ns::cc},
    {"backend.userland.com/creativecommonsrssmodule", Ns::creative_commons},
    {"cyber.law.harvard.edu/rss/creativecommonsrssmodule.html", Ns::creative_commons},
    {"podlove.org/simple-chapters", Ns::chapters},
    {"podlove.de/simple-chapters", Ns::chapters},
    {"purl.org/rss/1.0/modules/content", Ns::content},
    {"purl.org/dc/elements/1.1", Ns::dc},
    {"purl.org/dc/elements/1.0", Ns::dc},
    {"purl.org/metadata/dublin_core", Ns::dc},
    {"purl.org/dc/terms", Ns::dcterms},
    {"purl.org/rss/1.0/modules/dcterms", Ns::dcterms},
    {"w3.org/2003/01/geo/wgs84_pos", Ns::geo},
    {"w3.org/2003/01/geo", Ns::geo},
    {"georss.org/georss", Ns::georss},
    {"georss.org/georss/10", Ns::georss},
    {"georss.org", Ns::georss},
    {"opengis.net/gml", Ns::gml},
    {"opengis.net/gml/3.2", Ns::gml},
    {"purl.org/syndication/history/1.0", Ns::history},
    {"postneo.com/icbm", Ns::icbm},
    {"itunes.com/dtds/podcast-1.0.dtd", Ns::itunes},
    {"itunes.com/dtds/podcast-1.0", Ns::itunes},
    {"itunes.apple.com/dtds/podcast-1.0.dtd", Ns::itunes},
    {"example.com/dtds/podcast-1.0.dtd", Ns::itunes},
    {"w3.org/1998/math/mathml", Ns::mathml},
    {"search.yahoo.com/mrss", Ns::media},
    {"search.yahoo.com/rss", Ns::media},
    {"tools.search.yahoo.com/mrss", Ns::media},
    {"video.search.yahoo.com/mrss", Ns::media},
    {"rssboard.org/media-rss", Ns::media},
    {"podcastindex.org/namespace/1.0", Ns::podcast},
    {"podcastindex-org.github.io/podcast-namespace", Ns::podcast},
    {"github.com/podcastindex-org/podcast-namespace/blob/main/docs/1.0.md", Ns::podcast},
    {"purl.org/rss/1.0/modules/slash", Ns::slash},
    {"w3.org/2000/svg", Ns::svg},
    {"purl.org/rss/1.0/modules/syndication", Ns::syndication},
    {"purl.org/syndication/thread/1.0", Ns::thread},
    {"wellformedweb.org/commentapi", Ns::wfw},
    {"w3.org/1999/xhtml", Ns::xhtml},
    {"w3.org/tr/xhtml1/strict", Ns::xhtml},
    {"w3.org/xml/1998/namespace", Ns::xml},
});

constexpr std::array prefixes = std::to_array<Spelling>({
    {"a", Ns::atom},          {"a10", Ns::atom},        {"atom", Ns::atom},
    {"atom10", Ns::atom},     {"atom03", Ns::atom03},   {"admin", Ns::admin},
    {"cc", Ns::cc},           {"content", Ns::content}, {"creativecommons", Ns::creative_commons},
    {"dc", Ns::dc},           {"dcterms", Ns::dcterms}, {"fh", Ns::history},
    {"geo", Ns::geo},         {"georss", Ns::georss},   {"gml", Ns::gml},
    {"icbm", Ns::icbm},       {"itunes", Ns::itunes},   {"media", Ns::media},
    {"podcast", Ns::podcast}, {"psc", Ns::chapters},    {"rdf", Ns::rdf},
    {"rss", Ns::rss},         {"slash", Ns::slash},     {"sy", Ns::syndication},
    {"thr", Ns::thread},      {"wfw", Ns::wfw},         {"xhtml", Ns::xhtml},
    {"xml", Ns::xml},
});

Ns find(std::span<const Spelling> spellings, std::string_view text) {
    const auto found = std::ranges::find(spellings, text, &Spelling::text);
    return found == spellings.end() ? Ns::foreign : found->ns;
}

/// The URI without all that publishers vary.
std::string_view plain(std::string_view uri) {
    for (const std::string_view start : {"http://", "https://", "http:/", "www."})
        if (uri.starts_with(start)) uri.remove_prefix(start.size());
    while (uri.ends_with('/') || uri.ends_with('#')) uri.remove_suffix(1);
    return uri;
}

}  // namespace

Ns namespace_of_uri(std::string_view uri) {
    uri = trim(uri);
    if (uri.empty()) return Ns::none;
    constexpr std::size_t longest = 200;
    if (uri.size() > longest) return Ns::foreign;
    return find(uris, plain(to_lower(uri)));
}

Ns namespace_of_prefix(std::string_view prefix) {
    return find(prefixes, to_lower(prefix));
}

std::string_view to_string(Ns ns) {
    if (ns == Ns::atom) return "atom";
    for (const Spelling& spelling : prefixes)
        if (spelling.ns == ns) return spelling.text;
    return {};
}

}  // namespace tributary::feed::xml
