#include "publish/writer.h"
#include "tests/publish/samples.h"
#include "tests/publish/xml_document.h"

#include <doctest/doctest.h>

using namespace tributary;
using namespace tributary::publish;

namespace {

using Document = samples::XmlDocument;

std::string bytes_of(const Item& item, const Channel& channel = samples::channel()) {
    return write(rss_writer, channel, {&item, 1});
}

Document written(const Item& item, const Channel& channel = samples::channel()) {
    return Document(bytes_of(item, channel));
}

const std::string item_path = "/rss/channel/item/";

}  // namespace

TEST_CASE("an RSS channel has what the profile asks for") {
    Channel channel = samples::channel();
    channel.query = "?q=a";
    channel.hubs = {"https://hub.example/"};
    channel.icon = "https://river.example/icon.png";
    channel.ttl_minutes = 15;
    const Document document = written(samples::item(), channel);
    const auto text = [&](const std::string& name) {
        return document.text("/rss/channel/" + name);
    };
    CHECK(document.attribute("/rss/@version") == "2.0");
    CHECK(text("title") == "River & sea");
    CHECK(text("link") == "https://river.example/");
    CHECK(text("description") == "All the water");
    CHECK(text("language") == "en");
    CHECK(text("lastBuildDate") == "Fri, 20 Nov 2026 10:30:00 +0000");
    CHECK(text("pubDate") == "Fri, 20 Nov 2026 10:30:00 +0000");
    CHECK(text("docs") == "https://www.rssboard.org/rss-specification");
    CHECK(text("generator").starts_with("Tributary "));
    CHECK(text("ttl") == "15");
    CHECK(text("image/url") == channel.icon);
    CHECK(text("image/title") == text("title"));
    CHECK(text("image/link") == text("link"));
    CHECK(document.attribute("/rss/channel/atom:link[@rel='self']/@href") ==
          "https://river.example/feed.rss?q=a");
    CHECK(document.attribute("/rss/channel/atom:link[@rel='hub']/@href") == "https://hub.example/");
}

TEST_CASE("an RSS item says all that is known") {
    const Document document = written(samples::item());
    const auto text = [&](const std::string& name) { return document.text(item_path + name); };
    const auto attribute = [&](const std::string& name) {
        return document.attribute(item_path + name);
    };
    CHECK(text("title") == "Fish & chips");
    CHECK(text("link") == "https://alpha.example/1");
    CHECK(text("guid") == "tag:alpha.example,2026:1");
    CHECK(attribute("guid/@isPermaLink") == "false");
    CHECK(text("pubDate") == "Fri, 20 Nov 2026 09:00:00 +0000");
    CHECK(text("atom:updated") == "2026-11-20T10:30:00Z");
    CHECK(document.count(item_path + "dc:creator") == 2);
    CHECK(text("dc:creator") == "Carl Ö");
    CHECK(document.count(item_path + "author") == 0);
    CHECK(text("category[@domain='https://alpha.example/tags']") == "sea");
    CHECK(document.count(item_path + "category") == 2);
    CHECK(text("comments") == "https://alpha.example/1#comments");
    CHECK(text("slash:comments") == "3");
    CHECK(text("wfw:commentRss") == "https://alpha.example/1/comments.atom");
    CHECK(text("source") == "Alpha & sons");
    CHECK(attribute("source/@url") == "https://alpha.example/feed.xml");
    CHECK(text("dc:language") == "de");
    CHECK(text("dc:rights") == "CC0");
    CHECK(text("itunes:duration") == "3723");
    CHECK(text("georss:point") == "52.5 13.4");
}

TEST_CASE("the words of extensions are no tags for a reader that takes them for HTML") {
    const std::string tag = "<img src=x onerror=a()>";
    Item item = samples::item();
    feed::Media& media = item.entry.media.make();
    media.title.value = media.description.value = media.copyright = tag;
    media.keywords = {tag};
    media.credits.front().value = tag;
    feed::ItunesEntry& itunes = item.entry.itunes.make();
    itunes.title = itunes.author = itunes.subtitle = itunes.summary = tag;
    item.entry.podcast.make().persons.front().name = tag;
    const Document document = written(item);
    for (const char* name :
         {"media:title", "media:description", "media:copyright", "media:keywords", "media:credit",
          "itunes:title", "itunes:author", "itunes:subtitle", "itunes:summary", "podcast:person"}) {
        CAPTURE(std::string(name));
        CHECK(document.text(item_path + name) == "<\u2060img src=x onerror=a()>");
    }
}

TEST_CASE("the description of an RSS item stands before its content, and both are HTML") {
    const Document document = written(samples::item());
    const auto item = document.xml.select_node("/rss/channel/item").node();
    CHECK(item.child("description").text().get() == std::string("Short and salty"));
    CHECK(item.child("content:encoded").text().get() ==
          std::string("<p>Long &amp; <b>salty</b></p>"));
    CHECK(item.child("description").next_sibling("content:encoded"));

    Item sample = samples::item();
    sample.entry.summary.value = "1 < 2 & 3";
    CHECK(written(sample).text(item_path + "description") == "1 &lt; 2 &amp; 3");
}

TEST_CASE("an RSS item without a summary has its content as description") {
    Item item = samples::item();
    item.entry.summary = {};
    const Document document = written(item);
    CHECK(document.text(item_path + "description") == "<p>Long &amp; <b>salty</b></p>");
    CHECK(document.count(item_path + "content:encoded") == 0);
}

TEST_CASE("an RSS item has one enclosure with a length; the others are media") {
    Item item = samples::item();
    item.entry.enclosures.front().length.reset();
    const Document document = written(item);
    CHECK(document.count(item_path + "enclosure") == 1);
    CHECK(document.attribute(item_path + "enclosure/@url") == "https://alpha.example/a.mp3");
    CHECK(document.attribute(item_path + "enclosure/@length") == "0");
    CHECK(document.attribute(item_path + "enclosure/@type") == "audio/mpeg");
    CHECK(document.count(item_path + "media:content[@url='https://alpha.example/b.ogg']") == 1);
}

TEST_CASE("a guid is a permalink only if it is the link") {
    Item item = samples::item();
    item.entry.id = item.entry.link;
    CHECK(written(item).attribute(item_path + "guid/@isPermaLink") == "true");
    item.entry.id = "https://alpha.example/other";
    CHECK(written(item).attribute(item_path + "guid/@isPermaLink") == "false");
    item.entry.id = item.entry.link = "mailto:a@alpha.example";
    CHECK(written(item).attribute(item_path + "guid/@isPermaLink") == "false");
}

TEST_CASE("RSS titles have hexadecimal references, and HTML is escaped without CDATA") {
    Item item = samples::item();
    item.entry.content.text.value = "<p>]]></p>";
    const std::string bytes = bytes_of(item);
    CHECK(bytes.find("<title>Fish &#x26; chips</title>") != bytes.npos);
    CHECK(bytes.find("CDATA") == bytes.npos);
    CHECK(bytes.find("&lt;p&gt;]]&gt;&lt;/p&gt;") != bytes.npos);
}

TEST_CASE("an RSS item has a title or a description, be it empty") {
    Item item;
    item.entry.id = "urn:x:1";
    CHECK(written(item).count(item_path + "title") == 1);
    item.entry.summary.value = "A note";
    CHECK(written(item).count(item_path + "title") == 0);
}

TEST_CASE("an RSS channel without items is whole and names no date") {
    Channel channel = samples::channel();
    channel.description.clear();
    const Document document(write(rss_writer, channel, {}));
    CHECK(document.text("/rss/channel/description") == "River & sea");
    CHECK(document.count("/rss/channel/pubDate") == 0);
    CHECK(document.count("/rss/channel/lastBuildDate") == 0);
    CHECK(document.count("/rss/channel/item") == 0);
}
