#pragma once
// What a feed document says, whatever its format. The words are those of RFC 4287; RSS channel,
// item and guid are read into Feed, Entry and id. Plain values: an empty string means absent,
// optional is for dates and numbers. Nothing is invented: what the document does not say is absent.
// docs/FORMATS.md tells where each format keeps each field.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/box.h"
#include "base/time.h"

namespace tributary::feed {

enum class TextType { text, html, xhtml };

/// A text construct (RFC 4287 3.1). The value is as carried, one level of XML escaping undone;
/// xhtml is without its wrapper div. Not sanitized.
struct Text {
    TextType type = TextType::text;
    std::string value;
    std::string lang;  // xml:lang in scope
    std::string base;  // what relative URLs in the value are relative to
    bool empty() const { return value.empty(); }
    bool operator==(const Text&) const = default;
};

/// entry content: a Text, or something else carried as it came (RFC 4287 4.1.3).
struct Content {
    Text text;
    std::string src;
    std::string media_type;  // only where none of the three text types fits
    bool empty() const { return text.empty() && src.empty(); }
    bool operator==(const Content&) const = default;
};

struct Person {
    std::string name, email, uri, avatar;
    bool operator==(const Person&) const = default;
};

struct Link {
    std::string rel, type, href, title, hreflang;
    std::optional<std::int64_t> length;  // bytes
    bool operator==(const Link&) const = default;
};

struct Category {
    std::string term, scheme, label;
    bool operator==(const Category&) const = default;
};

struct Generator {
    std::string name, uri, version;
    bool operator==(const Generator&) const = default;
};

struct Enclosure {
    std::string url, type, title;
    std::optional<std::int64_t> length;  // bytes
    std::optional<double> duration;      // seconds
    bool operator==(const Enclosure&) const = default;
};

struct Image {
    std::string url, title, link, description;
    std::optional<std::int64_t> width, height;  // pixels
    bool operator==(const Image&) const = default;
};

struct MediaThumbnail {
    std::string url, time;
    std::optional<std::int64_t> width, height;
    bool operator==(const MediaThumbnail&) const = default;
};

struct MediaContent {
    std::string url, type, medium, expression, lang, title, description;
    std::optional<std::int64_t> length, width, height;
    std::optional<double> duration, bitrate;
    std::optional<bool> is_default;
    std::vector<MediaThumbnail> thumbnails;
    bool operator==(const MediaContent&) const = default;
};

struct MediaCredit {
    std::string role, scheme, value;
    bool operator==(const MediaCredit&) const = default;
};

struct MediaPlayer {
    std::string url;
    std::optional<std::int64_t> width, height;
    bool operator==(const MediaPlayer&) const = default;
};

struct MediaLicense {
    std::string url, type, value;
    bool operator==(const MediaLicense&) const = default;
};

struct MediaCommunity {
    std::optional<std::int64_t> views, favorites, rating_count;
    std::optional<double> rating_average;
    bool operator==(const MediaCommunity&) const = default;
};

/// Media RSS; groups are flattened into contents.
struct Media {
    std::vector<MediaContent> contents;
    std::vector<MediaThumbnail> thumbnails;
    Text title, description;
    std::vector<std::string> keywords;
    std::string rating, copyright;
    Box<MediaPlayer> player;
    std::vector<MediaCredit> credits;
    Box<MediaLicense> license;
    Box<MediaCommunity> community;
    bool operator==(const Media&) const = default;
};

struct ItunesFeed {
    std::string author, subtitle, summary, image, type, new_feed_url;
    std::optional<bool> is_explicit, block, complete;
    std::vector<std::string> keywords;
    Box<Person> owner;
    std::vector<Category> categories;
    bool operator==(const ItunesFeed&) const = default;
};

struct ItunesEntry {
    std::string title, author, subtitle, summary, image, episode_type;
    std::optional<double> duration;  // seconds
    std::optional<bool> is_explicit, block;
    std::optional<std::int64_t> episode, season, order;
    std::vector<std::string> keywords;
    bool operator==(const ItunesEntry&) const = default;
};

struct PodcastPerson {
    std::string name, role, group, img, href;
    bool operator==(const PodcastPerson&) const = default;
};

struct PodcastFunding {
    std::string url, title;
    bool operator==(const PodcastFunding&) const = default;
};

struct PodcastLocation {
    std::string name, geo, osm;
    bool operator==(const PodcastLocation&) const = default;
};

struct PodcastTrailer {
    std::string title, url, type;
    std::optional<Timestamp> published;
    std::optional<std::int64_t> length, season;
    bool operator==(const PodcastTrailer&) const = default;
};

struct PodcastValueRecipient {
    std::string name, type, address, custom_key, custom_value;
    std::optional<double> split;
    std::optional<bool> fee;
    bool operator==(const PodcastValueRecipient&) const = default;
};

struct PodcastValue {
    std::string type, method;
    std::optional<double> suggested;
    std::vector<PodcastValueRecipient> recipients;
    bool operator==(const PodcastValue&) const = default;
};

/// Podcasting 2.0, channel level.
struct PodcastFeed {
    std::string guid, medium, license;
    std::optional<bool> locked;
    std::vector<PodcastFunding> funding;
    std::vector<PodcastPerson> persons;
    Box<PodcastLocation> location;
    Box<PodcastValue> value;
    std::vector<PodcastTrailer> trailers;
    bool operator==(const PodcastFeed&) const = default;
};

struct PodcastTranscript {
    std::string url, type, language, rel;
    bool operator==(const PodcastTranscript&) const = default;
};

struct PodcastChapters {
    std::string url, type;
    bool operator==(const PodcastChapters&) const = default;
};

struct PodcastSoundbite {
    std::optional<double> start, duration;  // seconds
    std::string title;
    bool operator==(const PodcastSoundbite&) const = default;
};

struct PodcastSeason {
    std::optional<double> number;
    std::string name;
    bool operator==(const PodcastSeason&) const = default;
};

struct PodcastEpisode {
    std::optional<double> number;
    std::string display;
    bool operator==(const PodcastEpisode&) const = default;
};

struct PodcastSocialInteract {
    std::string protocol, uri, account_id, account_url;
    std::optional<std::int64_t> priority;
    bool operator==(const PodcastSocialInteract&) const = default;
};

/// Podcasting 2.0, item level.
struct PodcastEntry {
    std::vector<PodcastTranscript> transcripts;
    Box<PodcastChapters> chapters;
    std::vector<PodcastSoundbite> soundbites;
    std::vector<PodcastPerson> persons;
    Box<PodcastSeason> season;
    Box<PodcastEpisode> episode;
    Box<PodcastLocation> location;
    std::string license;
    std::vector<PodcastSocialInteract> socialinteract;
    Box<PodcastValue> value;
    bool operator==(const PodcastEntry&) const = default;
};

/// Podlove simple chapter.
struct Chapter {
    double start = 0;  // seconds
    std::string title, href, image;
    bool operator==(const Chapter&) const = default;
};

enum class GeometryType { point, line_string, polygon };

/// A GeoJSON geometry: pairs of longitude and latitude, in that order.
struct Geometry {
    struct Position {
        double longitude = 0, latitude = 0;
        bool operator==(const Position&) const = default;
    };
    GeometryType type = GeometryType::point;
    std::vector<Position> positions;
    bool operator==(const Geometry&) const = default;
};

/// RFC 4685.
struct InReplyTo {
    std::string ref, href, type, source;
    bool operator==(const InReplyTo&) const = default;
};

/// atom:source (RFC 4287 4.2.11) and RSS source.
struct Source {
    std::string id, link, icon, image;
    Text title, subtitle, rights;
    std::vector<Link> links;
    std::optional<Timestamp> updated;
    std::vector<Person> authors, contributors;
    std::vector<Category> categories;
    Box<Generator> generator;
    bool operator==(const Source&) const = default;
};

struct Entry {
    std::string id;  // opaque, never resolved
    std::optional<bool> id_is_permalink;
    Text title, summary, rights;
    Content content;
    std::string link;         // rel=alternate, html first
    std::vector<Link> links;  // every one, in document order
    std::string external_url;
    std::optional<Timestamp> published, updated, created, expired;
    std::string
        date_as_written;  // of the field that gave published, else updated; even if unreadable
    std::vector<Person> authors, contributors;
    Box<Person> publisher;
    std::vector<Category> categories;
    std::vector<Enclosure> enclosures;
    std::string image;
    Box<Source> source;
    std::string comments, comments_feed;
    std::optional<std::int64_t> comments_count;
    std::vector<InReplyTo> in_reply_to;
    std::string language, base, license;
    Box<Media> media;
    Box<ItunesEntry> itunes;
    Box<PodcastEntry> podcast;
    std::vector<Chapter> chapters;
    Box<Geometry> geo;
    std::string extensions;  // JSON Feed members that start with "_", as one JSON object text
    bool operator==(const Entry&) const = default;
};

/// RFC 5005.
struct Paging {
    std::string first, last, next, previous, current, next_archive, prev_archive;
    bool archive = false, complete = false;
    bool operator==(const Paging&) const = default;
};

struct Cloud {
    std::string domain, port, path, protocol, registerprocedure;
    bool operator==(const Cloud&) const = default;
};

struct TextInput {
    std::string title, description, name, link;
    bool operator==(const TextInput&) const = default;
};

enum class Format { rss, rdf, atom, json };
std::string_view to_string(Format format);

struct Feed {
    Format format = Format::rss;
    std::string version, encoding;
    std::string base, language, id;
    Text title, subtitle, rights;
    std::string link, self;
    std::vector<std::string> hubs;
    std::vector<Link> links;
    std::optional<Timestamp> updated, published;
    Box<Generator> generator;
    std::string icon;
    Box<Image> image;
    std::vector<Person> authors, contributors;
    Box<Person> publisher;
    std::vector<Category> categories;
    std::optional<std::int64_t> ttl_minutes;
    std::vector<int> skip_hours;
    std::vector<std::string> skip_days;
    std::string update_period;
    std::optional<std::int64_t> update_frequency;
    std::optional<Timestamp> update_base;
    Box<Paging> paging;
    Box<Cloud> cloud;
    Box<TextInput> textinput;
    std::string docs, license;
    Box<Media> media;
    Box<ItunesFeed> itunes;
    Box<PodcastFeed> podcast;
    Box<Geometry> geo;
    std::vector<Entry> entries;  // in document order
    bool operator==(const Feed&) const = default;
};

}  // namespace tributary::feed
