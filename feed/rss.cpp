// RSS 0.91 to 0.94 and 2.0 (https://www.rssboard.org/rss-specification).

#include "base/text.h"
#include "feed/format.h"
#include "feed/readers.h"

#include <algorithm>
#include <array>

namespace tributary::feed {
namespace {

using xml::Element;
using xml::Ns;

template <typename Target>
void read_category(Draft<Target>& draft, const Element& element) {
    Category category{.term = element.content_line(),
                      .scheme = collapse(element.attribute("domain")),
                      .label = {}};
    if (category.term.empty()) category.term = collapse(element.attribute("term"));
    if (category.scheme.empty()) category.scheme = collapse(element.attribute("scheme"));
    category.label = collapse(element.attribute("label"));
    if (!category.term.empty()) add_category(draft, std::move(category));
}

Image image_of(const Element& element) {
    Image image;
    for (const Element& child : xml::children(element)) {
        const std::string_view name = child.name();
        if (equals_ignoring_case(name, "url")) image.url = child.resolved(child.line());
        if (equals_ignoring_case(name, "title")) image.title = child.line();
        if (equals_ignoring_case(name, "link")) image.link = child.resolved(child.line());
        if (equals_ignoring_case(name, "description")) image.description = child.line();
        if (equals_ignoring_case(name, "width")) image.width = number_in(child.line());
        if (equals_ignoring_case(name, "height")) image.height = number_in(child.line());
    }
    const std::string other = collapse(element.attribute(Ns::rdf, "resource"));
    const std::string href = collapse(element.attribute("href"));
    for (const std::string& written :
         {other, href, collapse(element.attribute("url")), element.line()})
        if (image.url.empty()) image.url = element.resolved(written);
    return image;
}

template <typename Value>
void fill(Value& field, Value value) {
    if (is_absent(field)) field = std::move(value);
}

/// RSS 1.0 names the image in the channel and describes it beside the channel: both make one.
void read_image(Draft<Feed>& draft, const Element& element) {
    Image image = image_of(element);
    if (draft.target.image && draft.taken_by(Slot::image) == draft.precedence()) {
        Image& known = *draft.target.image;
        fill(known.url, std::move(image.url));
        fill(known.title, std::move(image.title));
        fill(known.link, std::move(image.link));
        fill(known.description, std::move(image.description));
        fill(known.width, image.width);
        fill(known.height, image.height);
        return;
    }
    offer(draft, Slot::image, draft.target.image, [&] { return image; });
}

void read_cloud(Draft<Feed>& draft, const Element& element) {
    Cloud& cloud = draft.target.cloud.make();
    cloud.domain = trim(element.attribute("domain"));
    cloud.port = trim(element.attribute("port"));
    cloud.path = trim(element.attribute("path"));
    cloud.protocol = trim(element.attribute("protocol"));
    cloud.registerprocedure = trim(element.attribute("registerProcedure"));
}

void read_text_input(Draft<Feed>& draft, const Element& element) {
    TextInput input;
    for (const Element& child : xml::children(element)) {
        if (equals_ignoring_case(child.name(), "title")) input.title = child.line();
        if (equals_ignoring_case(child.name(), "description"))
            input.description = child.content_line();
        if (equals_ignoring_case(child.name(), "name")) input.name = child.line();
        if (equals_ignoring_case(child.name(), "link")) input.link = child.resolved(child.line());
    }
    if (!is_absent(input)) draft.target.textinput.make() = std::move(input);
}

void read_skip_hours(Draft<Feed>& draft, const Element& element) {
    std::vector<int>& hours = draft.target.skip_hours;
    for (const Element& child : xml::children(element)) {
        const auto hour = number_in(child.line());
        if (!hour || *hour > 24) {
            child.warn("bad-value", "skipHours: not an hour of the day");
            continue;
        }
        const int of_day = static_cast<int>(*hour % 24);  // RSS 0.91 counted from 1 to 24
        if (std::ranges::find(hours, of_day) == hours.end()) hours.push_back(of_day);
    }
}

void read_skip_days(Draft<Feed>& draft, const Element& element) {
    constexpr std::array<std::string_view, 7> names = {
        "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
    std::vector<std::string>& days = draft.target.skip_days;
    for (const Element& child : xml::children(element)) {
        const std::string written = child.line();
        const auto day = std::ranges::find_if(
            names, [&](std::string_view name) { return equals_ignoring_case(name, written); });
        if (day == names.end()) {
            child.warn("bad-value", "skipDays: not a day of the week");
            continue;
        }
        if (std::ranges::find(days, *day) == days.end()) days.emplace_back(*day);
    }
}

void read_ttl(Draft<Feed>& draft, const Element& element) {
    const auto minutes = number_in(element.line());
    if (!minutes && !element.line().empty())
        element.warn("bad-value", "ttl: not a number of minutes");
    if (!draft.target.ttl_minutes) draft.target.ttl_minutes = minutes;
}

void read_generator(Draft<Feed>& draft, const Element& element) {
    offer(draft, Slot::generator, draft.target.generator, [&] {
        return Generator{.name = element.content_line(),
                         .uri = element.resolved(element.attribute("uri")),
                         .version = collapse(element.attribute("version"))};
    });
}

void read_enclosure(Draft<Entry>& draft, const Element& element) {
    std::string url = collapse(element.attribute("url"));
    if (url.empty()) url = collapse(element.attribute("href"));
    if (url.empty()) url = element.line();
    if (url.empty()) return;
    draft.target.enclosures.push_back({.url = element.resolved(url),
                                       .type = std::string(trim(element.attribute("type"))),
                                       .title = collapse(element.attribute("title")),
                                       .length = number_in(element.attribute("length")),
                                       .duration = {}});
}

/// A permalink is the entry's link until a link element says otherwise. Unless the guid itself says
/// that it is one, it must look like a web address: many are not.
void link_from_guid(Draft<Entry>& draft, const Element& element, const std::string& id) {
    const bool is_web =
        starts_with_ignoring_case(id, "http://") || starts_with_ignoring_case(id, "https://");
    const bool is_said = element.has_attribute("isPermaLink");
    if (draft.target.link.empty() && (is_web || is_said)) draft.target.link = element.resolved(id);
}

void read_guid(Draft<Entry>& draft, const Element& element) {
    const bool is_permalink =
        !equals_ignoring_case(trim(element.attribute("isPermaLink")), "false");
    offer(draft, Slot::id, draft.target.id, [&] {
        std::string id = element.content_line();
        if (!id.empty()) draft.target.id_is_permalink = is_permalink;
        if (is_permalink) link_from_guid(draft, element, id);
        return id;
    });
}

void read_source(Draft<Entry>& draft, const Element& element) {
    if (element.has_elements()) return read_atom_source(draft, element);
    offer(draft, Slot::source, draft.target.source, [&] {
        Source source;
        source.title = rss_text(element);
        source.link = element.resolved(collapse(element.attribute("url")));
        return source;
    });
}

void read_item_image(Draft<Entry>& draft, const Element& element) {
    offer(draft, Slot::image, draft.target.image, [&] { return image_of(element).url; });
}

void read_full_item(Draft<Entry>& draft, const Element& element) {
    offer(draft, Slot::content, draft.target.content,
          [&] { return Content{html_text(element), {}, {}}; });
}

constexpr std::array feed_table = std::to_array<FeedRow>({
    {Ns::rss, "title", "title", Rank::other_format, read_rss_title<Feed>},
    {Ns::rss, "description", "subtitle", Rank::other_format,
     [](Draft<Feed>& draft, const Element& element) {
         offer(draft, Slot::subtitle, draft.target.subtitle, [&] { return rss_text(element); });
     }},
    {Ns::rss, "link", "link, links", Rank::other_format, read_rss_link<Feed>},
    {Ns::rss, "language", "language", Rank::other_format, read_language<Feed>},
    {Ns::rss, "copyright", "rights", Rank::other_format, read_rss_rights<Feed>},
    {Ns::rss, "managingeditor", "authors", Rank::other_format, read_author<Feed>},
    {Ns::rss, "webmaster", "publisher", Rank::other_format, read_publisher<Feed>},
    {Ns::rss, "pubdate", "published", Rank::other_format, read_published<Feed>},
    {Ns::rss, "lastbuilddate", "updated", Rank::other_format, read_updated<Feed>},
    {Ns::rss, "category", "categories", Rank::other_format, read_category<Feed>},
    {Ns::rss, "generator", "generator", Rank::other_format, read_generator},
    {Ns::rss, "docs", "docs", Rank::other_format,
     [](Draft<Feed>& draft, const Element& element) {
         draft.target.docs = element.resolved(element.line());
     }},
    {Ns::rss, "cloud", "cloud", Rank::other_format, read_cloud},
    {Ns::rss, "ttl", "ttl_minutes", Rank::other_format, read_ttl},
    {Ns::rss, "image", "image", Rank::other_format, read_image},
    {Ns::rss, "textinput", "textinput", Rank::other_format, read_text_input},
    {Ns::rss, "skiphours", "skip_hours", Rank::other_format, read_skip_hours},
    {Ns::rss, "skipdays", "skip_days", Rank::other_format, read_skip_days},
});

constexpr std::array entry_table = std::to_array<EntryRow>({
    {Ns::rss, "title", "title", Rank::other_format, read_rss_title<Entry>},
    {Ns::rss, "description", "summary", Rank::other_format,
     [](Draft<Entry>& draft, const Element& element) {
         offer(draft, Slot::summary, draft.target.summary, [&] { return html_text(element); });
     }},
    {Ns::rss, "link", "link, links", Rank::other_format, read_rss_link<Entry>},
    {Ns::rss, "author", "authors", Rank::other_format, read_author<Entry>},
    {Ns::rss, "category", "categories", Rank::other_format, read_category<Entry>},
    {Ns::rss, "comments", "comments", Rank::other_format,
     [](Draft<Entry>& draft, const Element& element) {
         offer(draft, Slot::comments, draft.target.comments,
               [&] { return element.resolved(element.line()); });
     }},
    {Ns::rss, "enclosure", "enclosures", Rank::other_format, read_enclosure},
    {Ns::rss, "guid", "id, id_is_permalink", Rank::other_format, read_guid},
    {Ns::rss, "pubdate", "published", Rank::other_format, read_published<Entry>},
    {Ns::rss, "source", "source", Rank::other_format, read_source},
    {Ns::rss, "image", "image", Rank::other_format, read_item_image},
    {Ns::rss, "copyright", "rights", Rank::other_format, read_rss_rights<Entry>},
    {Ns::rss, "language", "language", Rank::other_format, read_language<Entry>},
    {Ns::rss, "expirationdate", "expired", Rank::other_format,
     [](Draft<Entry>& draft, const Element& element) {
         read_date_into(draft, Slot::expired, draft.target.expired, element);
     }},
    {Ns::rss, "body", "content", Rank::other_format, read_full_item},
    {Ns::rss, "fullitem", "content", Rank::other_format, read_full_item},
});

bool is_root(const Element& root) {
    return equals_ignoring_case(root.name(), "rss") || equals_ignoring_case(root.name(), "channel");
}

void read(const Element& root, Draft<Feed>& feed) {
    feed.target.format = Format::rss;
    feed.target.version = collapse(root.attribute("version"));
    if (feed.target.version == "2") feed.target.version = "2.0";
    read_children(feed, root);
}

}  // namespace

std::span<const FeedRow> rss_feed_rows() {
    return feed_table;
}

std::span<const EntryRow> rss_entry_rows() {
    return entry_table;
}

constinit const XmlFormat rss{
    .name = "RSS", .is_root = is_root, .read = read, .format = Format::rss};

}  // namespace tributary::feed
