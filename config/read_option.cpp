#include "config/read_option.h"

#include "base/text.h"
#include "base/time.h"
#include "base/url.h"
#include "config/secrets.h"

#include <algorithm>
#include <array>

namespace tributary::config {
namespace {

constexpr std::int64_t fastest = 100;  // milliseconds, on the fast clock

// One value on its way into one slot.
struct Read {
    const Node& node;
    std::string_view label;
    const Rule& rule;
    const Reading& reading;

    bool refuse(std::string_view why) const {
        reading.problems.error(reading.at(node), why);
        return false;
    }
    std::string said() const {
        const auto* text = node.get<std::string>();
        const auto value = text != nullptr ? toml_string(redacted_url(*text)) : write_toml(node);
        return std::string{label} + " = " + value;
    }
    bool expected(std::string_view type, std::string_view example) const {
        return refuse(said() + ": expected " + std::string{type} + ", e.g. " +
                      std::string{example});
    }
    bool out_of_range(std::string_view allowed) const {
        return refuse(said() + " is out of range; allowed: " + std::string{allowed});
    }
    bool no_unit(std::string_view suggestion, std::string_view allowed) const {
        return refuse(said() + " has no unit; write \"" + std::string{suggestion} +
                      "\" (allowed: " + std::string{allowed} + ")");
    }
    bool in_range(std::int64_t value) const {
        return value >= rule.lowest && value <= rule.highest;
    }
    // The number of a value without a unit: 30 or "30".
    std::int64_t bare_number() const {
        if (const auto* number = node.get<std::int64_t>()) return *number;
        const auto* text = node.get<std::string>();
        return text != nullptr ? read_number(*text) : -1;
    }

    bool operator()(ReadElsewhere) const { return false; }

    bool operator()(bool* truth) const {
        const auto* value = node.get<bool>();
        if (value == nullptr) return expected("true or false", "true");
        *truth = *value;
        return true;
    }

    bool operator()(int* count) const {
        const auto* value = node.get<std::int64_t>();
        if (value == nullptr) return expected("a whole number", std::to_string(*count));
        if (!in_range(*value)) return out_of_range(describe_range(count, rule));
        *count = static_cast<int>(*value);
        return true;
    }

    bool operator()(std::int64_t* bytes) const {
        const auto allowed = describe_range(bytes, rule);
        if (const auto number = bare_number(); number >= 0) {
            return no_unit(std::to_string(number) + (number < rule.lowest ? "MiB" : "B"), allowed);
        }
        const auto* text = node.get<std::string>();
        const auto value = text != nullptr ? read_size(*text) : std::nullopt;
        if (!value) return expected("a size", toml_string(write_size(*bytes)));
        if (!in_range(*value)) return out_of_range(allowed);
        *bytes = *value;
        return true;
    }

    bool operator()(Duration* duration) const {
        Rule bounds = rule;
        if (reading.fast_clock) bounds.lowest = std::min(bounds.lowest, fastest);
        const auto allowed = describe_range(duration, bounds);
        if (const auto number = bare_number(); number >= 0) {
            return no_unit(with_likely_unit(number), allowed);
        }
        const auto* text = node.get<std::string>();
        const auto value = text != nullptr ? read_duration(*text) : std::nullopt;
        if (!value) return expected("a duration", toml_string(write_span(*duration)));
        if (value->count() < bounds.lowest || value->count() > bounds.highest) {
            return out_of_range(allowed);
        }
        *duration = *value;
        return true;
    }
    // The first unit, from seconds up, that makes the number an allowed one.
    std::string with_likely_unit(std::int64_t number) const {
        struct Unit {
            std::string_view name;
            std::int64_t milliseconds;
        };
        static constexpr std::array<Unit, 4> units{
            {{"s", 1'000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}};
        for (const auto& unit : units) {
            const bool fits = number <= rule.highest / unit.milliseconds;
            if (fits && in_range(number * unit.milliseconds)) {
                return std::to_string(number) + std::string{unit.name};
            }
        }
        return std::to_string(number) + "s";
    }

    bool operator()(std::string* out) const {
        const auto* value = node.get<std::string>();
        if (rule.text == &web_url && value != nullptr && !web_url.accepts(*value)) {
            return refuse(std::string{label} + ": " + toml_string(redacted_url(*value)) +
                          " is not an absolute http(s) URL");
        }
        if (value == nullptr || !rule.text->accepts(*value)) {
            return expected(rule.text->name, toml_string(rule.text->example));
        }
        *out = *value;
        return true;
    }

    bool operator()(std::vector<std::string>* texts) const {
        const auto errors = reading.problems.errors.size();
        std::vector<std::string> read;
        for (auto& [text, place] : read_texts(node, label, rule, reading)) {
            const bool is_new = std::ranges::find(read, text) == read.end();
            if (is_new || rule.repeats) read.push_back(std::move(text));
        }
        if (reading.problems.errors.size() != errors) return false;
        *texts = std::move(read);
        return true;
    }

    bool operator()(const PrivateNetworks& networks) const {
        if (node.get<bool>() != nullptr) {
            networks.ranges->clear();
            return (*this)(networks.all);
        }
        if (node.get<Node::List>() == nullptr) {
            return expected("true, false or a list of addresses", R"(["127.0.0.1:8080"])");
        }
        *networks.all = false;
        return (*this)(networks.ranges);
    }

    bool operator()(Headers* headers) const {
        const auto* table = node.get<Node::Table>();
        if (table == nullptr) return expected("a table of text", R"({ Accept-Language = "en" })");
        Headers read;
        for (const auto& [name, line, column, value] : *table) {
            const auto full = std::string{label} + "." + name;
            if (!is_header_name(name)) {
                return Read{value, full, rule, reading}.expected("a header name and text",
                                                                 R"({ Accept-Language = "en" })");
            }
            auto secret = read_secret(value, full, is_sensitive_header(name), reading);
            if (!secret) return false;
            read.push_back({name, std::move(*secret)});
        }
        *headers = std::move(read);
        return true;
    }
    bool operator()(Auth* auth) const {
        auto read = read_auth(node, label, rule, reading);
        if (!read) return false;
        *auth = std::move(*read);
        return true;
    }
    // A token (RFC 9110 5.6.2).
    static bool is_header_name(std::string_view name) {
        constexpr std::string_view others = "!#$%&'*+-.^_`|~";
        return !name.empty() && std::ranges::all_of(name, [&](char c) {
            const char lower = ascii_lower(c);
            return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') ||
                   others.find(c) != std::string_view::npos;
        });
    }

    template <typename T>
    bool operator()(std::optional<T>* maybe) const {
        const auto* text = node.get<std::string>();
        if (rule.automatic && text != nullptr && *text == "auto") {
            maybe->reset();
            return true;
        }
        T value = typical<T>();
        if (!(*this)(&value)) return false;
        *maybe = value;
        return true;
    }
    // What an error gives as an example where there is no default.
    template <typename T>
    static T typical() {
        if constexpr (std::is_same_v<T, Duration>) return std::chrono::minutes{30};
        if constexpr (std::is_same_v<T, std::int64_t>) return 10 << 20;
        if constexpr (std::is_same_v<T, int>) return 100;
    }
};

}  // namespace

bool read_option(const Node& node, std::string_view label, const Slot& slot, const Rule& rule,
                 const Reading& reading) {
    return std::visit(Read{node, label, rule, reading}, slot);
}

std::vector<PlacedText> read_texts(const Node& node, std::string_view label, const Rule& rule,
                                   const Reading& reading) {
    std::vector<PlacedText> texts;
    const auto add = [&](const Node& element) {
        std::string text;
        const Read read{element, label, rule, reading};
        if (read(&text)) texts.push_back({std::move(text), reading.at(element)});
    };
    if (const auto* list = node.get<Node::List>()) {
        for (const auto& element : *list) add(element);
    } else if (node.get<std::string>() != nullptr) {
        add(node);
    } else {
        const auto example = "[" + toml_string(rule.text->example) + "]";
        Read{node, label, rule, reading}.expected("a list of text", example);
    }
    return texts;
}

}  // namespace tributary::config
