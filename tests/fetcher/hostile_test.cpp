#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>

#include "fetcher/decode.h"
#include "fetcher/exchange.h"
#include "support/codings.h"
#include "support/origin.h"

// Origins that misbehave, and the addresses that must not be reached.

using namespace tributary;
using namespace tributary::test;
using namespace std::chrono_literals;
using Kind = fetcher::Failure::Kind;

namespace {

constexpr std::int64_t mebibyte = 1 << 20;

}  // namespace

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
