#include "config/values.h"

#include <doctest/doctest.h>

using namespace tributary;
using namespace tributary::config;

TEST_CASE("spans are written in the largest exact unit and read back") {
    using namespace std::chrono_literals;
    const std::pair<Duration, const char*> cases[] = {
        {0s, "0s"},     {250ms, "250ms"}, {1500ms, "1500ms"}, {30s, "30s"}, {90s, "90s"},
        {15min, "15m"}, {24h, "24h"},     {48h, "48h"},       {72h, "3d"},  {168h, "7d"},
    };
    for (const auto& [span, text] : cases) {
        CHECK(write_span(span) == text);
        CHECK(read_duration(text) == span);
    }
}

TEST_CASE("sizes have a unit") {
    CHECK(read_size("10MiB") == 10 << 20);
    CHECK(read_size("256 kib") == 256 << 10);
    CHECK(read_size("512B") == 512);
    for (const std::string text : {"", "10", "MiB", "-1MiB", "10MB", "1.5MiB",
                                   "9223372036854775807GiB", "99999999999999999999B1", "10MiBx"}) {
        CAPTURE(text);
        CHECK_FALSE(read_size(text));
    }
    CHECK(write_size(10 << 20) == "10MiB");
    CHECK(write_size(1000) == "1000B");
}

TEST_CASE("a slug holds only what a name may hold") {
    CHECK(slug("Tech & Science") == "tech-science");
    CHECK(slug("  C++ ") == "c");
    CHECK(slug("\xe6\x97\xa5").empty());
    CHECK(slug("Gr\xc3\xbc\xc3\x9f"
               "e") == "gr-e");
    CHECK(slug(std::string(100, 'a')).size() == 64);
    CHECK(name_text.accepts(slug(std::string(63, 'a') + "--b")));
}

TEST_CASE("addresses are told from what only looks like one") {
    for (const std::string text :
         {"127.0.0.1:0", "[::1]:8080", "localhost:80", "unix:/run/x", "fd:a"}) {
        CAPTURE(text);
        CHECK(listen_address.accepts(text));
    }
    for (const std::string text : {"", "8080", ":8080", "::1:8080", "[::1]", "127.0.0.1:65536",
                                   "unix:", "fd:", "a b:80", "127.0.0.1:", "[x]:80"}) {
        CAPTURE(text);
        CHECK_FALSE(listen_address.accepts(text));
    }
    for (const std::string text :
         {"127.0.0.1", "127.0.0.1:18080", "127.0.1.0/24:18080", "10.0.0.0/8", "::1", "fd00::/8",
          "[fd00::]/8:80", "[::1]:80", "[::1]"}) {
        CAPTURE(text);
        CHECK(address_range.accepts(text));
    }
    for (const std::string text :
         {"", "localhost", "127.0.0.1/33", "127.0.0.1/", "fd00::/129", "[fd00::", "127.0.0.1:99999",
          "/8", ":80", "10.0.0.0/8/8", "1.2.3:80"}) {
        CAPTURE(text);
        CHECK_FALSE(address_range.accepts(text));
    }
}

TEST_CASE("a web URL is absolute, http or https, with a host and without spaces") {
    for (const std::string text :
         {"http://a.example", "https://a.example:8080/x?y#z", "HTTP://[::1]/"}) {
        CAPTURE(text);
        CHECK(web_url.accepts(text));
    }
    for (const std::string text : {"", "a.example", "//a.example/", "ftp://a.example/",
                                   "https://a b/", "https://a.example/\n", "javascript:alert(1)"}) {
        CAPTURE(text);
        CHECK_FALSE(web_url.accepts(text));
    }
}
