#include "store/sources.h"

#include "base/text.h"
#include "feed/model_json.h"
#include "store/database.h"
#include "store/ledger.h"
#include "store/slug.h"

#include <limits>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace tributary::store {
namespace {

/// {0, 5, 23} as the bits 0, 5 and 23; anything outside 0 .. count-1 is left out.
std::int64_t bits_of(const std::vector<int>& numbers, int count) {
    std::int64_t bits = 0;
    for (const int number : numbers)
        if (number >= 0 && number < count) bits |= std::int64_t{1} << number;
    return bits;
}

std::vector<int> numbers_of(std::int64_t bits, int count) {
    std::vector<int> numbers;
    for (int number = 0; number < count; ++number)
        if (bits >> number & 1) numbers.push_back(number);
    return numbers;
}

/// A source as it stands in the database.
struct Stored {
    SourceState state;
    std::string name, uuid;
    bool active = true;
};

Stored read_stored(const Rows& rows) {
    Stored stored;
    SourceState& state = stored.state;
    state.id = rows.as<SourceId>(0);
    state.url = rows.text(1);
    state.slug = rows.text(2);
    state.etag = rows.text(3);
    state.last_modified = rows.text(4);
    state.validators_url = rows.text(5);
    state.body_hash = rows.as<std::uint64_t>(6);
    state.last_poll = rows.optional_time(7);
    state.last_success = rows.optional_time(8);
    state.last_change = rows.optional_time(9);
    state.next_poll = rows.time(10);
    state.directive = rows.text(11);
    state.condition = rows.as<Condition>(12);
    state.error = rows.text(13);
    state.pace.failures = rows.as<int>(14);
    state.pace.failing_since = rows.optional_time(15);
    state.pace.gone = rows.as<int>(16);
    state.pace.raised = rows.real(17);
    state.pace.raised_at = rows.optional_time(18);
    if (!rows.is_null(19)) state.rules.ttl_minutes = rows.integer(19);
    state.rules.skip_hours = numbers_of(rows.integer(20), 24);
    state.rules.skip_days = numbers_of(rows.integer(21), 7);
    state.memory = rows.text(22);
    stored.name = rows.text(23);
    stored.uuid = rows.text(24);
    stored.active = rows.as<bool>(25);
    return stored;
}

constexpr SourceId first_source{0};
constexpr SourceId last_source{std::numeric_limits<std::int64_t>::max()};

/// The stored sources whose numbers are in [first, last], in their order.
Rows stored_sources(Database& database, SourceId first, SourceId last) {
    return database.query(
        "SELECT s.id, s.url, s.slug, s.etag, s.last_modified, s.validators_url, s.body_hash,"
        " p.last_poll, p.last_success, s.last_change, p.next_poll, p.directive, s.condition,"
        " s.error, p.failures, p.failing_since, p.gone, p.raised, p.raised_at, s.ttl_minutes,"
        " s.skip_hours, s.skip_days, s.memory, s.name, s.uuid, s.active"
        " FROM source s JOIN poll p ON p.source = s.id WHERE s.id BETWEEN ? AND ? ORDER BY s.id",
        first, last);
}

std::optional<SourceRecord> record_of(Database& database, SourceId id) {
    SourceRecord record;
    {
        Rows rows = stored_sources(database, id, id);
        if (!rows.next()) return std::nullopt;
        Stored stored = read_stored(rows);
        record.state = std::move(stored.state);
        record.name = std::move(stored.name);
        record.uuid = std::move(stored.uuid);
        record.active = stored.active;
    }
    Rows rows = database.query(
        "SELECT (SELECT feed FROM head WHERE source = ?1),"
        " (SELECT count(*) FROM sighting WHERE source = ?1)",
        id);
    rows.next();
    if (!rows.is_null(0)) record.head = feed::feed_from_json(rows.text(0));
    record.entries = rows.integer(1);
    return record;
}

/// Makes the stored sources those of a configuration.
class Sync {
  public:
    Sync(Database& database, std::size_t specs, Timestamp now) : database_(database), now_(now) {
        sources_.reserve(static_cast<std::size_t>(database.number("SELECT count(*) FROM source")) +
                         specs);
        Rows rows = stored_sources(database_, first_source, last_source);
        while (rows.next()) {
            const Stored& stored = sources_.emplace_back(Source{read_stored(rows), false}).stored;
            const std::size_t place = sources_.size() - 1;
            slugs_.insert(stored.state.slug);
            if (!stored.name.empty()) by_name_.emplace(stored.name, place);
            by_url_.emplace(stored.state.url, place);
        }
    }

    /// The place of this spec's source: known by its name, else by its URL, else new.
    std::size_t claim(const SourceSpec& spec) {
        std::optional<std::size_t> place;
        if (!spec.name.empty()) place = unclaimed(by_name_, spec.name);
        if (!place) place = unclaimed(by_url_, spec.url);
        if (!place) place = insert(spec);
        sources_[*place].is_claimed = true;
        return *place;
    }

    void deactivate_the_rest() {
        for (const auto& [stored, is_claimed] : sources_)
            if (stored.active && !is_claimed)
                database_.run("UPDATE source SET active = 0 WHERE id = ?", stored.state.id);
    }

    /// Takes over what the configuration says; to be called last. A source that stays keeps
    /// everything; one that moved keeps its entries, but what the old address said holds no longer.
    SourceState adopt(std::size_t place, const SourceSpec& spec) {
        Stored& stored = sources_[place].stored;
        const SourceId id = stored.state.id;
        const bool has_moved = stored.state.url != spec.url;
        if (has_moved || stored.name != spec.name || !stored.active)
            database_.run("UPDATE source SET url = ?, name = ?, active = 1 WHERE id = ?", spec.url,
                          spec.name, id);
        if (has_moved) {
            SourceState state = fresh_state(id, spec.url, stored.state.slug);
            state.last_poll = stored.state.last_poll;
            state.last_success = stored.state.last_success;
            state.last_change = stored.state.last_change;
            save_state(database_, state);
            save_poll(database_, state, 0);
            stored.state = std::move(state);
        }
        return std::move(stored.state);
    }

  private:
    struct Source {
        Stored stored;
        bool is_claimed = false;
    };
    using Index = std::unordered_multimap<std::string_view, std::size_t>;

    std::optional<std::size_t> unclaimed(const Index& index, std::string_view key) const {
        std::optional<std::size_t> best;
        const auto [first, last] = index.equal_range(key);
        for (auto at = first; at != last; ++at) {
            if (sources_[at->second].is_claimed) continue;
            if (!best || precedes(at->second, *best)) best = at->second;
        }
        return best;
    }

    /// Active before inactive, then the older one.
    bool precedes(std::size_t a, std::size_t b) const {
        const bool a_active = sources_[a].stored.active;
        return a_active == sources_[b].stored.active ? a < b : a_active;
    }

    std::size_t insert(const SourceSpec& spec) {
        const std::string slug = free_slug(slug_of(spec.name, spec.url));
        database_.run(
            "INSERT INTO source (name, url, slug, uuid, active, etag, last_modified,"
            " validators_url, body_hash, condition, error, skip_hours, skip_days)"
            " VALUES (?, ?, ?, ?, 1, '', '', '', 0, 0, '', 0, 0)",
            spec.name, spec.url, slug, uuid_v5(uuid_namespace_url, spec.url));
        const auto id = static_cast<SourceId>(database_.last_insert_rowid());
        database_.run(
            "INSERT INTO poll (source, next_poll, directive, failures, gone, raised, last_request)"
            " VALUES (?, ?, '', 0, 0, 1.0, 0)",
            id, now_);
        sources_.push_back({.stored = {.state = fresh_state(id, spec.url, slug),
                                       .name = spec.name,
                                       .uuid = {},
                                       .active = true},
                            .is_claimed = true});
        return sources_.size() - 1;
    }

    SourceState fresh_state(SourceId id, std::string url, std::string slug) const {
        SourceState state;
        state.id = id;
        state.url = std::move(url);
        state.slug = std::move(slug);
        state.next_poll = now_;
        return state;
    }

    std::string free_slug(const std::string& wanted) {
        std::string slug = wanted;
        for (int n = 2; !slugs_.insert(slug).second; ++n) slug = wanted + "-" + std::to_string(n);
        return slug;
    }

    Database& database_;
    Timestamp now_;
    std::vector<Source> sources_;  // never moved: the indexes point into it
    Index by_name_, by_url_;
    std::unordered_set<std::string> slugs_;
};

}  // namespace

std::vector<SourceState> sync_sources(Database& database, std::span<const SourceSpec> specs,
                                      Timestamp now) {
    Transaction transaction(database, Transaction::Kind::write);
    Sync sync(database, specs.size(), now);
    std::vector<std::size_t> places(specs.size());
    // Names first: a source that is known by its name must not be taken by another for its URL.
    for (std::size_t i = 0; i < specs.size(); ++i)
        if (!specs[i].name.empty()) places[i] = sync.claim(specs[i]);
    for (std::size_t i = 0; i < specs.size(); ++i)
        if (specs[i].name.empty()) places[i] = sync.claim(specs[i]);
    sync.deactivate_the_rest();
    std::vector<SourceState> states;
    states.reserve(specs.size());
    for (std::size_t i = 0; i < specs.size(); ++i)
        states.push_back(sync.adopt(places[i], specs[i]));
    transaction.commit();
    return states;
}

bool differ_lastingly(SourceState before, const SourceState& after) {
    before.last_poll = after.last_poll;
    before.last_success = after.last_success;
    before.next_poll = after.next_poll;
    before.directive = after.directive;
    before.pace = after.pace;
    return before != after;
}

void save_poll(Database& database, const SourceState& state, std::int64_t last_request) {
    const schedule::Pace& pace = state.pace;
    database.run(
        "UPDATE poll SET last_poll = ?3, last_success = ?4, next_poll = ?5, directive = ?6,"
        " failures = ?7, failing_since = ?8, gone = ?9, raised = ?10, raised_at = ?11,"
        " last_request = coalesce(nullif(?12, 0), last_request)"
        " WHERE source = ?1 AND EXISTS (SELECT 1 FROM source WHERE id = ?1 AND url = ?2)",
        state.id, state.url, state.last_poll, state.last_success, state.next_poll, state.directive,
        pace.failures, pace.failing_since, pace.gone, pace.raised, pace.raised_at, last_request);
    // Wherever the source is now, it was asked.
    if (database.changes() == 0 && last_request != 0)
        link_request(database, state.id, last_request);
}

void save_state(Database& database, const SourceState& state) {
    database.run(
        "UPDATE source SET etag = ?, last_modified = ?, validators_url = ?, body_hash = ?,"
        " last_change = ?, condition = ?, error = ?, ttl_minutes = ?, skip_hours = ?,"
        " skip_days = ?, memory = ? WHERE id = ? AND url = ?",
        state.etag, state.last_modified, state.validators_url, state.body_hash, state.last_change,
        state.condition, state.error, state.rules.ttl_minutes, bits_of(state.rules.skip_hours, 24),
        bits_of(state.rules.skip_days, 7), state.memory, state.id, state.url);
}

void save_head(Database& database, SourceId source, const feed::Feed& head) {
    database.run(
        "INSERT INTO head (source, feed) VALUES (?, ?) ON CONFLICT (source)"
        " DO UPDATE SET feed = excluded.feed WHERE feed <> excluded.feed",
        source, feed::to_json(head));
}

std::vector<SourceRecord> sources(Database& database, bool active_only) {
    Transaction snapshot(database, Transaction::Kind::read);
    std::vector<SourceRecord> records;
    Rows rows = database.query("SELECT id FROM source WHERE active >= ? ORDER BY id", active_only);
    while (rows.next())
        if (auto record = record_of(database, rows.as<SourceId>(0)))
            records.push_back(std::move(*record));
    return records;
}

std::optional<SourceRecord> source(Database& database, SourceId id) {
    Transaction snapshot(database, Transaction::Kind::read);
    return record_of(database, id);
}

}  // namespace tributary::store
