#include "base/url.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace tributary;

namespace {

struct Resolution {
    std::string_view reference, expected;
};

struct Pair {
    std::string_view text, expected;
};

std::string parsed(std::string_view text) {
    const auto url = Url::parse(text);
    return url ? url->str() : "";
}

}  // namespace

TEST_CASE("references resolve as in RFC 3986 5.4") {
    constexpr std::string_view base = "http://a/b/c/d;p?q";
    constexpr Resolution examples[] = {
        // 5.4.1, normal
        {"g:h", "g:h"},
        {"g", "http://a/b/c/g"},
        {"./g", "http://a/b/c/g"},
        {"g/", "http://a/b/c/g/"},
        {"/g", "http://a/g"},
        {"//g", "http://g"},
        {"?y", "http://a/b/c/d;p?y"},
        {"g?y", "http://a/b/c/g?y"},
        {"#s", "http://a/b/c/d;p?q#s"},
        {"g#s", "http://a/b/c/g#s"},
        {"g?y#s", "http://a/b/c/g?y#s"},
        {";x", "http://a/b/c/;x"},
        {"g;x", "http://a/b/c/g;x"},
        {"g;x?y#s", "http://a/b/c/g;x?y#s"},
        {"", "http://a/b/c/d;p?q"},
        {".", "http://a/b/c/"},
        {"./", "http://a/b/c/"},
        {"..", "http://a/b/"},
        {"../", "http://a/b/"},
        {"../g", "http://a/b/g"},
        {"../..", "http://a/"},
        {"../../", "http://a/"},
        {"../../g", "http://a/g"},
        // 5.4.2, abnormal
        {"../../../g", "http://a/g"},
        {"../../../../g", "http://a/g"},
        {"/./g", "http://a/g"},
        {"/../g", "http://a/g"},
        {"g.", "http://a/b/c/g."},
        {".g", "http://a/b/c/.g"},
        {"g..", "http://a/b/c/g.."},
        {"..g", "http://a/b/c/..g"},
        {"./../g", "http://a/b/g"},
        {"./g/.", "http://a/b/c/g/"},
        {"g/./h", "http://a/b/c/g/h"},
        {"g/../h", "http://a/b/c/h"},
        {"g;x=1/./y", "http://a/b/c/g;x=1/y"},
        {"g;x=1/../y", "http://a/b/c/y"},
        {"g?y/./x", "http://a/b/c/g?y/./x"},
        {"g?y/../x", "http://a/b/c/g?y/../x"},
        {"g#s/./x", "http://a/b/c/g#s/./x"},
        {"g#s/../x", "http://a/b/c/g#s/../x"},
        {"http:g", "http://a/b/c/g"},
    };
    for (const auto& [reference, expected] : examples) {
        CAPTURE(reference);
        CHECK(resolve_url(base, reference) == expected);
    }
}

TEST_CASE("references as found in the wild are mended") {
    constexpr std::string_view base = "https://example.org/blog/index.html?page=2#top";
    constexpr Resolution examples[] = {
        {"  https://example.com/a?b#c \n", "https://example.com/a?b#c"},
        {"https://example.com/a/../b", "https://example.com/a/../b"},
        {"HTTPS://Example.COM/A", "HTTPS://Example.COM/A"},
        {"https://example.com/two words", "https://example.com/two%20words"},
        {"two words?a b#c d", "https://example.org/blog/two%20words?a%20b#c%20d"},
        {"https://exam\nple.com/\tpath", "https://example.com/path"},
        {"https:\\\\example.com\\a\\b?c\\d", "https://example.com/a/b?c%5Cd"},
        {"\\\\example.com\\a", "https://example.com/a"},
        {"..\\up", "https://example.org/up"},
        {"https:/example.com/a", "https://example.com/a"},
        {"////example.com/a", "https://example.com/a"},
        {"https:///example.com/a", "https://example.com/a"},
        {"http:example.com/a", "http://example.com/a"},
        {"https:page", "https://example.org/blog/page"},
        {"https://example.com/caf\u00e9?\u00fc=\u00df#\u20ac",
         "https://example.com/caf%C3%A9?%C3%BC=%C3%9F#%E2%82%AC"},
        {"caf\u00e9", "https://example.org/blog/caf%C3%A9"},
        {"//b\u00fccher.example/\u00fc", "https://xn--bcher-kva.example/%C3%BC"},
        {"https://b\u00fccher.example", "https://xn--bcher-kva.example/"},
        {"/a|b\"c<d>e^f`g{h}", "https://example.org/a%7Cb%22c%3Cd%3Ee%5Ef%60g%7Bh%7D"},
        {"/already%20escaped%2f", "https://example.org/already%20escaped%2f"},
        {"#part", "https://example.org/blog/index.html?page=2#part"},
        {"", "https://example.org/blog/index.html?page=2"},
        {"mailto:a@example.org", "mailto:a@example.org"},
        {" java\nscript:alert(1)", "javascript:alert(1)"},
        {"urn:uuid:1", "urn:uuid:1"},
    };
    for (const auto& [reference, expected] : examples) {
        CAPTURE(reference);
        CHECK(resolve_url(base, reference) == expected);
    }
}

TEST_CASE("a reference without a usable base stays as written, trimmed") {
    CHECK(resolve_url("", " a b/c ") == "a b/c");
    CHECK(resolve_url("", "//example.org/a") == "//example.org/a");
    CHECK(resolve_url("mailto:someone@example.org", "page") == "page");
    CHECK(resolve_url("not a base", "/page") == "/page");
    CHECK(resolve_url("http://", "a/b") == "a/b");  // no host to be found at
    CHECK(resolve_url("http://e\x01#b", "") == "");
    CHECK(resolve_url("", "http://example.org/a b") == "http://example.org/a%20b");
    CHECK(resolve_url("", "http://") == "http://");
}

TEST_CASE("the base may be in need of mending too") {
    CHECK(resolve_url(" https://example.org/caf\u00e9/ ", "x") ==
          "https://example.org/caf%C3%A9/x");
    CHECK(resolve_url("HTTP:\\\\example.org\\a\\b", "c") == "HTTP://example.org/a/c");
    CHECK(resolve_url("https://example.org", "a") == "https://example.org/a");
    CHECK(resolve_url("https://example.org?q", "a") == "https://example.org/a");
}

TEST_CASE("a URL is taken apart") {
    const auto url = Url::parse("HTTP://User:Pass@Example.ORG:8080/A/%7eb?q=1?2#f#g");
    REQUIRE(url);
    CHECK(url->scheme == "http");
    CHECK(url->userinfo == "User:Pass");
    CHECK(url->host == "example.org");
    CHECK(url->port == "8080");
    CHECK(url->path == "/A/%7eb");
    CHECK(url->query == "q=1?2");
    CHECK(url->has_query);
    CHECK(url->fragment == "f#g");
    CHECK(url->effective_port() == 8080);
    CHECK(url->request_url() == "http://example.org:8080/A/%7eb?q=1?2");
    CHECK(url->origin() == "http://example.org:8080");
    CHECK(url->str() == "http://User:Pass@example.org:8080/A/%7eb?q=1?2#f#g");
}

TEST_CASE("a URL has one form") {
    constexpr Pair examples[] = {
        {"http://example.org", "http://example.org/"},
        {"https://EXAMPLE.org:443/", "https://example.org/"},
        {"http://example.org:0080/", "http://example.org/"},
        {"http://example.org:443/", "http://example.org:443/"},
        {"http://example.org?a", "http://example.org/?a"},
        {"http://example.org/?", "http://example.org/?"},
        {"http://example.org/a/../b/./c", "http://example.org/a/../b/./c"},
        {"\x01 http://example.org/a b ", "http://example.org/a%20b"},
        {"ht\ntp://exa\tmple.org/", "http://example.org/"},
        {"http:\\\\example.org\\a", "http://example.org/a"},
        {"http://2130706433/", "http://127.0.0.1/"},
        {"http://0x7f.1/", "http://127.0.0.1/"},
        {"http://0177.1/", "http://127.0.0.1/"},
        {"http://127.1/", "http://127.0.0.1/"},
        {"http://%31%32%37.0.0.1/", "http://127.0.0.1/"},
        {"http://%31/", "http://0.0.0.1/"},
        {"http://\uff11\uff12\uff17.0.0.1/", "http://127.0.0.1/"},
        {"http://127\u30020\u30020\u30021/", "http://127.0.0.1/"},
        {"http://\uff10x7f.1/", "http://127.0.0.1/"},
        {"http://[::1]:8080/a", "http://[::1]:8080/a"},
        {"http://[2001:DB8::1]/", "http://[2001:db8::1]/"},
        {"http://B\u00dcCHER.example/", "http://xn--bcher-kva.example/"},
        {"http://xn--bcher-kva.example/", "http://xn--bcher-kva.example/"},
        {"http://stra\u00dfe.example/", "http://xn--strae-oqa.example/"},
        {"http://\u65e5\u672c.example/\u65e5", "http://xn--wgv71a.example/%E6%97%A5"},
    };
    for (const auto& [text, expected] : examples) {
        CAPTURE(text);
        CHECK(parsed(text) == expected);
        CHECK(parsed(parsed(text)) == expected);
    }
}

TEST_CASE("what is no absolute URL is refused") {
    constexpr std::string_view examples[] = {
        "",
        " ",
        "/path",
        "//example.org/",
        "example.org",
        "http://",
        "http:///",
        "http://exa mple.org/",
        "http://example.org:port/",
        "http://example.org:99999/",
        "http://[::1/",
        "feed:/1%.1/",
        "file:words of some length/",
        "http://%31%3%337.0.0.1/",  // decoded once it would be another host
        "http://<script>/",
        "http://\xff\xfe/",
        "mailto:someone@example.org",
        "http://example.org%00.example/",
        "http://a%0ab/",
    };
    for (const std::string_view text : examples) {
        CAPTURE(text);
        CHECK(!Url::parse(text));
    }
    CHECK(!Url::parse("http://" + std::string(100'000, '\xc3') + "/"));
}

TEST_CASE("ports are the scheme's own unless written") {
    CHECK(Url::parse("http://example.org/")->effective_port() == 80);
    CHECK(Url::parse("https://example.org/")->effective_port() == 443);
    CHECK(Url::parse("https://example.org:444/")->effective_port() == 444);
}

TEST_CASE("a scheme is a letter, then letters, digits, plus, hyphen, dot, then a colon") {
    CHECK(has_scheme("http://example.org"));
    CHECK(has_scheme("a+b-c.d1:x"));
    CHECK(!has_scheme("1a:x"));
    CHECK(!has_scheme("/a:b"));
    CHECK(!has_scheme("a b:c"));
    CHECK(!has_scheme(":x"));
    CHECK(!has_scheme("http"));
    CHECK(!has_scheme(""));
}

TEST_CASE("two spellings of one page have one canonical form") {
    constexpr Pair examples[] = {
        {"https://example.org/a", "https://example.org/a"},
        {"http://www.Example.org:80/a/#part", "https://example.org/a"},
        {"https://example.org:443/a//", "https://example.org/a"},
        {"http://example.org", "https://example.org"},
        {"http://example.org/", "https://example.org"},
        {"http://example.org./a", "https://example.org/a"},
        {"http://0x7f.1./", "https://127.0.0.1"},
        {"http://./a", "https://./a"},  // a host of dots alone stays a host
        {"https://www.www.example.org/", "https://example.org"},
        {"https://www.org/", "https://www.org"},
        {"https://example.org:8443/a", "https://example.org:8443/a"},
        {"https://example.org/%7euser/%e2%82%ac", "https://example.org/~user/%E2%82%AC"},
        {"https://example.org/\u20ac", "https://example.org/%E2%82%AC"},
        {"https://example.org/100%", "https://example.org/100%25"},
        {"https://example.org/%%34%31", "https://example.org/%2541"},
        {"https://example.org/a/./b/../c", "https://example.org/a/c"},
        {"https://example.org/?utm_source=rss&b=2&a=1&fbclid=x", "https://example.org?b=2&a=1"},
        {"https://example.org/a?UTM_Medium=feed", "https://example.org/a"},
        {"https://example.org/a?", "https://example.org/a"},
        {"https://example.org/a/?b=/", "https://example.org/a?b=/"},
        {"http://user:pw@example.org/a", "https://example.org/a"},
        {"http://0x7f.1:8080/a", "https://127.0.0.1:8080/a"},
        {"http://[::1]:8080/a/", "https://[::1]:8080/a"},
        {"http://[::1]:80/", "https://[::1]"},
        {"mailto:someone@example.org", ""},
        {"ftp://example.org/a", ""},
        {"/a", ""},
        {"", ""},
    };
    for (const auto& [text, expected] : examples) {
        CAPTURE(text);
        CHECK(canonical_url(text) == expected);
        if (!expected.empty()) CHECK(canonical_url(expected) == expected);
    }
}

TEST_CASE("secrets in a URL are not shown") {
    constexpr Pair examples[] = {
        {"https://example.org/feed?page=2#top", "https://example.org/feed?page=2#top"},
        {"https://bob:hunter2@example.org/feed", "https://***@example.org/feed"},
        {"https:\\\\bob:hunter2@example.org/feed", "https:\\\\***@example.org/feed"},
        {"https://a@b@example.org/", "https://***@example.org/"},
        {"//bob@example.org/feed", "//***@example.org/feed"},
        {"https://example.org/?a=1&access_token=xyz&b=2#t",
         "https://example.org/?a=1&access_token=***&b=2#t"},
        {"https://example.org/?KEY=1;sig=2", "https://example.org/?KEY=***;sig=***"},
        {"https://example.org/#token=abc", "https://example.org/#token=***"},
        {"https://example.org/?a#token=abc", "https://example.org/?a#token=***"},
        {"https://example.org/.rss?feed=0123456789abcdef0123456789ABCDEF&user=bob",
         "https://example.org/.rss?feed=***&user=bob"},
        {"https://example.org/?author=bob@example.org&monkey=1",
         "https://example.org/?author=bob@example.org&monkey=1"},
        {"https://example.org/path@here", "https://example.org/path@here"},
        {"mailto:bob@example.org", "mailto:bob@example.org"},
        {"", ""},
    };
    for (const auto& [text, expected] : examples) {
        CAPTURE(text);
        CHECK(redacted_url(text) == expected);
    }
}
