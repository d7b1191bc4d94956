// What is written is read back by our own parser: as much as each format can carry.

#include "feed/html.h"
#include "feed/parse.h"
#include "publish/markup.h"
#include "publish/writer.h"
#include "tests/publish/samples.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

using namespace tributary;
using namespace tributary::publish;

namespace {

feed::Feed read_back(const Writer& writer, const std::string& bytes) {
    feed::Document document{bytes, address_of(writer, samples::channel()),
                            std::string(writer.media_type)};
    auto parsed = feed::parse(std::move(document));
    REQUIRE(parsed.has_value());
    CHECK(parsed->warnings.empty());
    return std::move(parsed->feed);
}

/// Titles in RSS may hold a word joiner, which shows nothing.
std::string shown(const feed::Text& text) {
    std::string out = plain_text(text);
    for (std::size_t at = 0; (at = out.find("\xE2\x81\xA0", at)) != out.npos;) out.erase(at, 3);
    return out;
}

std::vector<std::string> names(const std::vector<feed::Person>& people) {
    std::vector<std::string> out;
    for (const auto& person : people) out.push_back(person.name);
    return out;
}

std::vector<std::string> terms(const std::vector<feed::Category>& categories, bool labels) {
    std::vector<std::string> out;
    for (const auto& category : categories)
        out.push_back(labels && !category.label.empty() ? category.label : category.term);
    return out;
}

/// What every format carries.
void check_same(const feed::Entry& read, const feed::Entry& written, const Writer& writer) {
    CHECK(read.id == written.id);
    CHECK(shown(read.title) == written.title.value);
    CHECK(read.link == written.link);
    CHECK(read.published == written.published);
    CHECK(read.updated.value_or(*read.published) == written.updated);
    CHECK(names(read.authors) == names(written.authors));
    const bool is_json = &writer == &json_feed_writer;
    CHECK(terms(read.categories, is_json) == terms(written.categories, is_json));
    CHECK(shown(read.summary) == written.summary.value);
    CHECK(read.content.text.value == written.content.text.value);
    CHECK(read.content.text.type == feed::TextType::html);
}

void check_enclosures(const feed::Entry& read, const feed::Entry& written) {
    REQUIRE(read.enclosures.size() == written.enclosures.size());
    for (std::size_t i = 0; i < read.enclosures.size(); ++i) {
        CHECK(read.enclosures[i].url == written.enclosures[i].url);
        CHECK(read.enclosures[i].type == written.enclosures[i].type);
        CHECK(read.enclosures[i].length == written.enclosures[i].length);
    }
}

feed::Entry round_trip(const Writer& writer, const Item& item) {
    feed::Feed feed = read_back(writer, write(writer, samples::channel(), {&item, 1}));
    REQUIRE(feed.entries.size() == 1);
    return std::move(feed.entries[0]);
}

Item simple_item(const Origin& origin) {
    return prepare(samples::raw(origin), {});
}

}  // namespace

TEST_CASE("what is written reads back the same in every format") {
    const Item item = samples::item();
    for (const Writer* writer : writers()) {
        CAPTURE(writer->name);
        check_same(round_trip(*writer, item), item.entry, *writer);
    }
}

TEST_CASE("Atom carries enclosures, source, replies, language and rights") {
    const Item item = simple_item(samples::origin());
    const feed::Entry read = round_trip(atom_writer, item);
    check_enclosures(read, item.entry);
    REQUIRE(read.source);
    CHECK(read.source->id == item.entry.source->id);
    CHECK(read.source->title.value == item.entry.source->title.value);
    CHECK(read.source->link == item.entry.source->link);
    CHECK(read.source->updated == item.entry.source->updated);
    CHECK(read.source->authors == item.entry.source->authors);
    CHECK(read.source->icon == item.entry.source->icon);
    CHECK(read.categories == item.entry.categories);
    CHECK(read.authors == item.entry.authors);
    CHECK(read.rights.value == item.entry.rights.value);
    CHECK(read.language == "de");
    CHECK(read.comments == item.entry.comments);
    CHECK(read.comments_count == item.entry.comments_count);
    CHECK(read.in_reply_to == item.entry.in_reply_to);
    CHECK(read.license == item.entry.license);
    CHECK(read.geo == item.entry.geo);
}

TEST_CASE("RSS carries the first enclosure, the source's feed and the comments") {
    const Item item = simple_item(samples::origin());
    const feed::Entry read = round_trip(rss_writer, item);
    REQUIRE_FALSE(read.enclosures.empty());
    CHECK(read.enclosures[0] == item.entry.enclosures[0]);
    REQUIRE(read.source);
    CHECK(read.source->link == "https://alpha.example/feed.xml");
    CHECK(shown(read.source->title) == "Alpha & sons");
    CHECK(read.comments == item.entry.comments);
    CHECK(read.comments_count == item.entry.comments_count);
    CHECK(read.id_is_permalink == false);
    CHECK(read.geo == item.entry.geo);
}

TEST_CASE("JSON carries enclosures, authors and language") {
    const Item item = simple_item(samples::origin());
    const feed::Entry read = round_trip(json_feed_writer, item);
    check_enclosures(read, item.entry);
    CHECK(read.authors == item.entry.authors);
    CHECK(read.language == "de");
}

TEST_CASE("media and podcast elements are the same after Atom and after RSS") {
    const Item item = samples::item();
    for (const Writer* writer : {&atom_writer, &rss_writer}) {
        CAPTURE(writer->name);
        const feed::Entry read = round_trip(*writer, item);
        REQUIRE(read.media);
        REQUIRE(read.itunes);
        REQUIRE(read.podcast);
        const auto has = [&](const feed::MediaContent& content) {
            return std::ranges::find(read.media->contents, content) != read.media->contents.end();
        };
        CHECK(std::ranges::all_of(item.entry.media->contents, has));
        CHECK(read.media->thumbnails == item.entry.media->thumbnails);
        CHECK(read.media->keywords == item.entry.media->keywords);
        CHECK(read.media->credits == item.entry.media->credits);
        CHECK(read.media->community == item.entry.media->community);
        CHECK(*read.itunes == *item.entry.itunes);
        CHECK(read.podcast->transcripts == item.entry.podcast->transcripts);
        CHECK(read.podcast->chapters == item.entry.podcast->chapters);
        CHECK(read.podcast->persons == item.entry.podcast->persons);
        CHECK(read.podcast->season == item.entry.podcast->season);
        CHECK(read.podcast->episode == item.entry.podcast->episode);
        CHECK(read.podcast->license == item.entry.podcast->license);
        CHECK(read.chapters == item.entry.chapters);
    }
}

TEST_CASE("the head reads back: title, address, hubs, the newest time") {
    Channel channel = samples::channel();
    channel.hubs = {"https://hub.example/"};
    const Item item = samples::item();
    for (const Writer* writer : writers()) {
        CAPTURE(writer->name);
        const feed::Feed feed = read_back(*writer, write(*writer, channel, {&item, 1}));
        CHECK(shown(feed.title) == channel.title);
        CHECK(shown(feed.subtitle) == channel.description);
        CHECK(feed.link == channel.home);
        CHECK(feed.self == address_of(*writer, channel));
        CHECK(feed.hubs == channel.hubs);
        CHECK(feed.language == channel.language);
        if (writer != &json_feed_writer) CHECK(feed.updated == item.entry.updated);
    }
}

TEST_CASE("a feed without entries reads back as one") {
    for (const Writer* writer : writers()) {
        CAPTURE(writer->name);
        CHECK(read_back(*writer, write(*writer, samples::channel(), {})).entries.empty());
    }
}

TEST_CASE("the same channel and items give the same bytes") {
    for (const Writer* writer : writers()) {
        CAPTURE(writer->name);
        const std::vector<Item> items = {samples::item(), samples::item()};
        CHECK(write(*writer, samples::channel(), items) ==
              write(*writer, samples::channel(), items));
    }
}

TEST_CASE("an item's bytes do not depend on the feed that holds it") {
    const std::vector<Item> items = {samples::item(), simple_item(samples::origin())};
    for (const Writer* writer : writers()) {
        CAPTURE(writer->name);
        const std::string document = write(*writer, samples::channel(), items);
        for (const Item& item : items) {
            std::string bytes;
            writer->item(bytes, item);
            CHECK(document.find(bytes) != document.npos);
        }
    }
}

TEST_CASE("any title reads back as it shows") {
    const std::vector<std::string> pieces = {
        "a",      " ",   "&",    "<",   ">", "\"", "&amp;",
        "'",      "<b>", "</b>", "]]>", "ö", "水", "\xF0\x9F\x98\x80",
        "&#x26;", "1",   "\\"};
    std::minstd_rand random(7);
    const Origin origin = samples::origin();
    std::vector<Item> items;
    for (int round = 0; round < 500; ++round) {
        Raw raw = samples::raw(origin);
        raw.id = "urn:x:" + std::to_string(round);
        std::string title = "x";
        for (int i = 0; i < 6; ++i) title += pieces[random() % pieces.size()];
        raw.entry.title = samples::text(title);
        items.push_back(prepare(std::move(raw), {}));
    }
    for (const Writer* writer : writers()) {
        CAPTURE(writer->name);
        const auto feed = read_back(*writer, write(*writer, samples::channel(), items));
        REQUIRE(feed.entries.size() == items.size());
        for (std::size_t i = 0; i < items.size(); ++i)
            CHECK(shown(feed.entries[i].title) == items[i].entry.title.value);
    }
}
