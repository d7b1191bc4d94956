#include "store/sources.h"

#include "base/text.h"
#include "feed/model_json.h"
#include "store/database.h"
#include "store/slug.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace tributary::store {
namespace {

constexpr Duration ledger_kept = std::chrono::days(90);
// Only a row whose time divides so looks back for old ones: about one in so many.
constexpr int rows_between_trims = 32;
constexpr Duration ledger_slack = std::chrono::days(1);  // so that not every poll writes old pages

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

SourceState state_of(Database& database, SourceId id) {
    Rows rows = database.query(
        "SELECT id, url, slug, etag, last_modified, validators_url, body_hash, last_poll,"
        " last_success, last_change, next_poll, directive, condition, error, failures,"
        " failing_since, gone, raised, raised_at, ttl_minutes, skip_hours, skip_days"
        " FROM source WHERE id = ?",
        id);
    rows.next();
    SourceState state;
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
    return state;
}

std::optional<SourceRecord> record_of(Database& database, SourceId id) {
    Rows rows = database.query(
        "SELECT s.name, s.uuid, s.active, h.feed,"
        " (SELECT count(*) FROM sighting x WHERE x.source = s.id)"
        " FROM source s LEFT JOIN head h ON h.source = s.id WHERE s.id = ?",
        id);
    if (!rows.next()) return std::nullopt;
    SourceRecord record;
    record.state = state_of(database, id);
    record.name = rows.text(0);
    record.uuid = rows.text(1);
    record.active = rows.as<bool>(2);
    if (!rows.is_null(3)) record.head = feed::feed_from_json(rows.text(3));
    record.entries = rows.integer(4);
    return record;
}

/// Makes the stored sources those of a configuration.
class Sync {
  public:
    Sync(Database& database, Timestamp now) : database_(database), now_(now) {
        Rows rows = database_.query(
            "SELECT id, url, slug, name, active FROM source ORDER BY active DESC, id");
        while (rows.next()) {
            const auto id = rows.as<SourceId>(0);
            slugs_.emplace(rows.text(2));
            known_.emplace(
                id, Row{std::string(rows.text(1)), std::string(rows.text(3)), rows.as<bool>(4)});
            if (!rows.text(3).empty()) by_name_.emplace(rows.text(3), id);
            by_url_.emplace(rows.text(1), id);
        }
    }

    /// The source of this spec: known by its name, else by its URL, else new.
    SourceId claim(const SourceSpec& spec) {
        std::optional<SourceId> id;
        if (!spec.name.empty()) id = unclaimed(by_name_, spec.name);
        if (!id) id = unclaimed(by_url_, spec.url);
        if (!id) id = insert(spec);
        claimed_.insert(*id);
        adopt(*id, spec);
        return *id;
    }

    void deactivate_the_rest() {
        for (const auto& [id, row] : known_)
            if (row.active && !claimed_.contains(id))
                database_.run("UPDATE source SET active = 0 WHERE id = ?", id);
    }

  private:
    struct Row {
        std::string url, name;
        bool active = true;
    };
    using Index = std::unordered_multimap<std::string, SourceId>;

    std::optional<SourceId> unclaimed(const Index& index, const std::string& key) const {
        std::optional<SourceId> best;
        const auto [first, last] = index.equal_range(key);
        for (auto at = first; at != last; ++at) {
            if (claimed_.contains(at->second)) continue;
            if (!best || precedes(at->second, *best)) best = at->second;
        }
        return best;
    }

    /// Active before inactive, then the older one.
    bool precedes(SourceId a, SourceId b) const {
        const bool a_active = known_.at(a).active;
        return a_active == known_.at(b).active ? a < b : a_active;
    }

    SourceId insert(const SourceSpec& spec) {
        const std::string slug = free_slug(slug_of(spec.name, spec.url));
        database_.run(
            "INSERT INTO source (name, url, slug, uuid, active, etag, last_modified,"
            " validators_url, body_hash, next_poll, directive, condition, error, failures, gone,"
            " raised, skip_hours, skip_days)"
            " VALUES (?, ?, ?, ?, 1, '', '', '', 0, ?, '', 0, '', 0, 0, 1.0, 0, 0)",
            spec.name, spec.url, slug, uuid_v5(uuid_namespace_url, spec.url), now_);
        const auto id = static_cast<SourceId>(database_.last_insert_rowid());
        known_.emplace(id, Row{spec.url, spec.name, true});
        return id;
    }

    std::string free_slug(const std::string& wanted) {
        std::string slug = wanted;
        for (int n = 2; !slugs_.insert(slug).second; ++n) slug = wanted + "-" + std::to_string(n);
        return slug;
    }

    /// Takes over what the configuration says. A source that stays keeps everything; one that moved
    /// keeps its entries, but what the old address said holds no longer.
    void adopt(SourceId id, const SourceSpec& spec) {
        const Row& row = known_.at(id);
        if (row.url != spec.url)
            database_.run(
                "UPDATE source SET etag = '', last_modified = '', validators_url = '',"
                " body_hash = 0, next_poll = ?, directive = '', condition = 0, error = '',"
                " failures = 0, failing_since = NULL, gone = 0, raised = 1.0, raised_at = NULL,"
                " ttl_minutes = NULL, skip_hours = 0, skip_days = 0 WHERE id = ?",
                now_, id);
        if (row.url != spec.url || row.name != spec.name || !row.active)
            database_.run("UPDATE source SET url = ?, name = ?, active = 1 WHERE id = ?", spec.url,
                          spec.name, id);
    }

    Database& database_;
    Timestamp now_;
    std::unordered_map<SourceId, Row> known_;
    Index by_name_, by_url_;
    std::unordered_set<std::string> slugs_;
    std::unordered_set<SourceId> claimed_;
};

/// Once a day's worth is too old, deletes it.
void trim_ledger(Database& database, SourceId source, Timestamp newest) {
    database.run(
        "DELETE FROM request WHERE source = ?1 AND at < ?2"
        " AND (SELECT at FROM request WHERE source = ?1 ORDER BY at LIMIT 1) < ?3",
        source, newest - ledger_kept, newest - ledger_kept - ledger_slack);
}

}  // namespace

std::vector<SourceState> sync_sources(Database& database, std::span<const SourceSpec> specs,
                                      Timestamp now) {
    Transaction transaction(database, Transaction::Kind::write);
    Sync sync(database, now);
    std::vector<SourceId> ids(specs.size());
    // Names first: a source that is known by its name must not be taken by another for its URL.
    for (std::size_t i = 0; i < specs.size(); ++i)
        if (!specs[i].name.empty()) ids[i] = sync.claim(specs[i]);
    for (std::size_t i = 0; i < specs.size(); ++i)
        if (specs[i].name.empty()) ids[i] = sync.claim(specs[i]);
    sync.deactivate_the_rest();
    transaction.commit();

    std::vector<SourceState> states;
    states.reserve(ids.size());
    for (const SourceId id : ids) states.push_back(state_of(database, id));
    return states;
}

void save_state(Database& database, const SourceState& state) {
    const schedule::Pace& pace = state.pace;
    database.run(
        "UPDATE source SET etag = ?, last_modified = ?, validators_url = ?, body_hash = ?,"
        " last_poll = ?, last_success = ?, last_change = ?, next_poll = ?, directive = ?,"
        " condition = ?, error = ?, failures = ?, failing_since = ?, gone = ?, raised = ?,"
        " raised_at = ?, ttl_minutes = ?, skip_hours = ?, skip_days = ? WHERE id = ? AND url = ?",
        state.etag, state.last_modified, state.validators_url, state.body_hash, state.last_poll,
        state.last_success, state.last_change, state.next_poll, state.directive, state.condition,
        state.error, pace.failures, pace.failing_since, pace.gone, pace.raised, pace.raised_at,
        state.rules.ttl_minutes, bits_of(state.rules.skip_hours, 24),
        bits_of(state.rules.skip_days, 7), state.id, state.url);
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

void append_ledger(Database& database, SourceId source, const LedgerRow& row) {
    database.run(
        "INSERT INTO request (source, at, n, url, reason, sent_etag, sent_last_modified, status,"
        " result, wire_bytes, decoded_bytes, duration)"
        // n only tells apart, in order, the requests of one moment.
        " VALUES (?1, ?2, total_changes(), ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        source, row.at, row.url, row.reason, row.sent_etag, row.sent_last_modified, row.status,
        row.result, row.wire_bytes, row.decoded_bytes, row.duration);
    const bool looks_back = row.at.time_since_epoch().count() % rows_between_trims == 0;
    if (looks_back) trim_ledger(database, source, row.at);
}

std::vector<LedgerRow> ledger(Database& database, SourceId source, int limit) {
    std::vector<LedgerRow> ledger;
    Rows rows = database.query(
        "SELECT at, url, reason, sent_etag, sent_last_modified, status, result, wire_bytes,"
        " decoded_bytes, duration FROM request WHERE source = ? ORDER BY at DESC, n DESC LIMIT ?",
        source, limit);
    while (rows.next())
        ledger.push_back({.at = rows.time(0),
                          .url = std::string(rows.text(1)),
                          .reason = std::string(rows.text(2)),
                          .sent_etag = rows.as<bool>(3),
                          .sent_last_modified = rows.as<bool>(4),
                          .status = rows.as<int>(5),
                          .result = std::string(rows.text(6)),
                          .wire_bytes = rows.integer(7),
                          .decoded_bytes = rows.integer(8),
                          .duration = Duration(rows.integer(9))});
    return ledger;
}

}  // namespace tributary::store
