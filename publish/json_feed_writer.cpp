// JSON Feed 1.1. Members that have nothing to say are left out, never null. What Tributary adds
// stands in `_source` (where an item comes from) and `_tributary`.

#include "publish/markup.h"
#include "publish/writer.h"

#include <boost/json.hpp>

#include <algorithm>
#include <array>

namespace tributary::publish {
namespace {

/// A JSON string (RFC 8259 7). After clean() only four characters are left that need a backslash.
void append_string(std::string& out, std::string_view text) {
    std::string mended;
    text = clean(text, mended);
    out += '"';
    std::size_t copied = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (c != '"' && c != '\\' && c != '\n' && c != '\t') continue;
        out.append(text, copied, at - copied);
        out += '\\';
        out += c == '\n' ? 'n' : c == '\t' ? 't' : c;
        copied = at + 1;
    }
    out.append(text, copied).append("\"");
}

/// A JSON object or array written as it is built; it closes itself. Each member leaves out what is
/// absent.
class Value {
  public:
    enum class Kind { object, array };

    explicit Value(std::string& out, Kind kind = Kind::object) : out_(out), kind_(kind) {
        out_ += kind_ == Kind::object ? '{' : '[';
    }
    ~Value() {
        if (!left_open_) out_ += kind_ == Kind::object ? '}' : ']';
    }
    Value(const Value&) = delete;
    Value& operator=(const Value&) = delete;

    /// Where a value may be appended: a member of an object, or the next of an array.
    std::string& member(std::string_view name) {
        std::string& out = next();
        append_string(out, name);
        out += ':';
        return out;
    }
    std::string& next() {
        if (!is_first_) out_ += ',';
        is_first_ = false;
        return out_;
    }

    void text(std::string_view name, std::string_view value) {
        if (!value.empty()) append_string(member(name), value);
    }
    void url(std::string_view name, std::string_view value) { text(name, web_url(value)); }
    void time(std::string_view name, std::optional<Timestamp> value) {
        if (value) text(name, write_rfc3339(*value));
    }
    void integer(std::string_view name, std::optional<std::int64_t> value) {
        if (value) member(name) += std::to_string(*value);
    }
    void real(std::string_view name, std::optional<double> value) {
        const std::string digits = value ? number(*value) : std::string();
        if (!digits.empty()) member(name) += digits;
    }
    void stay_open() { left_open_ = true; }

  private:
    std::string& out_;
    Kind kind_;
    bool is_first_ = true, left_open_ = false;
};

/// An array of one value for each element, where there are elements.
template <typename Elements, typename Write>
void write_array(Value& parent, std::string_view name, const Elements& elements, Write write) {
    if (std::ranges::empty(elements)) return;
    Value array(parent.member(name), Value::Kind::array);
    for (const auto& element : elements) write(array.next(), element);
}

void write_author(std::string& out, const feed::Person& person) {
    Value author(out);
    author.text("name", person.name);
    author.url("url", person.uri);
    author.url("avatar", person.avatar);
}

void write_attachments(Value& out, const std::vector<feed::Enclosure>& enclosures) {
    std::vector<const feed::Enclosure*> safe;
    for (const auto& enclosure : enclosures)
        if (!web_url(enclosure.url).empty()) safe.push_back(&enclosure);
    write_array(out, "attachments", safe, [](std::string& text, const feed::Enclosure* enclosure) {
        Value attachment(text);
        attachment.url("url", enclosure->url);
        attachment.text("mime_type", enclosure->type.empty() ? "application/octet-stream"
                                                             : std::string_view(enclosure->type));
        attachment.text("title", enclosure->title);
        attachment.integer("size_in_bytes", enclosure->length);
        attachment.real("duration_in_seconds", enclosure->duration);
    });
}

void write_tags(Value& out, const std::vector<feed::Category>& categories) {
    std::vector<std::string_view> tags;
    for (const auto& category : categories) {
        const std::string_view tag = category.label.empty() ? category.term : category.label;
        if (!tag.empty() && std::ranges::find(tags, tag) == tags.end()) tags.push_back(tag);
    }
    write_array(out, "tags", tags, append_string);
}

void write_content(Value& out, const feed::Entry& entry) {
    const feed::Text& content = entry.content.text;
    const std::string summary = plain_text(entry.summary);
    out.text("summary", summary);
    if (content.empty()) {  // one of the two content members is required
        append_string(out.member("content_text"), summary);
        return;
    }
    out.text(content.type == feed::TextType::text ? "content_text" : "content_html", content.value);
}

void write_source(Value& out, const Item& item) {
    Value source(out.member("_source"));
    std::string_view title = item.provenance.source_title;
    std::string title_of_source;
    if (item.entry.source) {
        const feed::Source& told = *item.entry.source;
        title = title_of_source = plain_text(told.title);
        source.text("id", told.id);
        source.url("url", told.link);
        source.url("icon", told.icon.empty() ? told.image : told.icon);
        source.text("rights", plain_text(told.rights));
    }
    source.text("title", title);
    source.text("name", item.provenance.source_slug);
    // The feed in which it was read, also where that feed repeats another's entry.
    source.url("feed_url", item.provenance.source_url);
}

void write_provenance(Value& out, const Provenance& provenance) {
    Value tributary(out.member("_tributary"));
    tributary.integer("seq", provenance.seq);
    tributary.time("first_seen", provenance.first_seen);
    tributary.text("source_date", provenance.source_date);
    write_array(tributary, "also_in", provenance.also_in, append_string);
}

/// The members that the publisher added, but never in the place of ours.
void write_extensions(Value& out, std::string_view extensions) {
    if (extensions.empty()) return;
    boost::system::error_code error;
    const auto value = boost::json::parse(extensions, error);
    if (error || !value.is_object()) return;
    for (const auto& [name, member] : value.get_object()) {
        const std::string_view key = name;
        if (key.starts_with('_') && key != "_source" && key != "_tributary")
            out.member(key) += boost::json::serialize(member);
    }
}

void write_hub(std::string& out, std::string_view url) {
    Value hub(out);
    hub.text("type", "WebSub");
    hub.url("url", url);
}

void write_head(std::string& out, const Channel& channel, Timestamp) {
    Value feed(out);
    feed.text("version", "https://jsonfeed.org/version/1.1");
    append_string(feed.member("title"), channel.title);
    feed.url("home_page_url", channel.home);
    feed.url("feed_url", address_of(json_feed_writer, channel));
    feed.text("description", channel.description);
    feed.url("next_url", next_address_of(json_feed_writer, channel));
    feed.url("icon", channel.icon);
    feed.url("favicon", channel.icon);
    const std::array authors = {author_of(channel)};
    write_array(feed, "authors", authors, write_author);
    feed.text("language", language_tag(channel.language));
    write_array(feed, "hubs", channel.hubs, write_hub);
    {
        Value tributary(feed.member("_tributary"));
        tributary.url("about", channel.home);
        tributary.text("id", channel.id);
    }
    feed.member("items") += "[\n";
    feed.stay_open();
}

void write_item(std::string& out, const Item& item) {
    const feed::Entry& entry = item.entry;
    Value object(out);
    append_string(object.member("id"), entry.id);
    object.url("url", entry.link);
    object.url("external_url", entry.external_url);
    object.text("title", plain_text(entry.title));
    write_content(object, entry);
    object.url("image", entry.image);
    object.time("date_published", entry.published);
    object.time("date_modified", entry.updated);
    write_array(object, "authors", entry.authors, write_author);
    write_tags(object, entry.categories);
    object.text("language", language_tag(entry.language));
    write_attachments(object, entry.enclosures);
    write_source(object, item);
    write_provenance(object, item.provenance);
    write_extensions(object, entry.extensions);
}

void write_tail(std::string& out, const Channel&) {
    out += "\n]}\n";
}

}  // namespace

constinit const Writer json_feed_writer{.name = "JSON Feed",
                                        .extension = ".json",
                                        .media_type = "application/feed+json",
                                        .separator = ",\n",
                                        .head = write_head,
                                        .item = write_item,
                                        .tail = write_tail};

}  // namespace tributary::publish
