#include "daemon/renderer.h"

#include <algorithm>

#include "base/text.h"
#include "base/url.h"
#include "config/opml.h"
#include "feed/model_json.h"
#include "publish/markup.h"
#include "serve/pages.h"

namespace tributary::daemon {

namespace {

constexpr std::size_t cache_limit = 16u << 20;  // bytes of rendered entries
constexpr std::size_t card_overhead = 4096;
constexpr std::size_t longest_address = 2048, longest_name = 200,
                      most_named = 20;  // of an entry in brief

std::size_t writer_index(const publish::Writer& writer) {
    const auto all = publish::writers();
    return static_cast<std::size_t>(std::ranges::find(all, &writer) - all.begin());
}

void add(std::string& key, auto number) {
    key.append(std::to_string(number)).push_back(' ');
}

std::string date_or_nothing(const std::optional<Timestamp>& time) {
    return time ? write_rfc3339(std::chrono::floor<std::chrono::seconds>(*time)) : std::string();
}

serve::SourceLine line_of(const SitePlace& place, const store::SourceRecord& record) {
    const std::string own_title = publish::plain_text(record.head.title);
    return {.slug = place.slug,
            .title = !place.title.empty() ? place.title
                     : !own_title.empty() ? own_title
                                          : place.slug,
            .site = record.head.link,
            .feed_url = place.url,
            .state = std::string(condition_in_words(record.state.condition)),
            .error = record.state.error,
            .last_success = date_or_nothing(record.state.last_success),
            .next_poll = date_or_nothing(record.state.next_poll),
            .entries = record.entries,
            .tags = place.tags};
}

std::string if_short(std::string address) {
    return address.size() <= longest_address ? std::move(address) : std::string();
}

/// What a reader needs to know of an entry and to find the rest; nothing whose length the publisher
/// decides.
publish::Item in_brief(publish::Item item) {
    feed::Entry& whole = item.entry;
    feed::Entry brief;
    brief.id = std::move(whole.id);
    brief.title = std::move(whole.title);
    brief.summary = std::move(whole.summary);
    brief.link = if_short(std::move(whole.link));
    brief.language = if_short(std::move(whole.language));
    brief.published = whole.published;
    brief.updated = whole.updated;
    if (!whole.authors.empty()) {
        const std::string_view name = whole.authors.front().name;
        brief.authors.emplace_back().name = truncate_utf8(name, longest_name);
    }
    if (whole.source) {
        feed::Source& source = brief.source.make();
        source.id = if_short(std::move(whole.source->id));
        if (source.id.empty()) source.id = item.provenance.source_url;
        source.title = std::move(whole.source->title);
        source.link = if_short(std::move(whole.source->link));
        source.updated = whole.source->updated;
    }
    auto& provenance = item.provenance;
    provenance.source_date = truncate_utf8(provenance.source_date, longest_name);
    if (provenance.also_in.size() > most_named) provenance.also_in.resize(most_named);
    item.entry = std::move(brief);
    return item;
}

/// When the entry last changed what it is in: a late one may have an old date.
Timestamp changed_at(const publish::Item& item) {
    return std::max(item.provenance.first_seen, item.entry.updated.value_or(Timestamp{}));
}

Timestamp changed_at(const store::SourceState& state) {
    return std::max(state.last_poll.value_or(Timestamp{}), state.last_change.value_or(Timestamp{}));
}

}  // namespace

std::size_t Renderer::Card::size() const {
    return std::ranges::max(bytes, {}, &std::string::size).size();
}

std::size_t Renderer::Card::weight() const {
    std::size_t weight = card_overhead;
    for (const auto& each : bytes) weight += each.size();
    return weight;
}

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

Renderer::Card Renderer::make_card(const Site& site, const store::EntryFacts& entry,
                                   const publish::ContentOptions& content, Length length) {
    publish::Raw raw{.seq = static_cast<std::int64_t>(entry.seq),
                     .revision = entry.revision,
                     .id = entry.id,
                     .entry = store_.text(entry.seq),
                     .first_seen = entry.first_seen,
                     .published = entry.published,
                     .updated = entry.updated,
                     .origin = &origin(site, entry.owner).origin,
                     .also_in = {}};
    for (const auto id : entry.also_in) raw.also_in.push_back(&origin(site, id).origin);
    publish::Item item = publish::prepare(std::move(raw), content);
    if (length == Length::brief) item = in_brief(std::move(item));
    Card card;
    for (const publish::Writer* writer : publish::writers()) {
        std::string& bytes = card.bytes[writer_index(*writer)];
        writer->item(bytes, item);
        bytes.shrink_to_fit();
    }
    card.brief = in_brief(std::move(item));
    return card;
}

Renderer::Card& Renderer::card(const Site& site, const store::EntryFacts& entry,
                               const publish::ContentOptions& content, Length length) {
    std::string key;
    add(key, static_cast<std::int64_t>(entry.seq));
    add(key, entry.revision);
    add(key, entry.updated.time_since_epoch().count());
    add(key, origin(site, entry.owner).version);
    for (const auto id : entry.also_in) add(key, hash64(origin(site, id).origin.feed_url));
    add(key, static_cast<int>(content.content));
    add(key, content.max_content);
    add(key, static_cast<int>(content.strip_trackers));
    add(key, static_cast<int>(length));

    const std::uint64_t hash = hash64(key);
    auto found = cards_.find(hash);
    if (found == cards_.end()) {
        found = cards_.emplace(hash, make_card(site, entry, content, length)).first;
        cached_bytes_ += found->second.weight();
    }
    found->second.used = rendering_;
    make_room();
    return found->second;
}

/// What the present rendering uses stays: it is bounded by the budgets of one document.
void Renderer::make_room() {
    if (cached_bytes_ <= cache_limit) return;
    std::erase_if(cards_, [this](const auto& pair) {
        const Card& card = pair.second;
        if (card.used == rendering_) return false;
        cached_bytes_ -= card.weight();
        return true;
    });
}

void Renderer::forget() {
    cards_.clear();
    cached_bytes_ = 0;
}

void Renderer::begin() {
    origins_.clear();
    ++rendering_;
}

Renderer::Window Renderer::window(const Site& site, const View& view) {
    const auto entries = store_.window(view.selection, view.window);
    Window window;
    window.cards.reserve(entries.size());
    const int full_page = view.window.items > 0 ? view.window.items : view.window.cap;
    window.goes_on = static_cast<int>(entries.size()) >= full_page;

    publish::ContentOptions content = view.content;
    Length length = Length::full;
    std::size_t room = full_entries_budget;
    for (const auto& entry : entries) {  // newest number first
        Card* next = &card(site, entry, content, length);
        if (length == Length::full && next->size() > room) {
            length = Length::brief;
            room = brief_entries_budget;
            if (content.content == publish::ContentOptions::Content::full)
                content.content = publish::ContentOptions::Content::summary;
            next = &card(site, entry, content, length);
        }
        if (next->size() > room) {
            window.goes_on = true;
            break;
        }
        room -= next->size();
        window.cards.push_back(next);
    }
    // D5: the same order in every format.
    std::ranges::sort(window.cards, std::ranges::greater{},
                      [](const Card* card) { return publish::position_of(card->brief); });
    return window;
}

std::vector<publish::SnapshotPtr> Renderer::feed(const Site& site, const View& view,
                                                 std::span<const publish::Writer* const> writers) {
    const store::Store::Snapshot one_commit(store_);
    begin();
    const auto [cards, goes_on] = window(site, view);
    Timestamp updated{}, changed{};
    std::int64_t last = 0;
    for (const Card* card : cards) {
        const publish::Item& item = card->brief;
        updated = std::max(updated, item.entry.updated.value_or(Timestamp{}));
        changed = std::max(changed, changed_at(item));
        last = last == 0 ? item.provenance.seq : std::min(last, item.provenance.seq);
    }
    publish::Channel channel = view.channel;
    if (view.source) channel.title = publish::title_of(origin(site, *view.source).origin);
    if (goes_on && last > 1) {
        serve::Query next = view.query;
        next.before = last;
        channel.next = next.canonical();
    }

    // Cards beyond what is kept go as the document grows: it is never twice in memory.
    const bool is_too_much = cached_bytes_ > cache_limit;
    std::vector<publish::SnapshotPtr> snapshots;
    for (const publish::Writer* writer : writers) {
        const std::size_t index = writer_index(*writer);
        std::string body;
        std::size_t size = 16u << 10;
        for (const Card* card : cards) size += card->bytes[index].size() + writer->separator.size();
        body.reserve(size);
        writer->head(body, channel, updated);
        for (std::size_t i = 0; i < cards.size(); ++i) {
            if (i > 0) body += writer->separator;
            body += cards[i]->bytes[index];
            if (is_too_much) std::string().swap(cards[i]->bytes[index]);
        }
        writer->tail(body, channel);
        snapshots.push_back(
            publish::make_snapshot(std::move(body), std::string(writer->media_type), changed));
    }
    if (is_too_much) forget();
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
    for (const auto& [tag, ids] : site.tagged) page.feeds.push_back(line(Kind::tag, tag, tag));

    const store::Store::Snapshot one_commit(store_);
    begin();
    Timestamp changed{};
    for (const auto& record : store_.sources()) {
        const auto* place = site.place(record.state.id);
        if (!place) continue;
        page.sources.push_back(line_of(*place, record));
        changed = std::max(changed, changed_at(record.state));
    }
    // Worst first: what an administrator has to see is never cut off.
    std::ranges::stable_sort(page.sources, {},
                             [](const auto& source) { return source.error.empty(); });

    std::string problem;
    const auto view = site.view({}, {}, problem);
    for (const Card* card : window(site, *view).cards) {
        page.items.push_back(card->brief);
        changed = std::max(changed, changed_at(card->brief));
    }
    return publish::make_snapshot(serve::write_home(page), "text/html; charset=utf-8", changed);
}

publish::SnapshotPtr Renderer::opml(const Site& site) {
    std::vector<config::Outline> outlines;
    Timestamp dated{}, changed{};
    for (const auto& record : store_.sources()) {
        const auto* place = site.place(record.state.id);
        if (!place) continue;
        auto line = line_of(*place, record);
        outlines.push_back({.title = line.title,
                            .xml_url = line.feed_url,
                            .html_url = line.site,
                            .tags = line.tags});
        dated = std::max(dated, record.state.last_change.value_or(Timestamp{}));
        changed = std::max(changed, changed_at(record.state));
    }
    return publish::make_snapshot(config::write_opml(site.config.title, outlines, dated),
                                  "text/x-opml; charset=utf-8", changed);
}

}  // namespace tributary::daemon
