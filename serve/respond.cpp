#include "base/text.h"
#include "serve/negotiate.h"
#include "serve/routes.h"

#include <algorithm>
#include <array>
#include <utility>

namespace tributary::serve {
namespace {

using publish::Representation;
using publish::Snapshot;

struct Status {
    int code;
    std::string_view line;
};
constexpr std::array<Status, 12> statuses{{
    {200, "HTTP/1.1 200 OK\r\n"},
    {202, "HTTP/1.1 202 Accepted\r\n"},
    {304, "HTTP/1.1 304 Not Modified\r\n"},
    {400, "HTTP/1.1 400 Bad Request\r\n"},
    {404, "HTTP/1.1 404 Not Found\r\n"},
    {405, "HTTP/1.1 405 Method Not Allowed\r\n"},
    {408, "HTTP/1.1 408 Request Timeout\r\n"},
    {413, "HTTP/1.1 413 Content Too Large\r\n"},
    {417, "HTTP/1.1 417 Expectation Failed\r\n"},
    {431, "HTTP/1.1 431 Request Header Fields Too Large\r\n"},
    {500, "HTTP/1.1 500 Internal Server Error\r\n"},
    {503, "HTTP/1.1 503 Service Unavailable\r\n"},
}};

/// Nothing is loaded but our own style sheet and pictures, no script runs, nobody frames us.
constexpr std::string_view content_policy =
    "default-src 'none'; style-src 'self'; img-src 'self' https: data:; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

constexpr std::size_t usual_head = 768;  // with what the server adds: one allocation

/// A head under construction.
struct Head {
    std::string text;

    explicit Head(int status) {
        const auto found = std::ranges::find(statuses, status, &Status::code);
        text.reserve(usual_head);
        text += found != statuses.end() ? found->line : statuses.back().line;
    }
    Head& field(std::string_view name, std::string_view value) {
        text.append(name).append(": ").append(value).append("\r\n");
        return *this;
    }
};

std::string_view without_weakness(std::string_view tag) {
    return tag.starts_with("W/") ? tag.substr(2) : tag;
}

/// Takes the first entity tag off a list, white space and commas before it ignored. Empty at the
/// end of the list and where it is no list of tags.
std::string_view take_tag(std::string_view& list) {
    const std::size_t start = list.find_first_not_of(" \t,");
    if (start == std::string_view::npos) return {};
    list.remove_prefix(start);
    const std::size_t open = list.starts_with("W/") ? 2 : 0;
    if (list.size() <= open || list[open] != '"') return {};
    const std::size_t close = list.find('"', open + 1);
    if (close == std::string_view::npos) return {};
    const std::string_view tag = list.substr(0, close + 1);
    list.remove_prefix(close + 1);
    return tag;
}

/// Weak comparison (RFC 9110 13.1.2, 8.8.3.2).
bool matches_any_tag(std::string_view list, std::string_view etag) {
    if (trim(list) == "*") return true;
    for (auto tag = take_tag(list); !tag.empty(); tag = take_tag(list)) {
        if (without_weakness(tag) == without_weakness(etag)) return true;
    }
    return false;
}

/// If-Modified-Since counts only without If-None-Match (RFC 9110 13.1.3), and to the second.
bool is_not_modified(const Request& request, const Snapshot& snapshot, std::string_view etag) {
    if (!request.if_none_match.empty()) return matches_any_tag(request.if_none_match, etag);
    if (request.if_modified_since.empty()) return false;
    const auto since = read_http_date(request.if_modified_since);
    return since && std::chrono::floor<std::chrono::seconds>(snapshot.last_modified) <= *since;
}

struct Choice {
    const Representation* representation;
    std::string_view coding;  // empty: identity
};

/// The coding the client likes best, the smaller one on a tie.
Choice choose_coding(std::string_view accept_encoding, const Snapshot& snapshot) {
    Choice choice{&snapshot.identity, {}};
    if (accept_encoding.empty()) return choice;
    int best = std::max(1, quality_of_coding(accept_encoding, "identity"));
    const std::array<Choice, 2> coded{{{&snapshot.gzip, "gzip"}, {&snapshot.br, "br"}}};
    for (const Choice& each : coded) {
        if (each.representation->body.empty()) continue;
        const int quality = quality_of_coding(accept_encoding, each.coding);
        if (quality < best) continue;
        best = quality;
        choice = each;
    }
    return choice;
}

bool is_xml(std::string_view media_type) {
    return media_type.substr(0, media_type.find(';')).ends_with("+xml");
}

bool is_feed(const Route& route) {
    return std::holds_alternative<FeedRoute>(route);
}

bool is_negotiated(const Route& route) {
    const auto* feed = std::get_if<FeedRoute>(&route);
    return feed != nullptr && feed->negotiated;
}

/// A browser shows a feed with its style sheet only as plain XML; readers never say "document".
std::string_view shown_type(const Request& request, const Snapshot& snapshot, const Route& route) {
    const bool in_browser = request.sec_fetch_dest == "document";
    return in_browser && is_feed(route) && is_xml(snapshot.media_type)
               ? "application/xml; charset=utf-8"
               : std::string_view(snapshot.media_type);
}

std::string_view vary(const Snapshot& snapshot, const Route& route) {
    if (is_negotiated(route)) return "Accept, Accept-Encoding, Sec-Fetch-Dest";
    return is_feed(route) && is_xml(snapshot.media_type) ? "Accept-Encoding, Sec-Fetch-Dest"
                                                         : "Accept-Encoding";
}

/// What a 200 and a 304 have in common (RFC 9110 15.4.5).
void add_shared_fields(Head& head, const Snapshot& snapshot, const Representation& representation,
                       const Route& route, std::chrono::seconds max_age) {
    head.field("ETag", representation.etag)
        .field("Last-Modified", write_http_date(snapshot.last_modified))
        .field("Cache-Control", "public, max-age=" + std::to_string(max_age.count()))
        .field("Vary", vary(snapshot, route))
        .field("X-Content-Type-Options", "nosniff");
    if (is_feed(route)) head.field("Access-Control-Allow-Origin", "*");
    if (!is_negotiated(route)) return;
    const auto& feed = std::get<FeedRoute>(route);
    head.field("Content-Location",
               feed.address.path() + std::string(feed.writer->extension) + feed.query.canonical());
}

void add_content_fields(Head& head, std::string_view media_type, const Choice& choice) {
    head.field("Content-Type", media_type)
        .field("Content-Length", std::to_string(choice.representation->body.size()));
    if (!choice.coding.empty()) head.field("Content-Encoding", choice.coding);
    // What a browser shows. XML could hold elements of HTML; ours does not.
    if (media_type.starts_with("text/html") || media_type.starts_with("application/xml")) {
        head.field("Content-Security-Policy", content_policy)
            .field("Referrer-Policy", "no-referrer");
    }
}

}  // namespace

Response respond(const Request& request, const publish::SnapshotPtr& snapshot, const Route& route,
                 std::chrono::seconds max_age) {
    const Choice choice = choose_coding(request.accept_encoding, *snapshot);
    const Representation& representation = *choice.representation;
    const bool not_modified = is_not_modified(request, *snapshot, representation.etag);

    Head head(not_modified ? 304 : 200);
    add_shared_fields(head, *snapshot, representation, route, max_age);
    if (not_modified) return {std::move(head.text), {}, nullptr};
    add_content_fields(head, shown_type(request, *snapshot, route), choice);
    return {std::move(head.text), representation.body, snapshot};
}

Response respond(const Request& request, const Refusal& refusal) {
    return respond_text(request, refusal.status, refusal.text);
}

Response respond_text(const Request& request, int status, std::string text) {
    if (!text.ends_with('\n')) text += '\n';
    return respond_exactly(request, status, std::move(text));
}

Response respond_exactly(const Request&, int status, std::string text) {
    const auto owner = std::make_shared<const std::string>(std::move(text));
    Head head(status);
    if (status == 405) head.field("Allow", "GET, HEAD");
    head.field("Content-Type", "text/plain; charset=utf-8")
        .field("Content-Length", std::to_string(owner->size()))
        .field("Cache-Control", "no-store")
        .field("X-Content-Type-Options", "nosniff");
    return {std::move(head.text), *owner, owner};
}

}  // namespace tributary::serve
