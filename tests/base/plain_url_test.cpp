#include "base/plain_url.h"

#include <doctest/doctest.h>

#include <random>
#include <string>

using namespace tributary;

namespace {

/// What curl says of it: a space before it is no part of a URL, but makes it one to be mended.
std::optional<Url> judged(const std::string& url) {
    return Url::parse(" " + url);
}

}  // namespace

TEST_CASE("a plain URL reads as curl reads it") {
    for (const char* url :
         {"http://example.org/", "https://example.org", "HTTP://Example.ORG/A/b",
          "https://blog.example.co.uk:8443/feed.xml?a=1&b=%7E#part", "http://127.0.0.1:8080/f/1",
          "http://a.example:80/", "https://a.example:443/x", "http://a.example:443/",
          "https://xn--bcher-kva.example/", "http://localhost/", "http://a-b.example//x/../y/./z",
          "http://192.0.2.255/%41?q=a?b/c", "http://1.example/", "http://a.example?x=1",
          "http://a.example#top", "http://a.example/:80/@x"}) {
        CAPTURE(url);
        const auto plain = parse_plain_url(url);
        REQUIRE(plain);
        CHECK(plain == judged(url));
    }
}

TEST_CASE("what has to be judged is left to curl") {
    for (const char* url : {"",
                            "http://",
                            "http:///x",
                            "http:a.example",
                            "ftp://a.example/",
                            "file:///etc/passwd",
                            "http://user@a.example/",
                            "http://a.example:0/",
                            "http://a.example:080/",
                            "http://a.example:65536/",
                            "http://a.example:/",
                            "http://a.example:8a/",
                            "http://0x7f.0.0.1/",
                            "http://0x7f.1/",
                            "http://2130706433/",
                            "http://127.1/",
                            "http://127.0.0.01/",
                            "http://1.2.3.256/",
                            "http://1.2.3.4.5/",
                            "http://0x7f/",
                            "http://a.example./",
                            "http://a..example/",
                            "http://.example/",
                            "http://[::1]/",
                            "http://a_b.example/",
                            "http://%61.example/",
                            "http://b\xc3\xbc"
                            "cher.example/",
                            "http://a.example/ x",
                            "http://a.example/\\x",
                            "http://a.example/?",
                            "http://a.example/#",
                            " http://a.example/",
                            "http://a.b1/",
                            "http://a.example/\xe2\x82\xac"}) {
        CAPTURE(url);
        CHECK_FALSE(parse_plain_url(url));
    }
}

TEST_CASE("whatever it is made of, a URL that is taken for plain reads as curl reads it") {
    const std::vector<std::string> pieces{
        "http://", "https://", "HTTP://", "a",  "Z",   "0", "7",    "255", "0x7f", "127",
        "example", ".",        ".",       ".",  "-",   "_", "~",    ":",   ":80",  ":443",
        ":8080",   "/",        "/",       "//", "/..", "?", "?x=1", "#",   "#y",   "%",
        "%41",     "%2F",      "@",       "[",  "]",   "&", "=",    "+",   "!",    "com"};
    std::mt19937_64 random(20261122);
    int plain_ones = 0;
    for (int i = 0; i < 40'000; ++i) {
        std::string url = pieces[random() % 3] + pieces[3 + random() % 8];
        for (auto count = random() % 8; count > 0; --count)
            url += pieces[3 + random() % (pieces.size() - 3)];
        const auto plain = parse_plain_url(url);
        if (!plain) continue;
        ++plain_ones;
        CAPTURE(url);
        REQUIRE(plain == judged(url));
    }
    CHECK(plain_ones > 1000);
}
