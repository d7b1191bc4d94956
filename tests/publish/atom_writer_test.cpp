#include "publish/writer.h"
#include "tests/publish/samples.h"
#include "tests/publish/xml_document.h"

#include <doctest/doctest.h>

#include <string>

using namespace tributary;
using namespace tributary::publish;

namespace {

using Document = samples::XmlDocument;

Document written(const Item& item, const Channel& channel = samples::channel()) {
    return Document(write(atom_writer, channel, {&item, 1}));
}

}  // namespace

TEST_CASE("an Atom feed says what it is, who made it and where its other forms stand") {
    Channel channel = samples::channel();
    channel.query = "?limit=10&tag=dev";
    channel.hubs = {"https://hub.example/"};
    channel.next = "?before=4711";
    const Document document = written(samples::item(), channel);
    CHECK(document.text("/feed/id") == channel.id);
    CHECK(document.text("/feed/title") == "River & sea");
    CHECK(document.text("/feed/subtitle") == "All the water");
    CHECK(document.text("/feed/updated") == "2026-11-20T10:30:00Z");
    CHECK(document.text("/feed/author/name") == "River & sea");
    CHECK(document.text("/feed/generator") == "Tributary");
    CHECK(document.attribute("/feed/generator/@uri") == "https://river.example/");
    CHECK_FALSE(document.attribute("/feed/generator/@version").empty());
    CHECK(document.attribute("/feed/link[@rel='self']/@href") ==
          "https://river.example/feed.atom?limit=10&tag=dev");
    CHECK(document.attribute("/feed/link[@rel='self']/@type") == "application/atom+xml");
    CHECK(document.attribute("/feed/link[@type='text/html']/@href") == "https://river.example/");
    CHECK(document.attribute("/feed/link[@type='application/rss+xml']/@href") ==
          "https://river.example/feed.rss?limit=10&tag=dev");
    CHECK(document.attribute("/feed/link[@type='application/feed+json']/@href") ==
          "https://river.example/feed.json?limit=10&tag=dev");
    CHECK(document.attribute("/feed/link[@rel='hub']/@href") == "https://hub.example/");
    CHECK(document.attribute("/feed/link[@rel='next']/@href") ==
          "https://river.example/feed.atom?before=4711");
    CHECK(document.root().attribute("xml:lang").value() == std::string("en"));
}

TEST_CASE("an Atom feed names its style sheet and needs no document type") {
    const Item item = samples::item();
    const std::string bytes = write(atom_writer, samples::channel(), {&item, 1});
    CHECK(
        bytes.starts_with("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<?xml-stylesheet "
                          "type=\"text/css\" href=\"/assets/feed.css\"?>\n<feed "));
    CHECK(bytes.find("<!") == bytes.npos);
}

TEST_CASE("an Atom entry says all that is known") {
    const Document document = written(samples::item());
    CHECK(document.text("/feed/entry/id") == "tag:alpha.example,2026:1");
    CHECK(document.text("/feed/entry/title") == "Fish & chips");
    CHECK(document.count("/feed/entry/title/@type") == 0);
    CHECK(document.count("/feed/entry/link[@rel='alternate']") == 1);
    CHECK(document.attribute("/feed/entry/link[@rel='alternate']/@href") ==
          "https://alpha.example/1");
    CHECK(document.text("/feed/entry/published") == "2026-11-20T09:00:00Z");
    CHECK(document.text("/feed/entry/updated") == "2026-11-20T10:30:00Z");
    CHECK(document.count("/feed/entry/author") == 2);
    CHECK(document.text("/feed/entry/author/uri") == "https://carl.example/");
    CHECK(document.text("/feed/entry/contributor/name") == "Emil");
    CHECK(document.attribute("/feed/entry/category[@term='sea']/@scheme") ==
          "https://alpha.example/tags");
    CHECK(document.attribute("/feed/entry/category[@term='sea']/@label") == "The sea");
    CHECK(document.count("/feed/entry/category") == 2);
    CHECK(document.text("/feed/entry/summary") == "Short and salty");
    CHECK(document.attribute("/feed/entry/content/@type") == "html");
    CHECK(document.text("/feed/entry/content") == "<p>Long &amp; <b>salty</b></p>");
    CHECK(document.text("/feed/entry/rights") == "CC0");
    CHECK(document.root().child("entry").attribute("xml:lang").value() == std::string("de"));
}

TEST_CASE("every enclosure of an Atom entry is there, with the length it has and no other") {
    const Document document = written(samples::item());
    const std::string mp3 = "/feed/entry/link[@rel='enclosure'][@type='audio/mpeg']";
    CHECK(document.attribute(mp3 + "/@href") == "https://alpha.example/a.mp3");
    CHECK(document.attribute(mp3 + "/@length") == "1234");
    CHECK(document.count("/feed/entry/link[@rel='enclosure']") == 2);
    CHECK(document.count("/feed/entry/link[@rel='enclosure']/@length") == 1);
}

TEST_CASE("an Atom entry tells where it came from and where it is talked about") {
    const Document document = written(samples::item());
    CHECK(document.attribute("/feed/entry/link[@rel='via']/@href") ==
          "https://alpha.example/feed.xml");
    CHECK(document.attribute("/feed/entry/link[@rel='replies'][@thr:count]/@href") ==
          "https://alpha.example/1#comments");
    CHECK(document.attribute("/feed/entry/link[@rel='replies']/@thr:count") == "3");
    CHECK(document.attribute("/feed/entry/thr:in-reply-to/@ref") == "tag:beta.example,2026:9");
    CHECK(document.attribute("/feed/entry/link[@rel='license']/@href") ==
          "https://creativecommons.org/publicdomain/zero/1.0/");
}

TEST_CASE("an Atom entry carries its source") {
    const Document document = written(samples::item());
    CHECK(document.text("/feed/entry/source/id") == "tag:alpha.example,2020:feed");
    CHECK(document.text("/feed/entry/source/title") == "Alpha & sons");
    CHECK(document.text("/feed/entry/source/updated") == "2026-11-20T10:30:00Z");
    CHECK(document.attribute("/feed/entry/source/link[@rel='self']/@href") ==
          "https://alpha.example/feed.xml");
    CHECK(document.count("/feed/entry/source/link[@rel='self']/@type") == 0);
    CHECK(document.attribute("/feed/entry/source/link[@rel='alternate']/@href") ==
          "https://alpha.example/");
    CHECK(document.text("/feed/entry/source/author/name") == "Ann");
    CHECK(document.text("/feed/entry/source/subtitle") == "All about alpha");
    CHECK(document.text("/feed/entry/source/rights") == "© Alpha");
    CHECK(document.text("/feed/entry/source/icon") == "https://alpha.example/icon.png");
    CHECK(document.text("/feed/entry/source/logo") == "https://alpha.example/logo.png");
}

TEST_CASE("media, podcast and place elements pass through with their name spaces declared") {
    const Document document = written(samples::item());
    for (const char* prefix : {"media", "itunes", "podcast", "psc", "georss", "thr"}) {
        CAPTURE(prefix);
        CHECK(document.root().attribute((std::string("xmlns:") + prefix).c_str()));
    }
    CHECK(document.attribute("/feed/entry/media:content/@url") == "https://alpha.example/v.mp4");
    CHECK(document.attribute("/feed/entry/media:content/@duration") == "12.5");
    CHECK(document.attribute("/feed/entry/media:content/@isDefault") == "true");
    CHECK(document.attribute("/feed/entry/media:thumbnail/@url") == "https://alpha.example/t.jpg");
    CHECK(document.text("/feed/entry/media:keywords") == "sea, salt");
    CHECK(document.text("/feed/entry/itunes:duration") == "3723");
    CHECK(document.text("/feed/entry/itunes:explicit") == "false");
    CHECK(document.text("/feed/entry/podcast:episode") == "4.5");
    CHECK(document.attribute("/feed/entry/podcast:transcript/@type") == "text/vtt");
    CHECK(document.attribute("/feed/entry/psc:chapters/psc:chapter/@start") == "00:01:01.500");
    CHECK(document.text("/feed/entry/georss:point") == "52.5 13.4");
}

TEST_CASE("an Atom entry without a page has content, be it empty") {
    Item item;
    item.entry.id = "urn:x:1";
    const Document document = written(item);
    CHECK(document.root().child("entry").child("content"));
    CHECK(document.root().child("entry").child("title"));
    CHECK_FALSE(document.root().child("entry").child("link"));
}

TEST_CASE("an Atom feed without entries is whole") {
    const Document document(write(atom_writer, samples::channel(), {}));
    CHECK(document.text("/feed/updated") == "1970-01-01T00:00:00Z");
    CHECK(document.count("/feed/entry") == 0);
    CHECK(document.count("/feed/link") == 4);
}
