#include "feed/model_json.h"

#include "feed/json.h"
#include "feed/json_text.h"
#include "feed/model_fields.h"

#include <algorithm>
#include <array>
#include <type_traits>
#include <utility>

namespace tributary::feed {
namespace {

// In the order of the enumerators.
constexpr std::array<std::string_view, 3> text_types{"text", "html", "xhtml"};
constexpr std::array<std::string_view, 3> geometry_types{"Point", "LineString", "Polygon"};
constexpr std::array<std::string_view, 4> formats{"rss", "rdf", "atom", "json"};

constexpr const auto& names_of(TextType) {
    return text_types;
}
constexpr const auto& names_of(GeometryType) {
    return geometry_types;
}
constexpr const auto& names_of(Format) {
    return formats;
}

template <typename Enum>
std::string_view name_of(Enum value) {
    return names_of(value)[static_cast<std::size_t>(value)];
}

// --- what is left out ---------------------------------------------------------------------------

bool is_left_out(const std::string& value) {
    return value.empty();
}
bool is_left_out(const Text& value) {
    return value.empty();
}
bool is_left_out(const Content& value) {
    return value.empty();
}
bool is_left_out(bool value) {
    return !value;
}
bool is_left_out(double) {
    return false;
}
template <typename T>
bool is_left_out(const std::optional<T>& value) {
    return !value;
}
template <typename T>
bool is_left_out(const Box<T>& value) {
    return !value;
}
template <typename T>
bool is_left_out(const std::vector<T>& value) {
    return value.empty();
}
template <typename Enum>
    requires std::is_enum_v<Enum>
bool is_left_out(Enum) {
    return false;
}

// --- writing ------------------------------------------------------------------------------------

class Writer {
  public:
    /// Of the string `hidden`, known by its place in memory, only a point is written.
    explicit Writer(std::string& out, const std::string* hidden = nullptr)
        : out_(out), hidden_(hidden) {}

    void value(const std::string& text) {
        append_quoted(out_, &text == hidden_ ? std::string_view(".") : text);
    }
    void value(bool truth) { out_ += truth ? "true" : "false"; }
    void value(double number) { append_number(out_, number); }
    void value(std::int64_t number) { append_number(out_, number); }
    void value(int number) { append_number(out_, std::int64_t{number}); }
    void value(Timestamp time) { append_quoted(out_, write_rfc3339(time)); }

    void value(const Content& content) {
        out_ += '{';
        members(content.text);
        members(content);
        out_ += '}';
    }

    /// RFC 7946: a polygon is a list of rings; ours has one.
    void value(const Geometry& geometry) {
        out_.append("{\"type\":\"").append(name_of(geometry.type)).append("\",\"coordinates\":");
        if (geometry.type == GeometryType::point) {
            position(geometry.positions.empty() ? Geometry::Position{} : geometry.positions[0]);
        } else if (geometry.type == GeometryType::line_string) {
            value(geometry.positions);
        } else {
            out_ += '[';
            value(geometry.positions);
            out_ += ']';
        }
        out_ += '}';
    }
    void value(const Geometry::Position& at) { position(at); }

    template <typename T>
    void value(const std::optional<T>& optional) {
        value(*optional);
    }
    template <typename T>
    void value(const Box<T>& box) {
        value(*box);
    }
    template <typename T>
    void value(const std::vector<T>& list) {
        out_ += '[';
        for (const T& element : list) {
            separate('[');
            value(element);
        }
        out_ += ']';
    }
    template <typename T>
    void value(const T& any) {
        if constexpr (std::is_enum_v<T>) {
            append_quoted(out_, name_of(any));
        } else {
            out_ += '{';
            members(any);
            out_ += '}';
        }
    }

  private:
    /// A comma, unless what follows is the first. A value never ends in an opening bracket: one in
    /// a string stands before its quote.
    void separate(char opening) {
        if (out_.back() != opening) out_ += ',';
    }
    void name(std::string_view name) {
        separate('{');
        out_.append("\"").append(name).append("\":");
    }
    void position(const Geometry::Position& position) {
        out_ += '[';
        append_number(out_, position.longitude);
        out_ += ',';
        append_number(out_, position.latitude);
        out_ += ']';
    }

    template <typename Struct, typename Member>
    void member(const Struct& object, const Field<Struct, Member>& field) {
        const Member& member = object.*field.member;
        if (is_left_out(member)) return;
        name(field.name);
        value(member);
    }
    template <typename Struct>
    void member(const Struct& object, const JsonField<Struct>& field) {
        if ((object.*field.member).empty()) return;
        name(field.name);
        out_ += object.*field.member;
    }
    template <typename Struct>
    void member(const Struct& object, const ImageField<Struct>& field) {
        if ((object.*field.member).empty()) return;
        name(field.name);
        out_ += "{\"url\":";
        value(object.*field.member);
        out_ += '}';
    }
    template <typename Struct>
    void members(const Struct& object) {
        std::apply([&](const auto&... field) { (member(object, field), ...); }, fields<Struct>);
    }

    std::string& out_;
    const std::string* hidden_;
};

// --- reading ------------------------------------------------------------------------------------

void read(Json::Value json, std::string& text) {
    text = json.string();
}
void read(Json::Value json, bool& truth) {
    truth = json.truth().value_or(false);
}
void read(Json::Value json, double& number) {
    number = json.number().value_or(0);
}
void read(Json::Value json, int& number) {
    const std::int64_t value = json.integer().value_or(0);
    const bool fits = std::in_range<int>(value);
    number = fits ? static_cast<int>(value) : 0;
}
// Declared before the templates that call them: argument-dependent lookup does not see them here.
void read(Json::Value json, Content& content);
void read(Json::Value json, Geometry& geometry);
template <typename Struct>
void read(Json::Value json, Struct& object);

void read(Json::Value json, std::optional<bool>& truth) {
    truth = json.truth();
}
void read(Json::Value json, std::optional<double>& number) {
    number = json.number();
}
void read(Json::Value json, std::optional<std::int64_t>& number) {
    number = json.integer();
}
void read(Json::Value json, std::optional<Timestamp>& time) {
    if (!json.string().empty()) time = read_date(json.string());
}
template <typename T>
void read(Json::Value json, Box<T>& box) {
    if (json.is_object()) read(json, box.make());
}
template <typename T>
void read(Json::Value json, std::vector<T>& list) {
    for (const Json::Value element : json.elements()) read(element, list.emplace_back());
}

template <typename Enum>
void read_enum(Json::Value json, Enum& value) {
    const auto& names = names_of(value);
    const auto found = std::ranges::find(names, json.string());
    if (found != names.end()) value = static_cast<Enum>(found - names.begin());
}

template <typename Struct, typename Member>
void read_member(Json::Value json, Struct& object, const Field<Struct, Member>& field) {
    read(json[field.name], object.*field.member);
}
template <typename Struct>
void read_member(Json::Value json, Struct& object, const JsonField<Struct>& field) {
    if (json[field.name].is_object()) object.*field.member = json[field.name].serialized();
}
template <typename Struct>
void read_member(Json::Value json, Struct& object, const ImageField<Struct>& field) {
    const Json::Value image = json[field.name];
    object.*field.member = image.is_object() ? image["url"].string() : image.string();
}
template <typename Struct>
void read_members(Json::Value json, Struct& object) {
    std::apply([&](const auto&... field) { (read_member(json, object, field), ...); },
               fields<Struct>);
}

template <typename Struct>
void read(Json::Value json, Struct& object) {
    if constexpr (std::is_enum_v<Struct>) {
        read_enum(json, object);
    } else {
        read_members(json, object);
    }
}

void read(Json::Value json, Content& content) {
    read_members(json, content.text);
    read_members(json, content);
}

Geometry::Position position_in(Json::Value json) {
    const auto numbers = json.elements();
    if (numbers.size() < 2) return {};
    return {.longitude = numbers[0].number().value_or(0),
            .latitude = numbers[1].number().value_or(0)};
}

void read(Json::Value json, Geometry& geometry) {
    read_enum(json["type"], geometry.type);
    const Json::Value coordinates = json["coordinates"];
    if (geometry.type == GeometryType::point) {
        geometry.positions.push_back(position_in(coordinates));
        return;
    }
    const auto rings = coordinates.elements();
    const bool is_polygon = geometry.type == GeometryType::polygon;
    if (is_polygon && rings.empty()) return;
    for (const Json::Value at : is_polygon ? rings[0].elements() : rings)
        geometry.positions.push_back(position_in(at));
}

template <typename Struct>
Struct from_json(std::string_view text) {
    Struct object;
    constexpr std::size_t deepest = 64;
    if (const auto json = Json::parse(text, deepest)) read_members(json->root(), object);
    return object;
}

void append_warnings(std::string& out, const std::vector<Warning>& warnings) {
    out += '[';
    for (const Warning& warning : warnings) {
        if (out.back() != '[') out += ',';
        out += "{\"code\":";
        append_quoted(out, warning.code);
        out += ",\"message\":";
        append_quoted(out, warning.message);
        out += '}';
    }
    out += ']';
}

}  // namespace

std::string_view to_string(Format format) {
    return name_of(format);
}

std::string to_json(const Parsed& parsed) {
    std::string out = "{\"feed\":";
    Writer writer(out);
    writer.value(parsed.feed);
    out += ",\"entries\":";
    writer.value(parsed.feed.entries);
    out += ",\"warnings\":";
    append_warnings(out, parsed.warnings);
    return out += '}';
}

std::string to_json(const ParseError& error) {
    std::string out = "{\"error\":{\"code\":";
    append_quoted(out, to_string(error.code));
    out += ",\"message\":";
    append_quoted(out, error.message);
    if (error.line > 0) append_number(out.append(",\"line\":"), std::int64_t{error.line});
    if (error.column > 0) append_number(out.append(",\"column\":"), std::int64_t{error.column});
    return out += "}}";
}

std::string to_json(const Entry& entry) {
    std::string out;
    Writer(out).value(entry);
    return out;
}

std::string to_json_without_content(const Entry& entry) {
    std::string out;
    Writer(out, &entry.content.text.value).value(entry);
    return out;
}

std::string to_json(const Feed& feed) {
    std::string out;
    Writer(out).value(feed);
    return out;
}

Entry entry_from_json(std::string_view json) {
    return from_json<Entry>(json);
}

Feed feed_from_json(std::string_view json) {
    return from_json<Feed>(json);
}

}  // namespace tributary::feed
