#include "config/urls.h"

#include <doctest/doctest.h>

using namespace tributary;
using config::Problems;

namespace {

std::vector<config::Subscription> read(std::string_view text) {
    Problems problems;
    return config::read_urls(text, "urls", problems);
}

}  // namespace

TEST_CASE("a line is a URL, tags and a title") {
    const auto sources = read(
        "# my feeds\n\n"
        "https://alpha.example/feed.xml \"Tech News\" dev \"~The \\\"Alpha\\\"\"\r\n"
        "  https://beta.example/#top ! dev dev # the second\n"
        "https://gamma.example/");
    REQUIRE(sources.size() == 3);
    CHECK(sources[0].url == "https://alpha.example/feed.xml");
    CHECK(sources[0].tags == std::vector<std::string>{"tech-news", "dev"});
    CHECK(sources[0].title == "The \"Alpha\"");
    CHECK(sources[0].place.line == 3);
    CHECK(sources[1].url == "https://beta.example/#top");
    CHECK(sources[1].tags == std::vector<std::string>{"dev"});
    CHECK(sources[2].place.line == 5);
}

TEST_CASE("queries, programs and filters are left out with a warning") {
    Problems problems;
    const auto sources = config::read_urls(
        "\"query:Unread:unread = \\\"yes\\\"\"\n"
        "exec:~/bin/feed.sh tag\n"
        "filter:~/bin/f:https://a.example/\n"
        "file:///etc/passwd\n"
        "https://b.example/ \"\xe6\x97\xa5\"\n",
        "urls", problems);
    REQUIRE(sources.size() == 1);
    REQUIRE(problems.warnings.size() == 5);
    CHECK(problems.warnings[0].str() ==
          "urls:1:1: warning: query: lines are not read; use [[feed]]");
    CHECK(problems.warnings[1].str() == "urls:2:1: warning: exec: lines are not run");
    CHECK(problems.warnings[2].str() == "urls:3:1: warning: filter: lines are not run");
    CHECK(problems.warnings[3].str() ==
          "urls:4:1: warning: \"file:///etc/passwd\" is not an absolute http(s) URL; left out");
    CHECK(problems.warnings[4].place.line == 5);
}

TEST_CASE("odd quotes and bytes are read without harm") {
    for (const std::string text :
         {"\"", "\\", "\"\\", "\"https://a.example/", "https://a.example/ \"x\\", "\xff\xfe", "~",
          "https://a.example/ ~ \"\" \"~\""}) {
        CAPTURE(text);
        CHECK(read(text).size() <= 1);
    }
    CHECK(read(std::string(200'000, '\n')).empty());
}
