#include "feed/model_json.h"

#include <doctest/doctest.h>

using namespace tributary;
using namespace tributary::feed;

namespace {

Text text(TextType type, std::string value) {
    return {.type = type, .value = std::move(value), .lang = "de", .base = "http://e.org/b/"};
}

Timestamp at(int seconds) {
    return Timestamp{std::chrono::seconds{seconds}};
}

Media full_media() {
    Media media;
    media.contents = {{.url = "u",
                       .type = "video/mp4",
                       .medium = "video",
                       .expression = "full",
                       .lang = "en",
                       .title = "t",
                       .description = "d",
                       .length = 1,
                       .width = 2,
                       .height = 3,
                       .duration = 4.5,
                       .bitrate = 128.25,
                       .is_default = false,
                       .thumbnails = {{.url = "x", .time = "1", .width = 1, .height = 2}}}};
    media.thumbnails = {{.url = "y", .time = "2", .width = 3, .height = 4}};
    media.title = text(TextType::text, "title");
    media.description = text(TextType::html, "<b>d</b>");
    media.keywords = {"a", "b"};
    media.rating = "nonadult";
    media.copyright = "c";
    media.player.make() = {.url = "p", .width = 5, .height = 6};
    media.credits = {{.role = "r", .scheme = "s", .value = "v"}};
    media.license.make() = {.url = "l", .type = "t", .value = "v"};
    media.community.make() = {
        .views = 1, .favorites = 2, .rating_count = 3, .rating_average = 4.25};
    return media;
}

Source full_source() {
    Source source;
    source.id = "s";
    source.link = "http://s/";
    source.icon = "i";
    source.image = "m";
    source.title = text(TextType::text, "st");
    source.subtitle = text(TextType::text, "ss");
    source.rights = text(TextType::text, "sr");
    source.links = {
        {.rel = "self", .type = "", .href = "h", .title = "", .hreflang = "", .length = {}}};
    source.updated = at(5);
    source.authors = {{.name = "n", .email = "", .uri = "", .avatar = ""}};
    source.contributors = {{.name = "c", .email = "", .uri = "", .avatar = ""}};
    source.categories = {{.term = "t", .scheme = "", .label = ""}};
    source.generator.make() = {.name = "g", .uri = "u", .version = "1"};
    return source;
}

PodcastValue full_value() {
    return {.type = "lightning",
            .method = "keysend",
            .suggested = 0.00000005,
            .recipients = {{.name = "n",
                            .type = "node",
                            .address = "a",
                            .custom_key = "k",
                            .custom_value = "v",
                            .split = 90,
                            .fee = true}}};
}

Entry full_entry() {
    Entry entry;
    entry.id = "id \"quoted\" \\ \x01 \xE2\x80\xA8 \xE2\x82\xAC";
    entry.id_is_permalink = false;
    entry.title = text(TextType::html, "T <i>t</i>");
    entry.summary = text(TextType::text, "s");
    entry.rights = text(TextType::xhtml, "<p>r</p>");
    entry.content = {
        .text = text(TextType::html, "<p>[{\n\t</p>"), .src = "src", .media_type = "image/png"};
    entry.link = "http://e.org/1";
    entry.links = {{.rel = "alternate",
                    .type = "text/html",
                    .href = "http://e.org/1",
                    .title = "t",
                    .hreflang = "en",
                    .length = 12}};
    entry.external_url = "http://x.org/";
    entry.published = Timestamp{Duration{1700000000123}};
    entry.updated = at(2);
    entry.created = at(-3);
    entry.expired = at(4);
    entry.date_as_written = "yesterday";
    entry.authors = {{.name = "A", .email = "a@e.org", .uri = "u", .avatar = "v"}};
    entry.contributors = {{.name = "C", .email = "", .uri = "", .avatar = ""}};
    entry.publisher.make().name = "P";
    entry.categories = {{.term = "t", .scheme = "s", .label = "l"}};
    entry.enclosures = {{.url = "e.mp3",
                         .type = "audio/mpeg",
                         .title = "t",
                         .length = 9007199254740993,
                         .duration = 1.5}};
    entry.image = "i.png";
    entry.source.make() = full_source();
    entry.comments = "c";
    entry.comments_feed = "cf";
    entry.comments_count = 0;
    entry.in_reply_to = {{.ref = "r", .href = "h", .type = "t", .source = "s"}};
    entry.language = "de";
    entry.base = "http://e.org/";
    entry.license = "cc";
    entry.media.make() = full_media();
    entry.itunes.make() = {.title = "t",
                           .author = "a",
                           .subtitle = "s",
                           .summary = "su",
                           .image = "i",
                           .episode_type = "full",
                           .duration = 3723,
                           .is_explicit = true,
                           .block = false,
                           .episode = 1,
                           .season = 2,
                           .order = 3,
                           .keywords = {"k"}};
    PodcastEntry& podcast = entry.podcast.make();
    podcast.transcripts = {{.url = "u", .type = "t", .language = "l", .rel = "captions"}};
    podcast.chapters.make() = {.url = "u", .type = "t"};
    podcast.soundbites = {{.start = 1.25, .duration = 60, .title = "t"}};
    podcast.persons = {{.name = "n", .role = "host", .group = "cast", .img = "i", .href = "h"}};
    podcast.season.make() = {.number = 3, .name = "n"};
    podcast.episode.make() = {.number = 2.5, .display = "d"};
    podcast.location.make() = {.name = "Austin", .geo = "geo:30,-97", .osm = "R113314"};
    podcast.license = "l";
    podcast.socialinteract = {{.protocol = "activitypub",
                               .uri = "u",
                               .account_id = "a",
                               .account_url = "au",
                               .priority = 1}};
    podcast.value.make() = full_value();
    entry.chapters = {{.start = 0, .title = "Intro", .href = "h", .image = "i"}};
    entry.geo.make() = {.type = GeometryType::point,
                        .positions = {{.longitude = -71.92, .latitude = 45.256}}};
    entry.extensions = R"({"_a":{"b":[1,2.5,null]},"_c":"d"})";
    return entry;
}

Feed full_feed() {
    Feed feed;
    feed.format = Format::atom;
    feed.version = "1.0";
    feed.encoding = "utf-8";
    feed.base = "b";
    feed.language = "en";
    feed.id = "i";
    feed.title = text(TextType::text, "t");
    feed.subtitle = text(TextType::html, "s");
    feed.rights = text(TextType::text, "r");
    feed.link = "l";
    feed.self = "s";
    feed.hubs = {"h1", "h2"};
    feed.links = {
        {.rel = "self", .type = "", .href = "s", .title = "", .hreflang = "", .length = {}}};
    feed.updated = at(1);
    feed.published = at(2);
    feed.generator.make().name = "g";
    feed.icon = "ic";
    feed.image.make() = {
        .url = "u", .title = "t", .link = "l", .description = "d", .width = 1, .height = 2};
    feed.authors = {{.name = "A", .email = "", .uri = "", .avatar = ""}};
    feed.contributors = {{.name = "C", .email = "", .uri = "", .avatar = ""}};
    feed.publisher.make().email = "p@e.org";
    feed.categories = {{.term = "t", .scheme = "", .label = ""}};
    feed.ttl_minutes = 60;
    feed.skip_hours = {0, 23};
    feed.skip_days = {"Sunday"};
    feed.update_period = "hourly";
    feed.update_frequency = 2;
    feed.update_base = at(9);
    feed.paging.make() = {.first = "f",
                          .last = "l",
                          .next = "n",
                          .previous = "p",
                          .current = "c",
                          .next_archive = "na",
                          .prev_archive = "pa",
                          .archive = true,
                          .complete = false};
    feed.cloud.make() = {
        .domain = "d", .port = "80", .path = "/", .protocol = "soap", .registerprocedure = "r"};
    feed.textinput.make() = {.title = "t", .description = "d", .name = "n", .link = "l"};
    feed.docs = "d";
    feed.license = "li";
    feed.media.make() = full_media();
    feed.itunes.make() = {.author = "a",
                          .subtitle = "s",
                          .summary = "su",
                          .image = "i",
                          .type = "serial",
                          .new_feed_url = "n",
                          .is_explicit = false,
                          .block = true,
                          .complete = true,
                          .keywords = {"k"},
                          .owner = {},
                          .categories = {{.term = "Arts", .scheme = "s", .label = ""}}};
    feed.itunes->owner.make().name = "o";
    PodcastFeed& podcast = feed.podcast.make();
    podcast.guid = "g";
    podcast.medium = "music";
    podcast.license = "l";
    podcast.locked = true;
    podcast.funding = {{.url = "u", .title = "t"}};
    podcast.persons = {{.name = "n", .role = "", .group = "", .img = "", .href = ""}};
    podcast.location.make().name = "x";
    podcast.value.make() = full_value();
    podcast.trailers = {
        {.title = "t", .url = "u", .type = "y", .published = at(7), .length = 1, .season = 2}};
    feed.geo.make() = {
        .type = GeometryType::polygon,
        .positions = {{.longitude = 1, .latitude = 2}, {.longitude = 3, .latitude = 4}}};
    return feed;
}

}  // namespace

TEST_CASE("an entry with every field comes back from JSON equal") {
    const Entry entry = full_entry();
    CHECK(entry_from_json(to_json(entry)) == entry);
    CHECK(entry_from_json(to_json(Entry{})) == Entry{});
}

TEST_CASE("a feed with every field comes back from JSON equal") {
    const Feed feed = full_feed();
    CHECK(feed_from_json(to_json(feed)) == feed);
    CHECK(feed_from_json(to_json(Feed{})) == Feed{});
}

TEST_CASE("lines and polygons come back in their order") {
    for (const GeometryType type : {GeometryType::line_string, GeometryType::polygon}) {
        Entry entry;
        entry.geo.make() = {.type = type,
                            .positions = {{.longitude = 0.1, .latitude = 1e-7},
                                          {.longitude = -180, .latitude = 90}}};
        CHECK(entry_from_json(to_json(entry)) == entry);
    }
}

TEST_CASE("a number with a fraction comes back as it was read, whatever its digits") {
    for (const std::string number :
         {"26666666666666666665", "0.1", "1e22", "1.7976931348623157e308", "123456.78901234567",
          "2.2250738585072014e-308", "4.35", "9007199254740993", "1e-300", "0.30000000000000004"}) {
        CAPTURE(number);
        const auto parsed = parse({.bytes = "<rss xmlns:media='http://search.yahoo.com/mrss/'>"
                                            "<channel><item><media:content bitrate='" +
                                            number + "' duration='1:" + number + "'/></item>",
                                   .url = {},
                                   .content_type = {}});
        REQUIRE(parsed);
        const Entry& entry = parsed->feed.entries.at(0);
        CHECK(entry_from_json(to_json(entry)) == entry);
    }
}

TEST_CASE("absent fields are left out and names are those of the schema") {
    Entry entry;
    entry.id = "x";
    entry.title = {.type = TextType::html, .value = "a", .lang = "", .base = ""};
    entry.itunes.make().is_explicit = false;
    entry.published = at(0);
    CHECK(to_json(entry) ==
          R"({"id":"x","title":{"type":"html","value":"a"},"published":"1970-01-01T00:00:00Z",)"
          R"("itunes":{"explicit":false}})");
}

TEST_CASE("a parsed document is one line with feed, entries and warnings") {
    Parsed parsed;
    parsed.feed.format = Format::json;
    parsed.feed.entries.resize(2);
    parsed.feed.entries[0].id = "a\nb";
    parsed.warnings = {{"bad-date", "no \"date\""}};
    CHECK(to_json(parsed) == R"({"feed":{"format":"json"},"entries":[{"id":"a\nb"},{}],)"
                             R"("warnings":[{"code":"bad-date","message":"no \"date\""}]})");
}

TEST_CASE("an error tells line and column only where they are known") {
    CHECK(to_json(ParseError{
              .code = ParseError::Code::empty, .message = "m", .line = 0, .column = 0}) ==
          R"({"error":{"code":"empty","message":"m"}})");
    CHECK(to_json(ParseError{
              .code = ParseError::Code::not_a_feed, .message = "m", .line = 2, .column = 3}) ==
          R"({"error":{"code":"not-a-feed","message":"m","line":2,"column":3}})");
}

TEST_CASE("malformed and unknown members of stored JSON are ignored") {
    CHECK(entry_from_json("") == Entry{});
    CHECK(entry_from_json("[1]") == Entry{});
    CHECK(entry_from_json("{\"id\":") == Entry{});
    const Entry entry = entry_from_json(
        R"({"id":"x","new":{"a":1},"links":"no","published":"never","media":7,"geo":[1],)"
        R"("title":{"type":"odd","value":"t"},"extensions":[1]})");
    CHECK(entry.id == "x");
    CHECK(entry.title.value == "t");
    CHECK(entry.links.empty());
    CHECK_FALSE(entry.published.has_value());
    CHECK_FALSE(entry.media);
    CHECK(entry.extensions.empty());
}

TEST_CASE("an entry without its content is the entry with a point for the content's text") {
    Entry entry;
    entry.title.value = "the same text";
    entry.content.text = {.type = TextType::html,
                          .value = "the same text",
                          .lang = "en",
                          .base = "https://e.example/"};
    Entry expected = entry;
    expected.content.text.value = ".";
    CHECK(to_json_without_content(entry) == to_json(expected));
    CHECK(to_json_without_content(Entry{}) == to_json(Entry{}));
}
