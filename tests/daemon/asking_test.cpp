#include "daemon/asking.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "daemon/refresh.h"
#include "tests/daemon/desk.h"

namespace tributary::daemon {

using namespace testing;
using Scheme = config::Auth::Scheme;

namespace {

constexpr auto feed_url = "https://a.example/feed";

Visit visit_with(Desk& desk, const config::Auth& auth) {
    desk.add(feed_url, noon);
    desk.config.sources.back().auth = auth;
    desk.configure();
    return only(desk.start(noon));
}

/// What a poll of this configuration sets out with.
fetcher::Request asked(const config::Poll& poll, const config::Subscription& wishes,
                       bool is_at_home = true) {
    fetcher::Request request;
    ask_as_configured(request, wishes, poll, is_at_home);
    return request;
}

}  // namespace

TEST_CASE("a password or a token is sent to the origin of the source, and to no other") {
    const config::Auth basic{Scheme::basic, "me", {.value = "pass:word"}};
    const config::Auth bearer{Scheme::bearer, {}, {.value = "t0ken"}};
    Desk one, other;
    Visit visit = visit_with(one, basic);
    CHECK(visit.request.headers == HeaderFields{{"Authorization", "Basic bWU6cGFzczp3b3Jk"}});
    CHECK(visit_with(other, bearer).request.headers ==
          HeaderFields{{"Authorization", "Bearer t0ken"}});

    REQUIRE(one.engine.follow(visit, redirect(302, "/elsewhere"), noon));
    CHECK(visit.request.headers.size() == 1);
    REQUIRE(one.engine.follow(visit, redirect(302, "https://b.example/"), noon));
    CHECK(visit.request.headers.empty());
}

TEST_CASE("a source has the proxy of all, its own, or none") {
    config::Poll poll;
    poll.proxy = "http://127.0.0.1:3128";
    poll.proxy_auth = {Scheme::basic, "us", {.value = "all"}};
    poll.http_version = "1.1";
    config::Subscription wishes;
    auto request = asked(poll, wishes, false);
    CHECK(request.proxy.url == "http://127.0.0.1:3128");
    CHECK(request.proxy.user == "us");
    CHECK(request.proxy.password == "all");
    CHECK(request.http_version == fetcher::HttpVersion::http_1_1);

    wishes.proxy = "socks5h://127.0.0.1:9050";
    wishes.http_version = "2";
    request = asked(poll, wishes);
    CHECK(request.proxy.url == "socks5h://127.0.0.1:9050");
    CHECK(request.proxy.user.empty());  // the password is for another one
    CHECK(request.proxy.password.empty());
    CHECK(request.http_version == fetcher::HttpVersion::http_2);

    wishes.proxy = "direct";
    wishes.http_version = "auto";
    request = asked(poll, wishes);
    CHECK(request.proxy.url.empty());
    CHECK(request.http_version == fetcher::HttpVersion::automatic);
}

TEST_CASE("any secret that is missing is an obstacle, if it is needed") {
    const config::Secret missing{.problem = "token is empty"};
    config::Poll poll;
    config::Subscription wishes;
    wishes.headers = {{"X-Key", missing}};
    CHECK(asked(poll, wishes).obstacle == "not asked: token is empty");
    wishes.headers.clear();
    wishes.auth = {Scheme::bearer, {}, missing};
    CHECK(asked(poll, wishes).obstacle == "not asked: token is empty");
    wishes.auth = {};
    poll.proxy_auth = {Scheme::basic, "us", missing};
    CHECK(asked(poll, wishes).obstacle == "not asked: token is empty");
    wishes.proxy = "direct";
    CHECK(asked(poll, wishes).obstacle.empty());
}

TEST_CASE("a source whose secret is missing is asked at once when it is there") {
    store::Store store{":memory:"};
    Desk desk;
    Visit visit = visit_with(desk, {Scheme::bearer, {}, {.problem = "token is empty"}});
    const auto source = desk.states.back();
    CHECK_FALSE(desk.engine.follow(
        visit, no_answer(fetcher::Failure::Kind::not_sent, "not asked: token is empty"), noon));
    CHECK(visit.requests.empty());  // the ledger is of requests
    visit.reading.error = "not asked: token is empty";
    settle(store, visit, {}, noon);
    CHECK(visit.state.condition == store::Condition::failing);
    CHECK(visit.state.error == "not asked: token is empty");
    CHECK(visit.state.pace.failures == 0);  // nobody is to blame
    CHECK(visit.state.next_poll >= noon + hour);
    CHECK(visit.state.next_poll <= noon + 2 * hour);
    desk.states.back() = visit.state;
    desk.engine.done(std::move(visit), noon);

    desk.configure();  // a reload: still missing
    CHECK(desk.start(noon + minute).empty());
    desk.config.sources.back().auth.secret = {.value = "t0ken"};
    desk.configure();
    CHECK(only(desk.start(noon + minute)).request.obstacle.empty());

    Desk restarted;
    restarted.config = desk.config;
    restarted.states = desk.states;
    restarted.configure();
    CHECK(restarted.start(noon + minute).size() == 1);
}

TEST_CASE("a program is run for its own source, and no answer leads to one") {
    Desk desk;
    desk.add("exec:scraper", noon);
    desk.config.sources.back().command = {"scrape", "--all"};
    desk.configure();
    Visit visit = only(desk.start(noon));
    CHECK(visit.request.command == std::vector<std::string>{"scrape", "--all"});
    CHECK(visit.host.empty());
    // A program's answer redirects nowhere; if it did, it would not be to a program.
    CHECK_FALSE(desk.engine.follow(visit, redirect(302, "exec:other"), noon));

    Desk other;
    Visit fetched = started(other, feed_url);
    CHECK(fetched.request.command.empty());
    for (const std::string location : {"exec:scraper", "exec:/bin/ls", "file:///etc/passwd"}) {
        CHECK_FALSE(other.engine.follow(fetched, redirect(302, location), noon));
        CHECK(fetched.refused == "redirected to something that is not an http(s) URL");
    }
}

}  // namespace tributary::daemon
