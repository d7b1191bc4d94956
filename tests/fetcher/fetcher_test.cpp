#include "fetcher/fetcher.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "base/text.h"
#include "fetcher/decode.h"
#include "fetcher/exchange.h"
#include "support/origin.h"

using namespace tributary;
using namespace tributary::test;
using Kind = fetcher::Failure::Kind;

TEST_CASE("an answer comes back whole: status, headers, body, version and address") {
    Origin origin;
    origin.on("/feed",
              Reply{.headers = {{"Content-Type", "text/xml"}, {"X-A", "1"}, {"x-a", " 2 "}},
                    .body = "<rss/>"});
    Exchange exchange;
    const auto outcome = exchange.fetch(origin.url("/feed"));
    const auto& came = response(outcome);
    CHECK(came.status == 200);
    CHECK(came.body == "<rss/>");
    CHECK(came.headers.get("content-type") == "text/xml");
    CHECK(came.headers.get("x-a") == "1, 2");
    CHECK(came.http_version == "1.1");
    CHECK(came.remote_address == origin.authority());
    CHECK(outcome.wire_bytes > 6);
    CHECK(outcome.timings.total >= outcome.timings.first_byte);
}

TEST_CASE("validators go out byte for byte, and the negotiation never changes (R3, R4, R5)") {
    Origin origin;
    origin.on("/feed", Reply{.status = 304, .headers = {{"ETag", "\"next\""}}});
    Exchange exchange;
    auto request = request_for(origin.url("/feed"));
    request.validators = {.etag = "W/\"a:b;c\\-gzip\"",
                          .last_modified = "Sunday, 6-Nov-94 8 o'clock"};
    request.headers = {{"X-Empty", ""}};
    const auto outcome = exchange.fetch(request);
    CHECK(response(outcome).status == 304);
    CHECK(response(outcome).headers.get("etag") == "\"next\"");

    const Received asked = origin.requests().at(0);
    CHECK(asked.header("If-None-Match") == request.validators.etag);
    CHECK(asked.header("If-Modified-Since") == request.validators.last_modified);
    CHECK(asked.header("A-IM") == "feed");  // R36
    CHECK(asked.has("X-Empty"));
    CHECK(asked.header("User-Agent") == "Tributary/test");
    CHECK(asked.header("Accept-Encoding") == fetcher::accept_encoding);
    CHECK(asked.header("Accept") ==
          "application/atom+xml,application/rss+xml,application/rdf+xml;q=0.9,"
          "application/feed+json,application/xml;q=0.8,text/xml;q=0.8,*/*;q=0.1");

    exchange.fetch(origin.url("/feed"));  // the same handle, used again
    const Received plain = origin.requests().at(1);
    CHECK_FALSE(plain.has("If-None-Match"));
    CHECK_FALSE(plain.has("A-IM"));
    CHECK_FALSE(plain.has("If-Modified-Since"));
    CHECK_FALSE(plain.has("A-IM"));
    CHECK(plain.header("Accept") == asked.header("Accept"));
    CHECK(plain.header("Accept-Encoding") == asked.header("Accept-Encoding"));
}

TEST_CASE("a form is posted as it was written, and nothing of it stays for the next request") {
    Origin origin;
    origin.on("/hub", Reply{.status = 202});
    Exchange exchange;
    auto request = request_for(origin.url("/hub"));
    request.method = fetcher::Method::post;
    request.content_type = "application/x-www-form-urlencoded";
    request.body = "a=1&b=" + std::string(4'000, 'x');
    CHECK(response(exchange.fetch(request)).status == 202);
    request.body.clear();
    CHECK(response(exchange.fetch(request)).status == 202);
    exchange.fetch(origin.url("/hub"));  // the same handle, used again

    const auto asked = origin.requests();
    REQUIRE(asked.size() == 3);
    CHECK(asked[0].method == "POST");
    CHECK(asked[0].body == "a=1&b=" + std::string(4'000, 'x'));
    CHECK(asked[0].header("Content-Type") == "application/x-www-form-urlencoded");
    CHECK_FALSE(asked[0].has("Expect"));
    CHECK(asked[1].header("Content-Length") == "0");
    CHECK(asked[2].method == "GET");
    CHECK_FALSE(asked[2].has("Content-Type"));
}

TEST_CASE("the target goes out as it was written, with no cookie and no referer (R2)") {
    Origin origin;
    origin.on("/a/../b/./%7Euser/c", Reply{.headers = {{"Set-Cookie", "id=1; path=/"}}});
    Exchange exchange;
    const std::string target = "/a/../b/./%7Euser/c?z=1&a=&b=%20%2f&&=x;y";
    exchange.fetch(origin.url(target + "#fragment"));
    exchange.fetch(origin.url(target));
    for (const Received& asked : origin.requests()) {
        CHECK(asked.method == "GET");
        CHECK(asked.target == target);
        for (const char* name : {"Cookie", "Referer", "Cache-Control", "Pragma", "Connection"}) {
            CAPTURE(name);
            CHECK_FALSE(asked.has(name));
        }
    }
    CHECK(origin.requests().size() == 2);
}

TEST_CASE("a request header that holds a line break is refused and nothing is sent") {
    Origin origin;
    Exchange exchange;
    auto request = request_for(origin.url("/"));
    request.validators.etag = "\"a\"\r\nX-Forged: 1";
    CHECK(failure(exchange.fetch(request)).kind == Kind::protocol);
    CHECK(origin.connections() == 0);
}

TEST_CASE("user and password of a URL go into the Authorization header") {
    Origin origin;
    Exchange exchange;
    exchange.fetch("http://us%40er:p%3Aw@" + origin.authority() + "/feed");
    exchange.fetch(origin.url("/feed"));
    CHECK(origin.requests().at(0).header("Authorization") == "Basic dXNAZXI6cDp3");
    CHECK(origin.requests().at(0).target == "/feed");
    CHECK_FALSE(origin.requests().at(1).has("Authorization"));
}

TEST_CASE("redirects are handed back, not followed (R22)") {
    Origin origin;
    Exchange exchange;
    for (const int status : {301, 302, 303, 307, 308}) {
        CAPTURE(status);
        origin.on("/old", Reply::redirect(status, "/new"));
        const auto outcome = exchange.fetch(origin.url("/old"));
        CHECK(response(outcome).status == status);
        CHECK(response(outcome).headers.get("location") == "/new");
    }
    CHECK(origin.requests("/new").empty());
}

TEST_CASE("every status is an answer, not a failure") {
    Origin origin;
    Exchange exchange;
    for (const int status : {204, 226, 299, 400, 401, 403, 404, 410, 429, 500, 503, 599}) {
        CAPTURE(status);
        origin.on("/", Reply{.status = status, .headers = {{"Retry-After", "9"}}});
        const auto outcome = exchange.fetch(origin.url("/"));
        CHECK(response(outcome).status == status);
        CHECK(response(outcome).headers.get("retry-after") == "9");
    }
}

TEST_CASE("requests in a row share one connection (R20)") {
    Origin origin;
    origin.on("/feed", Reply{.body = "x"});
    Exchange exchange;
    for (int i = 0; i < 20; ++i) exchange.fetch(origin.url("/feed?" + std::to_string(i)));
    CHECK(origin.requests().size() == 20);
    CHECK(origin.connections() == 1);
}

TEST_CASE("a connection that is not to be kept is closed after its answer") {
    Origin origin;
    origin.on("/feed", Reply{.body = "x"});
    Exchange exchange;
    auto request = request_for(origin.url("/feed"));
    request.keep_connection = false;
    for (int i = 0; i < 3; ++i) CHECK(response(exchange.fetch(request)).status == 200);
    CHECK(origin.connections() == 3);
    CHECK(origin.wait([](const Origin& now) { return now.open_connections() == 0; }));
    CHECK_FALSE(origin.requests().at(0).has("Connection"));
}

TEST_CASE("a kept connection that died meanwhile is opened anew (R31)") {
    Origin origin;
    origin.on("/feed",
              std::vector<Reply>{{.body = "one", .then = Reply::Then::close}, {.body = "two"}});
    Exchange exchange;
    CHECK(response(exchange.fetch(origin.url("/feed"))).body == "one");
    CHECK(origin.wait([](const Origin& now) { return now.open_connections() == 0; }));
    CHECK(response(exchange.fetch(origin.url("/feed"))).body == "two");
    CHECK(origin.connections() == 2);
}

TEST_CASE("a new multi handle takes over while the old one finishes") {
    Origin origin;
    origin.on("/feed", Reply{.body = "x"});
    auto options = loopback_allowed();
    options.renew_after = Duration(0);
    Exchange exchange(options);
    std::vector<fetcher::Request> requests(10, request_for(origin.url("/feed")));
    for (const auto& outcome : exchange.fetch_all(requests)) CHECK(response(outcome).body == "x");
    for (int i = 0; i < 3; ++i) CHECK(response(exchange.fetch(origin.url("/feed"))).body == "x");
    CHECK(exchange.fetcher->in_flight() == 0);
    CHECK(origin.connections() == 13);
}

TEST_CASE("many exchanges at once each get their own answer") {
    Origin origin;
    origin.on("/echo", [](const Received& asked) { return Reply{.body = asked.target}; });
    auto options = loopback_allowed();
    options.max_handles = 16;
    Exchange exchange(options);
    std::vector<fetcher::Request> requests;
    for (int i = 0; i < 300; ++i) {
        requests.push_back(request_for(origin.url("/echo?" + std::to_string(i))));
    }
    std::vector<std::string> bodies;
    for (const auto& outcome : exchange.fetch_all(requests))
        bodies.push_back(response(outcome).body);
    std::ranges::sort(bodies);
    CHECK(std::ranges::adjacent_find(bodies) == bodies.end());
    CHECK(bodies.size() == 300);
    CHECK_FALSE(bodies.front().empty());
}

TEST_CASE("completions never come from inside start") {
    Origin origin;
    origin.on("/", Reply{.body = "x"});
    Exchange exchange;
    bool starting = true;
    int called = 0;
    for (const std::string& url : {origin.url("/"), std::string("gopher://x/"), std::string("::"),
                                   std::string("file:///dev/null")}) {
        exchange.fetcher->start(request_for(url), [&](fetcher::Outcome) {
            CHECK_FALSE(starting);
            ++called;
        });
    }
    CHECK(exchange.fetcher->in_flight() == 4);
    starting = false;
    exchange.run_until([&] { return called == 4; });
    CHECK(called == 4);
    CHECK(exchange.fetcher->in_flight() == 0);
}

TEST_CASE("a completion may start the next exchange, cancel all, or end the Fetcher") {
    Origin origin;
    origin.on("/", Reply{.body = "x"});
    origin.on("/silent", Reply::nothing(Reply::Then::stall));
    Exchange exchange;
    bool ended = false;
    int cancelled = 0;
    exchange.fetcher->start(request_for(origin.url("/silent")), [&](fetcher::Outcome outcome) {
        if (failure(outcome).kind == Kind::cancelled) ++cancelled;
    });
    exchange.fetcher->start(request_for(origin.url("/")), [&](fetcher::Outcome) {
        exchange.fetcher->start(request_for(origin.url("/")), [&](fetcher::Outcome) {
            exchange.fetcher->cancel_all();
            exchange.fetcher->start(request_for(origin.url("/")), [&](fetcher::Outcome) {
                exchange.fetcher.reset();
                ended = true;
            });
        });
    });
    exchange.run_until([&] { return ended; });
    CHECK(ended);
    CHECK(cancelled == 1);
    exchange.loop.restart();
    exchange.loop.poll();  // what is left of its handlers finds nobody home
}

TEST_CASE("a Fetcher that ends drops what is outstanding") {
    Origin origin;
    origin.on("/silent", Reply::nothing(Reply::Then::stall));
    Exchange exchange;
    int called = 0;
    for (int i = 0; i < 5; ++i) {
        exchange.fetcher->start(request_for(origin.url("/silent")),
                                [&](fetcher::Outcome) { ++called; });
    }
    exchange.fetcher->start(request_for("nonsense"), [&](fetcher::Outcome) { ++called; });
    exchange.run_until([&] { return origin.requests().size() == 5 || called > 1; });
    called = 0;
    exchange.fetcher.reset();
    exchange.loop.restart();
    exchange.loop.poll();
    CHECK(called == 0);
    CHECK(origin.wait([](const Origin& now) { return now.open_connections() == 0; }));
}

TEST_CASE("what is no http, https or file URL is refused without its secrets") {
    Exchange exchange;
    for (const char* url :
         {"", "feed", "ftp://user:hush@h/", "javascript:alert(1)", "http://", "http:///",
          "gopher://127.0.0.1:70/", "http://h:99999/", "http://[::1/"}) {
        CAPTURE(url);
        const auto failed = failure(exchange.fetch(std::string(url)));
        CHECK(failed.kind == Kind::bad_url);
        CHECK(failed.message.find("hush") == std::string::npos);
    }
}

TEST_CASE("a refused connection names its address") {
    std::string authority;
    {
        const Origin gone;
        authority = gone.authority();
    }
    Exchange exchange;
    const auto failed = failure(exchange.fetch("http://" + authority + "/"));
    CHECK(failed.kind == Kind::connect);
    CHECK(failed.message == "connection refused by " + authority);
}

TEST_CASE("cancelling ends every exchange and leaves the Fetcher fit for use") {
    Origin origin;
    origin.on("/silent", Reply::nothing(Reply::Then::stall));
    origin.on("/", Reply{.body = "x"});
    Exchange exchange;
    int cancelled = 0;
    for (int i = 0; i < 8; ++i) {
        exchange.fetcher->start(request_for(origin.url("/silent")), [&](fetcher::Outcome outcome) {
            if (failure(outcome).kind == Kind::cancelled) ++cancelled;
        });
    }
    exchange.fetcher->cancel_all();
    CHECK(cancelled == 0);
    exchange.run_until([&] { return cancelled == 8; });
    CHECK(cancelled == 8);
    CHECK(exchange.fetcher->in_flight() == 0);
    CHECK(response(exchange.fetch(origin.url("/"))).body == "x");
}

TEST_CASE("the conditional script of the origin answers 304 to its own validators") {
    Origin origin;
    origin.on("/", conditional({.headers = {{"ETag", "\"1\""}}, .body = "x"}));
    Exchange exchange;
    auto request = request_for(origin.url("/"));
    CHECK(response(exchange.fetch(request)).status == 200);
    request.validators.etag = "\"1\"";
    CHECK(response(exchange.fetch(request)).status == 304);
    request.validators.etag = "\"2\"";
    CHECK(response(exchange.fetch(request)).status == 200);
}
