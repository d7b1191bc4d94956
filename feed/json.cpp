#include "feed/json.h"

#include "base/text.h"
#include "feed/decimal.h"
#include "feed/json_repair.h"
#include "feed/json_text.h"

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parser.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace tributary::feed {
namespace {

namespace json = boost::json;

/// The shortest text that reads back as the same number.
std::string written(double number) {
    std::array<char, 32> buffer;
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number).ptr;
    return {buffer.data(), end};
}

/// Boost's own serializer writes 2.5 as 2.5E0. Recurses as deep as the parser let the text be.
void append(std::string& out, const json::value* value) {
    if (!value || value->is_null()) {
        out += "null";
    } else if (const auto* string = value->if_string()) {
        append_quoted(out, {string->data(), string->size()});
    } else if (const auto* truth = value->if_bool()) {
        out += *truth ? "true" : "false";
    } else if (const auto* list = value->if_array()) {
        out += '[';
        for (const json::value& element : *list) {
            if (out.back() != '[') out += ',';
            append(out, &element);
        }
        out += ']';
    } else if (const auto* object = value->if_object()) {
        out += '{';
        for (const auto& member : *object) {
            if (out.back() != '{') out += ',';
            append_quoted(out, {member.key().data(), member.key().size()});
            out += ':';
            append(out, &member.value());
        }
        out += '}';
    } else {
        out += Json::Value(value).text();
    }
}

ParseError error_at(const json::error_code& error, std::string_view text, std::size_t offset,
                    std::size_t max_depth) {
    const bool is_depth = error == json::error::too_deep;
    const std::string_view before = text.substr(0, offset);
    const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
    return {
        .code = is_depth ? ParseError::Code::limit : ParseError::Code::not_a_feed,
        .message = is_depth ? beyond_limit("depth", max_depth) : "broken JSON: " + error.message(),
        .line = static_cast<int>(std::ranges::count(before, '\n')) + 1,
        .column = static_cast<int>(std::min<std::size_t>(offset - line_start, 1u << 30)) + 1};
}

}  // namespace

/// The values lie in one growing block and are never destroyed one by one.
struct Json::Memory {
    json::monotonic_resource resource{64u << 10};
    json::value value;

    bool parse(std::string_view text, std::size_t max_depth, ParseError& error) {
        json::parse_options options;
        options.max_depth = max_depth;
        json::parser parser({}, options);
        parser.reset(&resource);
        json::error_code code;
        const std::size_t read = parser.write_some(text.data(), text.size(), code);
        const bool has_more = !code && !trim(text.substr(read)).empty();
        if (has_more) code = json::error::extra_data;
        if (code) {
            error = error_at(code, text, read, max_depth);
            return false;
        }
        // The value's memory is the resource's: moved, not copied.
        std::construct_at(&value, parser.release());
        return true;
    }
};

Json::Json(std::unique_ptr<Memory> memory) : memory_(std::move(memory)) {}
Json::Json(Json&&) noexcept = default;
Json& Json::operator=(Json&&) noexcept = default;
Json::~Json() = default;

std::expected<Json, ParseError> Json::parse(std::string_view text, std::size_t max_depth) {
    Json result(std::make_unique<Memory>());
    ParseError error;
    if (result.memory_->parse(text, max_depth, error)) return result;
    if (error.code == ParseError::Code::limit) return std::unexpected(error);
    const MendedJson mended = mend_json(text);
    ParseError error_in_mended;
    result.memory_ = std::make_unique<Memory>();
    if (!result.memory_->parse(mended.text, max_depth, error_in_mended)) {
        const bool is_limit = error_in_mended.code == ParseError::Code::limit;
        return std::unexpected(is_limit ? error_in_mended : error);
    }
    result.warnings_.push_back({mended.is_cut ? "truncated" : "not-wellformed", error.message});
    return result;
}

Json::Value Json::root() const {
    return Value(&memory_->value);
}

bool Json::Value::is_object() const {
    return value_ && value_->is_object();
}
bool Json::Value::is_list() const {
    return value_ && value_->is_array();
}

Json::Value Json::Value::operator[](std::string_view name) const {
    if (!is_object()) return Value();
    return Value(value_->get_object().if_contains({name.data(), name.size()}));
}

std::vector<std::pair<std::string_view, Json::Value>> Json::Value::members() const {
    std::vector<std::pair<std::string_view, Value>> out;
    if (!is_object()) return out;
    for (const auto& member : value_->get_object())
        out.emplace_back(std::string_view(member.key().data(), member.key().size()),
                         Value(&member.value()));
    return out;
}

std::vector<Json::Value> Json::Value::elements() const {
    std::vector<Value> out;
    if (!is_list()) return out;
    out.reserve(value_->get_array().size());
    for (const json::value& element : value_->get_array()) out.push_back(Value(&element));
    return out;
}

std::string_view Json::Value::string() const {
    const json::string* string = value_ ? value_->if_string() : nullptr;
    return string ? std::string_view(string->data(), string->size()) : std::string_view();
}

std::string Json::Value::text() const {
    if (!value_) return {};
    if (value_->is_int64()) return std::to_string(value_->get_int64());
    if (value_->is_uint64()) return std::to_string(value_->get_uint64());
    if (value_->is_double()) return written(value_->get_double());
    return std::string(string());
}

std::optional<std::int64_t> Json::Value::integer() const {
    if (value_ && value_->is_int64()) return value_->get_int64();
    if (value_ && value_->is_string()) {
        const std::int64_t read = read_number(string());
        return read < 0 ? std::nullopt : std::optional(read);
    }
    const auto decimal = number();
    constexpr double largest = 9e15;  // every whole number up to here is exact
    if (!decimal || *decimal != std::floor(*decimal) || std::abs(*decimal) > largest)
        return std::nullopt;
    return static_cast<std::int64_t>(*decimal);
}

std::optional<double> Json::Value::number() const {
    if (!value_) return std::nullopt;
    double out = 0;
    if (value_->is_string()) {
        const std::string_view text = trim(string());
        const auto result = std::from_chars(text.data(), text.data() + text.size(), out);
        if (result.ec != std::errc{} || result.ptr != text.data() + text.size())
            return std::nullopt;
    } else if (value_->is_number()) {
        out = value_->is_double()  ? value_->get_double()
              : value_->is_int64() ? static_cast<double>(value_->get_int64())
                                   : static_cast<double>(value_->get_uint64());
    } else {
        return std::nullopt;
    }
    return storable(out);
}

std::optional<bool> Json::Value::truth() const {
    const bool* truth = value_ ? value_->if_bool() : nullptr;
    return truth ? std::optional(*truth) : std::nullopt;
}

std::string Json::Value::serialized() const {
    std::string out;
    append(out, value_);
    return out;
}

}  // namespace tributary::feed
