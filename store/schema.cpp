#include "store/schema.h"

#include "store/database.h"
#include "store/store.h"

#include <array>
#include <string>

namespace tributary::store {
namespace {

constexpr std::array<const char*, 4> steps{
    // 1: the first schema.
    R"sql(
CREATE TABLE source (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    url TEXT NOT NULL,
    slug TEXT NOT NULL UNIQUE,
    uuid TEXT NOT NULL,
    active INTEGER NOT NULL,
    etag TEXT NOT NULL,
    last_modified TEXT NOT NULL,
    validators_url TEXT NOT NULL,
    body_hash INTEGER NOT NULL,
    last_poll INTEGER,
    last_success INTEGER,
    last_change INTEGER,
    next_poll INTEGER NOT NULL,
    directive TEXT NOT NULL,
    condition INTEGER NOT NULL,
    error TEXT NOT NULL,
    failures INTEGER NOT NULL,
    failing_since INTEGER,
    gone INTEGER NOT NULL,
    raised REAL NOT NULL,
    raised_at INTEGER,
    ttl_minutes INTEGER,
    skip_hours INTEGER NOT NULL,
    skip_days INTEGER NOT NULL,
    swept INTEGER
) STRICT;
CREATE TABLE head (
    source INTEGER PRIMARY KEY REFERENCES source (id),
    feed TEXT NOT NULL
) STRICT;
CREATE TABLE entry (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    owner INTEGER NOT NULL REFERENCES source (id),
    fingerprint INTEGER NOT NULL,
    title_hash INTEGER NOT NULL,
    link_key INTEGER NOT NULL,
    date INTEGER,
    id_key INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    first_seen INTEGER NOT NULL,
    published INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    backlog INTEGER NOT NULL,
    id TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX entry_by_id ON entry (id_key);
CREATE INDEX entry_by_link ON entry (link_key) WHERE link_key <> 0;
CREATE TABLE body (
    seq INTEGER PRIMARY KEY,
    entry TEXT NOT NULL,
    content TEXT NOT NULL
) STRICT;
CREATE TABLE sighting (
    source INTEGER NOT NULL REFERENCES source (id),
    seq INTEGER NOT NULL,
    owned INTEGER NOT NULL,
    first_seen INTEGER NOT NULL,
    last_seen INTEGER NOT NULL,
    PRIMARY KEY (source, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX sighting_elsewhere ON sighting (seq) WHERE owned = 0;
CREATE TABLE alias (
    source INTEGER NOT NULL,
    key INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (source, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE request (
    source INTEGER NOT NULL,
    at INTEGER NOT NULL,
    n INTEGER NOT NULL,
    url TEXT NOT NULL,
    reason TEXT NOT NULL,
    sent_etag INTEGER NOT NULL,
    sent_last_modified INTEGER NOT NULL,
    status INTEGER NOT NULL,
    result TEXT NOT NULL,
    wire_bytes INTEGER NOT NULL,
    decoded_bytes INTEGER NOT NULL,
    duration INTEGER NOT NULL,
    PRIMARY KEY (source, at, n)
) STRICT, WITHOUT ROWID;
CREATE TABLE constant (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
)sql",
    // 2: what every poll changes stands apart in narrow rows; the ledger is only appended to.
    R"sql(
CREATE TABLE poll (
    source INTEGER PRIMARY KEY REFERENCES source (id),
    last_poll INTEGER,
    last_success INTEGER,
    next_poll INTEGER NOT NULL,
    directive TEXT NOT NULL,
    failures INTEGER NOT NULL,
    failing_since INTEGER,
    gone INTEGER NOT NULL,
    raised REAL NOT NULL,
    raised_at INTEGER,
    last_request INTEGER NOT NULL
) STRICT;
ALTER TABLE request RENAME TO request_1;
CREATE TABLE request (
    id INTEGER PRIMARY KEY,
    source INTEGER NOT NULL,
    previous INTEGER NOT NULL,
    at INTEGER NOT NULL,
    url TEXT NOT NULL,
    reason TEXT NOT NULL,
    sent INTEGER NOT NULL,
    status INTEGER NOT NULL,
    result TEXT NOT NULL,
    wire_bytes INTEGER NOT NULL,
    decoded_bytes INTEGER NOT NULL,
    connected INTEGER NOT NULL,
    first_byte INTEGER NOT NULL,
    duration INTEGER NOT NULL,
    next INTEGER,
    directive TEXT NOT NULL
) STRICT;
INSERT INTO request SELECT id, source, coalesce(lag(id) OVER (PARTITION BY source ORDER BY id), 0),
    at, url, reason, sent_etag + 2 * sent_last_modified, status, result, wire_bytes, decoded_bytes,
    0, 0, duration, NULL, '' FROM
    (SELECT *, row_number() OVER (ORDER BY at, source, n) AS id FROM request_1) ORDER BY id;
DROP TABLE request_1;
INSERT INTO poll SELECT id, last_poll, last_success, next_poll, directive, failures, failing_since,
    gone, raised, raised_at, coalesce(newest, 0) FROM source
    LEFT JOIN (SELECT source, max(id) AS newest FROM request GROUP BY source) ON source = id;
ALTER TABLE source DROP COLUMN last_poll;
ALTER TABLE source DROP COLUMN last_success;
ALTER TABLE source DROP COLUMN next_poll;
ALTER TABLE source DROP COLUMN directive;
ALTER TABLE source DROP COLUMN failures;
ALTER TABLE source DROP COLUMN failing_since;
ALTER TABLE source DROP COLUMN gone;
ALTER TABLE source DROP COLUMN raised;
ALTER TABLE source DROP COLUMN raised_at;
ALTER TABLE source ADD COLUMN memory TEXT NOT NULL DEFAULT '';
)sql",
    // 3: when a source publishes is learned.
    R"sql(
CREATE TABLE rhythm (
    source INTEGER PRIMARY KEY REFERENCES source (id),
    itinerary TEXT NOT NULL,
    history TEXT NOT NULL
) STRICT;
)sql",
    // 4: hubs push.
    R"sql(
CREATE TABLE subscription (
    key TEXT PRIMARY KEY,
    source INTEGER NOT NULL REFERENCES source (id),
    hub TEXT NOT NULL,
    topic TEXT NOT NULL,
    callback TEXT NOT NULL,
    secret TEXT NOT NULL,
    wanted INTEGER NOT NULL,
    is_asked INTEGER NOT NULL,
    next INTEGER NOT NULL,
    active_since INTEGER,
    lease_until INTEGER,
    failures INTEGER NOT NULL,
    trouble TEXT NOT NULL,
    proven INTEGER NOT NULL,
    doubted_until INTEGER,
    pushed INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
)sql",
};

std::int64_t version_of(Database& database) {
    return database.number("PRAGMA user_version");
}

[[noreturn]] void refuse_newer(const Database& database, std::int64_t version) {
    throw StoreError(StoreError::Kind::newer,
                     database.name() + ": the database has version " + std::to_string(version) +
                         ", this program knows versions up to " + std::to_string(steps.size()) +
                         "; use the newer program");
}

}  // namespace

std::span<const char* const> migrations() {
    return steps;
}

void migrate(Database& database) {
    const auto today = static_cast<std::int64_t>(steps.size());
    const std::int64_t version = version_of(database);
    if (version > today) refuse_newer(database, version);
    for (std::int64_t next = version; next < today; ++next) {
        Transaction transaction(database, Transaction::Kind::write);
        database.script(steps[static_cast<std::size_t>(next)]);
        database.script("PRAGMA user_version = " + std::to_string(next + 1));
        transaction.commit();
    }
}

void require_current(Database& database) {
    const auto today = static_cast<std::int64_t>(steps.size());
    const std::int64_t version = version_of(database);
    if (version > today) refuse_newer(database, version);
    if (version < today)
        throw StoreError(StoreError::Kind::unusable,
                         database.name() + ": the database has version " + std::to_string(version) +
                             ", version " + std::to_string(today) +
                             " is needed; start the daemon once to bring it up to date");
}

}  // namespace tributary::store
