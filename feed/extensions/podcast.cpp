// Podcasting 2.0 (https://podcasting2.org/docs/podcast-namespace).

#include "base/text.h"
#include "feed/readers.h"

#include <array>

namespace tributary::feed {
namespace {

using xml::Element;
using xml::Ns;

constexpr Rank rank = Rank::module;

std::string attribute(const Element& element, std::string_view name) {
    return collapse(element.attribute(name));
}

std::string url_attribute(const Element& element, std::string_view name) {
    return element.resolved(attribute(element, name));
}

template <typename Target>
void read_person(Draft<Target>& draft, const Element& element) {
    PodcastPerson person{.name = element.line(),
                         .role = attribute(element, "role"),
                         .group = attribute(element, "group"),
                         .img = url_attribute(element, "img"),
                         .href = url_attribute(element, "href")};
    if (!person.name.empty()) draft.target.podcast.make().persons.push_back(std::move(person));
}

template <typename Target>
void read_location(Draft<Target>& draft, const Element& element) {
    PodcastLocation location{
        .name = element.line(), .geo = attribute(element, "geo"), .osm = attribute(element, "osm")};
    if (is_absent(location)) return;
    auto& field = draft.target.podcast.make().location;
    if (!field) field.make() = std::move(location);
}

template <typename Target>
void read_podcast_license(Draft<Target>& draft, const Element& element) {
    std::string license = element.line();
    if (license.empty()) license = url_attribute(element, "url");
    if (license.empty()) return;
    std::string& field = draft.target.podcast.make().license;
    if (field.empty()) field = std::move(license);
}

template <typename Target>
void read_value(Draft<Target>& draft, const Element& element) {
    Box<PodcastValue>& field = draft.target.podcast.make().value;
    if (field) return;
    PodcastValue& value = field.make();
    value.type = attribute(element, "type");
    value.method = attribute(element, "method");
    value.suggested = decimal_in(element.attribute("suggested"));
    for (const Element& child : xml::children(element)) {
        if (!child.is(Ns::podcast, "valueRecipient")) continue;
        value.recipients.push_back({.name = attribute(child, "name"),
                                    .type = attribute(child, "type"),
                                    .address = attribute(child, "address"),
                                    .custom_key = attribute(child, "customKey"),
                                    .custom_value = attribute(child, "customValue"),
                                    .split = decimal_in(child.attribute("split")),
                                    .fee = truth_in(child.attribute("fee"))});
    }
}

void read_guid(Draft<Feed>& draft, const Element& element) {
    draft.target.podcast.make().guid = element.line();
}

void read_medium(Draft<Feed>& draft, const Element& element) {
    draft.target.podcast.make().medium = element.line();
}

void read_locked(Draft<Feed>& draft, const Element& element) {
    draft.target.podcast.make().locked = truth_in(element.line());
}

void read_funding(Draft<Feed>& draft, const Element& element) {
    PodcastFunding funding{.url = url_attribute(element, "url"), .title = element.line()};
    if (!is_absent(funding)) draft.target.podcast.make().funding.push_back(std::move(funding));
}

void read_trailer(Draft<Feed>& draft, const Element& element) {
    PodcastTrailer trailer{.title = element.line(),
                           .url = url_attribute(element, "url"),
                           .type = attribute(element, "type"),
                           .published = read_date(element.attribute("pubdate")),
                           .length = number_in(element.attribute("length")),
                           .season = number_in(element.attribute("season"))};
    if (!is_absent(trailer)) draft.target.podcast.make().trailers.push_back(std::move(trailer));
}

void read_transcript(Draft<Entry>& draft, const Element& element) {
    PodcastTranscript transcript{.url = url_attribute(element, "url"),
                                 .type = attribute(element, "type"),
                                 .language = attribute(element, "language"),
                                 .rel = attribute(element, "rel")};
    if (!is_absent(transcript))
        draft.target.podcast.make().transcripts.push_back(std::move(transcript));
}

void read_chapters(Draft<Entry>& draft, const Element& element) {
    PodcastChapters chapters{.url = url_attribute(element, "url"),
                             .type = attribute(element, "type")};
    if (!is_absent(chapters)) draft.target.podcast.make().chapters.make() = std::move(chapters);
}

void read_soundbite(Draft<Entry>& draft, const Element& element) {
    PodcastSoundbite soundbite{.start = seconds_in(element.attribute("startTime")),
                               .duration = seconds_in(element.attribute("duration")),
                               .title = element.line()};
    if (!is_absent(soundbite))
        draft.target.podcast.make().soundbites.push_back(std::move(soundbite));
}

void read_season(Draft<Entry>& draft, const Element& element) {
    PodcastSeason season{.number = decimal_in(element.line()), .name = attribute(element, "name")};
    if (!is_absent(season)) draft.target.podcast.make().season.make() = std::move(season);
}

void read_episode(Draft<Entry>& draft, const Element& element) {
    PodcastEpisode episode{.number = decimal_in(element.line()),
                           .display = attribute(element, "display")};
    if (!is_absent(episode)) draft.target.podcast.make().episode.make() = std::move(episode);
}

void read_social_interact(Draft<Entry>& draft, const Element& element) {
    PodcastSocialInteract place{.protocol = attribute(element, "protocol"),
                                .uri = url_attribute(element, "uri"),
                                .account_id = attribute(element, "accountId"),
                                .account_url = url_attribute(element, "accountUrl"),
                                .priority = number_in(element.attribute("priority"))};
    if (!is_absent(place)) draft.target.podcast.make().socialinteract.push_back(std::move(place));
}

constexpr std::array feed_table = std::to_array<FeedRow>({
    {Ns::podcast, "guid", "podcast.guid", rank, read_guid},
    {Ns::podcast, "medium", "podcast.medium", rank, read_medium},
    {Ns::podcast, "locked", "podcast.locked", rank, read_locked},
    {Ns::podcast, "funding", "podcast.funding", rank, read_funding},
    {Ns::podcast, "trailer", "podcast.trailers", rank, read_trailer},
    {Ns::podcast, "person", "podcast.persons", rank, read_person<Feed>},
    {Ns::podcast, "location", "podcast.location", rank, read_location<Feed>},
    {Ns::podcast, "license", "podcast.license", rank, read_podcast_license<Feed>},
    {Ns::podcast, "value", "podcast.value", rank, read_value<Feed>},
});

constexpr std::array entry_table = std::to_array<EntryRow>({
    {Ns::podcast, "transcript", "podcast.transcripts", rank, read_transcript},
    {Ns::podcast, "chapters", "podcast.chapters", rank, read_chapters},
    {Ns::podcast, "soundbite", "podcast.soundbites", rank, read_soundbite},
    {Ns::podcast, "person", "podcast.persons", rank, read_person<Entry>},
    {Ns::podcast, "season", "podcast.season", rank, read_season},
    {Ns::podcast, "episode", "podcast.episode", rank, read_episode},
    {Ns::podcast, "location", "podcast.location", rank, read_location<Entry>},
    {Ns::podcast, "license", "podcast.license", rank, read_podcast_license<Entry>},
    {Ns::podcast, "socialinteract", "podcast.socialinteract", rank, read_social_interact},
    {Ns::podcast, "value", "podcast.value", rank, read_value<Entry>},
});

}  // namespace

std::span<const FeedRow> podcast_feed_rows() {
    return feed_table;
}

std::span<const EntryRow> podcast_entry_rows() {
    return entry_table;
}

}  // namespace tributary::feed
