#include "schedule/gaps.h"

#include <doctest/doctest.h>

using namespace tributary;
using namespace tributary::schedule;

namespace {

constexpr Duration minute{60'000}, hour{3'600'000};
constexpr Timestamp noon = Timestamp(std::chrono::days(20'775)) + 12 * hour;
const std::string url = "https://blog.example/feed?cat=1";

/// A document whose entries are a minute apart, the newest at `newest`.
feed::Feed document(int entries, Timestamp newest = noon) {
    feed::Feed feed;
    for (int i = 0; i < entries; ++i) {
        feed::Entry entry;
        entry.published = newest - i * minute;
        feed.entries.push_back(std::move(entry));
    }
    return feed;
}

Gap found_gap() {
    return *gap_before(window_of(document(10), 0, 10), noon - hour, noon);
}

}  // namespace

TEST_CASE("a window of which nothing is known has a gap before it") {
    const auto gap = gap_before(window_of(document(10), 0, 10), noon - hour, noon);
    REQUIRE(gap.has_value());
    CHECK(gap->from == noon - hour);
    CHECK(gap->to == noon - 9 * minute);
    CHECK(gap->at_least == 1);
}

TEST_CASE("one entry that is known closes every gap") {
    CHECK_FALSE(gap_before(window_of(document(10), 1, 9), noon - hour, noon).has_value());
}

TEST_CASE("entries that reach back to the last poll leave no room for others") {
    CHECK_FALSE(gap_before(window_of(document(61), 0, 61), noon - hour, noon).has_value());
    CHECK_FALSE(gap_before(window_of(document(9, noon - 90 * minute), 0, 9), noon - hour, noon)
                    .has_value());
}

TEST_CASE("entries without dates cannot vouch for the time between") {
    feed::Feed feed = document(61);
    feed.entries[7].published.reset();
    const auto gap = gap_before(window_of(feed, 0, 61), noon - hour, noon);
    REQUIRE(gap.has_value());
    CHECK(gap->to == noon);
}

TEST_CASE("what tells nothing is no gap: a first document, one entry, a complete feed, none") {
    CHECK_FALSE(gap_before(window_of(document(10), 0, 10), {}, noon).has_value());
    CHECK_FALSE(gap_before(window_of(document(1), 0, 1), noon - hour, noon).has_value());
    CHECK_FALSE(gap_before(window_of(document(0), 0, 0), noon - hour, noon).has_value());
    CHECK_FALSE(gap_before(window_of(document(10), 0, 10), noon + hour, noon).has_value());
    feed::Feed complete = document(10);
    complete.paging.make().complete = true;
    CHECK_FALSE(gap_before(window_of(complete, 0, 10), noon - hour, noon).has_value());
}

TEST_CASE("R38: archives are followed until one shows an entry that is known") {
    feed::Feed feed = document(10);
    feed.paging.make().prev_archive = "https://blog.example/archive/9";
    feed.paging.make().next = "https://blog.example/next";
    Gap gap = found_gap();
    look_for_pages(gap, feed, url);
    CHECK(gap.page == "https://blog.example/archive/9");
    CHECK(gap.state == Gap::State::open);

    feed::Feed archive = document(10);
    archive.paging.make().prev_archive = "https://blog.example/archive/8";
    take_page(gap, archive, {.known = 0, .unknown = 10});
    CHECK(gap.page == "https://blog.example/archive/8");
    take_page(gap, archive, {.known = 3, .unknown = 7});
    CHECK(gap.state == Gap::State::repaired);
    CHECK(gap.page.empty());
    CHECK(gap.pages == 2);
    CHECK(gap.found == 17);
}

TEST_CASE("R38: an archive that was read for an earlier gap is not read again") {
    feed::Feed feed = document(10);
    feed.paging.make().prev_archive = "https://blog.example/archive/9";
    Gap earlier = found_gap();
    look_for_pages(earlier, feed, url);
    take_page(earlier, document(10), {.known = 1, .unknown = 9});

    Gap gap = found_gap();
    take_over(gap, earlier);
    look_for_pages(gap, feed, url);
    CHECK(gap.page.empty());
    CHECK(gap.state == Gap::State::repaired);

    feed.paging->prev_archive = "https://blog.example/archive/10";
    gap = found_gap();
    take_over(gap, earlier);
    look_for_pages(gap, feed, url);
    REQUIRE(gap.page == "https://blog.example/archive/10");
    feed.paging->prev_archive = "https://blog.example/archive/9";
    take_page(gap, feed, {.known = 0, .unknown = 10});
    CHECK(gap.page.empty());
    CHECK(gap.state == Gap::State::repaired);
    CHECK(gap_of(to_notes(gap)) == gap);
}

TEST_CASE("next pages and next_url are followed likewise") {
    feed::Feed feed = document(10);
    feed.paging.make().next = "https://blog.example/feed?page=2";
    Gap gap = found_gap();
    look_for_pages(gap, feed, url);
    CHECK(gap.trail == Trail::next_page);
    CHECK(gap.page == "https://blog.example/feed?page=2");
    take_page(gap, document(10), {.known = 0, .unknown = 10});
    CHECK(gap.state == Gap::State::lost);  // it names no other
}

TEST_CASE("paged= is asked for only where the feed is WordPress's") {
    feed::Feed feed = document(10);
    Gap gap = found_gap();
    look_for_pages(gap, feed, url);
    CHECK(gap.page.empty());
    CHECK(gap.state == Gap::State::lost);

    feed.generator.make().name = "https://wordpress.org/?v=6.4.3";
    look_for_pages(gap, feed, url);
    CHECK(gap.page == url + "&paged=2");
    take_page(gap, feed, {.known = 0, .unknown = 10});
    CHECK(gap.page == url + "&paged=3");
    gap = found_gap();
    look_for_pages(gap, feed, "https://blog.example/feed");
    CHECK(gap.page == "https://blog.example/feed?paged=2");
    take_page(gap, document(0), {});
    CHECK(gap.state == Gap::State::lost);
}

TEST_CASE("R38: at most twenty pages, none on another host, none twice in a row") {
    feed::Feed feed = document(10);
    feed.generator.make().uri = "https://wordpress.org/?v=6.4.3";
    Gap gap = found_gap();
    look_for_pages(gap, feed, url);
    int asked = 0;
    while (!gap.page.empty()) {
        take_page(gap, feed, {.known = 0, .unknown = 10});
        ++asked;
    }
    CHECK(asked == 20);
    CHECK(gap.state == Gap::State::lost);

    feed = document(10);
    for (const std::string& page :
         {std::string("https://else.example/archive"), url, std::string("file:///etc/passwd"),
          std::string("nonsense"), "https://blog.example/" + std::string(10'000, 'a')}) {
        feed.paging.make().prev_archive = page;
        look_for_pages(gap = found_gap(), feed, url);
        CHECK(gap.page.empty());
    }
    feed.paging.make().prev_archive = "https://archive.blog.example/1";
    look_for_pages(gap = found_gap(), feed, url);
    CHECK(gap.page == "https://archive.blog.example/1");
}

TEST_CASE("a page that cannot be had is the end of it") {
    feed::Feed feed = document(10);
    feed.paging.make().next = "https://blog.example/2";
    Gap gap = found_gap();
    look_for_pages(gap, feed, url);
    give_up(gap);
    CHECK(gap.page.empty());
    CHECK(gap.state == Gap::State::lost);
}

TEST_CASE("a steady feed whose windows overlap never has a gap") {
    for (int poll = 1; poll <= 10'000; ++poll) {
        const Timestamp now = noon + poll * hour;
        const int fresh = poll % 10;  // of ten
        CHECK_FALSE(gap_before(window_of(document(10, now), 10 - fresh, fresh), now - hour, now)
                        .has_value());
    }
}

TEST_CASE("a gap is remembered, and told in words") {
    Gap gap = found_gap();
    CHECK(in_words(gap) ==
          "between 2026-11-18T11:00:00Z and 2026-11-18T11:51:00Z at least 1 entry "
          "may have been missed; its publisher offers no older pages");
    gap.state = Gap::State::open;
    gap.trail = Trail::archive;
    gap.page = "https://blog.example/a";
    gap.pages = 2;
    gap.found = 20;
    gap.overlaps_again = true;
    CHECK(gap_of(to_notes(gap)) == gap);
    gap.state = Gap::State::repaired;
    CHECK(in_words(gap).ends_with("repaired: 2 older pages brought 20 entries"));
    CHECK(to_notes(std::nullopt).empty());
    CHECK_FALSE(gap_of(Notes({"x"})).has_value());
}
