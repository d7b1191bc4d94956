#include "store/ledger.h"

#include "store/database.h"

namespace tributary::store {
namespace {

constexpr Duration kept = std::chrono::days(90);
// Now and then as many old rows go as may have come since, and as many again: no poll waits long.
constexpr std::int64_t rows_between_prunings = 64;
constexpr std::int64_t rows_pruned = 2 * rows_between_prunings;

enum Sent { etag = 1, last_modified = 2 };

/// Times grow with the numbers, but for clocks that were set: one row too new holds up only itself.
void prune(Database& database, Timestamp newest) {
    database.run(
        "DELETE FROM request WHERE at < ? AND id IN (SELECT id FROM request ORDER BY id LIMIT ?)",
        newest - kept, rows_pruned);
}

int sent_of(const LedgerRow& row) {
    return (row.sent_etag ? Sent::etag : 0) | (row.sent_last_modified ? Sent::last_modified : 0);
}

LedgerRow read_row(const Rows& rows) {
    const auto sent = rows.as<int>(4);
    return {.at = rows.time(1),
            .url = std::string(rows.text(2)),
            .reason = std::string(rows.text(3)),
            .sent_etag = (sent & Sent::etag) != 0,
            .sent_last_modified = (sent & Sent::last_modified) != 0,
            .status = rows.as<int>(5),
            .result = std::string(rows.text(6)),
            .wire_bytes = rows.integer(7),
            .decoded_bytes = rows.integer(8),
            .connected = Duration(rows.integer(9)),
            .first_byte = Duration(rows.integer(10)),
            .duration = Duration(rows.integer(11)),
            .next = rows.optional_time(12),
            .directive = std::string(rows.text(13))};
}

}  // namespace

std::int64_t add_requests(Database& database, SourceId source, std::span<const LedgerRow> rows) {
    std::int64_t number = 0;  // of the row before; the first one follows what `poll` knows
    for (const LedgerRow& row : rows) {
        database.run(
            "INSERT INTO request (source, previous, at, url, reason, sent, status, result,"
            " wire_bytes, decoded_bytes, connected, first_byte, duration, next, directive)"
            " VALUES (?1, CASE ?2 WHEN 0 THEN (SELECT last_request FROM poll WHERE source = ?1)"
            " ELSE ?2 END, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
            source, number, row.at, row.url, row.reason, sent_of(row), row.status, row.result,
            row.wire_bytes, row.decoded_bytes, row.connected, row.first_byte, row.duration,
            row.next, row.directive);
        number = database.last_insert_rowid();
        if (number % rows_between_prunings == 0) prune(database, row.at);
    }
    return number;
}

void link_request(Database& database, SourceId source, std::int64_t number) {
    database.run("UPDATE poll SET last_request = ? WHERE source = ?", number, source);
}

std::vector<LedgerRow> ledger(Database& database, SourceId source, int limit) {
    Transaction snapshot(database, Transaction::Kind::read);
    std::int64_t number = 0;
    {
        Rows rows = database.query("SELECT last_request FROM poll WHERE source = ?", source);
        if (rows.next()) number = rows.integer(0);
    }
    std::vector<LedgerRow> ledger;
    while (number != 0 && std::ssize(ledger) < limit) {
        Rows rows = database.query(
            "SELECT previous, at, url, reason, sent, status, result, wire_bytes, decoded_bytes,"
            " connected, first_byte, duration, next, directive FROM request WHERE id = ?",
            number);
        if (!rows.next()) break;  // pruned
        ledger.push_back(read_row(rows));
        number = rows.integer(0);
    }
    return ledger;
}

}  // namespace tributary::store
