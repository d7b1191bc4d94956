#include <doctest/doctest.h>

#include <algorithm>

#include "store/database.h"
#include "store/schema.h"
#include "tests/store/documents.h"

using namespace tributary;
using namespace tributary::store::testing;
using store::LedgerRow;
using store::SourceId;
using store::Store;

namespace {

LedgerRow request(Timestamp at, int number = 0) {
    return {.at = at,
            .url = "https://a.example/" + std::to_string(number),
            .reason = "interval",
            .sent_etag = number % 2 == 0,
            .sent_last_modified = number % 3 == 0,
            .status = 200 + number,
            .result = "new",
            .wire_bytes = 1'000'000'000'000,
            .decoded_bytes = 7,
            .connected = Duration(5),
            .first_byte = Duration(30),
            .duration = Duration(42),
            .next = at + hour,
            .directive = "max-age"};
}

}  // namespace

TEST_CASE("the ledger keeps each request, newest first, also those of one millisecond") {
    Store store(":memory:");
    const auto ids = subscribe(store, {"a", "b", "c"});
    std::vector<LedgerRow> rows;
    for (int i = 0; i < 4; ++i) {
        rows.push_back(request(noon + (i / 2) * second, i));
        store.append_ledger(ids[0], rows.back());
        store.append_ledger(ids[2], request(noon, 9));
    }
    std::ranges::reverse(rows);
    CHECK(store.ledger(ids[0], 10) == rows);
    CHECK(store.ledger(ids[0], 1) == std::vector{rows[0]});
    CHECK(store.ledger(ids[1], 10).empty());
}

TEST_CASE("a request that only led to another one says no next time") {
    Store store(":memory:");
    const SourceId id = subscribe(store, {"a"})[0];
    LedgerRow row = request(noon);
    row.next.reset();
    store.append_ledger(id, row);
    CHECK(store.ledger(id, 1) == std::vector{row});
}

TEST_CASE("the requests of a poll come into the ledger with its state, in order") {
    Store store(":memory:");
    const auto ids = subscribe(store, {"a", "b"});
    store::SourceState state = store.source(ids[0])->state;
    store.append_ledger(ids[0], request(noon, 1));
    const std::vector hops{request(noon + hour, 2), request(noon + hour, 3)};
    store.save_poll(state, hops);
    state.memory = "{}";
    store.save_state(state, std::vector{request(noon + 2 * hour, 4)});
    store.save_poll(state);
    state.url = "https://elsewhere.example/";  // it has moved meanwhile, but was asked all the same
    store.save_poll(state, std::vector{request(noon + 3 * hour, 5)});

    std::string order;
    for (const LedgerRow& row : store.ledger(ids[0], 10)) order += row.url.back();
    CHECK(order == "54321");
    CHECK(store.ledger(ids[1], 10).empty());
}

TEST_CASE("the ledger reaches back 90 days: old rows go in small steps while new ones come") {
    Store store(":memory:");
    const auto ids = subscribe(store, {"a", "b"});
    const auto requests = [&](SourceId source) {
        return static_cast<int>(store.ledger(source, 10'000).size());
    };
    constexpr int old_ones = 500;
    for (int i = 0; i < old_ones; ++i)
        store.append_ledger(ids[i % 2 == 0 ? 0 : 1], request(noon + i * second));
    store.append_ledger(ids[0], request(noon + 90 * day));
    CHECK(requests(ids[0]) == old_ones / 2 + 1);
    const int before = requests(ids[0]) + requests(ids[1]);
    int fewest_gone = 0;
    for (int i = 1; i <= old_ones; ++i) {
        store.append_ledger(ids[0], request(noon + 91 * day + i * second));
        const int gone = before + i - requests(ids[0]) - requests(ids[1]);
        CHECK(gone - fewest_gone <= 128);
        fewest_gone = gone;
    }
    CHECK(requests(ids[0]) == old_ones + 1);  // that of the 90th day, and all of the 91st
    CHECK(requests(ids[1]) == 0);
}

TEST_CASE("the first ledger comes into today's with its order and its newest rows") {
    const Folder folder;
    const auto path = folder / "tributary.db";
    {
        store::Database old(path, store::Database::Access::write);
        old.script(store::migrations()[0]);
        old.script("PRAGMA user_version = 1");
        for (const int id : {1, 2})
            old.run(
                "INSERT INTO source VALUES (?1, '', 'https://' || ?1 || '.example/', ?1, '', 1, '',"
                " '', '', 0, 1, 2, 3, 4, 'ttl', 1, '', 5, 6, 7, 1.5, 8, NULL, 0, 0, NULL)",
                id);
        int number = 0;
        for (const int source : {2, 1, 2, 2})
            old.run(
                "INSERT INTO request VALUES (?1, ?2 / 2, ?2, 'https://a.example/' || ?2, 'ttl', 0,"
                " 1, 200, 'new', 1, 2, 3)",
                source, ++number);
    }
    Store store(path);
    const auto urls = [&](SourceId id) {
        std::string text;
        for (const LedgerRow& row : store.ledger(id, 10)) {
            CHECK_FALSE(row.sent_etag);
            CHECK(row.sent_last_modified);
            CHECK(row.duration == Duration(3));
            text += row.url.back();
        }
        return text;
    };
    CHECK(urls(SourceId{1}) == "2");
    CHECK(urls(SourceId{2}) == "431");
    const auto state = store.source(SourceId{2})->state;
    CHECK(state.next_poll == Timestamp(Duration(4)));
    CHECK(state.pace.raised == 1.5);
    CHECK(state.memory.empty());
    store.append_ledger(SourceId{1}, request(noon, 5));
    CHECK(store.ledger(SourceId{1}, 10).size() == 2);
}
