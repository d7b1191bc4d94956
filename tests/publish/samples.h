#pragma once
// An entry that uses every field, its source and a channel: what the tests of all writers write.

#include "base/time.h"
#include "publish/merge.h"

#include <chrono>
#include <string>
#include <vector>

namespace tributary::publish::samples {

inline Timestamp time(std::string_view text) {
    return read_date(text).value();
}

inline feed::Text text(std::string value, feed::TextType type = feed::TextType::text) {
    feed::Text out;
    out.type = type;
    out.value = std::move(value);
    return out;
}

inline feed::Person person(std::string name, std::string uri = {}) {
    feed::Person out;
    out.name = std::move(name);
    out.uri = std::move(uri);
    return out;
}

inline feed::Link link(std::string rel, std::string href) {
    feed::Link out;
    out.rel = std::move(rel);
    out.href = std::move(href);
    return out;
}

inline feed::Category category(std::string term, std::string scheme = {}, std::string label = {}) {
    return {std::move(term), std::move(scheme), std::move(label)};
}

inline feed::Enclosure enclosure(std::string url, std::string type,
                                 std::optional<std::int64_t> length) {
    feed::Enclosure out;
    out.url = std::move(url);
    out.type = std::move(type);
    out.length = length;
    return out;
}

inline Channel channel() {
    Channel out;
    out.id = "urn:uuid:60a76c80-d399-11d9-b93c-0003939e0af6";
    out.title = "River & sea";
    out.description = "All the water";
    out.language = "en";
    out.home = "https://river.example/";
    out.base = "https://river.example/feed";
    return out;
}

inline Origin origin() {
    Origin out;
    out.slug = "alpha";
    out.feed_url = "https://alpha.example/feed.xml";
    out.head.id = "tag:alpha.example,2020:feed";
    out.head.title = text("Alpha &amp; sons", feed::TextType::html);
    out.head.subtitle = text("All about alpha");
    out.head.rights = text("© Alpha");
    out.head.link = "https://alpha.example/";
    out.head.icon = "https://alpha.example/icon.png";
    out.head.image.make().url = "https://alpha.example/logo.png";
    out.head.authors = {person("Ann")};
    return out;
}

inline void add_media(feed::Entry& entry) {
    feed::Media& media = entry.media.make();
    feed::MediaContent& content = media.contents.emplace_back();
    content.url = "https://alpha.example/v.mp4";
    content.type = "video/mp4";
    content.medium = "video";
    content.length = 99;
    content.width = 640;
    content.duration = 12.5;
    content.is_default = true;
    media.thumbnails.emplace_back().url = "https://alpha.example/t.jpg";
    media.title = text("Moving");
    media.description = text("A moving picture");
    media.keywords = {"sea", "salt"};
    media.rating = "nonadult";
    media.credits.push_back({"author", "urn:ebu", "Ann"});
    media.community.make().views = 7;
}

inline void add_podcast(feed::Entry& entry) {
    feed::ItunesEntry& itunes = entry.itunes.make();
    itunes.duration = 3723;
    itunes.is_explicit = false;
    itunes.episode = 4;
    itunes.season = 2;
    itunes.episode_type = "full";
    itunes.image = "https://alpha.example/cover.jpg";
    feed::PodcastEntry& podcast = entry.podcast.make();
    podcast.transcripts.emplace_back().url = "https://alpha.example/t.vtt";
    podcast.transcripts.back().type = "text/vtt";
    podcast.chapters.make().url = "https://alpha.example/chapters.json";
    podcast.persons.emplace_back().name = "Bea";
    podcast.season.make().number = 2;
    podcast.episode.make().number = 4.5;
    podcast.location.make().name = "Berlin";
    podcast.license = "CC-BY-4.0";
    feed::Chapter& chapter = entry.chapters.emplace_back();
    chapter.start = 61.5;
    chapter.title = "The middle";
}

/// As the store hands it over: not yet prepared.
inline Raw raw(const Origin& origin) {
    Raw out;
    out.seq = 4711;
    out.revision = 1;
    out.id = "tag:alpha.example,2026:1";
    out.origin = &origin;
    out.first_seen = time("2026-11-20T09:02:11Z");
    out.published = time("2026-11-20T09:00:00Z");
    out.updated = time("2026-11-20T10:30:00Z");

    feed::Entry& entry = out.entry;
    entry.title = text("Fish &amp; <b>chips</b>", feed::TextType::html);
    entry.summary = text("Short <i>and</i> salty", feed::TextType::html);
    entry.content.text = text("<p>Long &amp; <b>salty</b></p>", feed::TextType::html);
    entry.content.text.base = "https://alpha.example/";
    entry.rights = text("CC0");
    entry.link = "https://alpha.example/1";
    entry.links = {link("alternate", entry.link)};
    entry.date_as_written = "Fri, 20 Nov 2026 09:00 GMT";
    entry.authors = {person("Carl Ö", "https://carl.example/"), person("Dora")};
    entry.contributors = {person("Emil")};
    entry.categories = {category("sea", "https://alpha.example/tags", "The sea"), category("food")};
    entry.enclosures = {enclosure("https://alpha.example/a.mp3", "audio/mpeg", 1234),
                        enclosure("https://alpha.example/b.ogg", "audio/ogg", {})};
    entry.comments = "https://alpha.example/1#comments";
    entry.comments_feed = "https://alpha.example/1/comments.atom";
    entry.comments_count = 3;
    entry.language = "de";
    entry.license = "https://creativecommons.org/publicdomain/zero/1.0/";
    entry.in_reply_to.emplace_back().ref = "tag:beta.example,2026:9";
    entry.geo.make().positions = {{13.4, 52.5}};
    return out;
}

inline Raw rich_raw(const Origin& origin) {
    Raw out = raw(origin);
    add_media(out.entry);
    add_podcast(out.entry);
    return out;
}

/// Ready to be written; everything in it is used.
inline Item item() {
    const Origin from = origin();
    return prepare(rich_raw(from), {});
}

}  // namespace tributary::publish::samples
