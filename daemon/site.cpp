#include "daemon/site.h"

#include <algorithm>

#include "base/text.h"
#include "base/url.h"

namespace tributary::daemon {

namespace {

using serve::FeedAddress;

bool contains(const std::vector<std::string>& list, const std::string& value) {
    return std::ranges::find(list, value) != list.end();
}

bool share_any(const std::vector<std::string>& a, const std::vector<std::string>& b) {
    return std::ranges::any_of(a, [&](const std::string& value) { return contains(b, value); });
}

/// Whether a reader's word for a source means this one.
bool is_called(const SitePlace& place, const std::vector<std::string>& names) {
    return contains(names, place.slug) || contains(names, place.name) || contains(names, place.url);
}

/// Whether the operator's does.
bool is_configured_as(const SitePlace& place, const std::vector<std::string>& names) {
    return is_called(place, names) || contains(names, place.configured_url);
}

std::vector<store::SourceId> ids_where(const std::vector<SitePlace>& places, auto&& holds) {
    std::vector<store::SourceId> ids;
    for (const auto& place : places) {
        if (holds(place)) ids.push_back(place.id);
    }
    std::ranges::sort(ids);
    return ids;
}

const config::MergedFeed* find_feed(const config::Config& config, const std::string& name) {
    const auto found = std::ranges::find(config.feeds, name, &config::MergedFeed::name);
    return found == config.feeds.end() ? nullptr : &*found;
}

bool belongs_to(const SitePlace& place, const config::MergedFeed& feed) {
    if (share_any(place.tags, feed.exclude) || is_configured_as(place, feed.exclude)) return false;
    const bool takes_all = feed.tags.empty() && feed.sources.empty();
    return takes_all || share_any(place.tags, feed.tags) || is_configured_as(place, feed.sources);
}

publish::ContentOptions content_options(const config::Output& output) {
    using Content = publish::ContentOptions::Content;
    const Content content = output.content == "none"      ? Content::none
                            : output.content == "summary" ? Content::summary
                                                          : Content::full;
    return {.content = content,
            .max_content = static_cast<std::size_t>(output.max_content),
            .strip_trackers = output.strip_trackers};
}

}  // namespace

std::optional<View> Site::view(const FeedAddress& address, const serve::Query& query,
                               std::string& problem) const {
    View view;
    view.query = query;
    view.content = content_options(config.output);
    view.window = {
        .items = config.output.items, .keep_at_least = config.output.keep_at_least, .cap = 1000};
    auto& channel = view.channel;
    channel.title = config.title;
    channel.description = config.description;
    channel.language = config.language;
    channel.hubs = config.output.hub;

    const config::MergedFeed* merged = nullptr;
    const SitePlace* source = nullptr;
    switch (address.kind) {
        case FeedAddress::Kind::main:
            break;
        case FeedAddress::Kind::named:
            merged = find_feed(config, address.name);
            if (!merged) return std::nullopt;
            channel.title =
                merged->title.empty() ? config.title + ": " + merged->name : merged->title;
            channel.description = merged->description;
            view.window.items = merged->items.value_or(view.window.items);
            break;
        case FeedAddress::Kind::tag:
            if (!contains(config.tags(), address.name)) return std::nullopt;
            channel.title = config.title + ": " + address.name;
            break;
        case FeedAddress::Kind::source: {
            const auto found = std::ranges::find(places, address.name, &SitePlace::slug);
            if (found == places.end()) return std::nullopt;
            source = &*found;
            channel.title = source->title.empty() ? source->slug : source->title;
            view.selection.backlog = true;
            break;
        }
    }

    const auto is_member = [&](const SitePlace& place) {
        if (merged && !belongs_to(place, *merged)) return false;
        if (source && place.id != source->id) return false;
        if (address.kind == FeedAddress::Kind::tag && !contains(place.tags, address.name))
            return false;
        if (!query.tags.empty() && !share_any(place.tags, query.tags)) return false;
        return query.sources.empty() || is_called(place, query.sources);
    };
    view.selection.all =
        address.kind == FeedAddress::Kind::main && query.tags.empty() && query.sources.empty();
    if (!view.selection.all) view.selection.sources = ids_where(places, is_member);

    if (!query.text.empty()) {
        problem = "q: this server keeps no full-text index";
        return std::nullopt;
    }
    // A query asks the whole store; only the plain address keeps the flood of a new source out.
    if (!query.empty()) view.selection.backlog = true;
    if (query.limit)
        view.window = {.items = *query.limit, .keep_at_least = Duration{0}, .cap = *query.limit};
    if (query.before) view.selection.before = store::Seq{*query.before};
    if (query.since_time || query.since_age) {
        view.window.items = query.limit.value_or(view.window.cap);
        view.selection.since = query.since_time;
        if (query.since_age)
            view.window = {.items = 0, .keep_at_least = *query.since_age, .cap = view.window.cap};
    }
    if (query.full) {
        view.content.content = *query.full ? publish::ContentOptions::Content::full
                                           : publish::ContentOptions::Content::summary;
    }

    const std::string path = address.path();
    const std::string base_url = config.effective_base_url();
    channel.base = base_url + path;
    channel.home = base_url + "/";
    channel.query = query.canonical();
    const bool is_main = path == "/feed" && channel.query.empty();
    channel.id = is_main ? feed_id : uuid_v5(feed_id, path + channel.query);
    return view;
}

std::vector<FeedAddress> Site::standing() const {
    std::vector<FeedAddress> addresses{{.kind = FeedAddress::Kind::main, .name = {}}};
    for (const auto& feed : config.feeds) {
        addresses.push_back({.kind = FeedAddress::Kind::named, .name = feed.name});
    }
    return addresses;
}

const SitePlace* Site::place(store::SourceId id) const {
    const auto found = std::ranges::lower_bound(places, id, {}, &SitePlace::id);
    return found != places.end() && found->id == id ? &*found : nullptr;
}

SitePtr make_site(const config::Config& config,
                  const std::vector<const config::Subscription*>& subscriptions,
                  const std::vector<store::SourceState>& states, std::string feed_id) {
    auto site = std::make_shared<Site>();
    site->config = config;
    site->feed_id = std::move(feed_id);
    for (std::size_t i = 0; i < states.size(); ++i) {
        const config::Subscription& subscription = *subscriptions[i];
        SitePlace place{.id = states[i].id,
                        .slug = states[i].slug,
                        .name = subscription.name,
                        .title = subscription.title,
                        .url = redacted_url(subscription.url),
                        .tags = subscription.tags,
                        .configured_url = subscription.url};
        std::ranges::sort(place.tags);
        site->places.push_back(std::move(place));
    }
    std::ranges::sort(site->places, {}, &SitePlace::id);
    return site;
}

bool touches(const store::Selection& selection, store::SourceId source) {
    return selection.all || std::ranges::binary_search(selection.sources, source);
}

}  // namespace tributary::daemon
