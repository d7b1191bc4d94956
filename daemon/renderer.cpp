#include "daemon/renderer.h"

#include <algorithm>

#include "base/text.h"
#include "base/url.h"
#include "config/opml.h"
#include "feed/model_json.h"
#include "serve/pages.h"

namespace tributary::daemon {

namespace {

constexpr std::size_t cache_limit = 32u << 20;  // bytes of rendered entries
constexpr std::size_t page_sources = 200;       // lines in the page's list of sources

std::size_t writer_index(const publish::Writer& writer) {
    const auto all = publish::writers();
    return static_cast<std::size_t>(std::ranges::find(all, &writer) - all.begin());
}

void add(std::string& key, auto number) {
    key.append(std::to_string(number)).push_back(' ');
}

std::string_view in_words(store::Condition condition) {
    switch (condition) {
        case store::Condition::unpolled:
            return "not polled yet";
        case store::Condition::ok:
            return "ok";
        case store::Condition::failing:
            return "failing";
        case store::Condition::gone:
            return "gone";
    }
    return "";
}

std::string date_or_nothing(const std::optional<Timestamp>& time) {
    return time ? write_rfc3339(std::chrono::floor<std::chrono::seconds>(*time)) : std::string();
}

serve::SourceLine line_of(const SitePlace& place, const store::SourceRecord& record) {
    const std::string own_title =
        record.head.title.value.empty() ? place.slug : record.head.title.value;
    return {.slug = place.slug,
            .title = place.title.empty() ? own_title : place.title,
            .site = record.head.link,
            .feed_url = place.url,
            .state = std::string(in_words(record.state.condition)),
            .error = record.state.error,
            .last_success = date_or_nothing(record.state.last_success),
            .next_poll = date_or_nothing(record.state.next_poll),
            .entries = record.entries,
            .tags = place.tags};
}

/// D5: newest date first, then newest number; the same in every format.
void sort_for_display(std::vector<store::EntryFacts>& entries) {
    std::ranges::sort(entries, [](const auto& a, const auto& b) {
        return a.published != b.published ? a.published > b.published : a.seq > b.seq;
    });
}

}  // namespace

const Renderer::OriginCard& Renderer::origin(const Site& site, store::SourceId id) {
    auto [found, is_new] = origins_.try_emplace(id);
    OriginCard& card = found->second;
    if (!is_new) return card;
    const SitePlace* place = site.place(id);
    auto record = store_.source(id);
    if (record) {
        card.origin.slug = record->state.slug;
        card.origin.head = std::move(record->head);
    }
    // A source that left the configuration is still named where another one shows its entry.
    card.origin.feed_url = place    ? place->url
                           : record ? redacted_url(record->state.url)
                                    : std::string();
    if (place && !place->title.empty()) {
        card.origin.head.title = {
            .type = feed::TextType::text, .value = place->title, .lang = {}, .base = {}};
    }
    card.version =
        hash64(feed::to_json(card.origin.head) + card.origin.feed_url + card.origin.slug);
    return card;
}

Renderer::Card& Renderer::card(const Site& site, store::EntryFacts& entry,
                               const publish::ContentOptions& content) {
    const OriginCard& owner = origin(site, entry.owner);
    std::vector<const publish::Origin*> others;
    std::string key;
    add(key, static_cast<std::int64_t>(entry.seq));
    add(key, entry.revision);
    add(key, entry.updated.time_since_epoch().count());
    add(key, owner.version);
    for (const auto id : entry.also_in) {
        const OriginCard& other = origin(site, id);
        others.push_back(&other.origin);
        add(key, hash64(other.origin.feed_url));
    }
    add(key, static_cast<int>(content.content));
    add(key, content.max_content);
    add(key, static_cast<int>(content.strip_trackers));

    auto [found, is_new] = cards_.try_emplace(hash64(key));
    if (!is_new) return found->second;
    publish::Raw raw{.seq = static_cast<std::int64_t>(entry.seq),
                     .revision = entry.revision,
                     .id = std::move(entry.id),
                     .entry = store_.text(entry.seq),
                     .first_seen = entry.first_seen,
                     .published = entry.published,
                     .updated = entry.updated,
                     .origin = &owner.origin,
                     .also_in = std::move(others)};
    found->second.item = publish::prepare(std::move(raw), content);
    cached_bytes_ += found->second.item.entry.content.text.value.size() + 4096;
    return found->second;
}

std::vector<Renderer::Card*> Renderer::cards(const Site& site, const View& view) {
    origins_.clear();
    if (cached_bytes_ > cache_limit) {
        cards_.clear();
        cached_bytes_ = 0;
    }
    auto entries = store_.window(view.selection, view.window);
    sort_for_display(entries);
    std::vector<Card*> cards;
    cards.reserve(entries.size());
    for (auto& entry : entries) cards.push_back(&card(site, entry, view.content));
    return cards;
}

std::vector<publish::SnapshotPtr> Renderer::feed(const Site& site, const View& view,
                                                 std::span<const publish::Writer* const> writers) {
    const auto cards = this->cards(site, view);
    Timestamp updated{};
    std::int64_t last = 0;
    for (const Card* card : cards) {
        updated = std::max(updated, card->item.entry.updated.value_or(Timestamp{}));
        last = last == 0 ? card->item.provenance.seq : std::min(last, card->item.provenance.seq);
    }
    publish::Channel channel = view.channel;
    const int full_page = view.window.items > 0 ? view.window.items : view.window.cap;
    const bool may_go_on = static_cast<int>(cards.size()) >= full_page && last > 1;
    if (may_go_on) {
        serve::Query next = view.query;
        next.before = last;
        channel.next = next.canonical();
    }

    std::vector<publish::SnapshotPtr> snapshots;
    for (const publish::Writer* writer : writers) {
        const std::size_t index = writer_index(*writer);
        std::string body;
        writer->head(body, channel, updated);
        for (std::size_t i = 0; i < cards.size(); ++i) {
            std::string& bytes = cards[i]->bytes[index];
            if (bytes.empty()) {
                writer->item(bytes, cards[i]->item);
                cached_bytes_ += bytes.size();
            }
            if (i > 0) body += writer->separator;
            body += bytes;
        }
        writer->tail(body, channel);
        snapshots.push_back(
            publish::make_snapshot(std::move(body), std::string(writer->media_type), updated));
    }
    return snapshots;
}

publish::SnapshotPtr Renderer::home(const Site& site) {
    using Kind = serve::FeedAddress::Kind;
    const auto line = [](Kind kind, const std::string& name, const std::string& title) {
        return serve::FeedLine{.path = serve::FeedAddress{.kind = kind, .name = name}.path(),
                               .title = title};
    };
    serve::HomePage page{.title = site.config.title,
                         .description = site.config.description,
                         .base_url = site.config.effective_base_url(),
                         .feeds = {line(Kind::main, {}, site.config.title)},
                         .sources = {},
                         .items = {}};
    for (const auto& feed : site.config.feeds) {
        page.feeds.push_back(
            line(Kind::named, feed.name, feed.title.empty() ? feed.name : feed.title));
    }
    for (const auto& tag : site.config.tags()) page.feeds.push_back(line(Kind::tag, tag, tag));

    for (const auto& record : store_.sources()) {
        if (const auto* place = site.place(record.state.id))
            page.sources.push_back(line_of(*place, record));
    }
    // Worst first: what an administrator has to see is never cut off.
    std::ranges::stable_sort(page.sources, {},
                             [](const auto& source) { return source.error.empty(); });
    if (page.sources.size() > page_sources) page.sources.resize(page_sources);

    std::string problem;
    const auto view = site.view({}, {}, problem);
    Timestamp updated{};
    for (const Card* card : cards(site, *view)) {
        page.items.push_back(card->item);
        updated = std::max(updated, card->item.entry.updated.value_or(Timestamp{}));
    }
    return publish::make_snapshot(serve::write_home(page), "text/html; charset=utf-8", updated);
}

publish::SnapshotPtr Renderer::opml(const Site& site) {
    std::vector<config::Outline> outlines;
    Timestamp changed{};
    for (const auto& record : store_.sources()) {
        const auto* place = site.place(record.state.id);
        if (!place) continue;
        auto line = line_of(*place, record);
        outlines.push_back({.title = line.title,
                            .xml_url = line.feed_url,
                            .html_url = line.site,
                            .tags = line.tags});
        changed = std::max(changed, record.state.last_change.value_or(Timestamp{}));
    }
    return publish::make_snapshot(config::write_opml(site.config.title, outlines, changed),
                                  "text/x-opml; charset=utf-8", changed);
}

}  // namespace tributary::daemon
