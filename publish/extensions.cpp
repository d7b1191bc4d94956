#include "publish/extensions.h"

#include "base/text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <string>

namespace tributary::publish {
namespace {

std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words) {
        if (trim(word).empty()) continue;
        if (!out.empty()) out += ", ";
        out += word;
    }
    return out;
}

/// "1:02:03.500", the normal play time of Podlove chapters (RFC 2326 3.6).
std::string play_time(double seconds) {
    constexpr double longest = 360'000;  // 100 hours
    const auto milliseconds =
        std::isfinite(seconds) ? std::llround(std::clamp(seconds, 0.0, longest) * 1000) : 0;
    const auto whole = milliseconds / 1000;
    std::array<char, 32> text;
    std::snprintf(text.data(), text.size(), "%02lld:%02lld:%02lld.%03lld", whole / 3600,
                  whole / 60 % 60, whole % 60, milliseconds % 1000);
    return text.data();
}

// Media RSS 1.5.1

void write_thumbnail(Element& parent, const feed::MediaThumbnail& thumbnail) {
    if (web_url(thumbnail.url).empty()) return;
    Element(parent, "media:thumbnail")
        .url("url", thumbnail.url)
        .attribute("width", thumbnail.width)
        .attribute("height", thumbnail.height)
        .attribute("time", thumbnail.time);
}

void write_content(Element& parent, const feed::MediaContent& content) {
    if (web_url(content.url).empty()) return;
    Element element(parent, "media:content");
    element.url("url", content.url)
        .attribute("type", content.type)
        .attribute("medium", content.medium)
        .attribute("fileSize", content.length)
        .attribute("width", content.width)
        .attribute("height", content.height)
        .attribute("duration", content.duration)
        .attribute("bitrate", content.bitrate)
        .attribute("isDefault", content.is_default)
        .attribute("expression", content.expression)
        .attribute("lang", language_tag(content.lang));
    element.child_title("media:title", content.title);
    element.child_title("media:description", content.description);
    for (const auto& thumbnail : content.thumbnails) write_thumbnail(element, thumbnail);
}

void write_credits(Element& parent, const feed::Media& media) {
    for (const auto& credit : media.credits) {
        if (credit.value.empty()) continue;
        Element(parent, "media:credit")
            .attribute("role", credit.role)
            .attribute("scheme", identifier(credit.scheme))
            .title(credit.value);
    }
    if (media.license && !media.license->value.empty()) {
        Element(parent, "media:license")
            .attribute("type", media.license->type)
            .url("href", media.license->url)
            .title(media.license->value);
    }
}

void write_community(Element& parent, const feed::MediaCommunity& community) {
    Element element(parent, "media:community");
    if (community.rating_average || community.rating_count) {
        Element(element, "media:starRating")
            .attribute("average", community.rating_average)
            .attribute("count", community.rating_count);
    }
    if (community.views || community.favorites) {
        Element(element, "media:statistics")
            .attribute("views", community.views)
            .attribute("favorites", community.favorites);
    }
}

void write_media(Element& item, const feed::Media& media) {
    for (const auto& content : media.contents) write_content(item, content);
    for (const auto& thumbnail : media.thumbnails) write_thumbnail(item, thumbnail);
    item.child_title("media:title", plain_text(media.title));
    item.child_title("media:description", plain_text(media.description));
    item.child_title("media:keywords", joined(media.keywords));
    item.child_title("media:rating", media.rating);
    item.child_title("media:copyright", media.copyright);
    if (media.player && !web_url(media.player->url).empty()) {
        Element(item, "media:player")
            .url("url", media.player->url)
            .attribute("width", media.player->width)
            .attribute("height", media.player->height);
    }
    write_credits(item, media);
    if (media.community) write_community(item, *media.community);
}

/// Enclosures beyond those that the format holds, unless Media RSS names them already.
void write_more_enclosures(Element& item, const feed::Entry& entry,
                           std::span<const feed::Enclosure> more) {
    for (const auto& enclosure : more) {
        const auto is_same = [&](const auto& content) { return content.url == enclosure.url; };
        if (entry.media && std::ranges::any_of(entry.media->contents, is_same)) continue;
        if (web_url(enclosure.url).empty()) continue;
        Element(item, "media:content")
            .url("url", enclosure.url)
            .attribute("type", enclosure.type)
            .attribute("fileSize", enclosure.length)
            .attribute("duration", enclosure.duration)
            .child_title("media:title", enclosure.title);
    }
}

// iTunes

void write_itunes(Element& item, const feed::ItunesEntry& itunes) {
    item.child_title("itunes:title", itunes.title);
    item.child_title("itunes:author", itunes.author);
    item.child_title("itunes:subtitle", itunes.subtitle);
    item.child_title("itunes:summary", itunes.summary);
    if (!web_url(itunes.image).empty()) Element(item, "itunes:image").url("href", itunes.image);
    if (itunes.duration) item.child("itunes:duration", number(std::round(*itunes.duration)));
    item.child("itunes:explicit", itunes.is_explicit);
    if (itunes.block.value_or(false)) item.child("itunes:block", "Yes");
    item.child("itunes:episode", itunes.episode);
    item.child("itunes:season", itunes.season);
    item.child("itunes:episodeType", itunes.episode_type);
    item.child("itunes:order", itunes.order);
    item.child_title("itunes:keywords", joined(itunes.keywords));
}

// Podcasting 2.0

void write_podcast_files(Element& item, const feed::PodcastEntry& podcast) {
    for (const auto& transcript : podcast.transcripts) {
        if (web_url(transcript.url).empty()) continue;
        Element(item, "podcast:transcript")
            .url("url", transcript.url)
            .attribute("type", transcript.type)
            .attribute("language", language_tag(transcript.language))
            .attribute("rel", transcript.rel);
    }
    if (podcast.chapters && !web_url(podcast.chapters->url).empty()) {
        Element(item, "podcast:chapters")
            .url("url", podcast.chapters->url)
            .attribute("type", podcast.chapters->type);
    }
    for (const auto& soundbite : podcast.soundbites) {
        Element(item, "podcast:soundbite")
            .attribute("startTime", soundbite.start)
            .attribute("duration", soundbite.duration)
            .title(soundbite.title);
    }
}

void write_podcast_people(Element& item, const feed::PodcastEntry& podcast) {
    for (const auto& person : podcast.persons) {
        if (person.name.empty()) continue;
        Element(item, "podcast:person")
            .attribute("role", person.role)
            .attribute("group", person.group)
            .url("img", person.img)
            .url("href", person.href)
            .title(person.name);
    }
    if (podcast.location && !podcast.location->name.empty()) {
        Element(item, "podcast:location")
            .attribute("geo", podcast.location->geo)
            .attribute("osm", podcast.location->osm)
            .title(podcast.location->name);
    }
    for (const auto& social : podcast.socialinteract) {
        if (web_url(social.uri).empty()) continue;
        Element(item, "podcast:socialInteract")
            .attribute("protocol", social.protocol)
            .url("uri", social.uri)
            .attribute("accountId", social.account_id)
            .url("accountUrl", social.account_url)
            .attribute("priority", social.priority);
    }
}

void write_podcast_value(Element& item, const feed::PodcastValue& value) {
    Element element(item, "podcast:value");
    element.attribute("type", value.type)
        .attribute("method", value.method)
        .attribute("suggested", value.suggested);
    for (const auto& recipient : value.recipients) {
        Element(element, "podcast:valueRecipient")
            .attribute("name", recipient.name)
            .attribute("type", recipient.type)
            .attribute("address", recipient.address)
            .attribute("customKey", recipient.custom_key)
            .attribute("customValue", recipient.custom_value)
            .attribute("split", recipient.split)
            .attribute("fee", recipient.fee);
    }
}

void write_podcast(Element& item, const feed::PodcastEntry& podcast) {
    if (podcast.season && podcast.season->number) {
        Element(item, "podcast:season")
            .attribute("name", podcast.season->name)
            .text(number(*podcast.season->number));
    }
    if (podcast.episode && podcast.episode->number) {
        Element(item, "podcast:episode")
            .attribute("display", podcast.episode->display)
            .text(number(*podcast.episode->number));
    }
    write_podcast_files(item, podcast);
    write_podcast_people(item, podcast);
    item.child_title("podcast:license", podcast.license);
    if (podcast.value) write_podcast_value(item, *podcast.value);
}

// Podlove simple chapters, GeoRSS simple, threading

void write_chapters(Element& item, const std::vector<feed::Chapter>& chapters) {
    if (chapters.empty()) return;
    Element list(item, "psc:chapters");
    list.attribute("version", "1.2");
    for (const auto& chapter : chapters) {
        Element(list, "psc:chapter")
            .attribute("start", play_time(chapter.start))
            .attribute("title", chapter.title)
            .url("href", chapter.href)
            .url("image", chapter.image);
    }
}

std::string_view name_of(feed::GeometryType type) {
    switch (type) {
        case feed::GeometryType::line_string:
            return "georss:line";
        case feed::GeometryType::polygon:
            return "georss:polygon";
        case feed::GeometryType::point:
            break;
    }
    return "georss:point";
}

void write_geometry(Element& item, const feed::Geometry& geometry) {
    std::string positions;
    for (const auto& position : geometry.positions) {
        if (!(std::abs(position.latitude) <= 90 && std::abs(position.longitude) <= 180)) return;
        if (!positions.empty()) positions += ' ';
        positions += number(position.latitude) + ' ' + number(position.longitude);
    }
    item.child(name_of(geometry.type), positions);
}

void write_in_reply_to(Element& item, const feed::InReplyTo& reply) {
    if (reply.ref.empty()) return;
    Element(item, "thr:in-reply-to")
        .attribute("ref", reply.ref)
        .url("href", reply.href)
        .attribute("type", reply.type)
        .url("source", reply.source);
}

}  // namespace

void declare_extensions(Element& root) {
    root.attribute("xmlns:media", "http://search.yahoo.com/mrss/")
        .attribute("xmlns:itunes", "http://www.itunes.com/dtds/podcast-1.0.dtd")
        .attribute("xmlns:podcast", "https://podcastindex.org/namespace/1.0")
        .attribute("xmlns:psc", "http://podlove.org/simple-chapters")
        .attribute("xmlns:georss", "http://www.georss.org/georss")
        .attribute("xmlns:thr", "http://purl.org/syndication/thread/1.0");
}

void write_extensions(Element& item, const feed::Entry& entry,
                      std::span<const feed::Enclosure> more) {
    for (const auto& reply : entry.in_reply_to) write_in_reply_to(item, reply);
    write_more_enclosures(item, entry, more);
    if (entry.media) write_media(item, *entry.media);
    if (entry.itunes) write_itunes(item, *entry.itunes);
    if (entry.podcast) write_podcast(item, *entry.podcast);
    write_chapters(item, entry.chapters);
    if (entry.geo) write_geometry(item, *entry.geo);
}

}  // namespace tributary::publish
