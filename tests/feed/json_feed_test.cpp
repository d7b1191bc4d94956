#include "feed/json_feed.h"

#include "feed/model_json.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

using namespace tributary;
using namespace tributary::feed;

namespace {

Parsed read(std::string_view text, std::string_view url = "http://e.org/feed/") {
    auto parsed =
        read_json_feed(text, {.bytes = {}, .url = std::string(url), .content_type = {}}, {});
    REQUIRE(parsed.has_value());
    return std::move(*parsed);
}

std::string items(std::string_view item) {
    return R"({"version":"https://jsonfeed.org/version/1.1","items":[)" + std::string(item) + "]}";
}

Entry entry(std::string_view item) {
    Parsed parsed = read(items(item));
    REQUIRE(parsed.feed.entries.size() == 1);
    return std::move(parsed.feed.entries[0]);
}

bool warns(const Parsed& parsed, std::string_view code) {
    return std::ranges::count(parsed.warnings, code, &Warning::code) > 0;
}

}  // namespace

TEST_CASE("every member of a feed is read") {
    const Feed feed = read(R"({"version":"https://jsonfeed.org/version/1.1","title":" A  B ",
        "home_page_url":"/","feed_url":"x.json","description":"D","next_url":"?page=2",
        "icon":"i.png","favicon":"f.ico","language":"en",
        "authors":[{"name":"Ann","url":"/ann","avatar":"a.png"},{}],
        "hubs":[{"type":"WebSub","url":"http://hub/"}],"items":[]})")
                          .feed;
    CHECK(feed.format == Format::json);
    CHECK(feed.version == "1.1");
    CHECK(feed.title.value == "A B");
    CHECK(feed.link == "http://e.org/");
    CHECK(feed.self == "http://e.org/feed/x.json");
    CHECK(feed.subtitle.value == "D");
    REQUIRE(feed.paging);
    CHECK(feed.paging->next == "http://e.org/feed/?page=2");
    REQUIRE(feed.image);
    CHECK(feed.image->url == "http://e.org/feed/i.png");
    CHECK(feed.icon == "http://e.org/feed/f.ico");
    CHECK(feed.language == "en");
    REQUIRE(feed.authors.size() == 1);
    CHECK(feed.authors[0].name == "Ann");
    CHECK(feed.authors[0].uri == "http://e.org/ann");
    CHECK(feed.hubs == std::vector<std::string>{"http://hub/"});
}

TEST_CASE("every member of an item is read") {
    const Entry e = entry(R"({"id":"1","url":"/1","external_url":"http://x/","title":"T",
        "content_html":"<p>h</p>","content_text":"t","summary":"S","image":"a.png",
        "banner_image":"b.png","date_published":"2026-11-20T09:00:00Z",
        "date_modified":"2026-11-21T09:00:00+01:00","author":{"name":"Old"},"tags":["a","b","a"],
        "language":"de","_x":{"y":[1]},"attachments":[{"url":"m.mp3","mime_type":"audio/mpeg",
        "title":"M","size_in_bytes":12,"duration_in_seconds":1.5},{"title":"no url"}]})");
    CHECK(e.id == "1");
    CHECK(e.link == "http://e.org/1");
    CHECK(e.external_url == "http://x/");
    CHECK(e.content.text.type == TextType::html);
    CHECK(e.content.text.value == "<p>h</p>");
    CHECK(e.content.text.base == "http://e.org/feed/");
    CHECK(e.summary.value == "S");
    CHECK(e.image == "http://e.org/feed/a.png");
    CHECK(e.published == read_date("2026-11-20T09:00:00Z"));
    CHECK(e.updated == read_date("2026-11-21T08:00:00Z"));
    CHECK(e.date_as_written == "2026-11-20T09:00:00Z");
    REQUIRE(e.authors.size() == 1);
    CHECK(e.authors[0].name == "Old");
    CHECK(e.categories.size() == 2);
    CHECK(e.language == "de");
    CHECK(e.extensions == R"({"_x":{"y":[1]}})");
    REQUIRE(e.enclosures.size() == 1);
    CHECK(e.enclosures[0].url == "http://e.org/feed/m.mp3");
    CHECK(e.enclosures[0].length == 12);
    CHECK(e.enclosures[0].duration == 1.5);
}

TEST_CASE("an extension that nests too deep to be stored is left out, the entry is not") {
    const auto nested = [](std::size_t depth) {
        return R"("_x":)" + std::string(depth, '[') + std::string(depth, ']');
    };
    const std::string item = R"({"id":"1","title":"T","_s":"]\\\"[","_y":1,)";
    const Entry kept = entry(item + nested(24) + "}");
    CHECK(kept.extensions.contains("_x"));
    CHECK(entry_from_json(to_json(kept)) == kept);
    const Parsed parsed = read(items(item + nested(25) + "}"));
    CHECK(warns(parsed, "limit"));
    const Entry& cut = parsed.feed.entries[0];
    CHECK(cut.extensions == R"({"_s":"]\\\"[","_y":1})");
    CHECK(entry_from_json(to_json(cut)) == cut);
}

TEST_CASE("numbers serve as ids, and wrong types are absent") {
    CHECK(entry(R"({"id":12})").id == "12");
    CHECK(entry(R"({"id":1.5})").id == "1.5");
    const Entry e = entry(R"({"id":[1],"title":{"a":1},"url":7,"tags":{"x":1},"authors":"Ann",
        "attachments":[1,{"url":"u","size_in_bytes":"12","duration_in_seconds":"x"}],
        "date_published":true,"content_html":null,"content_text":"plain"})");
    CHECK(e.id.empty());
    CHECK(e.title.empty());
    CHECK(e.link.empty());
    CHECK(e.categories.empty());
    REQUIRE(e.authors.size() == 1);
    CHECK(e.authors[0].name == "Ann");
    REQUIRE(e.enclosures.size() == 1);
    CHECK(e.enclosures[0].length == 12);
    CHECK_FALSE(e.enclosures[0].duration.has_value());
    CHECK_FALSE(e.published.has_value());
    CHECK(e.content.text.type == TextType::text);
    CHECK(e.content.text.value == "plain");
}

TEST_CASE("an unreadable date is absent, kept as written, and warned of") {
    const Parsed parsed = read(items(R"({"id":"1","date_published":"soon"})"));
    CHECK_FALSE(parsed.feed.entries[0].published.has_value());
    CHECK(parsed.feed.entries[0].date_as_written == "soon");
    CHECK(warns(parsed, "bad-date"));
}

TEST_CASE("without a document URL the feed's own is the base") {
    const Feed feed =
        read(R"({"feed_url":"http://o.org/f/x.json","items":[{"url":"1"}]})", "").feed;
    CHECK(feed.entries[0].link == "http://o.org/f/1");
}

TEST_CASE("small faults of the JSON are mended, with a warning") {
    for (const char* text :
         {"\xEF\xBB\xBF{\"items\":[{\"title\":\"a\"}]}", "{\"items\":[{\"title\":\"a\",},],}",
          "{\"items\":[{\"title\":\"a\"}]} trailing",
          "{\"items\":[{\"title\":\"a\"}],\"x\":\"\\q\"}",
          "{\"items\":[{\"title\":\"a\"}],\"x\":\"\t\n\"}",
          "{\"items\":[{\"title\":\"a\"}],\"x\":\"\\ud800\"}",
          "{\"items\":[{\"title\":\"a\"}],\"x\":\"\\udc00\\ud83d\\ude00\"}"}) {
        CAPTURE(text);
        const Parsed parsed = read(text);
        REQUIRE(parsed.feed.entries.size() == 1);
        CHECK(parsed.feed.entries[0].title.value == "a");
        CHECK(warns(parsed, "not-wellformed"));
    }
    CHECK(entry("{\"title\":\"\\ud800x\\ud83d\\ude00\"}").title.value ==
          "\xEF\xBF\xBDx\xF0\x9F\x98\x80");
}

TEST_CASE("a feed cut anywhere keeps the items before the cut") {
    const std::string whole =
        items(R"({"id":"1","tags":["a"]},{"id":"2","content_text":"\u00e9"})");
    const std::size_t first_end = whole.find("},{") + 1;
    for (std::size_t size = 0; size < whole.size(); ++size) {
        CAPTURE(size);
        const auto parsed = read_json_feed(whole.substr(0, size), {}, {});
        if (size < first_end) continue;
        REQUIRE(parsed.has_value());
        REQUIRE_FALSE(parsed->feed.entries.empty());
        CHECK(parsed->feed.entries[0].id == "1");
        CHECK(warns(*parsed, "truncated"));
    }
}

TEST_CASE("other JSON is no feed, and says where it is broken") {
    for (const char* text :
         {"", "[]", "{}", "\"x\"", "{\"items\":{}}", "{\"items\":null}", "nul", "{\"items\":[}"}) {
        CAPTURE(text);
        const auto parsed = read_json_feed(text, {}, {});
        REQUIRE_FALSE(parsed.has_value());
        CHECK(parsed.error().code == ParseError::Code::not_a_feed);
        CHECK_FALSE(parsed.error().message.empty());
    }
    const auto broken = read_json_feed("{\n  \"items\": oops", {}, {});
    REQUIRE_FALSE(broken.has_value());
    CHECK(broken.error().line == 2);
}

TEST_CASE("depth and entries are bounded") {
    const std::string deep(100'000, '[');
    const auto parsed = read_json_feed("{\"items\":[],\"x\":" + deep, {}, {});
    REQUIRE_FALSE(parsed.has_value());
    CHECK(parsed.error().code == ParseError::Code::limit);

    Limits limits;
    limits.entries = 2;
    limits.field_bytes = 3;
    const auto many = read_json_feed(R"({"items":[{"summary":"abcd"},{},{}]})", {}, limits);
    REQUIRE(many.has_value());
    CHECK(many->feed.entries.size() == 2);
    CHECK(many->feed.entries[0].summary.value == "abc");
    CHECK(warns(*many, "limit"));
}
