#pragma once
// What Tributary remembers: sources and their state, entries (content once), sightings (one entry,
// many sources), aliases, the ledger of requests. The only folder that says SQL.
//
// One Store writes, on one thread; any number may read beside it (WAL). Entries and the validators
// that would hide them commit in one transaction. Nothing reads the clock: `now` is a parameter.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/time.h"
#include "feed/model.h"
#include "match/match.h"
#include "schedule/policy.h"
#include "websub/subscription.h"

namespace tributary::store {

using match::Seq;
using match::SourceId;

/// The database cannot be opened, read or written; the message names path and reason.
struct StoreError : std::runtime_error {
    enum class Kind { unusable, permission, newer, corrupt, busy, full };
    Kind kind;
    StoreError(Kind k, const std::string& message) : std::runtime_error(message), kind(k) {}
};

enum class Condition { unpolled, ok, failing, gone };

/// Everything the daemon keeps of one source between two polls. Compact: one per source is in
/// memory.
struct SourceState {
    SourceId id{};
    std::string url;   // as configured
    std::string slug;  // its address: /source/SLUG; stable once given
    std::string etag;  // validators of the last stored good response ...
    std::string last_modified;
    std::string validators_url;   // ... and the URL that gave them
    std::uint64_t body_hash = 0;  // of the encoded body; 0: none yet
    std::optional<Timestamp> last_poll, last_success, last_change;
    Timestamp next_poll{};
    std::string directive;  // what set next_poll
    Condition condition = Condition::unpolled;
    std::string error;  // in words; empty while ok
    schedule::Pace pace;
    schedule::DocumentRules rules;
    std::string memory;  // what else its polls have taught (schedule/memory.h); seldom changes
    bool operator==(const SourceState&) const = default;
};

/// Whether a poll has changed more than what every poll changes (save_poll).
bool differ_lastingly(SourceState before, const SourceState& after);

/// A source as configured, for sync_sources().
struct SourceSpec {
    std::string url;
    std::string name;  // stable key if given; empty: known by its URL
};

/// One request, as it went (the ledger).
struct LedgerRow {
    Timestamp at{};
    std::string url;
    std::string reason;  // why it was allowed then: the directive that had set the time
    bool sent_etag = false, sent_last_modified = false;
    int status = 0;      // 0: no response
    std::string result;  // "new", "unchanged", "not modified", "HTTP 503", "timeout", ...
    std::int64_t wire_bytes = 0, decoded_bytes = 0;
    Duration connected{0}, first_byte{0}, duration{0};  // since `at`; 0: it did not come so far
    std::optional<Timestamp> next;  // when the source may be asked again; none: another hop follows
    std::string directive;          // what set that time
    bool operator==(const LedgerRow&) const = default;
};

/// A source's subscription to pushes.
struct SourceSubscription {
    SourceId source{};
    websub::Subscription subscription;
    bool operator==(const SourceSubscription&) const = default;
};

/// What a document did to the store.
struct Changes {
    int added = 0, changed = 0, unchanged = 0, sightings = 0;
    std::vector<std::optional<Timestamp>> dates{};  // as claimed, of those added or newly sighted
    bool any() const { return added + changed + sightings > 0; }
};

struct IngestOptions {
    match::AcrossSources across = match::AcrossSources::link;
    int backfill = 10;  // how many entries of a source's first document enter the merged feeds
    std::size_t max_entries = 10'000;  // of one document
    bool is_delta = false;             // the document holds what is new: what it lacks is not gone
};

/// What is published of an entry beside its text.
struct EntryFacts {
    Seq seq{};
    std::string id;    // under which it is published; never changes
    int revision = 0;  // grows when the content changes
    SourceId owner{};
    Timestamp first_seen{};
    Timestamp
        published{};       // fixed at first sight (claimed if 1990 .. now + 5 min, else first_seen)
    Timestamp updated{};   // moves only when title, link or content change; never backwards
    bool backlog = false;  // beyond the backfill of a first document
    std::vector<SourceId> also_in;  // other sources that show it, by first sighting
};

/// An entry as published, with its text as parsed: not sanitized.
struct StoredEntry : EntryFacts {
    feed::Entry entry;
};

/// A source's facts for people and for atom:source.
struct SourceRecord {
    SourceState state;
    std::string name;  // as configured
    std::string uuid;
    bool active = true;  // in the configuration now
    feed::Feed head;     // the last good document without its entries
    std::int64_t entries = 0;
};

/// Which entries a published feed holds, newest number first.
struct Selection {
    std::vector<SourceId> sources;  // sorted; empty and !all: none
    bool all = true;                // every active source
    std::vector<SourceId> exclude;
    std::optional<Seq> before;
    std::optional<Timestamp> since;  // first seen
    bool backlog = false;            // entries beyond the backfill, too
    bool operator==(const Selection&) const = default;
};

/// D4: the newest `items`, plus all first seen within `keep_at_least` of the newest one; at most
/// `cap`.
struct Window {
    int items = 100;
    Duration keep_at_least{48 * 3'600'000};
    int cap = 1000;
};

class Transaction;

class Store {
  public:
    enum class Mode { write, read };

    /// While it lives, everything that is read is of one commit. To be short: the WAL grows
    /// meanwhile.
    class Snapshot {
      public:
        explicit Snapshot(Store& store);
        ~Snapshot();
        Snapshot(const Snapshot&) = delete;
        Snapshot& operator=(const Snapshot&) = delete;

      private:
        std::unique_ptr<Transaction> transaction_;
    };

    /// Opens (and in write mode creates and migrates) the database; ":memory:" for tests.
    explicit Store(const std::filesystem::path& path, Mode mode = Mode::write);
    ~Store();
    Store(Store&&) noexcept;
    Store& operator=(Store&&) noexcept;

    /// Everything until commit() is one transaction; rollback() forgets it.
    void begin();
    void commit();
    void rollback();

    /// Makes the stored sources those of the configuration: new ones get id, uuid and slug (first
    /// poll at `now`), known ones (by name, else by URL) keep everything, absent ones become
    /// inactive. Answers the active ones in the order of `specs`.
    std::vector<SourceState> sync_sources(std::span<const SourceSpec> specs, Timestamp now);

    /// A document's entries: matched, stored, numbered. Does not touch the source's state.
    Changes ingest(SourceId source, const feed::Feed& feed,
                   std::span<const match::Candidate> candidates, const IngestOptions& options,
                   Timestamp now);

    /// Nothing happens if the source is no longer configured at `state.url`: what an old address
    /// said holds no longer.
    /// `requests`, which led to this state, go into the source's ledger.
    void save_state(const SourceState& state, std::span<const LedgerRow> requests = {});
    /// The same where only that has changed which every poll changes: the times, what set the next
    /// one, the pace. A few bytes.
    void save_poll(const SourceState& state, std::span<const LedgerRow> requests = {});
    /// Entries came otherwise than by a poll: nothing else has changed.
    void save_change(SourceId source, Timestamp last_change);
    void save_head(SourceId source, const feed::Feed& head);
    /// Adds a request to the source's ledger. All ledgers reach back 90 days from the newest row.
    void append_ledger(SourceId source, const LedgerRow& row);

    /// The entries of a published feed, newest number first; without their texts, which whoever has
    /// rendered them before need not read again.
    std::vector<EntryFacts> window(const Selection& selection, const Window& window);
    std::vector<StoredEntry> latest(const Selection& selection, const Window& window);
    std::optional<StoredEntry> entry(Seq seq);
    /// An entry's text as parsed; empty if there is no such entry.
    feed::Entry text(Seq seq);

    std::vector<SourceRecord> sources(bool active_only = true);
    std::optional<SourceRecord> source(SourceId id);
    std::vector<LedgerRow> ledger(SourceId source, int limit);

    /// When the source publishes, and its next polls (schedule/history, schedule/cadence_plan), as
    /// save_rhythm() was given them; empty: nothing is known.
    std::string history(SourceId source);
    std::string itinerary(SourceId source);
    void save_rhythm(SourceId source, const std::string& history, const std::string& itinerary);

    /// The value that keep() was given last under this name; empty: none.
    std::string value(const std::string& name);
    void keep(const std::string& name, const std::string& value);
    /// All subscriptions; a source may have one that is wanted and others that are given back.
    std::vector<SourceSubscription> subscriptions();
    void save_subscription(const SourceSubscription& subscription);
    /// `key`: the last segment of its callback.
    void forget_subscription(std::string_view key);

    /// A value kept for ever, made by `make` at first use (ids of published feeds).
    std::string constant(const std::string& name, const std::function<std::string()>& make);

    /// Whether the database can be written (a readiness probe).
    bool writable();
    /// Copies the WAL into the database file.
    void checkpoint();
    /// At most this many pages of 4 KiB, beyond which the database is full.
    void limit_pages(std::int64_t pages);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace tributary::store
