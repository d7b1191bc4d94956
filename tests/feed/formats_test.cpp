// The XML formats and their extensions, by fixtures: each X.xml has the model as one line of JSON
// in X.expected beside it.

#include "base/text.h"
#include "feed/model_json.h"
#include "feed/parse.h"
#include "tests/feed/fixtures.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <string>

using namespace tributary;
using namespace tributary::feed;
namespace fs = std::filesystem;

namespace {

std::string answer_to(std::string bytes) {
    const auto parsed = parse(Document{.bytes = std::move(bytes), .url = {}, .content_type = {}});
    return parsed ? to_json(*parsed) : to_json(parsed.error());
}

ParseError error_of(std::string bytes, const Limits& limits = {}) {
    auto parsed = parse(Document{.bytes = std::move(bytes), .url = {}, .content_type = {}}, limits);
    REQUIRE_FALSE(parsed);
    return parsed.error();
}

Parsed parsed(std::string bytes, const Limits& limits = {}) {
    auto parsed = parse(Document{.bytes = std::move(bytes), .url = {}, .content_type = {}}, limits);
    REQUIRE(parsed);
    return std::move(*parsed);
}

}  // namespace

TEST_CASE("every fixture reads as expected") {
    REQUIRE(fixtures().size() >= 10);
    for (fs::path path : fixtures()) {
        CAPTURE(path.string());
        const std::string answer = answer_to(read_file(path));
        CHECK(answer == trim(read_file(path.replace_extension(".expected"))));
    }
}

TEST_CASE("no state leaks from one document into the next") {
    const auto all = fixtures();
    for (std::size_t i = 0; i + 1 < all.size(); ++i) {
        const std::string first = answer_to(read_file(all[i]));
        answer_to(read_file(all[i + 1]));
        CHECK(answer_to(read_file(all[i])) == first);
    }
}

TEST_CASE("what is no feed is told in words") {
    const ParseError page =
        error_of("<!DOCTYPE html><html><head><title>Just a moment…</title></head></html>");
    CHECK(page.code == ParseError::Code::not_a_feed);
    CHECK(page.message == "an HTML page: 'Just a moment…'");
    CHECK(
        error_of("<opml version='2.0'><body/></opml>").message ==
        "XML with the root element 'opml', which is no feed: '<opml version='2.0'><body/></opml>'");
    CHECK(error_of("<html><body><p>Sign in</p></body></html>").message ==
          "an HTML page without a title: 'Sign in'");
    CHECK(error_of("{\"a\": 1}").message == "JSON, but without a list of items: '{\"a\": 1}'");
    const ParseError broken = error_of("<doc>\n <b></c>");
    CHECK(broken.message == "XML with the root element 'doc', which is no feed: '<doc> <b></c>'");
    CHECK(broken.line == 2);
    CHECK(broken.column == 7);
    const ParseError json = error_of("{\"a\":\n [nothing]}");
    CHECK(json.message.starts_with("broken JSON: "));
    CHECK(json.message.ends_with(": '{\"a\": [nothing]}'"));
    CHECK(json.line == 2);
    CHECK(json.column == 3);
    CHECK(error_of("hello").message == "neither XML nor JSON: 'hello'");
    CHECK(error_of(" \n").code == ParseError::Code::empty);
}

TEST_CASE("a document beyond a limit is an error that names it") {
    const auto message = [](std::string bytes, const Limits& limits) {
        const ParseError error = error_of(std::move(bytes), limits);
        CHECK(error.code == ParseError::Code::limit);
        return error.message;
    };
    CHECK(message("<rss/>", {.bytes = 3}) == "more bytes than the limit of 3");
    CHECK(message("<rss><a></a><a></a></rss>", {.elements = 2}) ==
          "more elements than the limit of 2");
    CHECK(message("<rss a='' b='' c='' d='' e='' f=''/>", {.attributes = 2}) ==
          "more attributes than the limit of 2");
    CHECK(message("{\"items\":[1,1,1,1,1,1,1,1]}", {.elements = 2}) ==
          "more elements than the limit of 2");
    CHECK(message("{\"items\":[[[[]]]]}", {.depth = 3}) == "more depth than the limit of 3");
}

TEST_CASE("what a document has beyond a limit is left out, with a warning that names it") {
    const auto check = [](const Parsed& parsed, const std::string& message) {
        REQUIRE(parsed.warnings.size() == 1);
        CHECK(parsed.warnings[0] == Warning{"limit", message});
    };
    const Parsed few =
        parsed("<rss><channel><item/><item/><item/></channel></rss>", {.entries = 2});
    CHECK(few.feed.entries.size() == 2);
    check(few, "more entries than the limit of 2");
    const Parsed few_json = parsed("{\"items\":[{},{},{}]}", {.entries = 2});
    CHECK(few_json.feed.entries.size() == 2);
    check(few_json, "more entries than the limit of 2");

    const Parsed cut =
        parsed("<rss><channel><title>abc\xC3\xA9</title></channel></rss>", {.field_bytes = 4});
    CHECK(cut.feed.title.value == "abc");
    check(cut, "more bytes in <title> than the limit of 4");
    const Parsed cut_json = parsed("{\"items\":[],\"title\":\"abcdef\"}", {.field_bytes = 4});
    CHECK(cut_json.feed.title.value == "abcd");
    check(cut_json, "more bytes in a text than the limit of 4");
    const Parsed cut_attribute =
        parsed("<feed><link href='http://e.example/'/></feed>", {.field_bytes = 8});
    CHECK(cut_attribute.feed.link == "http://e");
    check(cut_attribute, "more bytes in <link> than the limit of 8");

    const Parsed shallow = parsed(
        "<rss><channel><description>a<b>b<i>c</i></b></description></channel></rss>", {.depth = 1});
    CHECK(shallow.feed.subtitle.value == "a<b>b<i></i></b>");
    check(shallow, "more depth of markup than the limit of 1");
}

TEST_CASE("a document nested without end is read without recursion") {
    std::string deep = "<rss version=\"2.0\"><channel><item><description>";
    for (int i = 0; i < 100'000; ++i) deep += "<b>";
    for (int i = 0; i < 100'000; ++i) deep += "</b>";
    deep += "</description></item><item/></channel></rss>";
    CHECK(parsed(deep).feed.entries.size() == 2);
}

TEST_CASE("R34: a feed is known by what it is, whatever type its server tells") {
    const std::string rss = "<rss version=\"2.0\"><channel><title>T</title></channel></rss>";
    const std::string json =
        "{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"T\",\"items\":[]}";
    for (const std::string& bytes : {rss, "\xEF\xBB\xBF" + rss, "\n <?xml version=\"1.0\"?>" + rss,
                                     json, "\xEF\xBB\xBF" + json}) {
        for (const char* type : {"text/html", "text/plain", "application/octet-stream", "image/png",
                                 "application/json", "text/xml", "nonsense;;", ""}) {
            CAPTURE(bytes);
            CAPTURE(type);
            const auto parsed = parse(Document{.bytes = bytes, .url = {}, .content_type = type});
            REQUIRE(parsed);
            CHECK(parsed->feed.title.value == "T");
        }
    }
}

TEST_CASE("a feed inside a page, or after what a server printed, is found") {
    const std::string feed = "<rss version=\"2.0\"><channel><title>T</title></channel></rss>";
    CHECK(parsed("<html><body>" + feed + "</body></html>").feed.title.value == "T");
    CHECK(parsed("<br />\n<b>Warning</b>: x<br />\n" + feed).feed.title.value == "T");
}

TEST_CASE("text and number references are read once") {
    const auto title = [](const std::string& xml) {
        return parsed("<rss><channel><title>" + xml + "</title></channel></rss>").feed.title;
    };
    CHECK(title("1 &lt; 2") == Text{.type = TextType::text, .value = "1 < 2"});
    CHECK(title("&amp;lt;") == Text{.type = TextType::html, .value = "&lt;"});
    CHECK(title("a\n  b").value == "a b");
    CHECK(title("<![CDATA[<i>x</i>]]>") == Text{.type = TextType::html, .value = "<i>x</i>"});
    CHECK(title("AT&T").value == "AT&T");
    CHECK(title("&#xD800;x").value == "\xEF\xBF\xBDx");
}

TEST_CASE("persons are split into name and address") {
    const auto author = [](const std::string& text) {
        const Parsed all =
            parsed("<rss><channel><item><author>" + text + "</author></item></channel></rss>");
        REQUIRE(all.feed.entries.size() == 1);
        REQUIRE(all.feed.entries[0].authors.size() == 1);
        return all.feed.entries[0].authors[0];
    };
    const Person ann{.name = "Ann Lee", .email = "a@e.example"};
    CHECK(author("a@e.example (Ann Lee)") == ann);
    CHECK(author("Ann Lee &lt;a@e.example>") == ann);
    CHECK(author("Ann Lee (a@e.example)") == ann);
    CHECK(author("Ann Lee (mailto:a@e.example)") == ann);
    CHECK(author("a@e.example") == Person{.email = "a@e.example"});
    CHECK(author("Ann Lee") == Person{.name = "Ann Lee"});
    CHECK(author("Ann (at sea)") == Person{.name = "Ann (at sea)"});
}
