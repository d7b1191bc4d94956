-- Today's schema, to be read; store/schema.cpp holds the steps that lead here, and a test compares.
-- Times are milliseconds since 1970 (UTC); hashes are XXH3 with their 64 bits as a signed integer.

-- What the configuration names. One that it no longer names is inactive and keeps everything.
CREATE TABLE source (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,                 -- stable key given by the operator; '': known by its URL
    url TEXT NOT NULL,
    slug TEXT NOT NULL UNIQUE,
    uuid TEXT NOT NULL,                 -- under which ids of its entries are minted
    active INTEGER NOT NULL,
    etag TEXT NOT NULL,
    last_modified TEXT NOT NULL,
    validators_url TEXT NOT NULL,
    body_hash INTEGER NOT NULL,
    last_change INTEGER,
    condition INTEGER NOT NULL,
    error TEXT NOT NULL,
    ttl_minutes INTEGER,
    skip_hours INTEGER NOT NULL,        -- bit n: hour n, GMT
    skip_days INTEGER NOT NULL,         -- bit n: day n, 0 = Sunday
    swept INTEGER,                      -- when last_seen of its sightings was brought up to date
    memory TEXT NOT NULL DEFAULT ''    -- what else its polls have taught (schedule/memory)
) STRICT;

-- What every poll changes of a source: rows so narrow that a commit of many polls writes few pages.
CREATE TABLE poll (
    source INTEGER PRIMARY KEY REFERENCES source (id),
    last_poll INTEGER,
    last_success INTEGER,
    next_poll INTEGER NOT NULL,
    directive TEXT NOT NULL,            -- what set next_poll
    failures INTEGER NOT NULL,
    failing_since INTEGER,
    gone INTEGER NOT NULL,
    raised REAL NOT NULL,
    raised_at INTEGER,
    last_request INTEGER NOT NULL       -- its newest row in the ledger; 0: none
) STRICT;

-- What is known of when a source publishes, and what follows from it (schedule/history,
-- cadence_plan). Read and written when its next polls are planned.
CREATE TABLE rhythm (
    source INTEGER PRIMARY KEY REFERENCES source (id),
    itinerary TEXT NOT NULL,            -- its next polls, if nothing new comes
    history TEXT NOT NULL               -- when its entries appeared
) STRICT;

-- The last good document of a source without its entries, as JSON.
CREATE TABLE head (
    source INTEGER PRIMARY KEY REFERENCES source (id),
    feed TEXT NOT NULL
) STRICT;

-- What SQL needs of an entry. Small rows: an unchanged document reads nothing else.
CREATE TABLE entry (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,  -- by first sight, never reused
    owner INTEGER NOT NULL REFERENCES source (id),
    fingerprint INTEGER NOT NULL,
    title_hash INTEGER NOT NULL,
    link_key INTEGER NOT NULL,          -- canonical link; 0: none, or shared in its document
    date INTEGER,                       -- as claimed at first sight
    id_key INTEGER NOT NULL,            -- hash of id
    revision INTEGER NOT NULL,
    first_seen INTEGER NOT NULL,
    published INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    backlog INTEGER NOT NULL,
    id TEXT NOT NULL                    -- under which it is published; never changes
) STRICT;
CREATE UNIQUE INDEX entry_by_id ON entry (id_key);
CREATE INDEX entry_by_link ON entry (link_key) WHERE link_key <> 0;

-- The big part of an entry: the model as JSON, and its content apart, unescaped.
CREATE TABLE body (
    seq INTEGER PRIMARY KEY,
    entry TEXT NOT NULL,
    content TEXT NOT NULL
) STRICT;

-- Which source shows which entry.
CREATE TABLE sighting (
    source INTEGER NOT NULL REFERENCES source (id),
    seq INTEGER NOT NULL,
    owned INTEGER NOT NULL,             -- 1: this source is the entry's owner
    first_seen INTEGER NOT NULL,
    last_seen INTEGER NOT NULL,         -- to about a day
    PRIMARY KEY (source, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX sighting_elsewhere ON sighting (seq) WHERE owned = 0;

-- Under which keys a source has shown its entries. seq 0: entries share this key, it tells nothing.
CREATE TABLE alias (
    source INTEGER NOT NULL,
    key INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (source, key)
) STRICT, WITHOUT ROWID;

-- The ledger: every request as it went. Rows are only added at the end, where the last ones are, and
-- removed at the front, when they are old; those of a source are a chain that starts in `poll`.
CREATE TABLE request (
    id INTEGER PRIMARY KEY,
    source INTEGER NOT NULL,
    previous INTEGER NOT NULL,          -- id of the source's row before; 0, or no longer there: none
    at INTEGER NOT NULL,
    url TEXT NOT NULL,
    reason TEXT NOT NULL,               -- why it was allowed then
    sent INTEGER NOT NULL,              -- validators: 1 ETag, 2 Last-Modified
    status INTEGER NOT NULL,            -- 0: no response
    result TEXT NOT NULL,
    wire_bytes INTEGER NOT NULL,
    decoded_bytes INTEGER NOT NULL,
    connected INTEGER NOT NULL,         -- ms after `at`
    first_byte INTEGER NOT NULL,
    duration INTEGER NOT NULL,
    next INTEGER,                       -- when the source may be asked again, if this answer says
    directive TEXT NOT NULL             -- what set that time
) STRICT;

-- Subscriptions to pushes (websub/subscription.h).
CREATE TABLE subscription (
    key TEXT PRIMARY KEY,               -- the last segment of the callback
    source INTEGER NOT NULL REFERENCES source (id),
    hub TEXT NOT NULL,
    topic TEXT NOT NULL,
    callback TEXT NOT NULL,
    secret TEXT NOT NULL,
    wanted INTEGER NOT NULL,            -- 0: to be given back
    is_asked INTEGER NOT NULL,          -- 1: the hub must verify until `next`
    next INTEGER NOT NULL,
    active_since INTEGER,
    lease_until INTEGER,
    failures INTEGER NOT NULL,
    trouble TEXT NOT NULL,
    proven INTEGER NOT NULL,            -- 1: a push has come before the poll
    doubted_until INTEGER,
    pushed INTEGER NOT NULL             -- entries since the last poll
) STRICT, WITHOUT ROWID;

-- Values by name: ids made once and kept for ever, the price of a request.
CREATE TABLE constant (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
