#include "daemon/engine.h"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/daemon/desk.h"

namespace tributary::daemon {

using namespace testing;

namespace {

/// Why a redirect from `from` to `location` is not followed; empty if it is.
std::string refused(const std::string& from, const std::string& location) {
    Desk desk;
    Visit visit = started(desk, from);
    const bool follows = desk.engine.follow(visit, redirect(302, location), noon);
    CHECK(follows != visit.refused.has_value());
    return visit.refused.value_or("");
}

}  // namespace

TEST_CASE("what was posted is posted again where 307 and 308 lead to, and nowhere else (R37)") {
    for (const int status : {301, 302, 303, 307, 308}) {
        CAPTURE(status);
        Desk desk;
        Visit visit = started(desk, "https://a.example/feed");
        visit.request.method = fetcher::Method::post;
        visit.request.body = "a=b";
        const bool follows = desk.engine.follow(visit, redirect(status, "/moved"), noon);
        CHECK(follows == (status >= 307));
        CHECK(visit.request.body == "a=b");
    }
}

TEST_CASE("a redirect is followed, and the ledger has a row for each hop") {
    Desk desk;
    Visit visit = started(desk, "https://a.example/feed");
    REQUIRE(desk.engine.follow(visit, redirect(301, "/moved"), noon + second));
    CHECK(visit.request.url == "https://a.example/moved");
    CHECK_FALSE(desk.engine.follow(visit, answer(200, {}, "<rss/>"), noon + 2 * second));
    REQUIRE(visit.requests.size() == 2);
    CHECK(visit.requests[0].url == "https://a.example/feed");
    CHECK(visit.requests[0].status == 301);
    CHECK(visit.requests[0].reason == "first poll");
    CHECK(visit.requests[0].sent_etag);
    CHECK(visit.requests[0].sent_last_modified);
    CHECK(visit.requests[0].at == noon + second - Duration(40));
    CHECK(visit.requests[1].url == "https://a.example/moved");
    CHECK(visit.requests[1].status == 200);
    CHECK(visit.requests[1].reason == "redirect");
    CHECK(visit.requests[1].wire_bytes == 6);
    CHECK_FALSE(visit.refused);
}

TEST_CASE("every status that redirects is followed, and no other") {
    for (const int status : {200, 300, 301, 302, 303, 304, 305, 306, 307, 308, 404}) {
        CAPTURE(status);
        Desk desk;
        Visit visit = started(desk, "https://a.example/feed");
        const bool redirects =
            status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
        CHECK(desk.engine.follow(visit, redirect(status, "/moved"), noon) == redirects);
        CHECK_FALSE(visit.refused);
    }
}

TEST_CASE("five redirects are followed, the sixth is not") {
    Desk desk;
    Visit visit = started(desk, "https://a.example/0");
    for (int hop = 1; hop <= 5; ++hop) {
        REQUIRE(desk.engine.follow(visit, redirect(302, "/" + std::to_string(hop)), noon));
    }
    CHECK_FALSE(desk.engine.follow(visit, redirect(302, "/6"), noon));
    CHECK(visit.refused == "more than 5 redirects");
    CHECK(visit.requests.size() == 6);
}

TEST_CASE("redirects in a circle end at once") {
    CHECK(refused("https://a.example/feed", "/feed") == "redirects in a circle");
    CHECK(refused("https://a.example/feed", "/feed#top") == "redirects in a circle");
    CHECK(refused("HTTPS://A.example:443/feed", "https://a.example/feed") ==
          "redirects in a circle");

    Desk desk;
    Visit visit = started(desk, "https://a.example/feed");
    REQUIRE(desk.engine.follow(visit, redirect(302, "https://b.example/"), noon));
    CHECK_FALSE(desk.engine.follow(visit, redirect(302, "https://a.example/feed"), noon));
    CHECK(visit.refused == "redirects in a circle");
}

TEST_CASE("a redirect to an address without end is not followed, nor is it kept") {
    const std::string longest(7'000, 'a');
    CHECK(refused("https://a.example/feed", "https://b.example/" + longest) == "");
    CHECK(refused("https://a.example/feed", "https://b.example/" + longest + longest) ==
          "redirected to an address of more than 8000 bytes");
}

TEST_CASE("only http and https are redirected to, and never from https to plain http elsewhere") {
    CHECK(refused("https://a.example/feed", "https://b.example/feed") == "");
    CHECK(refused("http://a.example/feed", "https://a.example/feed") == "");
    CHECK(refused("http://a.example/feed", "http://b.example/feed") == "");
    CHECK(refused("https://a.example/feed", "http://a.example/feed") == "");
    CHECK(refused("https://a.example/feed", "http://b.example/feed") ==
          "redirected from https to plain http on another host (b.example)");
    for (const char* target :
         {"file:///etc/passwd", "ftp://a.example/feed", "gopher://a.example/", "mailto:x@y",
          "javascript:alert(1)", "data:text/xml,<rss/>", "http://"}) {
        CAPTURE(target);
        CHECK(refused("https://a.example/feed", target) ==
              "redirected to something that is not an http(s) URL");
    }
}

TEST_CASE("a redirect needs a target") {
    CHECK(refused("https://a.example/feed", "") == "a redirect without a target");
    CHECK(refused("https://a.example/feed", "  ") == "a redirect without a target");
}

TEST_CASE("Retry-After on a redirect comes before the hop, the reset of a rate limit does not") {
    const auto goes_on = [](const std::string& name, const std::string& value) {
        Desk desk;
        Visit visit = started(desk, "https://a.example/feed");
        const bool goes =
            desk.engine.follow(visit, answer(302, {{"location", "/moved"}, {name, value}}), noon);
        CHECK(visit.refused.value_or("") == (goes ? "" : "a redirect that asks to wait first"));
        return goes;
    };
    CHECK_FALSE(goes_on("retry-after", "600"));
    CHECK(goes_on("retry-after", "0"));
    CHECK(goes_on("x-ratelimit-reset", "300"));
}

TEST_CASE("validators belong to the URL that gave them") {
    Desk desk;
    Visit visit = started(desk, "https://a.example/feed");
    CHECK(visit.request.validators.etag == "\"one\"");
    REQUIRE(desk.engine.follow(visit, redirect(302, "/other"), noon));
    CHECK(visit.request.validators.empty());

    Desk moved;
    moved.add("https://a.example/feed", noon);
    moved.states.back().etag = "\"one\"";
    moved.states.back().validators_url = "https://b.example/target";
    moved.configure();
    Visit hop = only(moved.start(noon));
    CHECK(hop.request.validators.empty());
    REQUIRE(moved.engine.follow(hop, redirect(302, "https://b.example/target"), noon));
    CHECK(hop.request.validators.etag == "\"one\"");
}

TEST_CASE("what the operator has told one origin is never told to another") {
    struct Case {
        const char* location;
        bool kept;
    };
    const Case cases[] = {{"/other", true},
                          {"https://a.example:443/other", true},
                          {"https://a.example:8443/other", false},
                          {"http://a.example/other", false},
                          {"https://www.a.example/other", false},
                          {"https://b.example/", false}};
    for (const auto& [location, kept] : cases) {
        CAPTURE(location);
        Desk desk;
        desk.add("https://me:word@a.example/feed", noon);
        desk.config.sources.back().headers = {{"Authorization", {.value = "secret"}}};
        desk.configure();
        Visit visit = only(desk.start(noon));
        CHECK(visit.request.url == "https://me:word@a.example/feed");
        REQUIRE(desk.engine.follow(visit, redirect(302, location), noon));
        CHECK(visit.request.headers.empty() != kept);
        CHECK(visit.request.url.contains("me:word@") == kept);
    }

    Desk desk;
    desk.add("https://me:word@a.example/feed", noon);
    desk.config.sources.back().headers = {{"Authorization", {.value = "secret"}}};
    desk.configure();
    Visit visit = only(desk.start(noon));
    REQUIRE(desk.engine.follow(visit, redirect(302, "https://b.example/"), noon));
    REQUIRE(desk.engine.follow(visit, redirect(302, "https://a.example/back"), noon));
    CHECK(visit.request.url == "https://a.example/back");
    CHECK(visit.request.headers.empty());
}

TEST_CASE("a name and password that a redirect brings are not used") {
    Desk desk;
    Visit visit = started(desk, "https://a.example/feed");
    REQUIRE(desk.engine.follow(visit, redirect(302, "https://me:word@b.example/feed"), noon));
    CHECK(visit.request.url == "https://b.example/feed");
}

TEST_CASE("a request that failed ends the chain, with its row") {
    Desk desk;
    Visit visit = started(desk, "https://a.example/feed");
    CHECK_FALSE(
        desk.engine.follow(visit, no_answer(fetcher::Failure::Kind::timeout, "no answer"), noon));
    REQUIRE(visit.requests.size() == 1);
    CHECK(visit.requests[0].status == 0);
}

}  // namespace tributary::daemon
