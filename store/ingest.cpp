#include "store/ingest.h"

#include "feed/model_json.h"
#include "store/database.h"

#include <algorithm>
#include <numeric>

namespace tributary::store {
namespace {

using match::Candidate;
using match::Decision;
using match::Verdict;
using std::chrono::days;
using std::chrono::minutes;
using std::chrono::sys_days;
using std::chrono::year;

// Below this, a date is a mistake of the publisher's software (1970, 1980).
constexpr Timestamp earliest_claim = sys_days(year(1990) / 1 / 1);
constexpr Duration clock_tolerance = minutes(5);
constexpr Duration sweep_interval = days(1);

/// What the matcher asks, answered by the database.
class StoredKeys : public match::Lookup {
  public:
    explicit StoredKeys(Database& database)
        : by_key_(database.statement(
              "SELECT a.seq, e.owner, e.fingerprint, e.title_hash, e.link_key, e.date"
              " FROM alias a LEFT JOIN entry e ON e.seq = a.seq WHERE a.source = ? AND a.key = ?")),
          by_link_(database.statement("SELECT seq, owner, fingerprint, title_hash, link_key, date"
                                      " FROM entry WHERE link_key = ? AND link_key <> 0 LIMIT 2")),
          by_guid_(database.statement("SELECT seq, owner, fingerprint, title_hash, link_key, date"
                                      " FROM entry WHERE id_key = ?")) {}

    std::optional<match::Known> by_key(SourceId source, match::Key key) override {
        Rows rows(by_key_, source, key.hash);
        if (!rows.next()) return std::nullopt;
        return read(rows);
    }

    std::optional<match::Known> by_link(std::uint64_t link_key) override {
        Rows rows(by_link_, link_key);
        if (!rows.next()) return std::nullopt;
        const match::Known known = read(rows);
        if (rows.next()) return std::nullopt;
        return known;
    }

    std::optional<match::Known> by_guid(std::uint64_t guid_key) override {
        Rows rows(by_guid_, guid_key);
        if (!rows.next()) return std::nullopt;
        return read(rows);
    }

  private:
    static match::Known read(const Rows& rows) {
        return {.seq = rows.as<Seq>(0),
                .owner = rows.as<SourceId>(1),
                .fingerprint = rows.as<std::uint64_t>(2),
                .title_hash = rows.as<std::uint64_t>(3),
                .link_key = rows.as<std::uint64_t>(4),
                .date = rows.optional_time(5)};
    }

    Statement& by_key_;
    Statement& by_link_;
    Statement& by_guid_;
};

/// Indices of a document's entries, newest first: by the dates they claim where all have one, else
/// as they stand (feeds put the newest first).
std::vector<std::size_t> newest_first(std::span<const Candidate> candidates) {
    std::vector<std::size_t> order(candidates.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const bool all_dated =
        std::ranges::all_of(candidates, [](const Candidate& c) { return c.date.has_value(); });
    if (all_dated)
        std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
            return candidates[a].date > candidates[b].date;
        });
    return order;
}

struct Dates {
    Timestamp published{}, updated{};
};

/// Feeds tell whole seconds; a finer time of ours would read differently in each format.
Timestamp whole_seconds(Timestamp time) {
    return std::chrono::floor<std::chrono::seconds>(time);
}

Dates first_dates(const feed::Entry& entry, const std::optional<Timestamp>& claimed,
                  Timestamp now) {
    Dates dates;
    const bool sane = claimed && *claimed >= earliest_claim && *claimed <= now + clock_tolerance;
    dates.published = sane ? *claimed : whole_seconds(now);
    const bool later = entry.updated && *entry.updated > dates.published && *entry.updated <= now;
    dates.updated = later ? *entry.updated : dates.published;
    return dates;
}

Timestamp updated_after(const feed::Entry& entry, Timestamp before, Timestamp now) {
    if (entry.updated && *entry.updated > before && *entry.updated <= now) return *entry.updated;
    return std::max(before, whole_seconds(now));
}

/// One document being stored.
class Ingest {
  public:
    Ingest(Database& database, SourceId source, Timestamp now)
        : database_(database), source_(source), now_(now) {
        Rows rows = database_.query("SELECT uuid, swept FROM source WHERE id = ?", source);
        if (!rows.next())
            throw StoreError(StoreError::Kind::unusable,
                             database_.name() + ": there is no source number " +
                                 std::to_string(static_cast<std::int64_t>(source)));
        uuid_ = rows.text(0);
        swept_ = rows.optional_time(1);
    }

    bool is_first_document() {
        Rows rows = database_.query("SELECT 1 FROM sighting WHERE source = ? LIMIT 1", source_);
        return !rows.next();
    }

    void carry_out(const Decision& decision, const Candidate& candidate, const feed::Entry& entry,
                   bool backlog) {
        for (const match::Key key : candidate.shared) point(key, match::nobody);
        switch (decision.verdict) {
            case Verdict::fresh: {
                const Seq seq = insert(candidate, entry, backlog);
                learn(decision, seq);
                ++changes_.added;
                changes_.dates.push_back(candidate.date);
                break;
            }
            case Verdict::changed:
                update(decision.seq, candidate, entry);
                learn(decision, decision.seq);
                ++changes_.changed;
                break;
            case Verdict::sighting:
                sight(decision.seq, false);
                learn(decision, decision.seq);
                ++changes_.sightings;
                changes_.dates.push_back(candidate.date);
                break;
            case Verdict::unchanged:
                learn(decision, decision.seq);
                ++changes_.unchanged;
                break;
            case Verdict::repeated:
                break;
        }
    }

    /// Notes, about once a day, that the entries of this document are still shown: not at each
    /// poll, so that an unchanged document writes nothing.
    void sweep(std::span<const Decision> decisions) {
        if (swept_ && now_ - *swept_ < sweep_interval) return;
        if (swept_) {
            for (const Decision& decision : decisions)
                database_.run("UPDATE sighting SET last_seen = ? WHERE source = ? AND seq = ?",
                              now_, source_, decision.seq);
        }
        database_.run("UPDATE source SET swept = ? WHERE id = ?", now_, source_);
    }

    const Changes& changes() const { return changes_; }

  private:
    Seq insert(const Candidate& candidate, const feed::Entry& entry, bool backlog) {
        const Dates dates = first_dates(entry, candidate.date, now_);
        for (int attempt = candidate.first_attempt;; ++attempt) {
            const std::string id = match::mint_id(entry, uuid_, attempt);
            database_.run(
                "INSERT INTO entry (owner, fingerprint, title_hash, link_key, date, id_key,"
                " revision, first_seen, published, updated, backlog, id)"
                " VALUES (?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?) ON CONFLICT (id_key) DO NOTHING",
                source_, candidate.fingerprint, candidate.title_hash, candidate.link_key,
                candidate.date, match::id_key(id), now_, dates.published, dates.updated, backlog,
                id);
            if (database_.changes() > 0) break;
        }
        const auto seq = static_cast<Seq>(database_.last_insert_rowid());
        database_.run("INSERT INTO body (seq, entry, content) VALUES (?, ?, ?)", seq,
                      feed::to_json_without_content(entry), entry.content.text.value);
        sight(seq, true);
        return seq;
    }

    void update(Seq seq, const Candidate& candidate, const feed::Entry& entry) {
        Timestamp before;
        {
            Rows rows = database_.query("SELECT updated FROM entry WHERE seq = ?", seq);
            rows.next();
            before = rows.time(0);
        }
        database_.run(
            "UPDATE entry SET fingerprint = ?, title_hash = ?, link_key = ?, revision = revision + "
            "1,"
            " updated = ? WHERE seq = ?",
            candidate.fingerprint, candidate.title_hash, candidate.link_key,
            updated_after(entry, before, now_), seq);
        database_.run("UPDATE body SET entry = ?, content = ? WHERE seq = ?",
                      feed::to_json_without_content(entry), entry.content.text.value, seq);
    }

    void sight(Seq seq, bool owned) {
        database_.run(
            "INSERT INTO sighting (source, seq, owned, first_seen, last_seen)"
            " VALUES (?1, ?2, ?3, ?4, ?4) ON CONFLICT DO NOTHING",
            source_, seq, owned, now_);
    }

    void learn(const Decision& decision, Seq seq) {
        for (const match::Key key : decision.new_keys) point(key, seq);
    }

    /// The key leads to this entry from now on. One that entries have shared stays nobody's.
    void point(match::Key key, Seq seq) {
        database_.run(
            "INSERT INTO alias (source, key, seq) VALUES (?, ?, ?) ON CONFLICT (source, key)"
            " DO UPDATE SET seq = excluded.seq WHERE seq <> 0 AND seq <> excluded.seq",
            source_, key.hash, seq);
    }

    Database& database_;
    SourceId source_;
    Timestamp now_;
    std::string uuid_;
    std::optional<Timestamp> swept_;
    Changes changes_;
};

}  // namespace

Changes ingest(Database& database, SourceId source, const feed::Feed& feed,
               std::span<const Candidate> candidates, const IngestOptions& options, Timestamp now) {
    Transaction transaction(database, Transaction::Kind::write);
    Ingest document(database, source, now);

    StoredKeys keys(database);
    const std::vector<Decision> decisions =
        match::decide(source, candidates, keys, options.across, options.is_delta);
    std::vector<std::size_t> order = newest_first(candidates);
    if (order.size() > options.max_entries) order.resize(options.max_entries);
    const auto backfill =
        document.is_first_document() ? static_cast<std::size_t>(options.backfill) : order.size();
    // Oldest first, so that the newest entry gets the highest number.
    for (std::size_t rank = order.size(); rank-- > 0;) {
        const std::size_t index = order[rank];
        document.carry_out(decisions[index], candidates[index], feed.entries[index],
                           rank >= backfill);
    }
    document.sweep(decisions);
    transaction.commit();
    return document.changes();
}

}  // namespace tributary::store
