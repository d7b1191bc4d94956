#pragma once
// The XML namespaces that mean something in feeds. Known by URI, as publishers spell it: http or
// https, any case, with or without "www." and a last slash or hash sign.

#include <cstdint>
#include <string_view>

namespace tributary::feed::xml {

enum class Ns : std::uint8_t {
    none,  // no namespace
    foreign,
    admin,
    atom,
    atom03,
    cc,
    chapters,
    content,
    creative_commons,
    dc,
    dcterms,
    geo,
    georss,
    gml,
    history,
    icbm,
    itunes,
    mathml,
    media,
    podcast,
    rdf,
    rss,
    rss090,
    rss10,
    slash,
    svg,
    syndication,
    thread,
    wfw,
    xhtml,
    xml,
};

/// The namespace of a URI; `foreign` if it is none of ours, `none` if it is empty.
Ns namespace_of_uri(std::string_view uri);

/// The namespace that a prefix usually stands for, for documents that forgot to declare it;
/// `foreign` if it is not well known.
Ns namespace_of_prefix(std::string_view prefix);

/// The usual prefix, for people: "dc", "itunes"; "" for none, rss and atom's own documents.
std::string_view to_string(Ns ns);

}  // namespace tributary::feed::xml
