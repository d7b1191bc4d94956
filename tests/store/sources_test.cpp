#include <doctest/doctest.h>

#include <algorithm>

#include "base/text.h"
#include "store/slug.h"
#include "tests/store/documents.h"

using namespace tributary;
using namespace tributary::store::testing;
using store::SourceId;
using store::SourceSpec;
using store::SourceState;
using store::Store;

namespace {

std::vector<SourceState> sync(Store& store, std::vector<SourceSpec> specs, Timestamp now = noon) {
    return store.sync_sources(specs, now);
}

SourceState well_used(SourceState state) {
    state.etag = "W/\"1\"";
    state.last_modified = "Fri, 20 Nov 2026 09:00:00 GMT";
    state.validators_url = "https://a.example/moved";
    state.body_hash = 0xfedc'ba98'7654'3210;
    state.last_poll = noon + hour;
    state.last_success = noon;
    state.last_change = noon - hour;
    state.next_poll = noon + 2 * hour;
    state.directive = "max-age";
    state.condition = store::Condition::failing;
    state.error = "HTTP 503";
    state.pace = {
        .failures = 3, .failing_since = noon, .gone = 1, .raised = 1.5, .raised_at = noon + hour};
    state.rules = {.ttl_minutes = 60, .skip_hours = {0, 5, 23}, .skip_days = {0, 6}};
    state.memory = R"({"seen":1})";
    return state;
}

}  // namespace

TEST_CASE("a new source is due at once, under an address made from its URL") {
    Store store(":memory:");
    const auto states = sync(
        store, {{"https://www.alpha.example/feed.xml", ""}, {"https://beta.example/x", "Beta!"}});
    REQUIRE(states.size() == 2);
    CHECK(states[0].url == "https://www.alpha.example/feed.xml");
    CHECK(states[0].slug == "alpha-example");
    CHECK(states[0].next_poll == noon);
    CHECK(states[0].condition == store::Condition::unpolled);
    CHECK(states[1].slug == "beta");
    CHECK(store.source(states[0].id)->uuid ==
          uuid_v5(uuid_namespace_url, "https://www.alpha.example/feed.xml"));
}

TEST_CASE("the answer is in the order of the configuration") {
    Store store(":memory:");
    sync(store, {{"https://a.example/", ""}, {"https://b.example/", ""}});
    const auto states = sync(
        store,
        {{"https://c.example/", "c"}, {"https://b.example/", ""}, {"https://a.example/", "first"}});
    CHECK(states[0].url == "https://c.example/");
    CHECK(states[1].url == "https://b.example/");
    CHECK(states[2].url == "https://a.example/");
    CHECK(states[2].id == SourceId{1});
}

TEST_CASE("everything that is kept of a source comes back") {
    Store store(":memory:");
    const SourceState state = well_used(sync(store, {{"https://a.example/", ""}})[0]);
    store.save_state(state);
    CHECK(store.source(state.id)->state == state);
    CHECK(sync(store, {{"https://a.example/", ""}}, noon + day)[0] == state);
}

TEST_CASE("what every poll changes can be saved alone") {
    Store store(":memory:");
    const SourceState before = well_used(sync(store, {{"https://a.example/", ""}})[0]);
    store.save_state(before);
    SourceState after = before;
    after.last_poll = noon + 3 * hour;
    after.last_success = noon + 3 * hour;
    after.next_poll = noon + 4 * hour;
    after.directive = "ttl";
    after.pace = {
        .failures = 4, .failing_since = noon + hour, .gone = 2, .raised = 2, .raised_at = noon};
    CHECK_FALSE(store::differ_lastingly(before, after));
    store.save_poll(after);
    CHECK(store.source(after.id)->state == after);

    after.memory = "{}";
    CHECK(store::differ_lastingly(before, after));
    store.save_poll(after);
    CHECK(store.source(after.id)->state.memory == before.memory);
}

TEST_CASE("a source keeps everything while it is not configured") {
    Store store(":memory:");
    const SourceState state = well_used(sync(store, {{"https://a.example/", ""}})[0]);
    store.save_state(state);
    CHECK(sync(store, {}, noon + day).empty());
    CHECK(store.sources().empty());
    CHECK(store.sources(false).size() == 1);
    CHECK(sync(store, {{"https://a.example/", ""}}, noon + 2 * day) == std::vector{state});
}

TEST_CASE("a named source may move: entries and address stay, what the old URL said does not") {
    Store store(":memory:");
    const SourceState before = well_used(sync(store, {{"https://a.example/", "blog"}})[0]);
    store.save_state(before);
    show(store, before.id, {entry("1")}, noon);
    const std::string uuid = store.source(before.id)->uuid;

    const SourceState after = sync(store, {{"https://b.example/", "blog"}}, noon + day)[0];
    CHECK(after.id == before.id);
    CHECK(after.slug == before.slug);
    CHECK(after.url == "https://b.example/");
    CHECK(after.etag.empty());
    CHECK(after.body_hash == 0);
    CHECK(after.next_poll == noon + day);
    CHECK(after.pace == schedule::Pace{});
    CHECK(after.memory.empty());
    CHECK(after.last_success == before.last_success);
    CHECK(store.source(after.id)->state == after);
    CHECK(store.source(after.id)->uuid == uuid);
    CHECK(store.source(after.id)->entries == 1);
}

TEST_CASE("what the old address said is not saved for a source that has moved meanwhile") {
    Store store(":memory:");
    const SourceState in_flight = well_used(sync(store, {{"https://a.example/", "blog"}})[0]);
    const SourceState moved = sync(store, {{"https://b.example/", "blog"}}, noon + day)[0];
    store.save_state(in_flight);
    CHECK(store.source(moved.id)->state == moved);
    store.save_poll(in_flight);
    CHECK(store.source(moved.id)->state == moved);
}

TEST_CASE("a source can be given a name and lose it again") {
    Store store(":memory:");
    const SourceId id = sync(store, {{"https://a.example/", ""}})[0].id;
    CHECK(sync(store, {{"https://a.example/", "blog"}})[0].id == id);
    CHECK(sync(store, {{"https://a.example/", ""}})[0].id == id);
    CHECK(sync(store, {{"https://a.example/", ""}})[0].slug == "a-example");
}

TEST_CASE("a source that is known by its name is not taken for another by its URL") {
    Store store(":memory:");
    const auto before = sync(store, {{"https://a.example/", "one"}, {"https://b.example/", "two"}});
    const auto after = sync(store, {{"https://b.example/", "one"}, {"https://a.example/", "two"}});
    CHECK(after[0].id == before[0].id);
    CHECK(after[1].id == before[1].id);
}

TEST_CASE("addresses of sources are never shared") {
    Store store(":memory:");
    const auto states = sync(store, {{"https://a.example/feed", ""},
                                     {"https://a.example/rss.xml", ""},
                                     {"https://c.example/", "a-example"},
                                     {"https://a.example/atom", ""}});
    std::vector<std::string> slugs;
    for (const auto& state : states) slugs.push_back(state.slug);
    CHECK(slugs[2] == "a-example");
    std::ranges::sort(slugs);
    CHECK(slugs ==
          std::vector<std::string>{"a-example", "a-example-2", "a-example-3", "a-example-4"});
}

TEST_CASE("an address is made of what tells the source from others") {
    struct Case {
        const char *name, *url, *slug;
    };
    const Case cases[] = {
        {"", "https://alpha.example/feed", "alpha-example"},
        {"", "https://www.alpha.example/blog/index.xml", "alpha-example-blog"},
        {"", "https://alpha.example/tags/C++/rss.xml", "alpha-example-tags-c"},
        {"", "http://127.0.0.1:8080/news.atom", "127-0-0-1-news"},
        {"", "file:///home/somebody/samples/latin_one.xml", "latin-one"},
        {"My Blog", "https://alpha.example/", "my-blog"},
        {"日本", "https://alpha.example/", "alpha-example"},
        {"", "https://alpha.example/%E6%97%A5/feed", "alpha-example-e6-97-a5"},
        {"---", "https:///", "https"},
        {"../../etc", "https://alpha.example/", "etc"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.url);
        CHECK(store::slug_of(c.name, c.url) == c.slug);
    }
    CHECK(store::slug_of(std::string(500, 'x'), "").size() == 64);
}

TEST_CASE("the head of a source's document is kept") {
    Store store(":memory:");
    const SourceId id = sync(store, {{"https://a.example/", ""}})[0].id;
    feed::Feed head = document({});
    CHECK(store.source(id)->head == feed::Feed{});
    store.save_head(id, head);
    CHECK(store.source(id)->head == head);
    head.title.value = "Renamed";
    store.save_head(id, head);
    CHECK(store.source(id)->head == head);
}

TEST_CASE("the newest value that was kept under a name is the one that is read") {
    Store store(":memory:");
    CHECK(store.value("price").empty());
    store.keep("price", "5");
    store.keep("price", "7");
    CHECK(store.value("price") == "7");
}

TEST_CASE("a source's rhythm is kept as it was given, for that source alone") {
    Store store(":memory:");
    const auto states = store.sync_sources(
        std::vector<store::SourceSpec>{{"https://a.example/", ""}, {"https://b.example/", ""}},
        Timestamp{});
    CHECK(store.history(states[0].id).empty());
    CHECK(store.itinerary(states[0].id).empty());
    store.save_rhythm(states[0].id, "1 2 3", "4 5 6");
    store.save_rhythm(states[0].id, "1 2 4", "4 5 7");
    CHECK(store.history(states[0].id) == "1 2 4");
    CHECK(store.itinerary(states[0].id) == "4 5 7");
    CHECK(store.history(states[1].id).empty());
}

TEST_CASE("a constant is made once") {
    Store store(":memory:");
    CHECK(store.constant("feed id", [] { return std::string("first"); }) == "first");
    CHECK(store.constant("feed id", [] { return std::string("second"); }) == "first");
    CHECK(store.constant("other", [] { return std::string("second"); }) == "second");
}
