#include "store/schema.h"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <sstream>

#include "base/text.h"
#include "store/database.h"
#include "tests/store/documents.h"

using namespace tributary;
using namespace tributary::store::testing;
using store::Database;
using store::Store;
using store::StoreError;

namespace {

std::string read(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// SQL without comments, with single spaces and none around punctuation.
std::string plain(const std::string& sql) {
    std::string bare;
    std::istringstream lines(sql);
    for (std::string line; std::getline(lines, line);)
        bare += line.substr(0, line.find("--")) + ' ';
    const std::string spaced = collapse(bare);
    std::string text;
    for (std::size_t i = 0; i < spaced.size(); ++i) {
        const bool before =
            i + 1 < spaced.size() && std::string_view(",()").contains(spaced[i + 1]);
        const bool after = !text.empty() && std::string_view(",(").contains(text.back());
        if (spaced[i] != ' ' || (!before && !after)) text += spaced[i];
    }
    return text;
}

std::vector<std::string> schema_of(Database& database) {
    std::vector<std::string> objects;
    store::Rows rows = database.query(
        "SELECT type || ' ' || name || ': ' || coalesce(sql, '') FROM sqlite_schema"
        " ORDER BY type, name");
    while (rows.next()) objects.push_back(plain(std::string(rows.text(0))));
    return objects;
}

}  // namespace

TEST_CASE("every old version migrates to exactly schema.sql") {
    Database today(":memory:", Database::Access::write);
    today.script(read(TRIBUTARY_SOURCE_DIR "/store/schema.sql"));
    const auto expected = schema_of(today);
    REQUIRE(expected.size() > 8);
    const auto steps = store::migrations();
    for (std::size_t version = 0; version <= steps.size(); ++version) {
        CAPTURE(version);
        Database old(":memory:", Database::Access::write);
        for (std::size_t step = 0; step < version; ++step) old.script(steps[step]);
        old.script("PRAGMA user_version = " + std::to_string(version));
        store::migrate(old);
        CHECK(schema_of(old) == expected);
        CHECK(old.number("PRAGMA user_version") == static_cast<std::int64_t>(steps.size()));
    }
}

TEST_CASE("the database of a later program is refused and left as it is") {
    const Folder folder;
    const auto path = folder / "tributary.db";
    {
        Database(path, Database::Access::write).script("PRAGMA user_version = 1000");
    }
    for (const Store::Mode mode : {Store::Mode::write, Store::Mode::read}) {
        try {
            Store store(path, mode);
            FAIL("opened");
        } catch (const StoreError& error) {
            CHECK(error.kind == StoreError::Kind::newer);
            CHECK(std::string(error.what()).starts_with(path.string() + ": the database has "));
        }
    }
    CHECK(Database(path, Database::Access::read).number("PRAGMA user_version") == 1000);
}

TEST_CASE("a reader does not migrate") {
    const Folder folder;
    {
        Database(folder / "tributary.db", Database::Access::write).script("CREATE TABLE t (x)");
    }
    CHECK_THROWS_AS(Store(folder / "tributary.db", Store::Mode::read), StoreError);
}

TEST_CASE("a step that fails leaves nothing behind") {
    const Folder folder;
    const auto path = folder / "tributary.db";
    {
        Database database(path, Database::Access::write);
        // The first step makes tables before it comes to this one.
        database.script("CREATE TABLE sighting (x)");
        CHECK_THROWS_AS(store::migrate(database), StoreError);
        CHECK(database.number("PRAGMA user_version") == 0);
        CHECK(database.number("SELECT count(*) FROM sqlite_schema") == 1);
    }
}
