#include "serve/routes.h"

#include "base/percent.h"
#include "base/text.h"
#include "serve/negotiate.h"

#include <algorithm>
#include <array>
#include <utility>

namespace tributary::serve {
namespace {

constexpr std::size_t longest_name = 256;  // of a tag or source in an address, bytes

struct PageAddress {
    std::string_view path;
    Page page;
    bool ignores_query;  // probes and caches add things to it
};
constexpr std::array<PageAddress, 6> pages{{
    {"/", Page::home, false},
    {"/opml", Page::opml, false},
    {"/healthz", Page::healthz, true},
    {"/readyz", Page::readyz, true},
    {"/assets/style.css", Page::style, true},
    {"/assets/feed.css", Page::style, true},
}};

struct FeedPrefix {
    std::string_view prefix;
    FeedAddress::Kind kind;
};
constexpr std::array<FeedPrefix, 3> prefixes{{
    {"/f/", FeedAddress::Kind::named},
    {"/tag/", FeedAddress::Kind::tag},
    {"/source/", FeedAddress::Kind::source},
}};

std::optional<FeedAddress> read_address(std::string_view path) {
    if (path == "/feed") return FeedAddress{};
    for (const auto& [prefix, kind] : prefixes) {
        if (!path.starts_with(prefix)) continue;
        const std::string_view name = path.substr(prefix.size());
        const bool is_name = !name.empty() && name.size() <= longest_name &&
                             name.find('/') == std::string_view::npos;
        if (is_name) return FeedAddress{kind, std::string(name)};
    }
    return std::nullopt;
}

const publish::Writer* writer_of(std::string_view path) {
    for (const publish::Writer* writer : publish::writers()) {
        if (path.ends_with(writer->extension)) return writer;
    }
    return nullptr;
}

Refusal not_allowed() {
    return {405, "only GET and HEAD are allowed here"};
}

Route route_feed(const Request& request, FeedRoute route) {
    if (request.method != "GET" && request.method != "HEAD") return not_allowed();
    auto query = read_query(request.query);
    if (!query) return Refusal{400, std::move(query.error())};
    route.query = std::move(*query);
    return route;
}

Route route_page(const Request& request, const PageAddress& address) {
    if (request.method != "GET" && request.method != "HEAD") return not_allowed();
    if (!address.ignores_query && !request.query.empty()) {
        return Refusal{400, std::string(address.path) + " takes no parameters"};
    }
    return PageRoute{address.page};
}

}  // namespace

std::string FeedAddress::path() const {
    if (kind == Kind::main) return "/feed";
    const auto found = std::ranges::find(prefixes, kind, &FeedPrefix::kind);
    std::string path(found->prefix);
    percent_encode(name, path);
    return path;
}

Route route(const Request& request) {
    const auto page = std::ranges::find(pages, request.path, &PageAddress::path);
    if (page != pages.end()) return route_page(request, *page);

    const publish::Writer* writer = writer_of(request.path);
    std::string_view path = request.path;
    if (writer != nullptr) path.remove_suffix(writer->extension.size());
    auto address = read_address(path);
    if (!address) return Refusal{404, "there is nothing at this address"};

    FeedRoute feed;
    feed.address = std::move(*address);
    feed.writer = writer;
    feed.negotiated = writer == nullptr;
    if (feed.negotiated) feed.writer = &preferred_writer(request.accept);
    return route_feed(request, std::move(feed));
}

}  // namespace tributary::serve
