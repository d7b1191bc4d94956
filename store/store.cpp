#include "store/store.h"

#include "store/database.h"
#include "store/ingest.h"
#include "store/ledger.h"
#include "store/query.h"
#include "store/schema.h"
#include "store/sources.h"
#include "store/subscriptions.h"

namespace tributary::store {

struct Store::Impl {
    Database database;
    bool last_commit_failed = false;

    Impl(const std::filesystem::path& path, Database::Access access) : database(path, access) {}
};

Store::Store(const std::filesystem::path& path, Mode mode)
    : impl_(std::make_unique<Impl>(
          path, mode == Mode::write ? Database::Access::write : Database::Access::read)) {
    if (mode == Mode::write) {
        migrate(impl_->database);
    } else {
        require_current(impl_->database);
    }
}

Store::~Store() = default;
Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;

Store::Snapshot::Snapshot(Store& store)
    : transaction_(std::make_unique<Transaction>(store.impl_->database, Transaction::Kind::read)) {}
Store::Snapshot::~Snapshot() = default;

void Store::begin() {
    impl_->database.run("BEGIN IMMEDIATE");
}

void Store::commit() {
    impl_->last_commit_failed = true;
    impl_->database.run("COMMIT");
    impl_->last_commit_failed = false;
}

void Store::rollback() {
    // A failure such as a full disk has rolled back already.
    if (impl_->database.in_transaction()) impl_->database.run("ROLLBACK");
}

std::vector<SourceState> Store::sync_sources(std::span<const SourceSpec> specs, Timestamp now) {
    return store::sync_sources(impl_->database, specs, now);
}

Changes Store::ingest(SourceId source, const feed::Feed& feed,
                      std::span<const match::Candidate> candidates, const IngestOptions& options,
                      Timestamp now) {
    return store::ingest(impl_->database, source, feed, candidates, options, now);
}

void Store::save_state(const SourceState& state, std::span<const LedgerRow> requests) {
    store::save_state(impl_->database, state);
    save_poll(state, requests);
}

void Store::save_poll(const SourceState& state, std::span<const LedgerRow> requests) {
    const std::int64_t newest = add_requests(impl_->database, state.id, requests);
    store::save_poll(impl_->database, state, newest);
}

void Store::save_change(SourceId source, Timestamp last_change) {
    impl_->database.run("UPDATE source SET last_change = ? WHERE id = ?", last_change, source);
}

void Store::save_head(SourceId source, const feed::Feed& head) {
    store::save_head(impl_->database, source, head);
}

void Store::append_ledger(SourceId source, const LedgerRow& row) {
    const std::int64_t number = add_requests(impl_->database, source, {&row, 1});
    link_request(impl_->database, source, number);
}

std::vector<EntryFacts> Store::window(const Selection& selection, const Window& window) {
    return window_of(impl_->database, selection, window);
}

feed::Entry Store::text(Seq seq) {
    return text_of(impl_->database, seq);
}

std::vector<StoredEntry> Store::latest(const Selection& selection, const Window& window) {
    return store::latest(impl_->database, selection, window);
}

std::optional<StoredEntry> Store::entry(Seq seq) {
    return store::entry(impl_->database, seq);
}

std::vector<SourceRecord> Store::sources(bool active_only) {
    return store::sources(impl_->database, active_only);
}

std::optional<SourceRecord> Store::source(SourceId id) {
    return store::source(impl_->database, id);
}

std::vector<LedgerRow> Store::ledger(SourceId source, int limit) {
    return store::ledger(impl_->database, source, limit);
}

std::vector<SourceSubscription> Store::subscriptions() {
    return store::subscriptions(impl_->database);
}

void Store::save_subscription(const SourceSubscription& subscription) {
    store::save_subscription(impl_->database, subscription);
}

void Store::forget_subscription(std::string_view key) {
    store::forget_subscription(impl_->database, key);
}

std::string Store::history(SourceId source) {
    Rows rows = impl_->database.query("SELECT history FROM rhythm WHERE source = ?", source);
    return rows.next() ? std::string(rows.text(0)) : std::string();
}

std::string Store::itinerary(SourceId source) {
    Rows rows = impl_->database.query("SELECT itinerary FROM rhythm WHERE source = ?", source);
    return rows.next() ? std::string(rows.text(0)) : std::string();
}

void Store::save_rhythm(SourceId source, const std::string& history, const std::string& itinerary) {
    impl_->database.run(
        "INSERT OR REPLACE INTO rhythm (source, itinerary, history) VALUES (?, ?, ?)", source,
        itinerary, history);
}

std::string Store::value(const std::string& name) {
    Rows rows = impl_->database.query("SELECT value FROM constant WHERE name = ?", name);
    return rows.next() ? std::string(rows.text(0)) : std::string();
}

void Store::keep(const std::string& name, const std::string& value) {
    impl_->database.run("INSERT OR REPLACE INTO constant (name, value) VALUES (?, ?)", name, value);
}

std::string Store::constant(const std::string& name, const std::function<std::string()>& make) {
    if (std::string kept = value(name); !kept.empty()) return kept;
    std::string made = make();
    keep(name, made);
    return made;
}

bool Store::writable() {
    Database& database = impl_->database;
    if (database.in_transaction()) return true;
    try {
        Transaction transaction(database, Transaction::Kind::write);
        // A lock tells nothing of a full disk: after a failure only a real write does.
        if (!impl_->last_commit_failed) return true;
        database.run(
            "INSERT INTO constant (name, value) VALUES ('write probe', '0') ON CONFLICT (name)"
            " DO UPDATE SET value = 1 - value");
        transaction.commit();
        impl_->last_commit_failed = false;
        return true;
    } catch (const StoreError&) {
        return false;
    }
}

void Store::checkpoint() {
    impl_->database.checkpoint();
}

void Store::limit_pages(std::int64_t pages) {
    impl_->database.script("PRAGMA max_page_count = " + std::to_string(pages));
}

}  // namespace tributary::store
