#include "daemon/commands/discovery.h"

#include <sysexits.h>

#include "base/text.h"
#include "base/url.h"
#include "daemon/commands/fetch_once.h"
#include "daemon/reading.h"
#include "daemon/state_directory.h"
#include "feed/encoding.h"
#include "feed/html.h"
#include "fetcher/decode.h"
#include "fetcher/headers.h"
#include "publish/markup.h"

namespace tributary::daemon {

namespace {

const std::string no_feed_named = "a web page that names no feed";

std::string_view media_type_of(feed::Format format) {
    switch (format) {
        case feed::Format::rss:
            return "application/rss+xml";
        case feed::Format::rdf:
            return "application/rdf+xml";
        case feed::Format::atom:
            return "application/atom+xml";
        case feed::Format::json:
            return "application/feed+json";
    }
    return {};
}

Discovery the_feed_itself(const feed::Feed& feed, const std::string& url) {
    Discovery found{.url = url, .is_feed = true, .entries = feed.entries.size(), .feeds = {}};
    found.feeds.push_back({.url = url,
                           .type = std::string(media_type_of(feed.format)),
                           .title = publish::plain_text(feed.title)});
    return found;
}

/// The HTML, if that is what came.
std::string page_in(std::string bytes, const std::string& content_type) {
    auto page = feed::to_utf8(std::move(bytes), content_type);
    return page && feed::looks_like_html(page->text) ? std::move(page->text) : std::string();
}

/// The page that an exchange brought: an error's is not the one that was asked for.
std::string page_in(const fetcher::Response& response, std::string body, std::int64_t max_bytes) {
    if (response.status < 200 || response.status > 299) return {};
    auto bytes = fetcher::decode(std::move(body), response.headers.get("content-encoding"),
                                 static_cast<std::size_t>(max_bytes));
    return bytes ? page_in(std::move(*bytes), response.headers.get("content-type")) : std::string();
}

std::vector<feed::PageLink> links_beside(const fetcher::Response& response) {
    std::vector<feed::PageLink> links;
    for (auto& link : fetcher::links(response.headers)) {
        links.push_back({.relation = std::move(link.relation),
                         .type = std::move(link.type),
                         .url = std::move(link.target),
                         .title = std::move(link.title)});
    }
    return links;
}

}  // namespace

std::string with_scheme(const std::string& text) {
    const std::size_t colon = text.find(':');
    const bool is_port =
        colon + 1 < text.size() && text[colon + 1] >= '0' && text[colon + 1] <= '9';
    return has_scheme(text) && !is_port ? text : "https://" + text;
}

Discovery discover(const config::Config& config, const std::string& url) {
    Visit visit = fetch_once(config, url);
    const auto* response = std::get_if<fetcher::Response>(&visit.outcome.result);
    const std::string body = response ? response->body : std::string();  // read() takes it
    const Reading reading = read(visit);
    // As the operator wrote it: a move is learned, never guessed.
    if (reading.kind == Reading::Kind::feed) return the_feed_itself(reading.parsed->feed, url);

    const std::string page = response ? page_in(*response, body, visit.request.max_bytes) : "";
    Discovery found{.url = visit.request.url, .is_feed = false, .entries = 0, .feeds = {}};
    if (!page.empty()) found.feeds = feed::feed_links(page, found.url, links_beside(*response));
    if (found.feeds.empty()) {
        throw Fatal(EX_DATAERR, printable(redacted_url(url)) + ": " +
                                    (page.empty() ? printable(reading.error) : no_feed_named));
    }
    return found;
}

Discovery discover_in(std::string bytes, const std::string& base_url,
                      const std::string& content_type) {
    const auto parsed =
        feed::parse({.bytes = bytes, .url = base_url, .content_type = content_type});
    if (parsed) return the_feed_itself(parsed->feed, base_url);
    const std::string page = page_in(std::move(bytes), content_type);
    Discovery found{.url = base_url, .is_feed = false, .entries = 0, .feeds = {}};
    found.feeds = feed::feed_links(page, base_url);
    if (!found.feeds.empty()) return found;
    if (page.empty()) throw Fatal(EX_DATAERR, "not a feed: " + printable(parsed.error().message));
    throw Fatal(EX_DATAERR,
                no_feed_named + (base_url.empty() ? "; relative addresses count with --base-url"
                                                  : std::string()));
}

}  // namespace tributary::daemon
