#pragma once
// What the tests of the daemon share: a time to begin at, answers of publishers, documents, a
// configuration in few words.

#include <doctest/doctest.h>

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "config/config.h"
#include "daemon/visit.h"
#include "fetcher/request.h"
#include "store/store.h"

namespace tributary::daemon::testing {

inline constexpr Timestamp noon = Timestamp(Duration(1'790'000'000'000));
inline constexpr Duration second{1'000}, minute{60'000}, hour{3'600'000}, day{86'400'000};

using HeaderFields = std::vector<std::pair<std::string, std::string>>;

inline fetcher::Outcome answer(int status, HeaderFields headers = {}, std::string body = {}) {
    fetcher::Response response;
    response.status = status;
    response.headers.fields = std::move(headers);
    const auto size = static_cast<std::int64_t>(body.size());
    response.body = std::move(body);
    return {.result = std::move(response), .wire_bytes = size, .timings = {.total = Duration(40)}};
}

inline fetcher::Outcome redirect(int status, const std::string& location) {
    return answer(status, {{"location", location}});
}

inline fetcher::Outcome no_answer(fetcher::Failure::Kind kind, const std::string& message) {
    return {.result = fetcher::Failure{.kind = kind, .message = message},
            .wire_bytes = 0,
            .timings = {}};
}

inline config::Subscription subscription(const std::string& url, std::vector<std::string> tags = {},
                                         const std::string& name = {}) {
    config::Subscription subscription;
    subscription.url = url;
    subscription.tags = std::move(tags);
    subscription.name = name;
    return subscription;
}

inline std::vector<const config::Subscription*> all_of(const config::Config& config) {
    std::vector<const config::Subscription*> subscriptions;
    for (const auto& source : config.sources) subscriptions.push_back(&source);
    return subscriptions;
}

inline std::vector<store::SourceSpec> specs_of(const config::Config& config) {
    std::vector<store::SourceSpec> specs;
    for (const auto& source : config.sources)
        specs.push_back({.url = source.url, .name = source.name});
    return specs;
}

/// An item of an RSS document; `extra` is markup inside it.
struct RssItem {
    std::string guid, title, extra = {};
};

inline std::string rss(const std::vector<RssItem>& items, const std::string& channel = {}) {
    std::string text = "<rss version=\"2.0\"><channel><title>Blog</title>" + channel;
    for (const auto& item : items) {
        text += "<item><guid isPermaLink=\"false\">" + item.guid + "</guid><title>" + item.title +
                "</title>" + item.extra + "</item>";
    }
    return text + "</channel></rss>";
}

}  // namespace tributary::daemon::testing
