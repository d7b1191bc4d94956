#include "daemon/hub_offer.h"

#include <algorithm>

#include "base/url.h"
#include "fetcher/headers.h"

namespace tributary::daemon {

namespace {

constexpr std::size_t longest_url = 2048, most_hubs = 8;
constexpr int failures_before_another_hub = 3;

bool is_usable(const std::string& text) {
    const auto url = Url::parse(text);
    return url && url->is_http() && !url->host.empty() && text.size() <= longest_url;
}

std::vector<std::string> usable(std::vector<std::string> urls) {
    std::erase_if(urls, [](const auto& url) { return !is_usable(url); });
    if (urls.size() > most_hubs) urls.resize(most_hubs);
    return urls;
}

std::vector<std::string> linked(const Visit& visit, const fetcher::Headers& headers,
                                std::string_view relation) {
    auto urls = fetcher::link_targets(headers, relation);
    for (auto& url : urls) url = resolve_url(visit.request.url, url);
    return usable(std::move(urls));
}

}  // namespace

HubOffer offer_of(const Visit& visit) {
    const auto* response = std::get_if<fetcher::Response>(&visit.outcome.result);
    if (!response) return {};
    HubOffer offer{.hubs = linked(visit, response->headers, "hub"), .topic = {}};
    const auto selves = linked(visit, response->headers, "self");
    if (!selves.empty()) offer.topic = selves.front();
    if (!visit.reading.parsed) return offer;
    const feed::Feed& feed = visit.reading.parsed->feed;
    if (offer.hubs.empty()) offer.hubs = usable(feed.hubs);
    if (offer.topic.empty() && is_usable(feed.self)) offer.topic = feed.self;
    return offer;
}

const std::string& choose_hub(const std::vector<std::string>& hubs,
                              const websub::Subscription* present) {
    if (!present) return hubs.front();
    const auto found = std::ranges::find(hubs, present->hub);
    if (found == hubs.end()) return hubs.front();
    if (present->failures < failures_before_another_hub) return *found;
    return found + 1 == hubs.end() ? hubs.front() : *(found + 1);
}

}  // namespace tributary::daemon
