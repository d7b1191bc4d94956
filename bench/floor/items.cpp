#include "bench/floor/items.h"

#include <sqlite3.h>

#include <stdexcept>

namespace tributary::bench {
namespace {

void bind_text(sqlite3_stmt* statement, int index, std::string_view text) {
    sqlite3_bind_text64(statement, index, text.data() ? text.data() : "", text.size(),
                        SQLITE_STATIC, SQLITE_UTF8);
}

std::string column(sqlite3_stmt* statement, int index) {
    const void* data = sqlite3_column_blob(statement, index);
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, index));
    return {static_cast<const char*>(data), size};
}

}  // namespace

void ItemTable::Close::operator()(sqlite3* database) const {
    sqlite3_close_v2(database);
}
void ItemTable::Close::operator()(sqlite3_stmt* statement) const {
    sqlite3_finalize(statement);
}

ItemTable::ItemTable(const std::string& file) {
    sqlite3* database = nullptr;
    const int code =
        sqlite3_open_v2(file.c_str(), &database,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
    database_.reset(database);
    if (code != SQLITE_OK) throw std::runtime_error(file + ": " + sqlite3_errstr(code));
    run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = OFF;"
        "PRAGMA cache_size = -16000; PRAGMA wal_autocheckpoint = 4000;"
        "CREATE TABLE IF NOT EXISTS item (feed INTEGER, guid TEXT, title TEXT, link TEXT,"
        " date TEXT, content TEXT, UNIQUE (feed, guid));"
        "CREATE TABLE IF NOT EXISTS validators (feed INTEGER PRIMARY KEY, etag TEXT,"
        " last_modified TEXT);");
    insert_ = prepare("INSERT INTO item VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING");
    save_ = prepare("REPLACE INTO validators VALUES (?, ?, ?)");
}

ItemTable::~ItemTable() = default;

void ItemTable::run(const char* sql) {
    if (sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK)
        throw std::runtime_error(sqlite3_errmsg(database_.get()));
}

ItemTable::Statement ItemTable::prepare(const char* sql) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v3(database_.get(), sql, -1, SQLITE_PREPARE_PERSISTENT, &statement,
                           nullptr) != SQLITE_OK)
        throw std::runtime_error(sqlite3_errmsg(database_.get()));
    return Statement(statement);
}

void ItemTable::step(sqlite3_stmt* statement) {
    if (sqlite3_step(statement) != SQLITE_DONE)
        throw std::runtime_error(sqlite3_errmsg(database_.get()));
    sqlite3_reset(statement);
}

void ItemTable::begin() {
    run("BEGIN IMMEDIATE");
}
void ItemTable::commit() {
    run("COMMIT");
}
void ItemTable::checkpoint() {
    run("PRAGMA wal_checkpoint(TRUNCATE)");
}

int ItemTable::insert(std::int64_t feed, std::span<const Item> items) {
    const auto before = sqlite3_total_changes64(database_.get());
    for (const Item& item : items) {
        sqlite3_bind_int64(insert_.get(), 1, feed);
        bind_text(insert_.get(), 2, item.guid.empty() ? item.link : item.guid);
        bind_text(insert_.get(), 3, item.title);
        bind_text(insert_.get(), 4, item.link);
        bind_text(insert_.get(), 5, item.date);
        bind_text(insert_.get(), 6, item.content);
        step(insert_.get());
    }
    return static_cast<int>(sqlite3_total_changes64(database_.get()) - before);
}

void ItemTable::save_validators(std::int64_t feed, std::string_view etag,
                                std::string_view last_modified) {
    sqlite3_bind_int64(save_.get(), 1, feed);
    bind_text(save_.get(), 2, etag);
    bind_text(save_.get(), 3, last_modified);
    step(save_.get());
}

void ItemTable::load_validators(const TakeValidators& take) {
    const Statement all = prepare("SELECT feed, etag, last_modified FROM validators");
    while (sqlite3_step(all.get()) == SQLITE_ROW)
        take(sqlite3_column_int64(all.get(), 0), column(all.get(), 1), column(all.get(), 2));
}

}  // namespace tributary::bench
