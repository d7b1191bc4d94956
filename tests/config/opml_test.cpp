#include "config/opml.h"

#include <doctest/doctest.h>

using namespace tributary;
using config::Outline;
using config::Problems;

namespace {

std::vector<config::Subscription> read(std::string_view text) {
    Problems problems;
    auto sources = config::read_opml(text, "subs.opml", problems);
    CHECK(problems.errors.empty());
    return sources;
}

}  // namespace

TEST_CASE("nested groups and categories become tags") {
    const auto sources = read(R"(<?xml version="1.0"?>
<opml version="2.0"><head><title>Mine</title></head><body>
  <outline text="Tech &amp; Science">
    <outline title="C++">
      <outline text="Alpha" title="The Alpha" type="rss" xmlUrl="https://alpha.example/feed"
               category="/Boston/Weather,dev"/>
    </outline>
    <outline text="Beta" XMLURL=" https://beta.example/ "/>
  </outline>
  <outline text="Gamma" xmlUrl="http://gamma.example/"/>
</body></opml>)");
    REQUIRE(sources.size() == 3);
    CHECK(sources[0].url == "https://alpha.example/feed");
    CHECK(sources[0].title == "The Alpha");
    CHECK(sources[0].tags ==
          std::vector<std::string>{"tech-science", "c", "boston-weather", "dev"});
    CHECK(sources[0].place.line == 5);
    CHECK(sources[1].url == "https://beta.example/");
    CHECK(sources[1].tags == std::vector<std::string>{"tech-science"});
    CHECK(sources[2].tags.empty());
}

TEST_CASE("commands, files and filters are left out with a warning") {
    Problems problems;
    const auto sources = config::read_opml(R"(<opml><body>
<outline text="a" xmlUrl="|curl evil.example"/>
<outline text="b" xmlUrl="exec:ls"/>
<outline text="c" xmlUrl="file:///etc/passwd"/>
<outline text="d" xmlUrl="https://d.example/" filtercmd="rm -rf"/>
<outline text="e"/>
<outline text="&#x65e5;"><outline xmlUrl="https://f.example/"/></outline>
</body></opml>)",
                                           "subs.opml", problems);
    REQUIRE(sources.size() == 1);
    CHECK(sources[0].url == "https://f.example/");
    CHECK(sources[0].tags.empty());
    REQUIRE(problems.warnings.size() == 6);
    CHECK(problems.warnings[0].text ==
          "warning: \"|curl evil.example\" is not an absolute http(s) URL; left out");
    CHECK(problems.warnings[0].place.line == 2);
    CHECK(problems.warnings[3].text ==
          "warning: \"https://d.example/\" has a filter command, which is not run; left out");
    CHECK(problems.warnings[4].text == "warning: outline \"e\" has no xmlUrl; left out");
}

TEST_CASE("what is no OPML is an error with its place") {
    Problems problems;
    config::read_opml("<opml><body>\n<outline </body>", "subs.opml", problems);
    config::read_opml("<rss/>", "subs.opml", problems);
    config::read_opml("", "subs.opml", problems);
    REQUIRE(problems.errors.size() == 3);
    CHECK(problems.errors[0].str().starts_with("subs.opml:2:"));
    CHECK(problems.errors[1].text == "error: not an OPML file: its root element is <rss>");
}

TEST_CASE("depth and number of outlines are bounded") {
    std::string deep = "<opml><body>";
    for (int i = 0; i < 100'000; ++i) deep += "<outline text='g'>";
    deep += "<outline xmlUrl='https://a.example/'/>";
    for (int i = 0; i < 100'000; ++i) deep += "</outline>";
    Problems problems;
    CHECK(config::read_opml(deep + "</body></opml>", "deep.opml", problems).empty());
    CHECK(problems.errors.empty());

    std::string wide = "<opml><body>";
    for (int i = 0; i < 100'010; ++i) wide += "<outline xmlUrl='https://a.example/'/>\n";
    CHECK(config::read_opml(wide + "</body></opml>", "wide.opml", problems).size() == 100'000);
}

TEST_CASE("a list is written as OPML 2.0 with folders that carry only text") {
    const Outline outlines[] = {
        {"Alpha & Co",
         "https://alpha.example/feed?a=1&b=2",
         "https://alpha.example/",
         {"dev", "cpp"}},
        {"", "https://beta.example/", "", {}},
    };
    const auto modified = read_date("2026-11-20T09:00:00Z");
    CHECK(config::write_opml("My <river>", outlines, modified) ==
          R"(<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0">
<head>
<title>My &lt;river&gt;</title>
<dateModified>Fri, 20 Nov 2026 09:00:00 +0000</dateModified>
</head>
<body>
<outline text="https://beta.example/" title="https://beta.example/" type="rss" xmlUrl="https://beta.example/"/>
<outline text="dev">
  <outline text="Alpha &amp; Co" title="Alpha &amp; Co" type="rss" xmlUrl="https://alpha.example/feed?a=1&amp;b=2" htmlUrl="https://alpha.example/" category="dev,cpp"/>
</outline>
</body>
</opml>
)");
}

TEST_CASE("what was written is read again as it was") {
    const Outline outlines[] = {
        {"Alpha \"A\"", "https://alpha.example/?x=<y>", "", {"dev", "cpp"}},
        {"Bêta", "https://beta.example/", "", {"news"}},
    };
    const auto sources = read(config::write_opml("T", outlines, std::nullopt));
    REQUIRE(sources.size() == 2);
    for (std::size_t i = 0; i < 2; ++i) {
        CHECK(sources[i].title == outlines[i].title);
        CHECK(sources[i].url == outlines[i].xml_url);
        CHECK(sources[i].tags == outlines[i].tags);
    }
}

TEST_CASE("a public list holds no credentials and no files") {
    const Outline outlines[] = {
        {"a", "https://user:secret@a.example/", "", {}},
        {"b", "https://b.example/feed?token=canary", "", {}},
        {"c", "file:///home/me/canary.xml", "", {}},
        {"d", "https://d.example/", "", {}},
    };
    const auto text = config::write_opml("T", outlines, std::nullopt);
    CHECK(text.find("secret") == std::string::npos);
    CHECK(text.find("canary") == std::string::npos);
    CHECK(text.find("https://d.example/") != std::string::npos);
}

TEST_CASE("every prefix of a list is read or refused") {
    const std::string text =
        "<opml><body><outline text='x'><outline "
        "xmlUrl='https://a.example/'/></outline></body></opml>";
    for (std::size_t i = 0; i <= text.size(); ++i) {
        Problems problems;
        const auto sources = config::read_opml(text.substr(0, i), "x.opml", problems);
        CHECK((sources.size() == 1 || !problems.errors.empty() || i < text.size()));
    }
}
