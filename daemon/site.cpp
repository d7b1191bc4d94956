#include "daemon/site.h"

#include <algorithm>
#include <iterator>
#include <numeric>

#include "base/text.h"
#include "base/url.h"

namespace tributary::daemon {

namespace {

using serve::FeedAddress;

SourceIds union_of(const SourceIds& a, const SourceIds& b) {
    SourceIds ids;
    std::ranges::set_union(a, b, std::back_inserter(ids));
    return ids;
}

SourceIds intersection_of(const SourceIds& a, const SourceIds& b) {
    SourceIds ids;
    std::ranges::set_intersection(a, b, std::back_inserter(ids));
    return ids;
}

SourceIds difference_of(const SourceIds& a, const SourceIds& b) {
    SourceIds ids;
    std::ranges::set_difference(a, b, std::back_inserter(ids));
    return ids;
}

SourceIds in_order(SourceIds ids) {
    std::ranges::sort(ids);
    const auto rest = std::ranges::unique(ids);
    ids.erase(rest.begin(), rest.end());
    return ids;
}

/// All who are tagged with any of the words.
SourceIds meant_by(const std::map<std::string, SourceIds, std::less<>>& index,
                   const std::vector<std::string>& words) {
    SourceIds ids;
    for (const auto& word : words)
        if (const auto found = index.find(word); found != index.end())
            ids.insert(ids.end(), found->second.begin(), found->second.end());
    return in_order(std::move(ids));
}

/// All who are called by any of the words.
SourceIds meant_by(const Words& index, const std::vector<std::string>& words) {
    SourceIds ids;
    for (const auto& word : words)
        for (const auto& found : std::ranges::equal_range(index, word, {}, &Word::text))
            ids.push_back(found.id);
    return in_order(std::move(ids));
}

/// All whom the operator means by any of the words.
SourceIds meant_by_operator(const Site& site, const std::vector<std::string>& words) {
    return union_of(meant_by(site.called, words), meant_by(site.secretly_called, words));
}

const config::MergedFeed* find_feed(const config::Config& config, const std::string& name) {
    const auto found = std::ranges::find(config.feeds, name, &config::MergedFeed::name);
    return found == config.feeds.end() ? nullptr : &*found;
}

SourceIds members_of(const Site& site, const config::MergedFeed& feed) {
    const bool takes_all = feed.tags.empty() && feed.sources.empty();
    const SourceIds taken = takes_all ? site.everyone
                                      : union_of(meant_by(site.tagged, feed.tags),
                                                 meant_by_operator(site, feed.sources));
    return difference_of(taken, union_of(meant_by(site.tagged, feed.exclude),
                                         meant_by_operator(site, feed.exclude)));
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

    SourceIds members;
    switch (address.kind) {
        case FeedAddress::Kind::main:
            members = everyone;
            break;
        case FeedAddress::Kind::named: {
            const auto* merged = find_feed(config, address.name);
            if (!merged) return std::nullopt;
            channel.title =
                merged->title.empty() ? config.title + ": " + merged->name : merged->title;
            channel.description = merged->description;
            view.window.items = merged->items.value_or(view.window.items);
            members = members_of(*this, *merged);
            break;
        }
        case FeedAddress::Kind::tag: {
            const auto found = tagged.find(address.name);
            if (found == tagged.end()) return std::nullopt;
            channel.title = config.title + ": " + address.name;
            members = found->second;
            break;
        }
        case FeedAddress::Kind::source: {
            const auto found = std::ranges::lower_bound(slugs, address.name, {}, &Word::text);
            if (found == slugs.end() || found->text != address.name) return std::nullopt;
            const std::string& title = place(found->id)->title;
            channel.title = title.empty() ? address.name : title;
            view.selection.backlog = true;
            view.source = found->id;
            members = {found->id};
            break;
        }
    }
    if (!query.tags.empty()) members = intersection_of(members, meant_by(tagged, query.tags));
    if (!query.sources.empty()) members = intersection_of(members, meant_by(called, query.sources));
    view.selection.all =
        address.kind == FeedAddress::Kind::main && query.tags.empty() && query.sources.empty();
    if (!view.selection.all) view.selection.sources = std::move(members);

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

namespace {

/// Every text by which anyone is called must stand where it is by now.
void enter(Site& site, const SitePlace& place) {
    site.everyone.push_back(place.id);
    for (const auto& tag : place.tags) {
        SourceIds& ids = site.tagged[tag];
        if (ids.empty() || ids.back() != place.id) ids.push_back(place.id);
    }
    site.slugs.push_back({place.slug, place.id});
    for (const auto* text : {&place.slug, &place.name, &place.url})
        if (!text->empty()) site.called.push_back({*text, place.id});
}

}  // namespace

SitePtr make_site(const config::Config& config,
                  const std::vector<const config::Subscription*>& subscriptions,
                  const std::vector<store::SourceState>& states, std::string feed_id) {
    auto site = std::make_shared<Site>();
    site->config = config;
    site->feed_id = std::move(feed_id);
    std::vector<std::size_t> order(states.size());  // the indexes want ascending ids
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, {}, [&](std::size_t i) { return states[i].id; });
    std::vector<store::SourceId> with_secrets;
    site->places.reserve(states.size());
    for (const std::size_t i : order) {
        const config::Subscription& subscription = *subscriptions[i];
        SitePlace place{.id = states[i].id,
                        .slug = states[i].slug,
                        .name = subscription.name,
                        .title = subscription.title,
                        .url = redacted_url(subscription.url),
                        .tags = subscription.tags};
        std::ranges::sort(place.tags);
        if (place.url != subscription.url) {
            site->secrets.push_back(subscription.url);
            with_secrets.push_back(place.id);
        }
        site->places.push_back(std::move(place));
    }
    site->everyone.reserve(states.size());
    site->slugs.reserve(states.size());
    site->called.reserve(2 * states.size());
    for (const auto& place : site->places) enter(*site, place);
    for (std::size_t i = 0; i < with_secrets.size(); ++i)
        site->secretly_called.push_back({site->secrets[i], with_secrets[i]});
    for (auto* words : {&site->slugs, &site->called, &site->secretly_called})
        std::ranges::sort(*words);
    return site;
}

std::string_view condition_in_words(store::Condition condition) {
    switch (condition) {
        case store::Condition::unpolled:
            return "new";
        case store::Condition::ok:
            return "ok";
        case store::Condition::failing:
            return "failing";
        case store::Condition::gone:
            return "gone";
    }
    return "";
}

bool touches(const store::Selection& selection, store::SourceId source) {
    return selection.all || std::ranges::binary_search(selection.sources, source);
}

}  // namespace tributary::daemon
