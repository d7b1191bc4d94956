// Media RSS (https://www.rssboard.org/media-rss).

#include "base/text.h"
#include "feed/readers.h"

#include <array>

namespace tributary::feed {
namespace {

using xml::Element;
using xml::Ns;

constexpr Rank rank = Rank::media;
constexpr std::string_view category_scheme = "http://search.yahoo.com/mrss/category_schema";

bool is_media(const Element& element, std::string_view name) {
    return element.is(Ns::media, name);
}

/// media:title and media:description say by `type` whether they are HTML.
Text media_text(const Element& element) {
    return equals_ignoring_case(element.attribute("type"), "html") ? html_text(element)
                                                                   : rss_text(element);
}

MediaThumbnail thumbnail_of(const Element& element) {
    std::string url = collapse(element.attribute("url"));
    if (url.empty()) url = element.line();
    return {.url = element.resolved(url),
            .time = std::string(trim(element.attribute("time"))),
            .width = number_in(element.attribute("width")),
            .height = number_in(element.attribute("height"))};
}

MediaContent content_of(const Element& element) {
    return {.url = element.resolved(collapse(element.attribute("url"))),
            .type = std::string(trim(element.attribute("type"))),
            .medium = std::string(trim(element.attribute("medium"))),
            .expression = std::string(trim(element.attribute("expression"))),
            .lang = std::string(trim(element.attribute("lang"))),
            .title = {},
            .description = {},
            .length = number_in(element.attribute("fileSize")),
            .width = number_in(element.attribute("width")),
            .height = number_in(element.attribute("height")),
            .duration = seconds_in(element.attribute("duration")),
            .bitrate = decimal_in(element.attribute("bitrate")),
            .is_default = truth_in(element.attribute("isDefault")),
            .thumbnails = {}};
}

template <typename Target>
void read_title(Draft<Target>& draft, const Element& element) {
    offer(draft, Slot::media_title, draft.target.media.make().title,
          [&] { return media_text(element); });
    offer(draft, Slot::title, draft.target.title, [&] { return media_text(element); });
}

void offer_summary(Draft<Entry>& draft, const Text& text) {
    offer(draft, Slot::summary, draft.target.summary, [&] { return text; });
}

void offer_summary(Draft<Feed>& draft, const Text& text) {
    offer(draft, Slot::subtitle, draft.target.subtitle, [&] { return text; });
}

template <typename Target>
void read_description(Draft<Target>& draft, const Element& element) {
    const Text text = media_text(element);
    offer(draft, Slot::media_description, draft.target.media.make().description,
          [&] { return text; });
    offer_summary(draft, text);
}

template <typename Target>
void read_thumbnail(Draft<Target>& draft, const Element& element) {
    MediaThumbnail thumbnail = thumbnail_of(element);
    if (!thumbnail.url.empty())
        draft.target.media.make().thumbnails.push_back(std::move(thumbnail));
}

template <typename Target>
void read_media_keywords(Draft<Target>& draft, const Element& element) {
    auto words = keywords_in(element.line());
    if (words.empty()) return;
    auto& keywords = draft.target.media.make().keywords;
    if (keywords.empty()) keywords = std::move(words);
}

template <typename Target>
void read_rating(Draft<Target>& draft, const Element& element) {
    std::string rating = element.line();
    if (rating.empty()) return;
    std::string& field = draft.target.media.make().rating;
    if (field.empty()) field = std::move(rating);
}

template <typename Target>
void read_copyright(Draft<Target>& draft, const Element& element) {
    std::string text = element.line();
    if (text.empty()) return;
    std::string& field = draft.target.media.make().copyright;
    if (field.empty()) field = std::move(text);
}

template <typename Target>
void read_player(Draft<Target>& draft, const Element& element) {
    Box<MediaPlayer>& player = draft.target.media.make().player;
    if (player) return;
    player.make() = {.url = element.resolved(collapse(element.attribute("url"))),
                     .width = number_in(element.attribute("width")),
                     .height = number_in(element.attribute("height"))};
}

template <typename Target>
void read_credit(Draft<Target>& draft, const Element& element) {
    MediaCredit credit{.role = collapse(element.attribute("role")),
                       .scheme = collapse(element.attribute("scheme")),
                       .value = element.line()};
    if (!credit.value.empty()) draft.target.media.make().credits.push_back(std::move(credit));
}

template <typename Target>
void read_media_license(Draft<Target>& draft, const Element& element) {
    Box<MediaLicense>& license = draft.target.media.make().license;
    if (license) return;
    license.make() = {.url = element.resolved(collapse(element.attribute("href"))),
                      .type = std::string(trim(element.attribute("type"))),
                      .value = element.line()};
}

template <typename Target>
void read_community(Draft<Target>& draft, const Element& element) {
    MediaCommunity& community = draft.target.media.make().community.make();
    for (const Element& child : xml::children(element)) {
        if (is_media(child, "starRating")) {
            community.rating_average = decimal_in(child.attribute("average"));
            community.rating_count = number_in(child.attribute("count"));
        }
        if (is_media(child, "statistics")) {
            community.views = number_in(child.attribute("views"));
            community.favorites = number_in(child.attribute("favorites"));
        }
    }
}

template <typename Target>
void read_media_category(Draft<Target>& draft, const Element& element) {
    Category category{.term = element.line(),
                      .scheme = collapse(element.attribute("scheme")),
                      .label = collapse(element.attribute("label"))};
    if (category.term.empty()) return;
    if (category.scheme.empty()) category.scheme = category_scheme;
    add_category(draft, std::move(category));
}

/// What stands inside media:content is of that content; what has no place there is of the whole.
template <typename Target>
void read_inside_content(Draft<Target>& draft, MediaContent& content, const Element& child) {
    if (is_media(child, "thumbnail")) {
        MediaThumbnail thumbnail = thumbnail_of(child);
        if (!thumbnail.url.empty()) content.thumbnails.push_back(std::move(thumbnail));
    } else if (is_media(child, "title")) {
        content.title = media_text(child).value;
    } else if (is_media(child, "description")) {
        content.description = media_text(child).value;
    } else if (child.ns() == Ns::media && !is_media(child, "content") &&
               !is_media(child, "group")) {
        read_field(draft, child);
    }
}

template <typename Target>
void read_content(Draft<Target>& draft, const Element& element) {
    MediaContent content = content_of(element);
    for (const Element& child : xml::children(element)) read_inside_content(draft, content, child);
    if (!is_absent(content)) draft.target.media.make().contents.push_back(std::move(content));
}

/// A group holds the same thing in several forms: flattened.
template <typename Target>
void read_group(Draft<Target>& draft, const Element& element) {
    draft.is_inner = true;
    for (const Element& child : xml::children(element)) {
        if (is_media(child, "content"))
            read_content(draft, child);
        else if (child.ns() == Ns::media && !is_media(child, "group"))
            read_field(draft, child);
    }
    draft.is_inner = false;
}

template <typename Target>
constexpr std::array rows = std::to_array<Row<Target>>({
    {Ns::media, "content", "media.contents", rank, read_content<Target>},
    {Ns::media, "group", "media", rank, read_group<Target>},
    {Ns::media, "title", "media.title, title", rank, read_title<Target>},
    {Ns::media, "description", "media.description, summary", rank, read_description<Target>},
    {Ns::media, "thumbnail", "media.thumbnails", rank, read_thumbnail<Target>},
    {Ns::media, "keywords", "media.keywords", rank, read_media_keywords<Target>},
    {Ns::media, "rating", "media.rating", rank, read_rating<Target>},
    {Ns::media, "copyright", "media.copyright", rank, read_copyright<Target>},
    {Ns::media, "player", "media.player", rank, read_player<Target>},
    {Ns::media, "credit", "media.credits", rank, read_credit<Target>},
    {Ns::media, "license", "media.license", rank, read_media_license<Target>},
    {Ns::media, "community", "media.community", rank, read_community<Target>},
    {Ns::media, "category", "categories", rank, read_media_category<Target>},
});

}  // namespace

std::span<const FeedRow> media_feed_rows() {
    return rows<Feed>;
}

std::span<const EntryRow> media_entry_rows() {
    return rows<Entry>;
}

}  // namespace tributary::feed
