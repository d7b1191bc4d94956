#include "serve/request_reader.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace tributary::serve {
namespace {

using State = RequestReader::State;

/// Hands over at most `piece` bytes at a time, as a network might.
State feed_in_pieces(RequestReader& reader, std::string_view bytes, std::size_t piece) {
    State state = State::needs_more;
    while (!bytes.empty() && state == State::needs_more) {
        const std::span<char> space = reader.space();
        const std::size_t count = std::min({piece, bytes.size(), space.size()});
        REQUIRE(count > 0);
        std::copy_n(bytes.begin(), count, space.begin());
        bytes.remove_prefix(count);
        reader.received(count);
        state = reader.parse();
    }
    return state;
}

State read_whole(RequestReader& reader, std::string_view bytes) {
    return feed_in_pieces(reader, bytes, bytes.size());
}

TEST_CASE("a request is read with the fields that answers depend on") {
    RequestReader reader({});
    REQUIRE(read_whole(reader,
                       "GET /feed?tag=dev HTTP/1.1\r\nHost: x\r\nAccept: a/b\r\n"
                       "accept-encoding: gzip\r\nIF-NONE-MATCH: \"e\"\r\n"
                       "If-Modified-Since: Fri, 20 Nov 2026 09:00:00 GMT\r\n"
                       "Sec-Fetch-Dest: document\r\n\r\n") == State::complete);
    const Request& request = reader.request();
    CHECK(request.method == "GET");
    CHECK(request.path == "/feed");
    CHECK(request.query == "tag=dev");
    CHECK(request.accept == "a/b");
    CHECK(request.accept_encoding == "gzip");
    CHECK(request.if_none_match == "\"e\"");
    CHECK(request.if_modified_since == "Fri, 20 Nov 2026 09:00:00 GMT");
    CHECK(request.sec_fetch_dest == "document");
    CHECK(request.body.empty());
}

TEST_CASE("requests are read alike however the bytes are cut") {
    const std::string first =
        "POST /hub HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nAccept: a/b\r\n\r\n"
        "5\r\nhello\r\n6\r\n world\r\n0\r\nAccept: trailer/ignored\r\n\r\n";
    const std::string second = "POST /x HTTP/1.0\r\nContent-Length: 3\r\n\r\nabc";
    for (std::size_t piece = 1; piece <= first.size(); ++piece) {
        CAPTURE(piece);
        RequestReader reader({});
        REQUIRE(feed_in_pieces(reader, first, piece) == State::complete);
        CHECK(reader.request().path == "/hub");
        CHECK(reader.request().accept == "a/b");
        CHECK(reader.request().body == "hello world");
        reader.next();
        CHECK(reader.empty());
        REQUIRE(feed_in_pieces(reader, second, piece) == State::complete);
        CHECK(reader.request().path == "/x");
        CHECK(reader.request().accept == "");
        CHECK(reader.request().body == "abc");
    }
}

TEST_CASE("what follows a request in the same packet is the next request") {
    RequestReader reader({});
    const std::string one = "GET /1 HTTP/1.1\r\nHost: x\r\n\r\n";
    const std::string two = "GET /2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    REQUIRE(read_whole(reader, one + two) == State::complete);
    CHECK(reader.request().path == "/1");
    CHECK(reader.keep_alive());
    reader.next();
    REQUIRE(reader.parse() == State::complete);
    CHECK(reader.request().path == "/2");
    CHECK_FALSE(reader.keep_alive());
    reader.next();
    CHECK(reader.parse() == State::needs_more);
    CHECK(reader.empty());
}

TEST_CASE("an HTTP/1.0 client keeps its connection only if it asks to") {
    RequestReader reader({});
    REQUIRE(read_whole(reader, "GET / HTTP/1.0\r\n\r\n") == State::complete);
    CHECK(reader.is_http_1_0());
    CHECK_FALSE(reader.keep_alive());
    reader.next();
    REQUIRE(read_whole(reader, "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n") ==
            State::complete);
    CHECK(reader.keep_alive());
}

struct Refused {
    std::string_view what;
    std::string bytes;
    int status = 400;
};

/// Requests that a proxy in front of the server could understand otherwise than it does, or that
/// no honest client sends.
std::vector<Refused> refused_requests() {
    const std::string host = "Host: x\r\n";
    const auto get = [&](const std::string& target) {
        return "GET " + target + " HTTP/1.1\r\n" + host + "\r\n";
    };
    const auto with = [&](const std::string& fields) {
        return "GET / HTTP/1.1\r\n" + host + fields + "\r\n";
    };
    const auto chunked = [&](const std::string& body) {
        return with("Transfer-Encoding: chunked\r\n") + body;
    };
    return {
        {"length and chunks", with("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n")},
        {"chunks and length", with("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n")},
        {"two lengths", with("Content-Length: 4\r\nContent-Length: 5\r\n")},
        {"two equal lengths", with("Content-Length: 4\r\nContent-Length: 4\r\n")},
        {"a list of lengths", with("Content-Length: 4, 4\r\n")},
        {"a signed length", with("Content-Length: +4\r\n")},
        {"a negative length", with("Content-Length: -1\r\n")},
        {"a hexadecimal length", with("Content-Length: 0x4\r\n")},
        {"an empty length", with("Content-Length:\r\n")},
        {"a length that overflows", with("Content-Length: 18446744073709551616\r\n")},
        {"an unknown coding", with("Transfer-Encoding: xchunked\r\n")},
        {"a coding before chunked", with("Transfer-Encoding: gzip, chunked\r\n")},
        {"a coding after chunked", with("Transfer-Encoding: chunked, identity\r\n")},
        {"chunked twice", with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n")},
        {"a coding in quotes", with("Transfer-Encoding: \"chunked\"\r\n")},
        {"a space before the colon", with("Content-Length : 4\r\n")},
        {"a tab before the colon", with("Transfer-Encoding\t: chunked\r\n")},
        {"a field without a name", with(": x\r\n")},
        {"a field without a colon", with("nonsense\r\n")},
        {"a control character in a name", with("A\x01: x\r\n")},
        {"a control character in a value", with("A: x\x01y\r\n")},
        {"NUL in a value", with(std::string("A: x\0y\r\n", 8))},
        {"a carriage return in a value", with("A: x\ry\r\n")},
        {"a folded value", with("A: x\r\n y\r\n")},
        {"a value folded by a tab", with("A: x\r\n\ty\r\n")},
        {"a value that begins folded", with("A:\r\n y\r\n")},
        {"a folded coding", with("Transfer-Encoding:\r\n chunked\r\n")},
        {"a folded first field", "GET / HTTP/1.1\r\n Host: x\r\n\r\n"},
        {"line feeds alone", "GET / HTTP/1.1\nHost: x\n\n"},
        {"a line feed alone after the request line", "GET / HTTP/1.1\nHost: x\r\n\r\n"},
        {"a line feed alone after a field", "GET / HTTP/1.1\r\nHost: x\nA: b\r\n\r\n"},
        {"carriage returns alone", "GET / HTTP/1.1\rHost: x\r\r"},
        {"no host", "GET / HTTP/1.1\r\n\r\n"},
        {"two hosts", with("Host: y\r\n")},
        {"chunks in HTTP/1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
        {"HTTP/0.9", "GET /\r\n\r\n"},
        {"HTTP/1.2", "GET / HTTP/1.2\r\nHost: x\r\n\r\n"},
        {"HTTP/2.0", "GET / HTTP/2.0\r\nHost: x\r\n\r\n"},
        {"HTTP/2 with prior knowledge", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"},
        {"a version in lower case", "GET / http/1.1\r\nHost: x\r\n\r\n"},
        {"a version with two digits", "GET / HTTP/1.10\r\nHost: x\r\n\r\n"},
        {"two spaces before the target", "GET  / HTTP/1.1\r\nHost: x\r\n\r\n"},
        {"two spaces behind the target", "GET /  HTTP/1.1\r\nHost: x\r\n\r\n"},
        {"a tab in the request line", "GET\t/ HTTP/1.1\r\nHost: x\r\n\r\n"},
        {"a space at the end of the request line", "GET / HTTP/1.1 \r\nHost: x\r\n\r\n"},
        {"an empty line first", "\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n"},
        {"a method that is no token", "G(T / HTTP/1.1\r\nHost: x\r\n\r\n"},
        {"a TLS hello", std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11)},
        {"a space in the target", get("/a b")},
        {"an absolute target", get("http://example.org/feed")},
        {"an asterisk", "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n"},
        {"an authority", "CONNECT example.org:443 HTTP/1.1\r\nHost: x\r\n\r\n"},
        {"a target without a slash", get("feed.atom")},
        {"a dot segment", get("/./feed.atom")},
        {"two dots", get("/f/../feed.atom")},
        {"two dots at the end", get("/f/..")},
        {"encoded dots", get("/%2e%2e/feed.atom")},
        {"half encoded dots", get("/.%2E/feed.atom")},
        {"an encoded slash", get("/f%2fdev.atom")},
        {"dots behind an encoded slash", get("/f/..%2f..%2fetc")},
        {"an encoded back slash", get("/..%5c..%5cetc")},
        {"a back slash", get("/..\\..\\etc")},
        {"an encoded NUL", get("/feed.atom%00.html")},
        {"NUL", std::string("GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n", 28)},
        {"an encoded line break", get("/feed%0d%0aSet-Cookie:a")},
        {"an escape cut short", get("/feed%2")},
        {"an escape that is none", get("/feed%zz")},
        {"overlong UTF-8", get("/%c0%ae%c0%ae/")},
        {"half a character", get("/tag/%c3")},
        {"an expectation", with("Expect: 100-continue\r\nContent-Length: 4\r\n"), 417},
        {"a chunk without a size", chunked("\r\nhello\r\n0\r\n\r\n")},
        {"a chunk size that is no number", chunked("xyz\r\nhello\r\n0\r\n\r\n")},
        {"a chunk size with a sign", chunked("+5\r\nhello\r\n0\r\n\r\n")},
        {"a chunk size with a prefix", chunked("0x5\r\nhello\r\n0\r\n\r\n")},
        {"a chunk size that overflows", chunked("10000000000000005\r\nhello\r\n0\r\n\r\n")},
        {"a chunk extension", chunked("5;a=b\r\nhello\r\n0\r\n\r\n")},
        {"a chunk longer than its size", chunked("4\r\nhello\r\n0\r\n\r\n")},
        {"a chunk ended by a line feed", chunked("5\nhello\r\n0\r\n\r\n")},
        {"a chunk too large", chunked("FFFFF\r\n"), 413},
        {"a body too large", with("Content-Length: 1000000\r\n"), 413},
        {"a field too large", with("A: " + std::string(20'000, 'a')), 431},
        {"a target too large", "GET /" + std::string(20'000, 'a'), 431},
        {"too many fields",
         "GET / HTTP/1.1\r\n" +
             [] {
                 std::string fields;
                 for (int i = 0; i < 4'000; ++i) fields += "A: b\r\n";
                 return fields;
             }(),
         431},
    };
}

TEST_CASE("requests that can be read in two ways are refused, however they are cut") {
    for (const Refused& refused : refused_requests()) {
        for (const std::size_t piece : {refused.bytes.size(), std::size_t{1}, std::size_t{7}}) {
            CAPTURE(refused.what);
            CAPTURE(piece);
            RequestReader reader({});
            CHECK(feed_in_pieces(reader, refused.bytes, piece) == State::refused);
            CHECK(reader.status() == refused.status);
            CHECK_FALSE(reader.reason().empty());
        }
    }
}

TEST_CASE("a header of just the limit is read, one byte more is refused") {
    const std::string start = "GET / HTTP/1.1\r\nHost: x\r\nA: ";
    const auto header = [&](std::size_t size) {
        return start + std::string(size - start.size() - 4, 'a') + "\r\n\r\n";
    };
    for (const std::size_t piece : {std::size_t{1000}, std::size_t{100'000}}) {
        RequestReader reader({.max_header = 4096});
        CHECK(feed_in_pieces(reader, header(4096), piece) == State::complete);
        RequestReader other({.max_header = 4096});
        CHECK(feed_in_pieces(other, header(4097), piece) == State::refused);
        CHECK(other.status() == 431);
    }
}

TEST_CASE("a body of just the limit is read, one byte more is refused") {
    const auto post = [](std::size_t size) {
        return "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(size) +
               "\r\n\r\n" + std::string(size, 'b');
    };
    RequestReader reader({.max_body = 50'000});
    REQUIRE(feed_in_pieces(reader, post(50'000), 1500) == State::complete);
    CHECK(reader.request().body == std::string(50'000, 'b'));
    reader.next();
    CHECK(feed_in_pieces(reader, post(50'001), 1500) == State::refused);
    CHECK(reader.status() == 413);
}

TEST_CASE("only where it is allowed may a body be large, and all of them share one room") {
    std::vector<std::string> refused;
    auto large = std::make_shared<LargeBodies>(LargeBodies{
        .limit = [](std::string_view path) -> std::size_t { return path == "/big" ? 200'000 : 0; },
        .refused = [&](std::string_view path) { refused.emplace_back(path); },
        .room = 300'000});
    const auto post = [](const std::string& path, std::size_t size) {
        return "POST " + path +
               " HTTP/1.1\r\nHost: x\r\nX-Hub-Signature: sha1=0\r\nContent-Type: a/b"
               "\r\nContent-Length: " +
               std::to_string(size) + "\r\n\r\n" + std::string(size, 'b');
    };
    RequestReader reader({.large_bodies = large});
    REQUIRE(feed_in_pieces(reader, post("/big", 200'000), 4'000) == State::complete);
    CHECK(reader.request().body.size() == 200'000);
    CHECK(reader.request().hub_signature == "sha1=0");
    CHECK(reader.request().content_type == "a/b");
    CHECK(large->room == 100'000);
    {
        RequestReader other({.large_bodies = large});
        CHECK(feed_in_pieces(other, post("/big", 150'000), 4'000) == State::refused);
        CHECK(other.status() == 503);
        RequestReader small({.large_bodies = large});
        CHECK(feed_in_pieces(small, post("/big", 60'000), 4'000) == State::complete);
        RequestReader third({.large_bodies = large});
        CHECK(feed_in_pieces(third, post("/big", 100'000).substr(0, 5'000), 4'000) ==
              State::needs_more);
        CHECK(large->room == 0);
    }
    CHECK(large->room == 100'000);
    reader.next();
    CHECK(large->room == 300'000);
    CHECK(refused == std::vector<std::string>{"/big"});

    CHECK(feed_in_pieces(reader, post("/big", 200'001), 4'000) == State::refused);
    CHECK(reader.status() == 413);
    reader.clear();
    CHECK(feed_in_pieces(reader, post("/else", 100'000), 4'000) == State::refused);
    CHECK(reader.status() == 413);
    reader.clear();
    const std::string chunks =
        "POST /big HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    const std::string chunk = "186A0\r\n" + std::string(100'000, 'b') + "\r\n";
    CHECK(feed_in_pieces(reader, chunks + chunk + chunk + chunk, 4'000) == State::refused);
    CHECK(reader.status() == 413);
    reader.clear();
    CHECK(large->room == 300'000);
    CHECK(refused == std::vector<std::string>{"/big", "/big", "/else", "/big"});
}

TEST_CASE("every prefix of a request needs more, and a cleared reader starts afresh") {
    const std::string request = "POST /a%20b HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello";
    RequestReader reader({});
    for (std::size_t size = 1; size < request.size(); ++size) {
        CHECK(read_whole(reader, std::string_view(request).substr(0, size)) == State::needs_more);
        CHECK_FALSE(reader.empty());
        reader.clear();
        CHECK(reader.empty());
    }
    CHECK(read_whole(reader, request) == State::complete);
    CHECK(reader.request().path == "/a b");
}

TEST_CASE("paths are decoded once") {
    std::string decoded;
    CHECK(decode_path("/tag/caf%C3%A9", decoded) == "/tag/café");
    CHECK(decode_path("/tag/100%25", decoded) == "/tag/100%");
    CHECK(decode_path("/tag/%252e%252e", decoded) == "/tag/%2e%2e");
    CHECK(decode_path("/tag/a+b", decoded) == "/tag/a+b");
    CHECK(decode_path("/tag/.net", decoded) == "/tag/.net");
    CHECK(decode_path("/tag/...", decoded) == "/tag/...");
    CHECK(decode_path("", decoded) == "");
}

}  // namespace
}  // namespace tributary::serve
