#pragma once
// The fields of every struct of the model with their names in JSON: one list a struct, which serves
// writing and reading. A field that is not here is not stored.

#include <string_view>
#include <tuple>

#include "feed/model.h"

namespace tributary::feed {

template <typename Struct, typename Member>
struct Field {
    std::string_view name;
    Member Struct::* member;
};
template <typename Struct, typename Member>
Field(const char*, Member Struct::*) -> Field<Struct, Member>;

/// A field that holds JSON text already.
template <typename Struct>
struct JsonField {
    std::string_view name;
    std::string Struct::* member;
};
template <typename Struct>
JsonField(const char*, std::string Struct::*) -> JsonField<Struct>;

/// The URL of an image, written as a feed's image is: {"url":…}.
template <typename Struct>
struct ImageField {
    std::string_view name;
    std::string Struct::* member;
};
template <typename Struct>
ImageField(const char*, std::string Struct::*) -> ImageField<Struct>;

template <typename Struct>
inline constexpr auto fields = nullptr;

template <>
inline constexpr auto fields<Text> =
    std::tuple{Field{"type", &Text::type}, Field{"value", &Text::value}, Field{"lang", &Text::lang},
               Field{"base", &Text::base}};

// Content is written as its text with these beside.
template <>
inline constexpr auto fields<Content> =
    std::tuple{Field{"src", &Content::src}, Field{"media_type", &Content::media_type}};

template <>
inline constexpr auto fields<Person> =
    std::tuple{Field{"name", &Person::name}, Field{"email", &Person::email},
               Field{"uri", &Person::uri}, Field{"avatar", &Person::avatar}};

template <>
inline constexpr auto fields<Link> =
    std::tuple{Field{"rel", &Link::rel},           Field{"type", &Link::type},
               Field{"href", &Link::href},         Field{"title", &Link::title},
               Field{"hreflang", &Link::hreflang}, Field{"length", &Link::length}};

template <>
inline constexpr auto fields<Category> =
    std::tuple{Field{"term", &Category::term}, Field{"scheme", &Category::scheme},
               Field{"label", &Category::label}};

template <>
inline constexpr auto fields<Generator> =
    std::tuple{Field{"name", &Generator::name}, Field{"uri", &Generator::uri},
               Field{"version", &Generator::version}};

template <>
inline constexpr auto fields<Enclosure> =
    std::tuple{Field{"url", &Enclosure::url}, Field{"type", &Enclosure::type},
               Field{"title", &Enclosure::title}, Field{"length", &Enclosure::length},
               Field{"duration", &Enclosure::duration}};

template <>
inline constexpr auto fields<Image> =
    std::tuple{Field{"url", &Image::url},     Field{"title", &Image::title},
               Field{"link", &Image::link},   Field{"description", &Image::description},
               Field{"width", &Image::width}, Field{"height", &Image::height}};

template <>
inline constexpr auto fields<MediaThumbnail> =
    std::tuple{Field{"url", &MediaThumbnail::url}, Field{"time", &MediaThumbnail::time},
               Field{"width", &MediaThumbnail::width}, Field{"height", &MediaThumbnail::height}};

template <>
inline constexpr auto fields<MediaContent> =
    std::tuple{Field{"url", &MediaContent::url},
               Field{"type", &MediaContent::type},
               Field{"medium", &MediaContent::medium},
               Field{"expression", &MediaContent::expression},
               Field{"lang", &MediaContent::lang},
               Field{"title", &MediaContent::title},
               Field{"description", &MediaContent::description},
               Field{"length", &MediaContent::length},
               Field{"width", &MediaContent::width},
               Field{"height", &MediaContent::height},
               Field{"duration", &MediaContent::duration},
               Field{"bitrate", &MediaContent::bitrate},
               Field{"is_default", &MediaContent::is_default},
               Field{"thumbnails", &MediaContent::thumbnails}};

template <>
inline constexpr auto fields<MediaCredit> =
    std::tuple{Field{"role", &MediaCredit::role}, Field{"scheme", &MediaCredit::scheme},
               Field{"value", &MediaCredit::value}};

template <>
inline constexpr auto fields<MediaPlayer> =
    std::tuple{Field{"url", &MediaPlayer::url}, Field{"width", &MediaPlayer::width},
               Field{"height", &MediaPlayer::height}};

template <>
inline constexpr auto fields<MediaLicense> =
    std::tuple{Field{"url", &MediaLicense::url}, Field{"type", &MediaLicense::type},
               Field{"value", &MediaLicense::value}};

template <>
inline constexpr auto fields<MediaCommunity> = std::tuple{
    Field{"views", &MediaCommunity::views}, Field{"favorites", &MediaCommunity::favorites},
    Field{"rating_average", &MediaCommunity::rating_average},
    Field{"rating_count", &MediaCommunity::rating_count}};

template <>
inline constexpr auto fields<Media> =
    std::tuple{Field{"contents", &Media::contents},   Field{"thumbnails", &Media::thumbnails},
               Field{"title", &Media::title},         Field{"description", &Media::description},
               Field{"keywords", &Media::keywords},   Field{"rating", &Media::rating},
               Field{"copyright", &Media::copyright}, Field{"player", &Media::player},
               Field{"credits", &Media::credits},     Field{"license", &Media::license},
               Field{"community", &Media::community}};

template <>
inline constexpr auto fields<ItunesFeed> =
    std::tuple{Field{"author", &ItunesFeed::author},
               Field{"subtitle", &ItunesFeed::subtitle},
               Field{"summary", &ItunesFeed::summary},
               Field{"image", &ItunesFeed::image},
               Field{"type", &ItunesFeed::type},
               Field{"new_feed_url", &ItunesFeed::new_feed_url},
               Field{"explicit", &ItunesFeed::is_explicit},
               Field{"block", &ItunesFeed::block},
               Field{"complete", &ItunesFeed::complete},
               Field{"keywords", &ItunesFeed::keywords},
               Field{"owner", &ItunesFeed::owner},
               Field{"categories", &ItunesFeed::categories}};

template <>
inline constexpr auto fields<ItunesEntry> =
    std::tuple{Field{"title", &ItunesEntry::title},
               Field{"author", &ItunesEntry::author},
               Field{"subtitle", &ItunesEntry::subtitle},
               Field{"summary", &ItunesEntry::summary},
               Field{"image", &ItunesEntry::image},
               Field{"duration", &ItunesEntry::duration},
               Field{"explicit", &ItunesEntry::is_explicit},
               Field{"block", &ItunesEntry::block},
               Field{"episode", &ItunesEntry::episode},
               Field{"season", &ItunesEntry::season},
               Field{"episode_type", &ItunesEntry::episode_type},
               Field{"keywords", &ItunesEntry::keywords},
               Field{"order", &ItunesEntry::order}};

template <>
inline constexpr auto fields<PodcastPerson> =
    std::tuple{Field{"name", &PodcastPerson::name}, Field{"role", &PodcastPerson::role},
               Field{"group", &PodcastPerson::group}, Field{"img", &PodcastPerson::img},
               Field{"href", &PodcastPerson::href}};

template <>
inline constexpr auto fields<PodcastFunding> =
    std::tuple{Field{"url", &PodcastFunding::url}, Field{"title", &PodcastFunding::title}};

template <>
inline constexpr auto fields<PodcastLocation> =
    std::tuple{Field{"name", &PodcastLocation::name}, Field{"geo", &PodcastLocation::geo},
               Field{"osm", &PodcastLocation::osm}};

template <>
inline constexpr auto fields<PodcastTrailer> = std::tuple{
    Field{"title", &PodcastTrailer::title},   Field{"url", &PodcastTrailer::url},
    Field{"type", &PodcastTrailer::type},     Field{"published", &PodcastTrailer::published},
    Field{"length", &PodcastTrailer::length}, Field{"season", &PodcastTrailer::season}};

template <>
inline constexpr auto fields<PodcastValueRecipient> =
    std::tuple{Field{"name", &PodcastValueRecipient::name},
               Field{"type", &PodcastValueRecipient::type},
               Field{"address", &PodcastValueRecipient::address},
               Field{"custom_key", &PodcastValueRecipient::custom_key},
               Field{"custom_value", &PodcastValueRecipient::custom_value},
               Field{"split", &PodcastValueRecipient::split},
               Field{"fee", &PodcastValueRecipient::fee}};

template <>
inline constexpr auto fields<PodcastValue> = std::tuple{
    Field{"type", &PodcastValue::type}, Field{"method", &PodcastValue::method},
    Field{"suggested", &PodcastValue::suggested}, Field{"recipients", &PodcastValue::recipients}};

template <>
inline constexpr auto fields<PodcastFeed> =
    std::tuple{Field{"guid", &PodcastFeed::guid},         Field{"medium", &PodcastFeed::medium},
               Field{"license", &PodcastFeed::license},   Field{"locked", &PodcastFeed::locked},
               Field{"funding", &PodcastFeed::funding},   Field{"persons", &PodcastFeed::persons},
               Field{"location", &PodcastFeed::location}, Field{"value", &PodcastFeed::value},
               Field{"trailers", &PodcastFeed::trailers}};

template <>
inline constexpr auto fields<PodcastTranscript> = std::tuple{
    Field{"url", &PodcastTranscript::url}, Field{"type", &PodcastTranscript::type},
    Field{"language", &PodcastTranscript::language}, Field{"rel", &PodcastTranscript::rel}};

template <>
inline constexpr auto fields<PodcastChapters> =
    std::tuple{Field{"url", &PodcastChapters::url}, Field{"type", &PodcastChapters::type}};

template <>
inline constexpr auto fields<PodcastSoundbite> = std::tuple{
    Field{"start", &PodcastSoundbite::start}, Field{"duration", &PodcastSoundbite::duration},
    Field{"title", &PodcastSoundbite::title}};

template <>
inline constexpr auto fields<PodcastSeason> =
    std::tuple{Field{"number", &PodcastSeason::number}, Field{"name", &PodcastSeason::name}};

template <>
inline constexpr auto fields<PodcastEpisode> = std::tuple{
    Field{"number", &PodcastEpisode::number}, Field{"display", &PodcastEpisode::display}};

template <>
inline constexpr auto fields<PodcastSocialInteract> = std::tuple{
    Field{"protocol", &PodcastSocialInteract::protocol}, Field{"uri", &PodcastSocialInteract::uri},
    Field{"account_id", &PodcastSocialInteract::account_id},
    Field{"account_url", &PodcastSocialInteract::account_url},
    Field{"priority", &PodcastSocialInteract::priority}};

template <>
inline constexpr auto fields<PodcastEntry> =
    std::tuple{Field{"transcripts", &PodcastEntry::transcripts},
               Field{"chapters", &PodcastEntry::chapters},
               Field{"soundbites", &PodcastEntry::soundbites},
               Field{"persons", &PodcastEntry::persons},
               Field{"season", &PodcastEntry::season},
               Field{"episode", &PodcastEntry::episode},
               Field{"location", &PodcastEntry::location},
               Field{"license", &PodcastEntry::license},
               Field{"socialinteract", &PodcastEntry::socialinteract},
               Field{"value", &PodcastEntry::value}};

template <>
inline constexpr auto fields<Chapter> =
    std::tuple{Field{"start", &Chapter::start}, Field{"title", &Chapter::title},
               Field{"href", &Chapter::href}, Field{"image", &Chapter::image}};

template <>
inline constexpr auto fields<InReplyTo> =
    std::tuple{Field{"ref", &InReplyTo::ref}, Field{"href", &InReplyTo::href},
               Field{"type", &InReplyTo::type}, Field{"source", &InReplyTo::source}};

template <>
inline constexpr auto fields<Source> = std::tuple{Field{"id", &Source::id},
                                                  Field{"title", &Source::title},
                                                  Field{"subtitle", &Source::subtitle},
                                                  Field{"rights", &Source::rights},
                                                  Field{"link", &Source::link},
                                                  Field{"links", &Source::links},
                                                  Field{"updated", &Source::updated},
                                                  Field{"authors", &Source::authors},
                                                  Field{"contributors", &Source::contributors},
                                                  Field{"categories", &Source::categories},
                                                  Field{"icon", &Source::icon},
                                                  ImageField{"image", &Source::image},
                                                  Field{"generator", &Source::generator}};

template <>
inline constexpr auto fields<Entry> = std::tuple{Field{"id", &Entry::id},
                                                 Field{"id_is_permalink", &Entry::id_is_permalink},
                                                 Field{"title", &Entry::title},
                                                 Field{"summary", &Entry::summary},
                                                 Field{"rights", &Entry::rights},
                                                 Field{"content", &Entry::content},
                                                 Field{"link", &Entry::link},
                                                 Field{"links", &Entry::links},
                                                 Field{"external_url", &Entry::external_url},
                                                 Field{"published", &Entry::published},
                                                 Field{"updated", &Entry::updated},
                                                 Field{"created", &Entry::created},
                                                 Field{"expired", &Entry::expired},
                                                 Field{"date_as_written", &Entry::date_as_written},
                                                 Field{"authors", &Entry::authors},
                                                 Field{"contributors", &Entry::contributors},
                                                 Field{"publisher", &Entry::publisher},
                                                 Field{"categories", &Entry::categories},
                                                 Field{"enclosures", &Entry::enclosures},
                                                 Field{"image", &Entry::image},
                                                 Field{"source", &Entry::source},
                                                 Field{"comments", &Entry::comments},
                                                 Field{"comments_feed", &Entry::comments_feed},
                                                 Field{"comments_count", &Entry::comments_count},
                                                 Field{"in_reply_to", &Entry::in_reply_to},
                                                 Field{"language", &Entry::language},
                                                 Field{"base", &Entry::base},
                                                 Field{"license", &Entry::license},
                                                 Field{"media", &Entry::media},
                                                 Field{"itunes", &Entry::itunes},
                                                 Field{"podcast", &Entry::podcast},
                                                 Field{"chapters", &Entry::chapters},
                                                 Field{"geo", &Entry::geo},
                                                 JsonField{"extensions", &Entry::extensions}};

template <>
inline constexpr auto fields<Paging> = std::tuple{Field{"first", &Paging::first},
                                                  Field{"last", &Paging::last},
                                                  Field{"next", &Paging::next},
                                                  Field{"previous", &Paging::previous},
                                                  Field{"current", &Paging::current},
                                                  Field{"next_archive", &Paging::next_archive},
                                                  Field{"prev_archive", &Paging::prev_archive},
                                                  Field{"archive", &Paging::archive},
                                                  Field{"complete", &Paging::complete}};

template <>
inline constexpr auto fields<Cloud> = std::tuple{
    Field{"domain", &Cloud::domain}, Field{"port", &Cloud::port}, Field{"path", &Cloud::path},
    Field{"protocol", &Cloud::protocol}, Field{"registerprocedure", &Cloud::registerprocedure}};

template <>
inline constexpr auto fields<TextInput> =
    std::tuple{Field{"title", &TextInput::title}, Field{"description", &TextInput::description},
               Field{"name", &TextInput::name}, Field{"link", &TextInput::link}};

// The entries of a feed stand beside it.
template <>
inline constexpr auto fields<Feed> = std::tuple{Field{"format", &Feed::format},
                                                Field{"version", &Feed::version},
                                                Field{"encoding", &Feed::encoding},
                                                Field{"base", &Feed::base},
                                                Field{"language", &Feed::language},
                                                Field{"id", &Feed::id},
                                                Field{"title", &Feed::title},
                                                Field{"subtitle", &Feed::subtitle},
                                                Field{"rights", &Feed::rights},
                                                Field{"link", &Feed::link},
                                                Field{"self", &Feed::self},
                                                Field{"hubs", &Feed::hubs},
                                                Field{"links", &Feed::links},
                                                Field{"updated", &Feed::updated},
                                                Field{"published", &Feed::published},
                                                Field{"generator", &Feed::generator},
                                                Field{"icon", &Feed::icon},
                                                Field{"image", &Feed::image},
                                                Field{"authors", &Feed::authors},
                                                Field{"contributors", &Feed::contributors},
                                                Field{"publisher", &Feed::publisher},
                                                Field{"categories", &Feed::categories},
                                                Field{"ttl_minutes", &Feed::ttl_minutes},
                                                Field{"skip_hours", &Feed::skip_hours},
                                                Field{"skip_days", &Feed::skip_days},
                                                Field{"update_period", &Feed::update_period},
                                                Field{"update_frequency", &Feed::update_frequency},
                                                Field{"update_base", &Feed::update_base},
                                                Field{"paging", &Feed::paging},
                                                Field{"cloud", &Feed::cloud},
                                                Field{"textinput", &Feed::textinput},
                                                Field{"docs", &Feed::docs},
                                                Field{"license", &Feed::license},
                                                Field{"media", &Feed::media},
                                                Field{"itunes", &Feed::itunes},
                                                Field{"podcast", &Feed::podcast},
                                                Field{"geo", &Feed::geo}};

}  // namespace tributary::feed
