#include "serve/routes.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace tributary::serve {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view atom_type = "application/atom+xml; charset=utf-8";
const Timestamp changed{std::chrono::sys_days{std::chrono::year{2026} / 11 / 20} + 9h + 500ms};

publish::SnapshotPtr snapshot(std::string_view media_type = atom_type) {
    auto made = std::make_shared<publish::Snapshot>();
    made->media_type = media_type;
    made->last_modified = changed;
    made->identity = {"<feed/>", "\"plain\""};
    made->gzip = {"GZIP", "\"gz\""};
    made->br = {"BR", "\"br\""};
    return made;
}

Request get(std::string_view path = "/feed.atom") {
    Request request;
    request.method = "GET";
    request.path = path;
    return request;
}

Response answer(const Request& request, const publish::SnapshotPtr& made = snapshot()) {
    return respond(request, made, route(request), 300s);
}

bool has(const Response& response, std::string_view line) {
    return response.head.find("\r\n" + std::string(line) + "\r\n") != std::string::npos;
}

bool names(const Response& response, std::string_view field) {
    return response.head.find("\r\n" + std::string(field) + ": ") != std::string::npos;
}

int status_of(const Response& response) {
    return std::stoi(response.head.substr(9, 3));
}

TEST_CASE("a feed is sent with what caches and readers need") {
    const Response response = answer(get());
    CHECK(response.head ==
          "HTTP/1.1 200 OK\r\n"
          "ETag: \"plain\"\r\n"
          "Last-Modified: Fri, 20 Nov 2026 09:00:00 GMT\r\n"
          "Cache-Control: public, max-age=300\r\n"
          "Vary: Accept-Encoding, Sec-Fetch-Dest\r\n"
          "X-Content-Type-Options: nosniff\r\n"
          "Access-Control-Allow-Origin: *\r\n"
          "Content-Type: application/atom+xml; charset=utf-8\r\n"
          "Content-Length: 7\r\n");
    CHECK(response.body == "<feed/>");
}

TEST_CASE("a 304 is decided by the entity tags, and without them by the date") {
    struct Case {
        std::string_view none_match, modified_since;
        int status;
    };
    const std::string_view at = "Fri, 20 Nov 2026 09:00:00 GMT",
                           before = "Fri, 20 Nov 2026 08:59:59 GMT",
                           after = "Sat, 21 Nov 2026 09:00:00 GMT";
    const std::vector<Case> cases{
        {"\"plain\"", "", 304},
        {"W/\"plain\"", "", 304},
        {"\"a\", \"plain\"", "", 304},
        {"\"a\",W/\"plain\" , \"b\"", "", 304},
        {",, \"plain\"", "", 304},
        {"\"a,\", \"plain\"", "", 304},
        {"*", "", 304},
        {" * ", "", 304},
        {"\"a\"", "", 200},
        {"plain", "", 200},
        {"\"plain", "", 200},
        {"\"a\" garbage \"plain\"", "", 200},
        {"\"gz\"", "", 200},  // the tag of another coding
        {"\"a\"", at, 200},   // the date does not count beside a tag
        {"\"plain\"", before, 304},
        {"", at, 304},
        {"", after, 304},
        {"", before, 200},
        {"", "Friday, 20-Nov-26 09:00:00 GMT", 304},
        {"", "Fri Nov 20 09:00:00 2026", 304},
        {"", "2026-11-20", 200},
        {"", "garbage", 200},
    };
    for (const Case& each : cases) {
        CAPTURE(each.none_match);
        CAPTURE(each.modified_since);
        Request request = get();
        request.if_none_match = each.none_match;
        request.if_modified_since = each.modified_since;
        CHECK(status_of(answer(request)) == each.status);
    }
}

TEST_CASE("a 304 carries what the 200 would have said, and no body") {
    Request request = get();
    request.if_none_match = "*";
    const Response response = answer(request);
    CHECK(response.head ==
          "HTTP/1.1 304 Not Modified\r\n"
          "ETag: \"plain\"\r\n"
          "Last-Modified: Fri, 20 Nov 2026 09:00:00 GMT\r\n"
          "Cache-Control: public, max-age=300\r\n"
          "Vary: Accept-Encoding, Sec-Fetch-Dest\r\n"
          "X-Content-Type-Options: nosniff\r\n"
          "Access-Control-Allow-Origin: *\r\n");
    CHECK(response.body.empty());
}

TEST_CASE("the content coding is the one the client likes best, the smallest on a tie") {
    struct Case {
        std::string_view accept_encoding, coding;
    };
    const std::vector<Case> cases{
        {"", ""},
        {"gzip", "gzip"},
        {"GZIP", "gzip"},
        {"gzip, deflate, br", "br"},
        {"br;q=0.5, gzip", "gzip"},
        {"gzip;q=0", ""},
        {"*", "br"},
        {"*;q=0", ""},
        {"br;q=0, *", "gzip"},
        {"identity", ""},
        {"identity, gzip;q=0.5", ""},
        {"identity;q=0.5, gzip", "gzip"},
        {"identity;q=0", ""},
        {"zstd", ""},
        {"gzipped", ""},
    };
    for (const Case& each : cases) {
        CAPTURE(each.accept_encoding);
        Request request = get();
        request.accept_encoding = each.accept_encoding;
        const Response response = answer(request);
        CHECK(names(response, "Content-Encoding") == !each.coding.empty());
        if (!each.coding.empty())
            CHECK(has(response, "Content-Encoding: " + std::string(each.coding)));
        CHECK(has(response, "Vary: Accept-Encoding, Sec-Fetch-Dest"));
        CHECK(response.body == (each.coding == "gzip" ? "GZIP"
                                : each.coding == "br" ? "BR"
                                                      : "<feed/>"));
        CHECK(has(response, "Content-Length: " + std::to_string(response.body.size())));
    }
}

TEST_CASE("a coding that was not made is not offered, and a tag belongs to its coding") {
    auto made = std::make_shared<publish::Snapshot>(*snapshot());
    made->br = {};
    Request request = get();
    request.accept_encoding = "br, gzip;q=0.5";
    CHECK(has(respond(request, made, route(request), 300s), "Content-Encoding: gzip"));
    request.if_none_match = "\"gz\"";
    CHECK(status_of(respond(request, made, route(request), 300s)) == 304);
    request.accept_encoding = "identity";
    CHECK(status_of(respond(request, made, route(request), 300s)) == 200);
}

TEST_CASE("a browser that navigates to a feed gets the same bytes as plain XML") {
    Request request = get();
    request.sec_fetch_dest = "document";
    CHECK(has(answer(request), "Content-Type: application/xml; charset=utf-8"));
    CHECK(answer(request).body == "<feed/>");
    CHECK(has(answer(request), "Vary: Accept-Encoding, Sec-Fetch-Dest"));
    request.sec_fetch_dest = "empty";
    CHECK(has(answer(request), "Content-Type: application/atom+xml; charset=utf-8"));

    Request json = get("/feed.json");
    json.sec_fetch_dest = "document";
    const Response response = answer(json, snapshot("application/feed+json"));
    CHECK(has(response, "Content-Type: application/feed+json"));
    CHECK(has(response, "Vary: Accept-Encoding"));
}

TEST_CASE("a negotiated feed says what it depends on and where it is") {
    Request request = get("/feed");
    request.query = "tag=b&limit=5";
    const Response response = answer(request);
    CHECK(has(response, "Vary: Accept, Accept-Encoding, Sec-Fetch-Dest"));
    CHECK(has(response, "Content-Location: /feed.atom?limit=5&tag=b"));
    CHECK_FALSE(names(answer(get()), "Content-Location"));
}

TEST_CASE("a page loads nothing from others and runs nothing") {
    const Response response = answer(get("/"), snapshot("text/html; charset=utf-8"));
    CHECK(has(response,
              "Content-Security-Policy: default-src 'none'; style-src 'self'; "
              "img-src 'self' https: data:; frame-ancestors 'none'; base-uri 'none'; "
              "form-action 'self'"));
    CHECK(has(response, "Vary: Accept-Encoding"));
    CHECK_FALSE(names(response, "Access-Control-Allow-Origin"));
    CHECK_FALSE(names(answer(get()), "Content-Security-Policy"));
}

TEST_CASE("a feed that a browser shows runs nothing either") {
    Request request = get();
    request.sec_fetch_dest = "document";
    const Response response = answer(request);
    CHECK(has(response, "Content-Type: application/xml; charset=utf-8"));
    CHECK(names(response, "Content-Security-Policy"));
}

TEST_CASE("errors are one uncached line of plain text") {
    const Response response = respond(get(), Refusal{404, "there is nothing at this address"});
    CHECK(response.head ==
          "HTTP/1.1 404 Not Found\r\n"
          "Content-Type: text/plain; charset=utf-8\r\n"
          "Content-Length: 33\r\n"
          "Cache-Control: no-store\r\n"
          "X-Content-Type-Options: nosniff\r\n");
    CHECK(response.body == "there is nothing at this address\n");
    CHECK(has(respond(get(), Refusal{405, "no"}), "Allow: GET, HEAD"));
    CHECK(respond_text(get(), 200, "ok\n").body == "ok\n");
    CHECK(status_of(respond_text(get(), 503, "later")) == 503);
}

}  // namespace
}  // namespace tributary::serve
