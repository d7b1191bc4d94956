#pragma once
// The door to SQLite: a connection, its prepared statements, and results as plain values.
// Everything that goes wrong is a StoreError that names the file and the reason.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>

#include "base/time.h"

struct sqlite3;
struct sqlite3_stmt;

namespace tributary::store {

class Database;

/// A prepared statement: bind, then step through the rows. Text is bound without a copy, so it must
/// live until the statement is reset.
class Statement {
  public:
    Statement(Database& database, std::string_view sql);
    ~Statement();
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;

    void bind(int index, std::int64_t value);
    void bind(int index, double value);
    void bind(int index, std::string_view text);
    void bind_null(int index);

    /// Whether there is another row.
    bool step();
    void reset();

    /// Columns of the present row, counted from 0. A text is valid until the next step or reset.
    bool is_null(int column) const;
    std::int64_t integer(int column) const;
    double real(int column) const;
    std::string_view text(int column) const;

  private:
    Database& database_;
    sqlite3_stmt* statement_ = nullptr;
};

/// One run of a statement: its parameters bound, reset when it goes out of scope, so that no read
/// transaction is left open.
class Rows {
  public:
    template <typename... Values>
    explicit Rows(Statement& statement, const Values&... values) : statement_(statement) {
        [[maybe_unused]] int index = 0;
        (bind(++index, values), ...);
    }
    ~Rows() { statement_.reset(); }
    Rows(const Rows&) = delete;
    Rows& operator=(const Rows&) = delete;

    bool next() { return statement_.step(); }
    bool is_null(int column) const { return statement_.is_null(column); }
    std::int64_t integer(int column) const { return statement_.integer(column); }
    double real(int column) const { return statement_.real(column); }
    std::string_view text(int column) const { return statement_.text(column); }

    /// An integer column as an enum, a bool or a narrower or unsigned number.
    template <typename T>
    T as(int column) const {
        return static_cast<T>(integer(column));
    }
    Timestamp time(int column) const { return Timestamp(Duration(integer(column))); }
    std::optional<Timestamp> optional_time(int column) const {
        if (is_null(column)) return std::nullopt;
        return time(column);
    }

  private:
    template <typename T>
    void bind(int index, const T& value) {
        if constexpr (std::is_floating_point_v<T>) {
            statement_.bind(index, static_cast<double>(value));
        } else if constexpr (std::is_enum_v<T> || std::is_integral_v<T>) {
            statement_.bind(index, static_cast<std::int64_t>(value));
        } else {
            statement_.bind(index, std::string_view(value));
        }
    }
    void bind(int index, Timestamp time) {
        statement_.bind(index, static_cast<std::int64_t>(time.time_since_epoch().count()));
    }
    void bind(int index, Duration duration) {
        statement_.bind(index, static_cast<std::int64_t>(duration.count()));
    }
    template <typename T>
    void bind(int index, const std::optional<T>& value) {
        if (!value) return statement_.bind_null(index);
        bind(index, *value);
    }

    Statement& statement_;
};

class Database {
  public:
    enum class Access { write, read };

    Database(const std::filesystem::path& path, Access access);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    /// The statement of this SQL, prepared at first use and kept. Not to be used by two at once.
    Statement& statement(std::string_view sql);

    /// The rows of a query. One at a time for the same SQL.
    template <typename... Values>
    Rows query(std::string_view sql, const Values&... values) {
        return Rows(statement(sql), values...);
    }

    /// Runs a statement that gives no rows.
    template <typename... Values>
    void run(std::string_view sql, const Values&... values) {
        Rows(statement(sql), values...).next();
    }

    /// Runs SQL text of any number of statements, unprepared.
    void script(const std::string& sql);

    /// The first column of the first row; 0 if there is none.
    std::int64_t number(std::string_view sql);

    bool in_transaction() const;
    std::int64_t last_insert_rowid() const;
    /// How many rows the last statement inserted, updated or deleted.
    std::int64_t changes() const;
    void checkpoint();

    /// Throws the StoreError of an SQLite result code.
    [[noreturn]] void fail(int code) const;

    const std::string& name() const { return name_; }
    sqlite3* handle() const { return handle_.get(); }

  private:
    struct Close {
        void operator()(sqlite3* handle) const;
    };

    std::string name_;
    std::unique_ptr<sqlite3, Close> handle_;
    // Statements are finalized before the handle is closed; keys point into the statements' SQL.
    std::unordered_map<std::string_view, std::unique_ptr<Statement>> statements_;
};

/// A transaction for one scope: begun unless one is open already; rolled back unless committed.
class Transaction {
  public:
    enum class Kind { read, write };
    Transaction(Database& database, Kind kind);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    void commit();

  private:
    Database& database_;
    bool owned_;
};

}  // namespace tributary::store
