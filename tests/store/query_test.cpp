#include <doctest/doctest.h>

#include <algorithm>

#include "tests/store/documents.h"

using namespace tributary;
using namespace tributary::store::testing;
using store::Selection;
using store::SourceId;
using store::Store;
using store::Window;
using Names = std::vector<std::string>;

namespace {

/// One entry an hour, by turns of three sources: a0 b1 c2 a3 ... ; the last is the newest.
struct Turns {
    Store store{":memory:"};
    std::vector<SourceId> ids = subscribe(store, {"a", "b", "c"});

    explicit Turns(int count) {
        for (int i = 0; i < count; ++i) {
            const auto turn = static_cast<std::size_t>(i % 3);
            show(store, ids[turn], {entry("abc"[turn] + std::to_string(i))}, noon + i * hour);
        }
    }
};

}  // namespace

TEST_CASE("the window holds the newest items, and those seen within the time before the newest") {
    Turns turns(60);
    CHECK(latest_titles(turns.store, {}, {.items = 2, .keep_at_least = Duration(0)}) ==
          Names{"c59", "b58"});
    CHECK(latest_titles(turns.store, {}, {.items = 2, .keep_at_least = 5 * hour}).size() == 6);
    CHECK(
        latest_titles(turns.store, {}, {.items = 2, .keep_at_least = 50 * hour, .cap = 7}).size() ==
        7);
    CHECK(latest_titles(turns.store, {}, {.items = 40, .keep_at_least = hour}).size() == 40);
    CHECK(latest_titles(turns.store, {}, {.items = 0, .keep_at_least = hour, .cap = 0}).empty());
}

TEST_CASE("a selection of sources has what one of them shows, merged") {
    Turns turns(12);
    const Window window{.items = 5, .keep_at_least = Duration(0)};
    CHECK(latest_titles(turns.store, {.sources = {turns.ids[0], turns.ids[2]}, .all = false},
                        window) == Names{"c11", "a9", "c8", "a6", "c5"});
    CHECK(latest_titles(turns.store, {.sources = {turns.ids[1]}, .all = false}, window) ==
          Names{"b10", "b7", "b4", "b1"});
    CHECK(latest_titles(turns.store, {.sources = {}, .all = false}, window).empty());
    CHECK(
        latest_titles(turns.store,
                      {.sources = turns.ids, .all = false, .exclude = {turns.ids[2], turns.ids[1]}},
                      window) == Names{"a9", "a6", "a3", "a0"});
    CHECK(latest_titles(turns.store, {.exclude = {turns.ids[2], turns.ids[0]}}, window) ==
          Names{"b10", "b7", "b4", "b1"});
}

TEST_CASE("both ways of looking give the same window") {
    Turns turns(60);
    for (const Duration keep : {Duration(0), 7 * hour, 100 * hour})
        for (const int items : {1, 10, 100}) {
            const Window window{.items = items, .keep_at_least = keep, .cap = 50};
            CHECK(latest_titles(turns.store, {}, window) ==
                  latest_titles(turns.store, {.sources = turns.ids, .all = false}, window));
        }
}

TEST_CASE("pages follow each other by number") {
    Turns turns(10);
    const Window window{.items = 4, .keep_at_least = Duration(0)};
    Names all;
    Selection selection;
    while (true) {
        const auto page = turns.store.latest(selection, window);
        if (page.empty()) break;
        for (const auto& title : titles(page)) all.push_back(title);
        selection.before = page.back().seq;
    }
    CHECK(all == latest_titles(turns.store));
}

TEST_CASE("a selection can start at a time of first sight") {
    Turns turns(10);
    CHECK(latest_titles(turns.store, {.since = noon + 8 * hour}) == Names{"a9", "c8"});
    CHECK(latest_titles(turns.store,
                        {.sources = turns.ids, .all = false, .since = noon + 8 * hour}) ==
          Names{"a9", "c8"});
}

TEST_CASE("an entry of two selected sources is there once") {
    Store store(":memory:");
    const auto ids = subscribe(store, {"a", "b"});
    show(store, ids[0], {entry("x")}, noon);
    show(store, ids[1], {entry("x")}, noon);
    CHECK(latest_titles(store, {.sources = ids, .all = false}) == Names{"x"});
    CHECK(latest_titles(store, {.sources = {ids[1]}, .all = false}) == Names{"x"});
    CHECK(latest_titles(store, {.exclude = {ids[0]}}) == Names{"x"});
    CHECK(latest_titles(store, {.exclude = ids}).empty());
}

TEST_CASE("the entries of a source that is no longer configured leave, and return with it") {
    Store store(":memory:");
    const auto ids = subscribe(store, {"a", "b"});
    show(store, ids[0], {entry("both"), entry("own")}, noon);
    show(store, ids[1], {entry("both")}, noon);
    subscribe(store, {"b"});
    CHECK(latest_titles(store) == Names{"both"});
    CHECK(latest_titles(store, {.sources = ids, .all = false}) == Names{"both"});
    subscribe(store, {"b", "a"});
    CHECK(latest_titles(store) == Names{"both", "own"});
}
