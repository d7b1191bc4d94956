#pragma once
// From a request to what answers it: paths, query parameters, negotiation, conditional requests
// (RFC 9110 12, 13). Pure.

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/time.h"
#include "publish/snapshot.h"
#include "publish/writer.h"
#include "serve/http.h"

namespace tributary::serve {

/// The parameters of a feed query (spec U2), canonical: sorted, without duplicates.
struct Query {
    std::string text;                  // q
    std::vector<std::string> tags;     // tag (repeatable: or)
    std::vector<std::string> sources;  // source
    std::optional<Timestamp> since_time;
    std::optional<Duration> since_age;
    std::optional<int> limit;
    std::optional<std::int64_t> before;
    std::optional<bool> full;
    bool empty() const;
    /// "?limit=10&tag=dev", or empty.
    std::string canonical() const;
    bool operator==(const Query&) const = default;
};

/// Reads the query of an address ("tag=dev&limit=10"). The error is one line for people that names
/// the parameter: unknown, given twice, or with a value that it does not take.
std::expected<Query, std::string> read_query(std::string_view text);

/// Which set of entries: /feed, /f/NAME, /tag/TAG, /source/SLUG.
struct FeedAddress {
    enum class Kind { main, named, tag, source };
    Kind kind = Kind::main;
    std::string name;
    bool operator==(const FeedAddress&) const = default;
    /// "/feed", "/f/dev": without extension.
    std::string path() const;
};

struct FeedRoute {
    FeedAddress address;
    const publish::Writer* writer = nullptr;
    Query query;
    bool negotiated =
        false;  // by Accept, at an address without extension: Vary and Content-Location
};
enum class Page { home, healthz, readyz, style, opml };
struct PageRoute {
    Page page = Page::home;
};
/// An answer that needs no content: 400, 404, 405; one plain-text line, with or without its end.
struct Refusal {
    int status = 404;
    std::string text;
};

using Route = std::variant<FeedRoute, PageRoute, Refusal>;

/// Where a request goes. Feeds take the parameters of a Query, probes and style sheets any, the
/// other pages none. One style sheet serves pages and feeds.
Route route(const Request& request);

/// A snapshot as the answer to this request: 304, or 200 in the best content coding. What answers
/// HEAD has the body, too: the server leaves it out. `max_age` for Cache-Control. A browser
/// navigating to an XML feed gets application/xml (B1).
Response respond(const Request& request, const publish::SnapshotPtr& snapshot, const Route& route,
                 std::chrono::seconds max_age);
Response respond(const Request& request, const Refusal& refusal);
/// A short uncached plain-text answer, such as "ok"; ended with a line feed if it has none.
Response respond_text(const Request& request, int status, std::string text);
/// The same, with nothing added to the text.
Response respond_exactly(const Request& request, int status, std::string text);

}  // namespace tributary::serve
