#include "fetcher/headers.h"

#include <doctest/doctest.h>

#include <string>

using namespace tributary;
using namespace tributary::fetcher;
using namespace std::chrono_literals;

namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

const Timestamp now = read_http_date("Fri, 20 Nov 2026 09:00:00 GMT").value();
constexpr Duration ten_years = std::chrono::days(3653);

Headers with(Fields fields) {
    return Headers{std::move(fields)};
}

std::optional<Duration> fresh(std::string cache_control) {
    return freshness(with({{"cache-control", std::move(cache_control)}}), now);
}

std::optional<Duration> retry(Fields fields) {
    return retry_after(with(std::move(fields)), now);
}

}  // namespace

TEST_CASE("the values of a repeated field are one list") {
    const Headers headers = with({{"vary", "a"}, {"x", ""}, {"vary", "b"}});
    CHECK(headers.get("vary") == "a, b");
    CHECK(headers.get("x").empty());
    CHECK(headers.has("x"));
    CHECK_FALSE(headers.has("y"));
}

TEST_CASE("max-age is read in any case, quoted or not, beside anything else") {
    CHECK(fresh("max-age=60") == 60s);
    CHECK(fresh("public, Max-Age=\"60\" , must-revalidate") == 60s);
    CHECK(fresh("MAX-AGE = 60") == 60s);
    CHECK(fresh("private=\"max-age=9, x\", max-age=60") == 60s);
    CHECK(fresh("max-age=60, max-age=90") == 60s);
    CHECK(fresh("s-maxage=60") == std::nullopt);
}

TEST_CASE("no freshness comes from zero, nonsense, no-cache or no-store") {
    for (const char* text :
         {"", "max-age=0", "max-age=-5", "max-age=abc", "max-age",
          "max-age=", "no-cache, max-age=60", "max-age=60, no-store", "NO-STORE, max-age=60"}) {
        CAPTURE(text);
        CHECK(fresh(text) == std::nullopt);
    }
    CHECK(fresh("no-cache=\"set-cookie\", max-age=60") == 60s);
}

TEST_CASE("an absurd max-age saturates") {
    CHECK(fresh("max-age=100000000000000000000") == ten_years);
    CHECK(fresh("max-age=9223372036854775807") == ten_years);
    CHECK(fresh(std::string(60'000, '"') + ",max-age=60") == 60s);
}

TEST_CASE("the age of a response is taken off its freshness") {
    CHECK(freshness(with({{"cache-control", "max-age=60"}, {"age", "20"}}), now) == 40s);
    CHECK(freshness(with({{"cache-control", "max-age=60"}, {"age", "60"}}), now) == std::nullopt);
    CHECK(freshness(with({{"cache-control", "max-age=60"}, {"age", "x"}}), now) == 60s);
    CHECK(freshness(with({{"cache-control", "max-age=60"}, {"age", "99999999999999999999"}}),
                    now) == std::nullopt);
}

TEST_CASE("Expires counts from Date, and from now where there is none") {
    const Fields expires = {{"expires", "Fri, 20 Nov 2026 10:00:00 GMT"}};
    CHECK(freshness(with(expires), now) == 1h);
    Fields dated = expires;
    dated.emplace_back("date", "Fri, 20 Nov 2026 09:30:00 GMT");
    CHECK(freshness(with(dated), now) == 30min);
    dated.emplace_back("cache-control", "max-age=0");
    CHECK(freshness(with(dated), now) == std::nullopt);
    CHECK(freshness(with({{"expires", "0"}}), now) == std::nullopt);
    CHECK(freshness(with({{"expires", "Fri, 20 Nov 2020 10:00:00 GMT"}}), now) == std::nullopt);
    CHECK(freshness(with({{"expires", "Fri, 20 Nov 2099 10:00:00 GMT"}}), now) == ten_years);
}

TEST_CASE("Retry-After is seconds or a date, and a past date is zero") {
    CHECK(retry({{"retry-after", "120"}}) == 120s);
    CHECK(retry({{"retry-after", "0"}}) == 0s);
    CHECK(retry({{"retry-after", "Fri, 20 Nov 2026 09:02:00 GMT"}}) == 2min);
    CHECK(retry({{"retry-after", "Fri, 20 Nov 2020 09:02:00 GMT"}}) == 0s);
    CHECK(retry({{"retry-after", "99999999999999999999"}}) == ten_years);
    CHECK(retry({{"retry-after", "soon"}}) == std::nullopt);
    CHECK(retry({{"retry-after", "-1"}}) == std::nullopt);
    CHECK(retry({}) == std::nullopt);
}

TEST_CASE("a spent rate limit says when to come again") {
    CHECK(retry({{"x-ratelimit-reset", "298"}}) == 298s);
    CHECK(retry({{"x-ratelimit-reset", "298.5"}, {"x-ratelimit-remaining", "0.0"}}) == 298s);
    CHECK(retry({{"x-ratelimit-reset", "298"}, {"x-ratelimit-remaining", "12"}}) == std::nullopt);
    CHECK(retry({{"x-ratelimit-reset", "298"}, {"retry-after", "5"}}) == 5s);
    const auto in_a_minute =
        std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count() + 60;
    CHECK(retry({{"x-ratelimit-reset", std::to_string(in_a_minute)}}) == 60s);
    CHECK(retry({{"x-ratelimit-reset", "1000000001"}}) == 0s);
}

TEST_CASE("validators are kept byte for byte") {
    const Validators kept =
        validators(with({{"etag", "W/\"a-gzip\\\""}, {"last-modified", "yesterday, about 5"}}));
    CHECK(kept.etag == "W/\"a-gzip\\\"");
    CHECK(kept.last_modified == "yesterday, about 5");
    CHECK(validators({}).empty());
}

TEST_CASE("validators that could not go back out as they came are dropped") {
    CHECK(validators(with({{"etag", "\"\xc3\xa9\""}})).empty());
    CHECK(validators(with({{"etag", "\"a\tb\""}})).empty());
    CHECK(validators(with({{"etag", std::string(1025, 'x')}})).empty());
    CHECK(validators(with({{"etag", std::string(1024, 'x')}})).etag.size() == 1024);
    CHECK(validators(with({{"last-modified", std::string(257, 'x')}})).empty());
}

TEST_CASE("Link headers give the targets of one relation") {
    const Headers headers = with({
        {"link", "<https://hub.example/?a=1,2;3>; rel=\"hub\", <https://a.example/feed>; rel=self"},
        {"link", "<https://b.example/>;rel=\"other HUB\";title=\"a, b; rel=self\""},
        {"link", "<https://c.example/>; rel=next; rel=hub"},
        {"link", "<https://d.example/>; rel=hub; anchor=\"#x\""},
    });
    CHECK(link_targets(headers, "hub") ==
          std::vector<std::string>{"https://hub.example/?a=1,2;3", "https://b.example/"});
    CHECK(link_targets(headers, "self") == std::vector<std::string>{"https://a.example/feed"});
    CHECK(link_targets(headers, "next") == std::vector<std::string>{"https://c.example/"});
    CHECK(link_targets(headers, "prev").empty());
}

TEST_CASE("Link headers are read with what they say of their targets") {
    const Headers headers = with({
        {"link",
         "</feed>; rel=\"alternate\"; type=\"application/rss+xml\"; title=\"All, or most\""},
        {"link", "</other>; rel=alternate; anchor=\"/elsewhere\", < /bare >"},
    });
    CHECK(links(headers) ==
          std::vector<LinkValue>{{"/feed", "alternate", "application/rss+xml", "All, or most"},
                                 {"/bare", "", "", ""}});
}

TEST_CASE("broken Link headers give nothing") {
    for (const char* text : {"", "<", "<>", "<a", "a>; rel=hub", "<a>; rel=\"hub", "<a>; rel",
                             ";,;,", "<a>; rel=\"\\", "\"<a>; rel=hub"}) {
        CAPTURE(text);
        CHECK(link_targets(with({{"link", text}}), "hub").empty());
    }
}
