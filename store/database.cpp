#include "store/database.h"

#include "store/store.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace tributary::store {
namespace {

using Kind = StoreError::Kind;

Kind kind_of(int code, int system_error) {
    switch (code & 0xff) {
        case SQLITE_FULL:
            return Kind::full;
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return Kind::busy;
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return Kind::corrupt;
        case SQLITE_PERM:
        case SQLITE_AUTH:
        case SQLITE_READONLY:
            return Kind::permission;
        default:
            break;
    }
    switch (system_error) {
        case EACCES:
        case EPERM:
        case EROFS:
            return Kind::permission;
        case ENOSPC:
        case EDQUOT:
        case EFBIG:
            return Kind::full;
        default:
            return Kind::unusable;
    }
}

/// SQLite remembers the system's error only of the calls that its own code answers with these.
bool has_system_error(int code) {
    const int primary = code & 0xff;
    return primary == SQLITE_CANTOPEN || primary == SQLITE_IOERR;
}

/// Why no file can be made here, as an errno. SQLite forgets: it tries once more, read-only, and
/// then only finds the file missing.
int why_not_created(const std::filesystem::path& path) {
    const std::filesystem::path parent = path.parent_path();
    const char* folder = parent.empty() ? "." : parent.c_str();
    return faccessat(AT_FDCWD, folder, W_OK | X_OK, AT_EACCESS) == 0 ? 0 : errno;
}

[[noreturn]] void throw_error(const std::string& name, sqlite3* handle, int code) {
    const int system_error = handle && has_system_error(code) ? sqlite3_system_errno(handle) : 0;
    std::string message = name + ": " + (handle ? sqlite3_errmsg(handle) : sqlite3_errstr(code));
    if (system_error != 0) message += std::string(" (") + std::strerror(system_error) + ")";
    throw StoreError(kind_of(code, system_error), message);
}

}  // namespace

Statement::Statement(Database& database, std::string_view sql) : database_(database) {
    const int code = sqlite3_prepare_v3(database.handle(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement_, nullptr);
    if (code != SQLITE_OK) database.fail(code);
}

Statement::~Statement() {
    sqlite3_finalize(statement_);
}

void Statement::bind(int index, std::int64_t value) {
    if (const int code = sqlite3_bind_int64(statement_, index, value); code != SQLITE_OK)
        database_.fail(code);
}

void Statement::bind(int index, double value) {
    if (const int code = sqlite3_bind_double(statement_, index, value); code != SQLITE_OK)
        database_.fail(code);
}

void Statement::bind(int index, std::string_view text) {
    // A null pointer would bind NULL, and an empty view may have one.
    const char* data = text.empty() ? "" : text.data();
    const int code =
        sqlite3_bind_text64(statement_, index, data, text.size(), SQLITE_STATIC, SQLITE_UTF8);
    if (code != SQLITE_OK) database_.fail(code);
}

void Statement::bind_null(int index) {
    if (const int code = sqlite3_bind_null(statement_, index); code != SQLITE_OK)
        database_.fail(code);
}

bool Statement::step() {
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code != SQLITE_DONE) database_.fail(code);
    return false;
}

void Statement::reset() {
    sqlite3_reset(statement_);
}

bool Statement::is_null(int column) const {
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::int64_t Statement::integer(int column) const {
    return sqlite3_column_int64(statement_, column);
}

double Statement::real(int column) const {
    return sqlite3_column_double(statement_, column);
}

std::string_view Statement::text(int column) const {
    const void* data = sqlite3_column_blob(statement_, column);
    const int size = sqlite3_column_bytes(statement_, column);
    if (!data || size <= 0) return {};
    return {static_cast<const char*>(data), static_cast<std::size_t>(size)};
}

void Database::Close::operator()(sqlite3* handle) const {
    sqlite3_close_v2(handle);
}

Database::Database(const std::filesystem::path& path, Access access) : name_(path.string()) {
    const int flags =
        access == Access::write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
    sqlite3* handle = nullptr;
    const int code = sqlite3_open_v2(name_.c_str(), &handle,
                                     flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
    handle_.reset(handle);
    if (code != SQLITE_OK && handle && access == Access::write &&
        sqlite3_system_errno(handle) == ENOENT) {
        if (const int reason = why_not_created(path); reason != 0 && reason != ENOENT)
            throw StoreError(kind_of(code, reason), name_ + ": " + std::strerror(reason));
    }
    if (code != SQLITE_OK) fail(code);
    // A misspelt column in double quotes must be an error, not a string; a database from elsewhere
    // must not be able to run anything.
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    sqlite3_busy_timeout(handle, 10'000);
    if (access == Access::write) {
        script(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
            "PRAGMA secure_delete = OFF; PRAGMA cache_size = -16000;"
            "PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 67108864;");
    } else {
        script("PRAGMA query_only = ON; PRAGMA cache_size = -4000;");
    }
}

Database::~Database() = default;

Statement& Database::statement(std::string_view sql) {
    if (const auto found = statements_.find(sql); found != statements_.end()) return *found->second;
    // SQL is always a literal, so the view lives as long as the program.
    return *statements_.emplace(sql, std::make_unique<Statement>(*this, sql)).first->second;
}

void Database::script(const std::string& sql) {
    const int code = sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) fail(code);
}

std::int64_t Database::number(std::string_view sql) {
    Rows rows = query(sql);
    return rows.next() ? rows.integer(0) : 0;
}

bool Database::in_transaction() const {
    return sqlite3_get_autocommit(handle_.get()) == 0;
}

std::int64_t Database::last_insert_rowid() const {
    return sqlite3_last_insert_rowid(handle_.get());
}

std::int64_t Database::changes() const {
    return sqlite3_changes64(handle_.get());
}

void Database::checkpoint() {
    const int code = sqlite3_wal_checkpoint_v2(handle_.get(), nullptr, SQLITE_CHECKPOINT_TRUNCATE,
                                               nullptr, nullptr);
    // Busy only means that a reader still needs the log: the next one will do it.
    if (code != SQLITE_OK && (code & 0xff) != SQLITE_BUSY) fail(code);
}

void Database::fail(int code) const {
    throw_error(name_, handle_.get(), code);
}

Transaction::Transaction(Database& database, Kind kind)
    : database_(database), owned_(!database.in_transaction()) {
    if (!owned_) return;
    database_.run(kind == Kind::write ? "BEGIN IMMEDIATE" : "BEGIN");
}

Transaction::~Transaction() {
    // After a failure SQLite may have rolled back by itself.
    if (!owned_ || !database_.in_transaction()) return;
    try {
        database_.run("ROLLBACK");
    } catch (const StoreError&) {
        // The transaction ends with the connection at the latest.
    }
}

void Transaction::commit() {
    if (!owned_) return;
    database_.run("COMMIT");
    owned_ = false;
}

}  // namespace tributary::store
