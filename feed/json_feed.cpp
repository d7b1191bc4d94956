#include "feed/json_feed.h"

#include "base/text.h"
#include "base/url.h"
#include "feed/json.h"
#include "feed/json_text.h"
#include "feed/warnings.h"

#include <algorithm>
#include <utility>

namespace tributary::feed {
namespace {

/// What is the same for all of one document.
struct JsonReading {
    std::string base;  // what relative URLs are relative to
    const Limits& limits;
    Warnings warnings;
};

std::string_view bounded(std::string_view text, JsonReading& reading) {
    const std::size_t most = reading.limits.field_bytes;
    if (text.size() <= most) return text;
    reading.warnings.add("limit", beyond_limit("bytes in a text", most));
    return truncate_utf8(text, most);
}

/// One line of text.
std::string line(Json::Value value, JsonReading& reading) {
    return collapse(bounded(value.text(), reading));
}

/// Markup or text of several lines.
std::string block(Json::Value value, JsonReading& reading) {
    return std::string(bounded(trim(value.text()), reading));
}

std::string url(Json::Value value, JsonReading& reading) {
    const std::string reference = collapse(bounded(value.string(), reading));
    return reference.empty() ? reference : resolve_url(reading.base, reference);
}

/// A list, or the one thing that stands where a list should.
std::vector<Json::Value> list(Json::Value value) {
    if (value.is_list()) return value.elements();
    const bool is_one = value.is_object() || !value.text().empty();
    return is_one ? std::vector{value} : std::vector<Json::Value>{};
}

template <typename Number>
std::optional<Number> not_negative(std::optional<Number> number) {
    return number && *number >= 0 ? number : std::nullopt;
}

std::optional<Timestamp> date(Json::Value value, JsonReading& reading) {
    const std::string text = line(value, reading);
    if (text.empty()) return std::nullopt;
    const auto date = read_date(text);
    if (!date) reading.warnings.add("bad-date", "no date: " + printable(truncate_utf8(text, 60)));
    return date;
}

/// Version 1.1 has a list `authors`, version 1 one `author`.
std::vector<Person> authors(Json::Value object, JsonReading& reading) {
    std::vector<Person> people;
    const auto add = [&](Json::Value author) {
        const Person person{.name = line(author.is_object() ? author["name"] : author, reading),
                            .email = line(author["email"], reading),
                            .uri = url(author["url"], reading),
                            .avatar = url(author["avatar"], reading)};
        const bool is_new = std::ranges::find(people, person) == people.end();
        if (person != Person{} && is_new && people.size() < 100) people.push_back(person);
    };
    for (const Json::Value author : list(object["authors"])) add(author);
    if (people.empty())
        for (const Json::Value author : list(object["author"])) add(author);
    return people;
}

std::vector<Category> tags(Json::Value value, JsonReading& reading) {
    std::vector<Category> categories;
    constexpr std::size_t most = 1000;
    for (const Json::Value tag : list(value)) {
        Category category{.term = line(tag, reading), .scheme = {}, .label = {}};
        const bool is_new = std::ranges::find(categories, category) == categories.end();
        if (!category.term.empty() && is_new && categories.size() < most)
            categories.push_back(std::move(category));
    }
    return categories;
}

std::vector<Enclosure> attachments(Json::Value value, JsonReading& reading) {
    std::vector<Enclosure> enclosures;
    for (const Json::Value attachment : list(value)) {
        Enclosure enclosure{.url = url(attachment["url"], reading),
                            .type = line(attachment["mime_type"], reading),
                            .title = line(attachment["title"], reading),
                            .length = not_negative(attachment["size_in_bytes"].integer()),
                            .duration = not_negative(attachment["duration_in_seconds"].number())};
        if (!enclosure.url.empty()) enclosures.push_back(std::move(enclosure));
    }
    return enclosures;
}

/// How deep brackets nest in JSON text that is well-formed.
std::size_t depth_of(std::string_view json) {
    std::size_t depth = 0, deepest = 0;
    bool is_string = false;
    for (std::size_t at = 0; at < json.size(); ++at) {
        const char c = json[at];
        if (c == '"') is_string = !is_string;
        if (is_string && c == '\\') ++at;
        if (is_string) continue;
        if (c == '{' || c == '[') deepest = std::max(deepest, ++depth);
        if (c == '}' || c == ']') --depth;
    }
    return deepest;
}

/// The members that start with an underscore, as one object; nothing if that is too long. Those
/// that nest deeper than many a reader of JSON takes are left out: an entry is stored as JSON.
std::string extensions(Json::Value item, JsonReading& reading) {
    constexpr std::size_t most_depth = 24;
    std::string out;
    for (const auto& [name, value] : item.members()) {
        if (!name.starts_with('_') || name.size() < 2) continue;
        const std::string json = value.serialized();
        if (depth_of(json) > most_depth) {
            reading.warnings.add("limit", beyond_limit("depth in an extension", most_depth));
            continue;
        }
        out += out.empty() ? '{' : ',';
        append_quoted(out, name);
        out += ':';
        out += json;
    }
    if (bounded(out, reading).size() < out.size()) return {};
    return out.empty() ? out : out += '}';
}

Content content(Json::Value item, JsonReading& reading) {
    Content out;
    out.text.value = block(item["content_html"], reading);
    if (!out.text.value.empty()) {
        out.text.type = TextType::html;
        out.text.base = reading.base;
        return out;
    }
    out.text.value = block(item["content_text"], reading);
    return out;
}

std::string date_as_written(Json::Value item, JsonReading& reading) {
    const std::string published = line(item["date_published"], reading);
    return published.empty() ? line(item["date_modified"], reading) : published;
}

Entry read_item(Json::Value item, JsonReading& reading) {
    Entry entry;
    entry.id = line(item["id"], reading);
    entry.title.value = line(item["title"], reading);
    entry.summary.value = block(item["summary"], reading);
    entry.content = content(item, reading);
    entry.link = url(item["url"], reading);
    entry.external_url = url(item["external_url"], reading);
    entry.published = date(item["date_published"], reading);
    entry.updated = date(item["date_modified"], reading);
    entry.date_as_written = date_as_written(item, reading);
    entry.authors = authors(item, reading);
    entry.categories = tags(item["tags"], reading);
    entry.enclosures = attachments(item["attachments"], reading);
    entry.image = url(item["image"], reading);
    if (entry.image.empty()) entry.image = url(item["banner_image"], reading);
    entry.language = line(item["language"], reading);
    entry.extensions = extensions(item, reading);
    return entry;
}

/// "https://jsonfeed.org/version/1.1" is 1.1; old tools wrote other addresses with the same end.
std::string version(Json::Value value, JsonReading& reading) {
    const std::string text = line(value, reading);
    return text.substr(text.rfind('/') + 1);
}

std::vector<std::string> hubs(Json::Value value, JsonReading& reading) {
    std::vector<std::string> out;
    for (const Json::Value hub : list(value)) {
        std::string address = url(hub.is_object() ? hub["url"] : hub, reading);
        if (!address.empty() && out.size() < 16) out.push_back(std::move(address));
    }
    return out;
}

Feed read_feed(Json::Value root, JsonReading& reading) {
    Feed feed;
    feed.format = Format::json;
    feed.version = version(root["version"], reading);
    feed.language = line(root["language"], reading);
    feed.title.value = line(root["title"], reading);
    feed.subtitle.value = block(root["description"], reading);
    feed.link = url(root["home_page_url"], reading);
    feed.self = url(root["feed_url"], reading);
    feed.hubs = hubs(root["hubs"], reading);
    feed.icon = url(root["favicon"], reading);
    if (std::string icon = url(root["icon"], reading); !icon.empty())
        feed.image.make().url = std::move(icon);
    feed.authors = authors(root, reading);
    if (std::string next = url(root["next_url"], reading); !next.empty())
        feed.paging.make().next = std::move(next);
    return feed;
}

void read_items(Json::Value items, Feed& feed, JsonReading& reading) {
    const auto elements = items.elements();
    feed.entries.reserve(std::min(elements.size(), reading.limits.entries));
    for (const Json::Value item : elements) {
        if (!item.is_object()) {
            reading.warnings.add("bad-value", "an item that is no object");
            continue;
        }
        if (feed.entries.size() == reading.limits.entries) {
            reading.warnings.add("limit", beyond_limit("entries", reading.limits.entries));
            return;
        }
        feed.entries.push_back(read_item(item, reading));
    }
}

/// Without the document's own URL, what the feed says of itself is the base.
std::string base_of(Json::Value root, const Document& origin) {
    if (!origin.url.empty()) return origin.url;
    const std::string self = collapse(root["feed_url"].string());
    return has_scheme(self) ? self : collapse(root["home_page_url"].string());
}

/// Counted before they take memory. Each value but the first of its list has a comma before it;
/// prose has about as many in as many bytes as half the values would take.
bool has_too_many_values(std::string_view text, const Limits& limits) {
    if (text.size() / 4 <= limits.elements) return false;
    return static_cast<std::size_t>(std::ranges::count(text, ',')) / 2 > limits.elements;
}

}  // namespace

std::expected<Parsed, ParseError> read_json_feed(std::string_view text, const Document& origin,
                                                 const Limits& limits) {
    if (has_too_many_values(text, limits))
        return std::unexpected(ParseError{.code = ParseError::Code::limit,
                                          .message = beyond_limit("elements", limits.elements)});
    const auto json = Json::parse(text, limits.depth);
    if (!json) return std::unexpected(json.error());
    const Json::Value root = json->root();
    if (!root["items"].is_list())
        return std::unexpected(ParseError{.code = ParseError::Code::not_a_feed,
                                          .message = "JSON, but without a list of items"});
    JsonReading reading{.base = base_of(root, origin), .limits = limits, .warnings = {}};
    reading.warnings.add(json->warnings());
    Parsed parsed{.feed = read_feed(root, reading), .warnings = {}};
    read_items(root["items"], parsed.feed, reading);
    parsed.warnings = reading.warnings.take();
    return parsed;
}

}  // namespace tributary::feed
