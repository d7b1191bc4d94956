#include "config/toml.h"

#include <toml++/toml.h>

#include <algorithm>
#include <sstream>

namespace tributary::config {
namespace {

// toml++ refuses more than 256 levels, so these two may follow the nesting.
Node convert(const toml::node& node);

Node::Table convert_table(const toml::table& table) {
    Node::Table members;
    for (const auto& [key, value] : table) {
        const auto& place = key.source().begin;
        members.push_back({std::string{key.str()}, static_cast<int>(place.line),
                           static_cast<int>(place.column), convert(value)});
    }
    std::ranges::stable_sort(
        members, {}, [](const Member& member) { return std::pair{member.line, member.column}; });
    return members;
}

Node::List convert_list(const toml::array& array) {
    Node::List list;
    for (const auto& element : array) list.push_back(convert(element));
    return list;
}

template <typename T>
Node::Date date_of(const T& value) {
    std::ostringstream out;
    out << value;
    return {out.str()};
}

Node convert(const toml::node& node) {
    Node result;
    result.line = static_cast<int>(node.source().begin.line);
    result.column = static_cast<int>(node.source().begin.column);
    if (const auto* table = node.as_table()) result.value = convert_table(*table);
    if (const auto* array = node.as_array()) result.value = convert_list(*array);
    if (const auto* text = node.as_string()) result.value = text->get();
    if (const auto* number = node.as_integer()) result.value = number->get();
    if (const auto* number = node.as_floating_point()) result.value = number->get();
    if (const auto* truth = node.as_boolean()) result.value = truth->get();
    if (const auto* date = node.as_date()) result.value = date_of(date->get());
    if (const auto* time = node.as_time()) result.value = date_of(time->get());
    if (const auto* both = node.as_date_time()) result.value = date_of(both->get());
    return result;
}

struct Write {
    std::string operator()(bool truth) const { return truth ? "true" : "false"; }
    std::string operator()(std::int64_t number) const { return std::to_string(number); }
    std::string operator()(double number) const {
        std::ostringstream out;
        out << number;
        return out.str();
    }
    std::string operator()(const std::string& text) const { return toml_string(text); }
    std::string operator()(const Node::Date& date) const { return date.text; }
    std::string operator()(const Node::List& list) const {
        std::string out = "[";
        for (const auto& element : list) {
            if (out.size() > 1) out += ", ";
            out += write_toml(element);
        }
        return out + "]";
    }
    std::string operator()(const Node::Table&) const { return "{...}"; }
};

}  // namespace

std::expected<Node::Table, SyntaxError> read_toml(std::string_view text) {
    try {
        return convert_table(toml::parse(text, std::string{}));
    } catch (const toml::parse_error& error) {
        const auto& place = error.source().begin;
        return std::unexpected(SyntaxError{std::string{error.description()},
                                           static_cast<int>(place.line),
                                           static_cast<int>(place.column)});
    }
}

std::string write_toml(const Node& node) {
    return std::visit(Write{}, node.value);
}

std::string toml_string(std::string_view text) {
    static constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (byte < 0x20 || byte == 0x7f) {
            out += "\\u00";
            out += digits[byte >> 4];
            out += digits[byte & 15];
        } else {
            out += c;
        }
    }
    return out + "\"";
}

std::string toml_list(const std::vector<std::string>& texts) {
    std::string out = "[";
    for (const auto& text : texts) {
        if (out.size() > 1) out += ", ";
        out += toml_string(text);
    }
    return out + "]";
}

}  // namespace tributary::config
