#include "publish/writer.h"
#include "tests/publish/samples.h"

#include <doctest/doctest.h>

#include <boost/json.hpp>

using namespace tributary;
using namespace tributary::publish;
namespace json = boost::json;

namespace {

json::value written(std::span<const Item> items, const Channel& channel = samples::channel()) {
    return json::parse(write(json_feed_writer, channel, items));
}

json::object item_of(const Item& item) {
    return written({&item, 1}).at("items").at(0).as_object();
}

bool holds_null(const json::value& value) {
    if (value.is_null()) return true;
    if (const auto* array = value.if_array()) return std::ranges::any_of(*array, holds_null);
    if (const auto* object = value.if_object())
        return std::ranges::any_of(*object,
                                   [](const auto& member) { return holds_null(member.value()); });
    return false;
}

}  // namespace

TEST_CASE("a JSON feed says what it is, who made it and where it stands") {
    Channel channel = samples::channel();
    channel.query = "?tag=dev";
    channel.hubs = {"https://hub.example/"};
    channel.next = "?before=4711";
    const json::value feed = written({}, channel);
    CHECK(feed.at("version") == "https://jsonfeed.org/version/1.1");
    CHECK(feed.at("title") == "River & sea");
    CHECK(feed.at("home_page_url") == "https://river.example/");
    CHECK(feed.at("feed_url") == "https://river.example/feed.json?tag=dev");
    CHECK(feed.at("next_url") == "https://river.example/feed.json?before=4711");
    CHECK(feed.at("description") == "All the water");
    CHECK(feed.at("language") == "en");
    CHECK(feed.at("authors").at(0).at("name") == "River & sea");
    CHECK(feed.at("hubs").at(0).at("type") == "WebSub");
    CHECK(feed.at("hubs").at(0).at("url") == "https://hub.example/");
    CHECK(feed.at("_tributary").at("about") == "https://river.example/");
    CHECK(feed.at("items").as_array().empty());
}

TEST_CASE("a JSON item says all that is known") {
    const json::object item = item_of(samples::item());
    CHECK(item.at("id") == "tag:alpha.example,2026:1");
    CHECK(item.at("url") == "https://alpha.example/1");
    CHECK(item.at("title") == "Fish & chips");
    CHECK(item.at("summary") == "Short and salty");
    CHECK(item.at("content_html") == "<p>Long &amp; <b>salty</b></p>");
    CHECK_FALSE(item.contains("content_text"));
    CHECK(item.at("date_published") == "2026-11-20T09:00:00Z");
    CHECK(item.at("date_modified") == "2026-11-20T10:30:00Z");
    CHECK(item.at("authors").as_array().size() == 2);
    CHECK(item.at("authors").at(0).at("url") == "https://carl.example/");
    CHECK_FALSE(item.contains("author"));
    CHECK(item.at("tags") == json::value({"The sea", "food"}));
    CHECK(item.at("language") == "de");
    const json::object& attachment = item.at("attachments").at(0).as_object();
    CHECK(attachment.at("url") == "https://alpha.example/a.mp3");
    CHECK(attachment.at("mime_type") == "audio/mpeg");
    CHECK(attachment.at("size_in_bytes") == 1234);
    CHECK_FALSE(item.at("attachments").at(1).as_object().contains("size_in_bytes"));
}

TEST_CASE("a JSON item tells where it came from and what is known of it") {
    Item sample = samples::item();
    sample.provenance.also_in = {"https://beta.example/rss"};
    const json::object item = item_of(sample);
    const json::object& source = item.at("_source").as_object();
    CHECK(source.at("id") == "tag:alpha.example,2020:feed");
    CHECK(source.at("title") == "Alpha & sons");
    CHECK(source.at("name") == "alpha");
    CHECK(source.at("url") == "https://alpha.example/");
    CHECK(source.at("feed_url") == "https://alpha.example/feed.xml");
    CHECK(source.at("icon") == "https://alpha.example/icon.png");
    CHECK(source.at("rights") == "© Alpha");
    const json::object& tributary = item.at("_tributary").as_object();
    CHECK(tributary.at("seq") == 4711);
    CHECK(tributary.at("first_seen") == "2026-11-20T09:02:11Z");
    CHECK(tributary.at("source_date") == "Fri, 20 Nov 2026 09:00 GMT");
    CHECK(tributary.at("also_in") == json::value(json::array{"https://beta.example/rss"}));
}

TEST_CASE("what is absent is left out, never null") {
    Item item;
    item.entry.id = "urn:x:1";
    const json::object object = item_of(item);
    CHECK_FALSE(holds_null(written({&item, 1})));
    CHECK(object.at("content_text") == "");
    for (const char* name : {"url", "title", "summary", "authors", "tags", "attachments",
                             "date_published", "image", "language"}) {
        CAPTURE(name);
        CHECK_FALSE(object.contains(name));
    }
}

TEST_CASE("a note without content has its summary as text") {
    Item item = samples::item();
    item.entry.content = {};
    CHECK(item_of(item).at("content_text") == "Short and salty");
}

TEST_CASE("extensions of the publisher pass through, but ours are ours") {
    Item item = samples::item();
    item.entry.extensions =
        R"({"_podcast":{"n":[1,"a\"b"]},"_source":1,"_tributary":null,"id":"x","title":2})";
    const json::object object = item_of(item);
    CHECK(object.at("_podcast").at("n").at(1) == "a\"b");
    CHECK(object.at("_source").is_object());
    CHECK(object.at("id") == "tag:alpha.example,2026:1");
    for (const char* broken : {"{", "[1]", "null", "{\"_a\":\"\xFF\"}", "{\"_a\":1}x"}) {
        CAPTURE(broken);
        item.entry.extensions = broken;
        CHECK_FALSE(item_of(item).contains("_a"));
    }
}

TEST_CASE("strings are escaped as JSON asks") {
    Item item = samples::item();
    item.entry.id = "a\"b\\c\nd\te\x01</script>";
    CHECK(item_of(item).at("id") == "a\"b\\c\nd\te\xEF\xBF\xBD</script>");
}
