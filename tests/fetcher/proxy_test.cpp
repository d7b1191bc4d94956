#include <doctest/doctest.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>

#include "base/base64.h"
#include "fetcher/exchange.h"
#include "tests/support/origin.h"

// Ways to an origin that the operator has chosen.

using namespace tributary;
using namespace tributary::test;
using Kind = fetcher::Failure::Kind;

namespace {

/// Nothing of the inner network but what goes through a proxy.
Exchange strict() {
    return Exchange(fetcher::FetcherOptions{});
}

fetcher::Request through(const std::string& proxy, const std::string& url) {
    auto request = request_for(url);
    request.proxy.url = proxy;
    return request;
}

/// A port of loopback at which nobody listens.
std::string closed_address() {
    const int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    bind(probe, reinterpret_cast<sockaddr*>(&address), length);
    getsockname(probe, reinterpret_cast<sockaddr*>(&address), &length);
    close(probe);
    return "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
}

}  // namespace

TEST_CASE("an http proxy is asked for the whole URL, with a password of its own") {
    Origin proxy;
    proxy.on("http://site.invalid/feed", Reply{.body = "<rss/>"});
    auto exchange = strict();
    auto request = through("http://" + proxy.authority(), "http://site.invalid/feed");
    request.proxy.user = "me";
    request.proxy.password = "p:w";
    request.headers = {{"Authorization", "Bearer x"}};
    const auto outcome = exchange.fetch(request);
    CHECK(response(outcome).body == "<rss/>");
    REQUIRE(proxy.requests().size() == 1);
    const auto seen = proxy.requests().front();
    CHECK(seen.target == "http://site.invalid/feed");
    CHECK(seen.header("Proxy-Authorization") == "Basic " + base64("me:p:w"));
    CHECK(seen.header("Authorization") == "Bearer x");
}

TEST_CASE("nothing of a proxy stays for the next exchange") {
    Origin proxy, origin;
    proxy.on("http://site.invalid/", Reply{.body = "proxied"});
    origin.on("/", Reply{.body = "direct"});
    Exchange exchange;
    auto request = through("http://" + proxy.authority(), "http://site.invalid/");
    request.proxy.user = "me";
    request.proxy.password = "secret";
    CHECK(response(exchange.fetch(request)).body == "proxied");
    CHECK(response(exchange.fetch(origin.url("/"))).body == "direct");
    CHECK_FALSE(origin.requests().front().has("Proxy-Authorization"));
    CHECK(proxy.requests().size() == 1);
}

TEST_CASE("no variable of the environment leads past a proxy or to one") {
    Origin proxy, origin;
    proxy.on(origin.url("/"), Reply{.body = "proxied"});
    origin.on("/", Reply{.body = "direct"});
    ::setenv("no_proxy", "*", 1);
    auto exchange = strict();
    CHECK(response(exchange.fetch(through("http://" + proxy.authority(), origin.url("/")))).body ==
          "proxied");
    ::unsetenv("no_proxy");
    CHECK(origin.connections() == 0);

    ::setenv("http_proxy", ("http://" + proxy.authority()).c_str(), 1);
    CHECK(failure(exchange.fetch(origin.url("/"))).kind == Kind::refused_address);
    ::unsetenv("http_proxy");
    CHECK(proxy.requests().size() == 1);
}

TEST_CASE("a proxy that is down is told in words") {
    const std::string address = closed_address();
    auto exchange = strict();
    for (const std::string scheme : {"http://", "https://", "socks5h://"}) {
        CAPTURE(scheme);
        const auto failed =
            failure(exchange.fetch(through(scheme + address, "https://site.invalid/")));
        CHECK(failed.kind == Kind::connect);
        CHECK(failed.message ==
              "through " + scheme + address + ": connection refused by " + address);
    }
    const auto failed =
        failure(exchange.fetch(through("http://nowhere.invalid:1", "http://site.invalid/")));
    CHECK(failed.kind == Kind::resolve);
    CHECK(failed.message == "through http://nowhere.invalid:1: the proxy's name has no address");
}

TEST_CASE("a proxy that lets nobody through is told in words, without the password") {
    Origin proxy;
    proxy.on("site.invalid:443", Reply{.status = 407});
    auto exchange = strict();
    auto request = through("http://" + proxy.authority(), "https://site.invalid/");
    request.proxy.user = "me";
    request.proxy.password = "canary";
    request.headers = {{"Authorization", "Bearer canary"}};
    const auto failed = failure(exchange.fetch(request));
    CHECK(failed.kind == Kind::connect);
    CHECK(failed.message ==
          "through http://" + proxy.authority() + ": no tunnel, HTTP 407 (it wants a password)");
    REQUIRE_FALSE(proxy.requests().empty());
    const auto seen = proxy.requests().front();
    CHECK(seen.method == "CONNECT");
    CHECK_FALSE(seen.has("Authorization"));  // that is the origin's
}

TEST_CASE("a proxy that speaks another language is told in words") {
    Origin proxy;
    proxy.on("", Reply::nothing(Reply::Then::close));
    auto exchange = strict();
    for (const std::string scheme : {"https://", "socks5h://"}) {
        auto request = through(scheme + proxy.authority(), "http://site.invalid/");
        request.timeout = Duration(2'000);
        const auto failed = failure(exchange.fetch(request));
        CAPTURE(failed.message);
        CHECK(failed.message.starts_with("through " + scheme + proxy.authority() + ": "));
    }
}

TEST_CASE("an obstacle is told, and nobody is asked") {
    Origin origin;
    Exchange exchange;
    auto request = request_for(origin.url("/"));
    request.obstacle = "not asked: secret is empty";
    const auto failed = failure(exchange.fetch(request));
    CHECK(failed.kind == Kind::not_sent);
    CHECK(failed.message == "not asked: secret is empty");
    CHECK(origin.connections() == 0);
}
