// The rules of polite polling that can be broken on the wire: a whole daemon asks a real origin on
// loopback, poll after poll, each by a process of its own as far as its memory goes.

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/daemon/home.h"
#include "tests/support/origin.h"

namespace tributary::daemon {

namespace {

using namespace testing;
using test::HeaderList;
using test::Origin;
using test::Received;
using test::Reply;

using Sent = std::pair<std::string, std::string>;  // If-None-Match and If-Modified-Since

Sent validators_of(const Received& asked) {
    return {asked.header("If-None-Match"), asked.header("If-Modified-Since")};
}

Reply document(const HeaderList& headers, const std::vector<RssItem>& items = {{"1", "One"}}) {
    return {.headers = headers, .body = rss(items)};
}

/// A source on an origin that answers as told, an answer a poll.
struct Wire {
    explicit Wire(const std::vector<Reply>& answers) {
        origin.on("/feed", answers);
        file = home.configure({origin.url("/feed")});
    }

    /// What a poll says of itself.
    std::string poll() const { return serve_once(file).first; }

    /// The validators that each of so many polls sends.
    std::vector<Sent> validators(int polls) const {
        for (int i = 0; i < polls; ++i) poll();
        std::vector<Sent> sent;
        for (const Received& asked : origin.requests("/feed")) sent.push_back(validators_of(asked));
        return sent;
    }

    Origin origin;
    Home home;
    std::filesystem::path file;
};

const Sent none;
constexpr const char* is_failing = "1 sources, 1 failing";

}  // namespace

TEST_CASE("R4, R5: both validators go back as they came, and none before there are any") {
    const Sent odd{"W/\"a:b;c\\-gzip\"", "Sunday, 6-Nov-94 8 o'clock"};
    const Wire wire(
        {document({{"ETag", odd.first}, {"Last-Modified", odd.second}}), Reply{.status = 304}});
    CHECK(wire.validators(3) == std::vector{none, odd, odd});
}

TEST_CASE("R6: 200 replaces both validators, 304 those that it carries") {
    const Wire wire({document({{"ETag", "\"1\""}, {"Last-Modified", "Monday"}}),
                     Reply{.status = 304, .headers = {{"ETag", "\"2\""}}},
                     document({{"Last-Modified", "Tuesday"}}),  // the very same bytes
                     document({{"ETag", "\"3\""}}, {{"2", "Two"}}), Reply{.status = 304}});
    CHECK(wire.validators(5) ==
          std::vector<Sent>{
              none, {"\"1\"", "Monday"}, {"\"2\"", "Monday"}, {"", "Tuesday"}, {"\"3\"", ""}});
}

TEST_CASE("R7: what is no whole feed leaves the validators alone") {
    const HeaderList other{{"ETag", "\"other\""}};
    Reply cut = document(other);
    cut.stop_after = 150;
    cut.then = Reply::Then::close;
    Reply half = document(other);
    half.body.resize(half.body.size() / 2);
    const Wire wire({document({{"ETag", "\"1\""}}), cut, half,
                     Reply{.headers = other, .body = "<html><title>Welcome</title></html>"},
                     Reply{.headers = other}, Reply{.status = 500, .headers = other},
                     Reply{.status = 304}});
    const Sent first{"\"1\"", ""};
    CHECK(wire.validators(7) == std::vector{none, first, first, first, first, first, first});
}

TEST_CASE("R8: no validator is invented, and a 304 that nobody asked for is an error") {
    const Wire wire({document({{"Date", "Sun, 06 Nov 1994 08:49:37 GMT"}}), Reply{.status = 304}});
    CHECK(wire.poll().starts_with("1 sources, 0 failing"));
    CHECK(wire.poll().starts_with(is_failing));
    CHECK(wire.validators(0) == std::vector{none, none});
}

TEST_CASE("R8: validators belong to the address that gave them") {
    Wire wire({Reply::redirect(302, "/new")});
    wire.origin.on("/new", test::conditional(document({{"ETag", "\"1\""}})));
    CHECK(wire.validators(2) == std::vector{none, none});
    const auto asked = wire.origin.requests("/new");
    REQUIRE(asked.size() == 2);
    CHECK(asked[0].header("If-None-Match").empty());
    CHECK(asked[1].header("If-None-Match") == "\"1\"");
}

TEST_CASE("R20: sources of one host that are asked in a row share a connection") {
    Origin origin;
    std::vector<std::string> urls;
    for (int i = 0; i < 4; ++i) {
        origin.on("/" + std::to_string(i), document({}, {{std::to_string(i), "Entry"}}));
        urls.push_back(origin.url("/" + std::to_string(i)));
    }
    const Home home;
    serve_once(home.configure(urls));
    CHECK(origin.requests().size() == 4);
    CHECK(origin.connections() == 1);
}

TEST_CASE("R25: a poll is six requests at most, and runs in no circle") {
    Wire wire({Reply::redirect(302, "/1")});
    for (int i = 1; i < 8; ++i) {
        const std::string number = std::to_string(i);
        wire.origin.on("/" + number, Reply::redirect(302, "/" + std::to_string(i + 1)));
    }
    SUBCASE("a feed after the fifth hop") {
        wire.origin.on("/5", document({}));
        CHECK(wire.poll().starts_with("1 sources, 0 failing"));
        CHECK(wire.origin.requests().size() == 6);
    }
    SUBCASE("no end") {
        CHECK(wire.poll().starts_with(is_failing));
        CHECK(wire.origin.requests().size() == 6);
    }
    SUBCASE("a circle") {
        wire.origin.on("/2", Reply::redirect(302, "/feed"));
        CHECK(wire.poll().starts_with(is_failing));
        CHECK(wire.origin.requests().size() == 3);
    }
}

TEST_CASE("R25: a redirect that asks for patience is not followed at once") {
    Reply later = Reply::redirect(302, "/new");
    later.headers.emplace_back("Retry-After", "3600");
    const Wire wire({later});
    CHECK(wire.poll().starts_with(is_failing));
    CHECK(wire.poll().contains("1 not asked"));
    CHECK(wire.origin.requests().size() == 1);
}

TEST_CASE("R26: a redirect leads to http and https only") {
    const Home other;
    other.folder.write("feed.xml", rss({{"1", "One"}}));
    for (const std::string& target :
         {"file://" + (other.folder / "feed.xml").string(), std::string("ftp://127.0.0.1/feed"),
          std::string("gopher://127.0.0.1/feed")}) {
        CAPTURE(target);
        const Wire wire({Reply::redirect(301, target)});
        CHECK(wire.poll() == "1 sources, 1 failing, 0 new entries, 0 changed\n");
    }
}

TEST_CASE("R27: a redirect into the inner network connects to nobody") {
    const Origin canary("127.0.0.2");
    const Wire wire({Reply::redirect(302, canary.url("/"))});
    CHECK(wire.poll().starts_with(is_failing));
    CHECK(canary.connections() == 0);
}

TEST_CASE("R31: what fails is not asked again in the same poll") {
    Reply cut = document({});
    cut.stop_after = 150;
    cut.then = Reply::Then::close;
    for (const Reply& reply : {cut, Reply::nothing(Reply::Then::close), Reply{.status = 500},
                               Reply{.status = 503}, Reply{.body = "no feed"}}) {
        CAPTURE(reply.status);
        const Wire wire({reply});
        CHECK(wire.poll().starts_with(is_failing));
        CHECK(wire.origin.requests().size() == 1);
    }
}

}  // namespace tributary::daemon
