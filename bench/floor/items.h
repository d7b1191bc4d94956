#pragma once
// The barest store of a feed reader: one table of items, one of validators. WAL, one commit for
// many feeds, the pragmas that Tributary's own store has.

#include "bench/floor/extract.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace tributary::bench {

class ItemTable {
  public:
    explicit ItemTable(const std::string& file);  // throws std::runtime_error
    ~ItemTable();
    ItemTable(const ItemTable&) = delete;
    ItemTable& operator=(const ItemTable&) = delete;

    void begin();
    void commit();
    void checkpoint();

    /// Inserts those items that the feed has not had yet; how many there were.
    int insert(std::int64_t feed, std::span<const Item> items);

    void save_validators(std::int64_t feed, std::string_view etag, std::string_view last_modified);
    using TakeValidators =
        std::function<void(std::int64_t feed, std::string etag, std::string last_modified)>;
    void load_validators(const TakeValidators& take);

  private:
    struct Close {
        void operator()(sqlite3* database) const;
        void operator()(sqlite3_stmt* statement) const;
    };
    using Statement = std::unique_ptr<sqlite3_stmt, Close>;

    void run(const char* sql);
    Statement prepare(const char* sql);
    void step(sqlite3_stmt* statement);

    std::unique_ptr<sqlite3, Close> database_;
    Statement insert_, save_;
};

}  // namespace tributary::bench
