#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "tests/store/documents.h"

using namespace tributary;
using namespace tributary::store::testing;
using store::IngestOptions;
using store::Seq;
using store::SourceId;
using store::Store;
using store::StoredEntry;
using Names = std::vector<std::string>;

TEST_CASE("entries are stored once and come back as they were") {
    Store store(":memory:");
    const SourceId blog = subscribe(store, {"blog"})[0];
    feed::Entry original = entry("a", noon - hour);
    original.summary.value = "In short";
    original.authors.push_back({.name = "Ann"});
    original.content.text.base = "https://blog.example/a";
    original.date_as_written = "an hour ago";
    const auto first = show(store, blog, {original, entry("b", noon - 2 * hour)}, noon);
    CHECK(first.added == 2);
    const auto second = show(store, blog, {original, entry("b", noon - 2 * hour)}, noon + hour);
    CHECK(second.unchanged == 2);
    CHECK_FALSE(second.any());

    const auto entries = store.latest({}, {});
    REQUIRE(entries.size() == 2);
    const StoredEntry& newest = entries[0];
    CHECK(newest.entry == original);
    CHECK(newest.id == original.id);
    CHECK(newest.owner == blog);
    CHECK(newest.revision == 1);
    CHECK(newest.first_seen == noon);
    CHECK(newest.published == noon - hour);
    CHECK(newest.updated == noon - hour);
    CHECK(newest.also_in.empty());
    CHECK(store.entry(newest.seq)->id == newest.id);
    CHECK_FALSE(store.entry(Seq{99}));
}

TEST_CASE("the newest entry of a document gets the highest number") {
    const auto order_of = [](std::vector<feed::Entry> entries) {
        Store store(":memory:");
        const SourceId blog = subscribe(store, {"blog"})[0];
        show(store, blog, std::move(entries), noon);
        return latest_titles(store);
    };
    SUBCASE("by date where all have one") {
        CHECK(order_of({entry("b", noon - 2 * hour), entry("c", noon - hour),
                        entry("a", noon - 3 * hour)}) == Names{"c", "b", "a"});
    }
    SUBCASE("by place where one has none") {
        CHECK(order_of({entry("c", noon - 3 * hour), entry("b"), entry("a", noon - hour)}) ==
              Names{"c", "b", "a"});
    }
    SUBCASE("by place among equal dates") {
        CHECK(order_of({entry("c", noon), entry("b", noon), entry("a", noon)}) ==
              Names{"c", "b", "a"});
    }
}

TEST_CASE("only the newest entries of a first document enter the merged feeds") {
    Store store(":memory:");
    const SourceId blog = subscribe(store, {"blog"})[0];
    std::vector<feed::Entry> entries;
    for (int i = 20; i > 0; --i) entries.push_back(entry(std::to_string(i), noon - i * hour));
    show(store, blog, entries, noon, {.backfill = 3});
    CHECK(latest_titles(store) == Names{"1", "2", "3"});
    CHECK(latest_titles(store, {.backlog = true}).size() == 20);

    entries.push_back(entry("new", noon - 50 * day));
    entries.push_back(entry("newer", noon - 40 * day));
    show(store, blog, entries, noon + hour, {.backfill = 3});
    CHECK(latest_titles(store) == Names{"newer", "new", "1", "2", "3"});
}

TEST_CASE("an edit changes the entry in place") {
    Store store(":memory:");
    const SourceId blog = subscribe(store, {"blog"})[0];
    show(store, blog, {entry("a", noon - hour)}, noon);
    const StoredEntry before = store.latest({}, {})[0];

    feed::Entry edited = entry("a", noon - hour);
    edited.content.text.value = "<p>Corrected</p>";
    CHECK(show(store, blog, {edited}, noon + hour).changed == 1);
    StoredEntry after = store.latest({}, {})[0];
    CHECK(after.seq == before.seq);
    CHECK(after.id == before.id);
    CHECK(after.published == before.published);
    CHECK(after.first_seen == before.first_seen);
    CHECK(after.revision == 2);
    CHECK(after.updated == noon + hour);
    CHECK(after.entry == edited);

    SUBCASE("at the time that it claims") {
        edited.title.value = "Other";
        edited.updated = noon + 2 * hour;
        show(store, blog, {edited}, noon + 3 * hour);
        CHECK(store.latest({}, {})[0].updated == noon + 2 * hour);
    }
    SUBCASE("not at a time that has not come") {
        edited.title.value = "Other";
        edited.updated = noon + 90 * day;
        show(store, blog, {edited}, noon + 3 * hour);
        CHECK(store.latest({}, {})[0].updated == noon + 3 * hour);
    }
    SUBCASE("never backwards, even where the clock goes back") {
        edited.title.value = "Other";
        edited.updated = noon - 5 * day;
        show(store, blog, {edited}, noon - day);
        CHECK(store.latest({}, {})[0].updated == noon + hour);
    }
    SUBCASE("and back again without a new one") {
        show(store, blog, {entry("a", noon - hour)}, noon + 2 * hour);
        after = store.latest({}, {})[0];
        CHECK(after.seq == before.seq);
        CHECK(after.revision == 3);
    }
}

TEST_CASE("a date is what the publisher claims, if that can be") {
    const std::vector<std::pair<std::optional<Timestamp>, Timestamp>> cases{
        {noon - day, noon - day},
        {noon + Duration(299'000), noon + Duration(299'000)},
        {noon + Duration(301'000), noon},
        {noon + 4000 * day, noon},
        {Timestamp(Duration(0)), noon},
        {Timestamp(std::chrono::days(7304)), noon},                                // 1989-12-31
        {Timestamp(std::chrono::days(7305)), Timestamp(std::chrono::days(7305))},  // 1990-01-01
        {std::nullopt, noon}};
    for (const auto& [claimed, published] : cases) {
        Store store(":memory:");
        show(store, subscribe(store, {"blog"})[0], {entry("a", claimed)}, noon);
        const StoredEntry stored = store.latest({}, {})[0];
        CHECK(stored.published == published);
        CHECK(stored.updated >= stored.published);
        CHECK(stored.entry.published == claimed);
    }
}

TEST_CASE("an article of two sources is one entry that only its first source can edit") {
    Store store(":memory:");
    const auto ids = subscribe(store, {"blog", "planet", "other"});
    show(store, ids[0], {entry("a")}, noon);
    CHECK(show(store, ids[1], {entry("a")}, noon + hour).sightings == 1);
    CHECK_FALSE(show(store, ids[1], {entry("a")}, noon + hour).any());
    show(store, ids[2], {entry("a")}, noon + 2 * hour);

    feed::Entry foreign = entry("a");
    foreign.title.value = "Defaced";
    CHECK_FALSE(show(store, ids[1], {foreign}, noon + 3 * hour).any());
    const auto entries = store.latest({}, {});
    REQUIRE(entries.size() == 1);
    CHECK(entries[0].entry.title.value == "Title of a");
    CHECK(entries[0].owner == ids[0]);
    CHECK(entries[0].also_in == std::vector{ids[1], ids[2]});
}

TEST_CASE("sources are not compared where that is off") {
    Store store(":memory:");
    const auto ids = subscribe(store, {"blog", "planet"});
    const IngestOptions apart{.across = match::AcrossSources::off};
    show(store, ids[0], {entry("a")}, noon, apart);
    show(store, ids[1], {entry("a")}, noon, apart);
    const auto entries = store.latest({}, {});
    REQUIRE(entries.size() == 2);
    CHECK(entries[0].id != entries[1].id);
}

TEST_CASE("of a document that is too long the newest entries are kept") {
    Store store(":memory:");
    const SourceId blog = subscribe(store, {"blog"})[0];
    std::vector<feed::Entry> entries;
    for (int i = 1; i <= 50; ++i) entries.push_back(entry(std::to_string(i), noon - i * hour));
    std::ranges::reverse(entries);
    CHECK(show(store, blog, entries, noon, {.max_entries = 4}).added == 4);
    CHECK(latest_titles(store) == Names{"1", "2", "3", "4"});
}

TEST_CASE("an empty document forgets nothing and is not the first") {
    Store store(":memory:");
    const SourceId blog = subscribe(store, {"blog"})[0];
    show(store, blog, std::vector<feed::Entry>{}, noon);
    show(store, blog, {entry("2"), entry("1")}, noon, {.backfill = 1});
    CHECK(latest_titles(store) == Names{"2"});
    show(store, blog, std::vector<feed::Entry>{}, noon + hour);
    CHECK_FALSE(show(store, blog, {entry("2"), entry("1")}, noon + hour).any());
    CHECK(latest_titles(store) == Names{"2"});
}

TEST_CASE("ten thousand entries that share everything but their text have ids of their own") {
    Store store(":memory:");
    const SourceId blog = subscribe(store, {"blog"})[0];
    std::vector<feed::Entry> entries(10'000);
    for (std::size_t i = 0; i < entries.size(); ++i) {
        entries[i].id = "tag:x,1:same";
        entries[i].content.text.value = std::to_string(i);
    }
    CHECK(show(store, blog, entries, noon).added == 10'000);
    CHECK_FALSE(show(store, blog, entries, noon + hour).any());
    std::set<std::string> ids;
    for (const auto& stored : store.latest({.backlog = true}, {.items = 10'000, .cap = 10'000}))
        ids.insert(stored.id);
    CHECK(ids.size() == 10'000);
}

TEST_CASE("an unknown source is an error in words") {
    Store store(":memory:");
    CHECK_THROWS_WITH_AS(show(store, SourceId{7}, {entry("a")}, noon),
                         ":memory:: there is no source number 7", store::StoreError);
}
