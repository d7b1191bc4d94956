#include "serve/routes.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace tributary::serve {
namespace {

Request get(std::string_view path, std::string_view query = {}) {
    Request request;
    request.method = "GET";
    request.path = path;
    request.query = query;
    return request;
}

FeedRoute feed_route(const Request& request) {
    const Route found = route(request);
    REQUIRE(std::holds_alternative<FeedRoute>(found));
    return std::get<FeedRoute>(found);
}

Refusal refusal(const Request& request) {
    const Route found = route(request);
    REQUIRE(std::holds_alternative<Refusal>(found));
    return std::get<Refusal>(found);
}

TEST_CASE("each feed has an address in each format") {
    using Kind = FeedAddress::Kind;
    struct Case {
        std::string_view path;
        Kind kind;
        std::string_view name, format;
    };
    const std::vector<Case> cases{
        {"/feed.atom", Kind::main, "", "Atom"},
        {"/feed.rss", Kind::main, "", "RSS"},
        {"/feed.json", Kind::main, "", "JSON Feed"},
        {"/f/dev.atom", Kind::named, "dev", "Atom"},
        {"/tag/c++.rss", Kind::tag, "c++", "RSS"},
        {"/tag/node.js.json", Kind::tag, "node.js", "JSON Feed"},
        {"/source/alpha.example.atom", Kind::source, "alpha.example", "Atom"},
    };
    for (const Case& each : cases) {
        CAPTURE(each.path);
        const FeedRoute found = feed_route(get(each.path));
        CHECK(found.address.kind == each.kind);
        CHECK(found.address.name == each.name);
        CHECK(found.writer->name == each.format);
        CHECK_FALSE(found.negotiated);
    }
}

TEST_CASE("an address without extension is negotiated, one with extension is not") {
    struct Case {
        std::string_view accept, format;
    };
    const std::vector<Case> cases{
        {"", "Atom"},
        {"*/*", "Atom"},
        {"text/html", "Atom"},
        {"application/*", "Atom"},
        {"application/rss+xml", "RSS"},
        {"Application/RSS+XML", "RSS"},
        {"application/feed+json", "JSON Feed"},
        {"application/json", "JSON Feed"},
        {"application/json, */*;q=0.1", "JSON Feed"},
        {"application/xml", "Atom"},
        {"text/xml", "Atom"},
        {"application/rss+xml, application/atom+xml", "Atom"},
        {"application/rss+xml, application/atom+xml;q=0.9", "RSS"},
        {"application/atom+xml;q=0.5, application/feed+json;q=0.501", "JSON Feed"},
        {"application/atom+xml;q=0, */*", "RSS"},
        {"application/atom+xml;q=0, application/rss+xml;q=0, */*;q=0.1", "JSON Feed"},
        {"application/atom+xml;q=0", "Atom"},
        {"application/rss+xml;version=2;q=1.0, application/atom+xml; Q=0.2", "RSS"},
        {"application/rss+xml;q=nonsense", "RSS"},
        {",,;q=1,,application/rss+xml,", "RSS"},
        {"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "Atom"},
    };
    for (const Case& each : cases) {
        CAPTURE(each.accept);
        Request request = get("/feed");
        request.accept = each.accept;
        const FeedRoute found = feed_route(request);
        CHECK(found.writer->name == each.format);
        CHECK(found.negotiated);
        request.path = "/f/dev.rss";
        CHECK(feed_route(request).writer->name == "RSS");
    }
}

TEST_CASE("pages have fixed addresses, and everything else is not there") {
    struct Case {
        std::string_view path;
        Page page;
    };
    const std::vector<Case> cases{{"/", Page::home},
                                  {"/healthz", Page::healthz},
                                  {"/readyz", Page::readyz},
                                  {"/opml", Page::opml},
                                  {"/assets/style.css", Page::style},
                                  {"/assets/feed.css", Page::style}};
    for (const Case& each : cases) {
        const Route found = route(get(each.path));
        REQUIRE(std::holds_alternative<PageRoute>(found));
        CHECK(std::get<PageRoute>(found).page == each.page);
    }
    for (const std::string_view path :
         {"//", "/feed/", "/feed.xml", "/feed.atom/", "//feed.atom", "/f/", "/f/.atom",
          "/f/a/b.atom", "/tag//x.atom", "/assets/", "/etc/passwd", "/FEED.atom", "/index.html",
          "/feed.atom.atom"}) {
        CAPTURE(path);
        CHECK(refusal(get(path)).status == 404);
    }
    CHECK(refusal(get("/tag/" + std::string(257, 'a') + ".atom")).status == 404);
}

TEST_CASE("only GET and HEAD are allowed, and only where there is something") {
    for (const std::string_view method : {"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "get"}) {
        Request request = get("/feed.atom");
        request.method = method;
        CHECK(refusal(request).status == 405);
        request.path = "/";
        CHECK(refusal(request).status == 405);
        request.path = "/nothing";
        CHECK(refusal(request).status == 404);
    }
    Request request = get("/feed.atom");
    request.method = "HEAD";
    feed_route(request);
}

TEST_CASE("all parameters of a query are read") {
    const Query query = feed_route(get("/feed.json",
                                       "tag=b&tag=a&tag=b&limit=10&q=c%2B%2B+rust&before=42&full=0&"
                                       "source=x&since=7d"))
                            .query;
    CHECK(query.tags == std::vector<std::string>{"a", "b"});
    CHECK(query.sources == std::vector<std::string>{"x"});
    CHECK(query.limit == 10);
    CHECK(query.text == "c++ rust");
    CHECK(query.before == 42);
    CHECK(query.full == false);
    CHECK(query.since_age == Duration{7 * 86'400'000});
    CHECK(query.canonical() ==
          "?before=42&full=0&limit=10&q=c%2B%2B%20rust&since=7d&source=x&tag=a&tag=b");
}

TEST_CASE("the canonical form says the same again") {
    for (const std::string_view text :
         {"", "limit=1", "since=90m", "since=250ms", "since=2026-11-20T09:00:00Z",
          "since=2026-11-20T10:00:00+01:00", "tag=caf%C3%A9&tag=%26%3D%23", "q=%20",
          "&&limit=1000&"}) {
        CAPTURE(text);
        const auto query = read_query(text);
        REQUIRE(query);
        const std::string canonical = query->canonical();
        const auto again =
            read_query(std::string_view(canonical).substr(canonical.empty() ? 0 : 1));
        REQUIRE(again);
        CHECK(*again == *query);
        CHECK(again->canonical() == canonical);
    }
    CHECK(read_query("since=2026-11-20T10:00:00+01:00")->canonical() ==
          "?since=2026-11-20T09%3A00%3A00Z");
    CHECK(read_query("")->empty());
    CHECK(read_query("q=")->empty());
    CHECK_FALSE(read_query("limit=1")->empty());
}

TEST_CASE("an unknown parameter and a bad value are named in one line") {
    struct Case {
        std::string_view query, text;
    };
    const std::vector<Case> cases{
        {"colour=red", "unknown parameter \"colour\""},
        {"Limit=1", "unknown parameter \"Limit\""},
        {"=x", "unknown parameter \"\""},
        {"limit=0", "limit = \"0\": expected a number from 1 to 1000"},
        {"limit=1001", "limit = \"1001\": expected a number from 1 to 1000"},
        {"limit=99999999999999999999",
         "limit = \"99999999999999999999\": expected a number from 1 to 1000"},
        {"limit=ten", "limit = \"ten\": expected a number from 1 to 1000"},
        {"limit", "limit = \"\": expected a number from 1 to 1000"},
        {"limit=1&limit=1", "limit is given more than once"},
        {"full=yes", "full = \"yes\": expected 0 or 1"},
        {"before=-1", "before = \"-1\": expected a sequence number"},
        {"since=7",
         "since = \"7\": expected a date such as 2026-11-20T09:00:00Z or an age such as 7d"},
        {"since=0s",
         "since = \"0s\": expected a date such as 2026-11-20T09:00:00Z or an age such as 7d"},
        {"tag=", "tag = \"\": expected a tag"},
        {"tag=%ff", "tag = \"%ff\": expected a tag"},
        {"tag=%00", "tag = \"%00\": expected a tag"},
        {"tag=%4", "tag = \"%4\": expected a tag"},
        {"%zz=1", "unreadable parameter \"%zz=1\""},
    };
    for (const Case& each : cases) {
        CAPTURE(each.query);
        const Refusal found = refusal(get("/feed.atom", each.query));
        CHECK(found.status == 400);
        CHECK(found.text == each.text);
    }
    std::string words = "source=a";
    for (int n = 0; n < 32; ++n) words += "&tag=t" + std::to_string(n);
    CHECK(std::holds_alternative<FeedRoute>(route(get("/feed.atom", words))));
    CHECK(refusal(get("/feed.atom", words + "&tag=t0")).text == "tag is given more than 32 times");
    const Refusal hostile = refusal(get("/feed.atom", "%0d%0aSet-Cookie=1"));
    CHECK(hostile.text.find('\n') == std::string::npos);
    CHECK(refusal(get("/feed.atom", std::string(5'000, 'x'))).text.size() < 120);
    CHECK(refusal(get("/", "limit=5")).status == 400);
    CHECK(std::holds_alternative<PageRoute>(route(get("/healthz", "x=1"))));
}

TEST_CASE("an address leads back to itself") {
    for (const std::string name : {"dev", "c++", "caf\xc3\xa9", "a b", "100%", "#?&"}) {
        const FeedAddress address{FeedAddress::Kind::tag, name};
        CHECK(address.path().find_first_of(" #?&+") == std::string::npos);
    }
    CHECK(FeedAddress{}.path() == "/feed");
    CHECK(FeedAddress{FeedAddress::Kind::named, "dev"}.path() == "/f/dev");
    CHECK(FeedAddress{FeedAddress::Kind::tag, "c++"}.path() == "/tag/c%2B%2B");
    CHECK(FeedAddress{FeedAddress::Kind::source, "alpha"}.path() == "/source/alpha");
}

}  // namespace
}  // namespace tributary::serve
