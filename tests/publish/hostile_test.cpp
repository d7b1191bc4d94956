// Whatever a publisher writes into whatever field, what is published is well-formed and holds no
// address that runs.

#include "base/text.h"
#include "publish/writer.h"
#include "tests/publish/samples.h"
#include "tests/publish/xml_document.h"

#include <doctest/doctest.h>

#include <boost/json.hpp>
#include <set>

using namespace tributary;
using namespace tributary::publish;

namespace {

using namespace std::string_view_literals;

const std::vector<std::string> hostile = {
    "]]>",
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "'\"`<!--<![CDATA[<?x ?>&amp;&bogus;&#0;",
    std::string("a\0b"sv),
    "\x01\x08\x0B\x0C\x1F\x7F",
    "\xC2\x80\xC2\x9F",
    "\xED\xA0\x80",  // half a surrogate pair
    "\xED\xB0\x80\xED\xA0\x80",
    "\xEF\xBF\xBE\xEF\xBF\xBF",  // U+FFFE, U+FFFF
    "\xC3",
    "\xF4\x90\x80\x80",  // past U+10FFFF
    "\xE2\x80\xAE"
    "cte\xE2\x81\xA6",
    "\\\"\\u0000\n\r\t",
    "javascript:alert(1)",
    "https://a.example/\x01\"><script>alert(1)</script>",
    "https://a.example/\xFF",
};

void fill(feed::Source& source, const std::string& text) {
    source.id = source.link = source.icon = source.image = text;
    source.title = source.subtitle = source.rights = samples::text(text);
    source.links = {samples::link("self", text), samples::link(text, text)};
    source.authors = {feed::Person{text, text, text, text}};
}

void fill(feed::Media& media, const std::string& text) {
    feed::MediaContent& content = media.contents.emplace_back();
    for (std::string* field : {&content.url, &content.type, &content.medium, &content.expression,
                               &content.lang, &content.title, &content.description})
        *field = text;
    content.url = "https://a.example/";
    content.thumbnails.emplace_back().url = text;
    media.thumbnails.emplace_back().url = text;
    media.title = samples::text(text, feed::TextType::html);
    media.description = samples::text(text);
    media.keywords = {text};
    media.rating = media.copyright = text;
    media.player.make().url = text;
    media.credits.push_back({text, text, text});
    media.license.make() = {text, text, text};
}

void fill(feed::ItunesEntry& itunes, const std::string& text) {
    itunes.title = itunes.author = itunes.subtitle = itunes.summary = text;
    itunes.image = itunes.episode_type = text;
    itunes.keywords = {text};
}

void fill(feed::PodcastEntry& podcast, const std::string& text) {
    podcast.transcripts.push_back({"https://a.example/", text, text, text});
    podcast.chapters.make() = {text, text};
    podcast.soundbites.emplace_back().title = text;
    podcast.persons.push_back({text, text, text, text, text});
    podcast.season.make() = {1.0, text};
    podcast.episode.make() = {1.0, text};
    podcast.location.make() = {text, text, text};
    podcast.license = text;
    podcast.socialinteract.push_back({text, "https://a.example/", text, text, {}});
    feed::PodcastValue& value = podcast.value.make();
    value.type = value.method = text;
    value.recipients.push_back({text, text, text, text, text, {}, {}});
}

void fill(feed::Entry& entry, const std::string& text) {
    for (std::string* field : {&entry.id, &entry.link, &entry.external_url, &entry.date_as_written,
                               &entry.image, &entry.comments, &entry.comments_feed, &entry.language,
                               &entry.base, &entry.license, &entry.extensions})
        *field = text;
    entry.title = entry.rights = samples::text(text);
    entry.summary = samples::text(text, feed::TextType::html);
    entry.content.text = samples::text(text, feed::TextType::html);
    entry.links = {samples::link("related", text), samples::link(text, text)};
    entry.authors = entry.contributors = {feed::Person{text, text + "@" + text, text, text}};
    entry.categories = {samples::category(text, text, text)};
    entry.enclosures = {samples::enclosure(text, text, -1),
                        samples::enclosure("https://a.example/", text, {}),
                        samples::enclosure("https://b.example/", text, {})};
    entry.in_reply_to.push_back({text, text, text, text});
    feed::Chapter& chapter = entry.chapters.emplace_back();
    chapter.title = chapter.href = chapter.image = text;
    chapter.start = -1e300;
    entry.geo.make().positions = {{1e300, 0}};
    fill(entry.source.make(), text);
    fill(entry.media.make(), text);
    fill(entry.itunes.make(), text);
    fill(entry.podcast.make(), text);
}

Provenance provenance(const std::string& text) {
    Provenance out;
    out.source_date = out.source_slug = out.source_title = out.source_url = text;
    out.also_in = {text};
    return out;
}

/// As a store could hand it over, cleaned; and as it must not come, with nothing cleaned.
std::vector<Item> hostile_items(const std::string& text) {
    Origin origin;
    origin.slug = origin.feed_url = origin.head.id = origin.head.link = origin.head.icon = text;
    origin.head.title = origin.head.subtitle = samples::text(text);
    Raw raw;
    fill(raw.entry, text);
    raw.id = text;
    raw.origin = &origin;
    raw.also_in = {&origin};
    Item bare;
    fill(bare.entry, text);
    bare.provenance = provenance(text);
    return {prepare(raw, {}), bare};
}

Channel hostile_channel(const std::string& text) {
    Channel channel;
    channel.id = channel.title = channel.description = channel.language = text;
    channel.home = channel.base = channel.query = channel.next = channel.icon = text;
    channel.hubs = {text};
    return channel;
}

void check_addresses(const pugi::xml_node& node) {
    static const std::set<std::string_view> addresses = {"href", "url", "uri", "src", "scheme"};
    for (const auto& attribute : node.attributes())
        if (addresses.contains(attribute.name()))
            CHECK_FALSE(starts_with_ignoring_case(trim(attribute.value()), "javascript:"));
    static const std::set<std::string_view> elements = {"link", "uri", "icon", "logo", "comments"};
    if (elements.contains(node.name()))
        CHECK_FALSE(starts_with_ignoring_case(trim(node.text().get()), "javascript:"));
}

struct AddressChecker : pugi::xml_tree_walker {
    bool for_each(pugi::xml_node& node) override {
        check_addresses(node);
        return true;
    }
};

void check_json_addresses(const boost::json::value& value) {
    if (const auto* array = value.if_array()) {
        for (const auto& element : *array) check_json_addresses(element);
    } else if (const auto* object = value.if_object()) {
        for (const auto& [name, member] : *object) {
            const std::string_view key = name;
            if (key.ends_with("url") || key == "icon" || key == "image" || key == "avatar")
                CHECK_FALSE(
                    starts_with_ignoring_case(std::string(member.as_string()), "javascript:"));
            check_json_addresses(member);
        }
    }
}

/// pugixml lets some characters pass that XML 1.0 (2.2) does not allow.
void check_characters(const std::string& document) {
    CHECK(is_utf8(document));
    for (std::size_t at = 0; at < document.size(); ++at) {
        const auto byte = static_cast<unsigned char>(document[at]);
        const bool is_control = (byte < 0x20 && byte != '\n' && byte != '\t') || byte == 0x7F;
        REQUIRE_FALSE(is_control);
    }
    CHECK(document.find("\xEF\xBF\xBE") == document.npos);
    CHECK(document.find("\xEF\xBF\xBF") == document.npos);
}

}  // namespace

TEST_CASE("hostile text in every field leaves every document well-formed and its links harmless") {
    for (const std::string& text : hostile) {
        const std::string shown = printable(text);
        CAPTURE(shown);
        const auto items = hostile_items(text);
        for (const Writer* writer : writers()) {
            CAPTURE(writer->name);
            const std::string document = write(*writer, hostile_channel(text), items);
            check_characters(document);
            if (writer == &json_feed_writer) {
                check_json_addresses(boost::json::parse(document));
                continue;
            }
            samples::XmlDocument xml(document);
            AddressChecker checker;
            xml.xml.traverse(checker);
        }
    }
}

TEST_CASE("a title that is read as HTML after all has no element in it") {
    Item item = samples::item();
    item.entry.title.value = "<script>alert(1)</script> and <b>bold</b>";
    item.entry.categories = {samples::category("<img src=x onerror=alert(1)>")};
    item.entry.authors = {samples::person("<svg onload=alert(1)>")};
    const samples::XmlDocument document(write(rss_writer, samples::channel(), {&item, 1}));
    for (const char* path : {"/rss/channel/item/title", "/rss/channel/item/category",
                             "/rss/channel/item/dc:creator"}) {
        const std::string text = document.text(path);
        CAPTURE(text);
        for (const char* tag : {"<s", "</s", "<b", "</b", "<i"}) CHECK(text.find(tag) == text.npos);
    }
}
