#include "fetcher/fetcher.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>

#include "base/text.h"
#include "fetcher/decode.h"
#include "fetcher/exchange.h"
#include "support/codings.h"
#include "support/origin.h"

using namespace tributary;
using namespace tributary::test;
using namespace std::chrono_literals;
using Kind = fetcher::Failure::Kind;

namespace {

constexpr std::int64_t mebibyte = 1 << 20;

}  // namespace

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
    request.headers = {{"A-IM", "feed"}, {"X-Empty", ""}};
    const auto outcome = exchange.fetch(request);
    CHECK(response(outcome).status == 304);
    CHECK(response(outcome).headers.get("etag") == "\"next\"");

    const Received asked = origin.requests().at(0);
    CHECK(asked.header("If-None-Match") == request.validators.etag);
    CHECK(asked.header("If-Modified-Since") == request.validators.last_modified);
    CHECK(asked.header("A-IM") == "feed");
    CHECK(asked.has("X-Empty"));
    CHECK(asked.header("User-Agent") == "Tributary/test");
    CHECK(asked.header("Accept-Encoding") == fetcher::accept_encoding);
    CHECK(asked.header("Accept") ==
          "application/atom+xml, application/rss+xml, application/rdf+xml;q=0.9, "
          "application/feed+json, application/xml;q=0.8, text/xml;q=0.8, */*;q=0.1");

    exchange.fetch(origin.url("/feed"));  // the same handle, used again
    const Received plain = origin.requests().at(1);
    CHECK_FALSE(plain.has("If-None-Match"));
    CHECK_FALSE(plain.has("If-Modified-Since"));
    CHECK_FALSE(plain.has("A-IM"));
    CHECK(plain.header("Accept") == asked.header("Accept"));
    CHECK(plain.header("Accept-Encoding") == asked.header("Accept-Encoding"));
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

TEST_CASE("bodies come chunked, with trailers, until closing and over HTTP/1.0 (R32)") {
    Origin origin;
    const std::string body(50'000, 'y');
    origin.on("/chunked",
              Reply{.body = body, .framing = Reply::Framing::chunked, .trailers = "X-T: 1\r\n"});
    origin.on("/close", Reply{.body = body, .framing = Reply::Framing::until_close});
    origin.on("/old",
              Reply{.body = body, .framing = Reply::Framing::until_close, .version = "HTTP/1.0"});
    origin.on("/early", Reply{.raw = "HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n"
                                     "HTTP/1.1 200 OK\r\nETag: \"a\"\r\nX-Long: a\r\n  b\r\n"
                                     "Content-Length: 2\r\n\r\nok"});
    Exchange exchange;
    const auto chunked = exchange.fetch(origin.url("/chunked"));
    CHECK(response(chunked).body == body);
    CHECK_FALSE(response(chunked).headers.has("x-t"));
    CHECK(response(exchange.fetch(origin.url("/close"))).body == body);
    const auto old = exchange.fetch(origin.url("/old"));
    CHECK(response(old).body == body);
    CHECK(response(old).http_version == "1.0");
    const auto early = exchange.fetch(origin.url("/early"));
    CHECK(response(early).status == 200);
    CHECK(response(early).body == "ok");
    CHECK_FALSE(response(early).headers.has("link"));
    CHECK(response(early).headers.get("x-long") == "a b");
}

TEST_CASE("codings are asked for but left for decode to undo") {
    Origin origin;
    const std::string encoded = gzip("<rss/>");
    origin.on("/", Reply{.headers = {{"Content-Encoding", "gzip"}}, .body = encoded});
    Exchange exchange;
    const auto outcome = exchange.fetch(origin.url("/"));
    CHECK(response(outcome).body == encoded);
    CHECK(fetcher::decode(response(outcome).body, response(outcome).headers.get("content-encoding"),
                          1000) == "<rss/>");
}

TEST_CASE("a body cut short is a failure, however it was framed (R30)") {
    Origin origin;
    const std::string body(1000, 'z');
    const std::size_t cut = 600;
    origin.on("/length", Reply{.body = body, .stop_after = cut, .then = Reply::Then::close});
    origin.on("/chunked", Reply{.body = body,
                                .framing = Reply::Framing::chunked,
                                .stop_after = cut,
                                .then = Reply::Then::close});
    origin.on("/headers", Reply{.body = body, .stop_after = 30, .then = Reply::Then::close});
    origin.on("/nothing", Reply::nothing(Reply::Then::close));
    origin.on("/hints",
              Reply{.raw = "HTTP/1.1 103 Early Hints\r\n\r\n", .then = Reply::Then::close});
    Exchange exchange;
    for (const char* path : {"/length", "/chunked", "/headers", "/hints", "/nothing"}) {
        CAPTURE(path);
        const auto failed = failure(exchange.fetch(origin.url(path)));
        CHECK(failed.kind == Kind::interrupted);
        CHECK_FALSE(failed.message.empty());
    }
}

TEST_CASE("an endless body is closed soon after the limit (R28)") {
    Origin origin;
    const std::string block(64 * 1024, 'e');
    origin.on("/plain", Reply{.body = block, .endless = true});
    origin.on("/bomb",
              Reply{.headers = {{"Content-Encoding", "gzip"}}, .body = gzip_bomb(8 * mebibyte)});
    Exchange exchange;
    auto request = request_for(origin.url("/plain"));
    request.max_bytes = mebibyte;
    const auto endless = exchange.fetch(request);
    CHECK(failure(endless).kind == Kind::too_large);
    CHECK(failure(endless).message == "body larger than 1048576 bytes");
    CHECK(endless.wire_bytes < 2 * mebibyte);
    CHECK(origin.wait([](const Origin& now) { return now.open_connections() == 0; }));
    // What is beyond the limit lies in the buffers of the two sockets, or was dropped with them.
    CHECK(origin.bytes_sent() < 12 * mebibyte);

    request.url = origin.url("/bomb");
    const auto bomb = exchange.fetch(request);
    REQUIRE(response(bomb).status == 200);
    CHECK_FALSE(fetcher::decode(response(bomb).body, "gzip", mebibyte).has_value());
}

TEST_CASE("a body of exactly the limit is whole, a declared one over it is not begun") {
    Origin origin;
    origin.on("/exact", Reply{.body = std::string(5000, 'x')});
    origin.on("/over", Reply{.body = std::string(5001, 'x')});
    origin.on("/chunked",
              Reply{.body = std::string(5001, 'x'), .framing = Reply::Framing::chunked});
    Exchange exchange;
    auto request = request_for(origin.url("/exact"));
    request.max_bytes = 5000;
    CHECK(response(exchange.fetch(request)).body.size() == 5000);
    for (const char* path : {"/over", "/chunked"}) {
        request.url = origin.url(path);
        CHECK(failure(exchange.fetch(request)).kind == Kind::too_large);
    }
}

TEST_CASE("headers are limited, by their number as by their length (R28)") {
    Origin origin;
    HeaderList many;
    for (int i = 0; i < 5000; ++i) many.emplace_back("X-" + std::to_string(i), "0123456789");
    origin.on("/many", Reply{.headers = many});
    origin.on("/long", Reply{.headers = {{"X", std::string(200'000, 'x')}}});
    origin.on("/ok", Reply{.headers = {{"X", std::string(60'000, 'x')}}});
    origin.on("/endless", Reply{.body = "X: y\r\n", .raw = "HTTP/1.1 200 OK\r\n", .endless = true});
    origin.on("/line",
              Reply{.body = "xxxxxxxxxxxxxxxx", .raw = "HTTP/1.1 200 OK\r\nX: ", .endless = true});
    Exchange exchange;
    for (const char* path : {"/many", "/long", "/endless", "/line"}) {
        CAPTURE(path);
        const auto failed = failure(exchange.fetch(origin.url(path)));
        CHECK(failed.kind == Kind::too_large);
        CHECK(failed.message == "headers larger than 64 KiB");
    }
    CHECK(response(exchange.fetch(origin.url("/ok"))).headers.get("x").size() == 60'000);
}

TEST_CASE("what is not HTTP is refused") {
    Origin origin;
    origin.on("/0.9", Reply{.raw = "<rss></rss>", .then = Reply::Then::close});
    origin.on("/ssh", Reply{.raw = "SSH-2.0-OpenSSH_9.2\r\n", .then = Reply::Then::close});
    origin.on("/chunk",
              Reply{.raw = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nx\r\n"});
    Exchange exchange;
    CHECK(failure(exchange.fetch(origin.url("/0.9"))).kind == Kind::protocol);
    CHECK(failure(exchange.fetch(origin.url("/ssh"))).kind == Kind::protocol);
    CHECK(response(exchange.fetch(origin.url("/chunk"))).status == 0);
}

TEST_CASE("an origin that falls silent is given up in time, and the others are not held up (R29)") {
    Origin origin;
    origin.on("/silent", Reply::nothing(Reply::Then::stall));
    origin.on("/headers", Reply{.body = "x", .stop_after = 20, .then = Reply::Then::stall});
    origin.on("/body",
              Reply{.body = std::string(1000, 'x'), .stop_after = 500, .then = Reply::Then::stall});
    origin.on("/quick", Reply{.body = "x"});
    Exchange exchange;
    std::vector<std::string> messages;
    bool quick = false;
    for (const char* path : {"/silent", "/headers", "/body"}) {
        auto request = request_for(origin.url(path));
        request.timeout = Duration(250);
        exchange.fetcher->start(request, [&](fetcher::Outcome outcome) {
            CHECK(quick);
            CHECK(failure(outcome).kind == Kind::timeout);
            CHECK(outcome.timings.total >= 250ms);
            CHECK(outcome.timings.total < 5s);
            messages.push_back(failure(outcome).message);
        });
    }
    exchange.fetcher->start(request_for(origin.url("/quick")), [&](fetcher::Outcome outcome) {
        quick = response(outcome).status == 200;
    });
    exchange.run_until([&] { return messages.size() == 3; });
    std::ranges::sort(messages);
    CHECK(messages == std::vector<std::string>{"body not complete within 250 ms",
                                               "headers not complete within 250 ms",
                                               "no answer within 250 ms"});
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

TEST_CASE("no spelling of an inner address reaches it (R27)") {
    Origin canary;
    Exchange exchange((fetcher::FetcherOptions()));
    const std::string port = ":" + std::to_string(canary.port()) + "/";
    for (const char* host : {"127.0.0.1",
                             "localhost",
                             "LOCALHOST.",
                             "feeds.localhost",
                             "2130706433",
                             "0x7f.1",
                             "0x7f000001",
                             "017700000001",
                             "127.1",
                             "127.0.1",
                             "0",
                             "0.0.0.0",
                             "[::ffff:127.0.0.1]",
                             "[::ffff:7f00:1]",
                             "[::127.0.0.1]",
                             "[::1]",
                             "[::]",
                             "[0:0:0:0:0:ffff:127.0.0.1]",
                             "127.0.0.1%2f",
                             "１２７.0.0.1",
                             "127。0。0。1",
                             "user@127.0.0.1",
                             "example.org@127.0.0.1"}) {
        CAPTURE(host);
        const std::string url = "http://" + std::string(host) + port;
        const auto outcome = exchange.fetch(url);
        CHECK(response(outcome).status == 0);
    }
    CHECK(canary.connections() == 0);
    const auto refused = failure(exchange.fetch(canary.url("/")));
    CHECK(refused.kind == Kind::refused_address);
    CHECK(refused.message == "address " + canary.authority() +
                                 " is in the loopback network; allow it with [poll] "
                                 "allow_private_networks");
}

TEST_CASE("an allowed address and port opens just that, on the first hop as on the next (R27)") {
    Origin allowed;
    Origin canary;
    allowed.on("/hop", Reply::redirect(302, canary.url("/")));
    fetcher::FetcherOptions options;
    options.addresses.allowed.push_back(*fetcher::AddressRange::parse(allowed.authority()));
    Exchange exchange(options);
    const auto hop = exchange.fetch(allowed.url("/hop"));
    REQUIRE(response(hop).status == 302);
    const auto next = exchange.fetch(response(hop).headers.get("location"));
    CHECK(failure(next).kind == Kind::refused_address);
    CHECK(canary.connections() == 0);
    CHECK(allowed.connections() == 1);
}

TEST_CASE("a proxy in the environment does not lead past the wall") {
    Origin proxy;
    Origin origin;
    origin.on("/", Reply{.body = "direct"});
    const std::string proxy_url = proxy.url("");
    for (const char* name : {"http_proxy", "ALL_PROXY", "all_proxy"})
        setenv(name, proxy_url.c_str(), 1);
    Exchange exchange;
    const auto outcome = exchange.fetch(origin.url("/"));
    for (const char* name : {"http_proxy", "ALL_PROXY", "all_proxy"}) unsetenv(name);
    CHECK(response(outcome).body == "direct");
    CHECK(proxy.connections() == 0);
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
