#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "fetcher/exchange.h"
#include "tests/support/folder.h"

using namespace tributary;
using namespace tributary::test;
using Kind = fetcher::Failure::Kind;

namespace {

struct Directory : tributary::testing::Folder {
    std::string url(const std::string& name) const {
        return "file://" + path().string() + "/" + name;
    }
};

fetcher::FetcherOptions files_allowed() {
    fetcher::FetcherOptions options;
    options.allow_files = true;
    return options;
}

}  // namespace

TEST_CASE("a file is read as if it had been fetched, and answers 304 while it is the same") {
    const Directory directory;
    directory.write("my feed.xml", "<rss/>");
    Exchange exchange(files_allowed());
    auto request = request_for(directory.url("my%20feed.xml"));
    const auto first = exchange.fetch(request);
    REQUIRE(response(first).status == 200);
    CHECK(response(first).body == "<rss/>");
    CHECK_FALSE(response(first).headers.has("content-type"));

    request.validators.etag = response(first).headers.get("etag");
    const auto second = exchange.fetch(request);
    CHECK(response(second).status == 304);
    CHECK(response(second).body.empty());
    CHECK(response(second).headers.get("etag") == request.validators.etag);

    directory.write("my feed.xml", "<rss></rss>");
    CHECK(response(exchange.fetch(request)).body == "<rss></rss>");
}

TEST_CASE("what is no regular file is refused at once") {
    const Directory directory;
    REQUIRE(mkfifo((directory / "pipe").c_str(), 0600) == 0);
    Exchange exchange(files_allowed());
    for (const std::string& url :
         {directory.url("pipe"), directory.url(""), std::string("file:///dev/zero"),
          std::string("file:///dev/null"), directory.url("missing"), directory.url("a%00b")}) {
        CAPTURE(url);
        const auto outcome = exchange.fetch(url);
        CHECK(response(outcome).status == 0);
        CHECK_FALSE(failure(outcome).message.empty());
    }
    CHECK(failure(exchange.fetch(directory.url("pipe"))).kind == Kind::file);
}

TEST_CASE("a file is read up to the limit and not beyond") {
    const Directory directory;
    directory.write("feed", std::string(100'000, 'x'));
    Exchange exchange(files_allowed());
    auto request = request_for(directory.url("feed"));
    request.max_bytes = 100'000;
    CHECK(response(exchange.fetch(request)).body.size() == 100'000);
    request.max_bytes = 99'999;
    CHECK(failure(exchange.fetch(request)).kind == Kind::too_large);
}

TEST_CASE("files of other hosts do not exist, and none at all unless allowed") {
    const Directory directory;
    directory.write("feed", "x");
    Exchange allowed(files_allowed());
    CHECK(response(allowed.fetch("file://localhost" + (directory / "feed").string())).body == "x");
    CHECK(response(allowed.fetch("file://example.org" + (directory / "feed").string())).status ==
          0);
    Exchange plain;
    CHECK(failure(plain.fetch(directory.url("feed"))).kind == Kind::file);
}

TEST_CASE(
    "a file that is being read is given up when everything is cancelled, or with the fetcher") {
    const Directory directory;
    directory.write("feed.xml", "<rss/>");
    Exchange exchange(files_allowed());
    int cancelled = 0;
    for (int i = 0; i < 10; ++i) {
        exchange.fetcher->start(request_for(directory.url("feed.xml")),
                                [&](fetcher::Outcome outcome) {
                                    if (failure(outcome).kind == Kind::cancelled) ++cancelled;
                                });
    }
    CHECK(exchange.fetcher->in_flight() == 10);
    exchange.fetcher->cancel_all();
    exchange.run_until([&] { return cancelled == 10; });
    CHECK(cancelled == 10);
    exchange.fetcher->start(request_for(directory.url("feed.xml")), [](fetcher::Outcome) {});
    exchange.fetcher.reset();
    exchange.loop.restart();
    exchange.loop.poll();
}
