#include "base/url.h"
#include "config/apply.h"
#include "config/apply_members.h"

#include <algorithm>
#include <string>

namespace tributary::config {
namespace {

std::vector<std::string_view> table_names() {
    std::vector<std::string_view> names;
    for (const auto& option : options<Config>()) {
        if (names.empty() || names.back() != option.table) names.push_back(option.table);
    }
    names.erase(names.begin());  // the keys above all tables
    return names;
}

bool is_table_name(std::string_view name) {
    const auto names = table_names();
    return std::ranges::find(names, name) != names.end();
}

// The table of Config that has an option of this name; empty if none has.
std::string_view table_with(std::string_view name) {
    for (const auto& option : options<Config>()) {
        if (option.name == name) return option.table;
    }
    return {};
}

const Node* find(const Node::Table& table, std::string_view key) {
    const auto found = std::ranges::find(table, key, &Member::key);
    return found == table.end() ? nullptr : &found->value;
}

// Known before anything else is read, because it changes what is allowed.
bool asks_for_fast_clock(const std::vector<Document>& documents) {
    return std::ranges::any_of(documents, [](const Document& document) {
        const auto* testing = find(document.root, "testing");
        const auto* table = testing != nullptr ? testing->get<Node::Table>() : nullptr;
        const auto* fast = table != nullptr ? find(*table, "fast_clock") : nullptr;
        const auto* truth = fast != nullptr ? fast->get<bool>() : nullptr;
        return truth != nullptr && *truth;
    });
}

void apply_setting(const Member& member, std::string_view table, Config& config,
                   const Reading& reading) {
    const auto key = table.empty() ? member.key : std::string{table} + "." + member.key;
    if (const auto set = config.set_at.find(key); set != config.set_at.end()) {
        const auto name = label(table, member.key);
        reading.problems.error(reading.at(member), name + " conflicts with " + name + " (" +
                                                       set->second.file + ":" +
                                                       std::to_string(set->second.line) + ")");
        return;
    }
    if (apply_member(member, table, config, reading)) config.set_at[key] = reading.at(member.value);
}

void apply_table(const Member& member, Config& config, const Reading& reading) {
    const std::string name = "[" + member.key + "]";
    if (member.key == "source" || member.key == "feed") {
        reading.problems.error(reading.at(member), name + " must be written [" + name + "]");
    } else if (!is_table_name(member.key)) {
        reading.problems.error(reading.at(member),
                               "unknown table " + name + did_you_mean(member.key, table_names()));
    } else {
        for (const auto& inner : *member.value.get<Node::Table>()) {
            apply_setting(inner, member.key, config, reading);
        }
    }
}

void apply_root(const Member& member, Config& config, const Reading& reading) {
    if (member.key == "sources" || member.key == "include") return;  // read elsewhere
    const bool is_list = member.value.get<Node::List>() != nullptr;
    if (is_list && (member.key == "source" || member.key == "feed")) return;  // in later steps
    if (member.value.get<Node::Table>() != nullptr && !find_option<Config>("", member.key)) {
        apply_table(member, config, reading);
    } else if (is_table_name(member.key)) {
        const auto name = "[" + member.key + "]";
        const auto said = is_list ? "[" + name + "]" : member.key;
        reading.problems.error(reading.at(member), said + " must be written " + name);
    } else {
        apply_setting(member, "", config, reading);
    }
}

struct Limit {
    std::string_view name;
    Duration& value;
};

// Of two limits that cross, the one that is only a default gives way.
void settle(const Limit& low, const Limit& high, const Config& config, Problems& problems) {
    if (low.value <= high.value) return;
    const auto low_set = config.set_at.find("poll." + std::string{low.name});
    const auto high_set = config.set_at.find("poll." + std::string{high.name});
    if (high_set == config.set_at.end()) {
        high.value = low.value;
    } else if (low_set == config.set_at.end()) {
        low.value = high.value;
    } else {
        const auto& place = high_set->second;
        problems.error(low_set->second, label("poll", low.name) + " conflicts with " +
                                            label("poll", high.name) + " (" + place.file + ":" +
                                            std::to_string(place.line) + ")");
    }
}

void settle_intervals(Config& config, Problems& problems) {
    auto& poll = config.poll;
    const Limit lowest{"min_interval", poll.min_interval},
        highest{"max_interval", poll.max_interval};
    settle(lowest, highest, config, problems);
    if (!poll.interval) return;
    const Limit interval{"interval", *poll.interval};
    settle(lowest, interval, config, problems);
    settle(interval, highest, config, problems);
}

bool is_loopback(const std::string& url) {
    const auto parsed = Url::parse(url);
    return parsed && (parsed->host == "localhost" || parsed->host.ends_with(".localhost") ||
                      parsed->host.starts_with("127.") || parsed->host == "[::1]");
}

// Hubs are elsewhere, but for those of tests.
void check_callback_base(const Config& config, Problems& problems) {
    if (config.fast_clock || !is_loopback(config.websub.callback_base)) return;
    problems.error(config.set_at.at("websub.callback_base"),
                   "[websub] callback_base is an address of this machine alone, which no hub can "
                   "reach");
}

}  // namespace

void report_unknown_key(const Member& member, std::string_view table,
                        std::span<const std::string_view> names, const Reading& reading) {
    const auto key = toml_string(member.key);
    std::string_view plain = table;
    if (plain.starts_with('[')) plain = plain.substr(1, plain.size() - 2);
    const auto belongs = table_with(member.key);
    const bool is_root_key = find_option<Config>("", member.key) != nullptr;
    std::string text = "unknown key " + key;
    if (!table.empty()) text += " in [" + std::string{table} + "]";
    if (!table.empty() && is_root_key) {
        text = key + " stands below [" + std::string{table} + "], so TOML reads it as " +
               std::string{plain} + "." + member.key + "; move it above the first [table]";
    } else if (const auto near = did_you_mean(member.key, names); !near.empty()) {
        text += near;
    } else if (!belongs.empty()) {
        text += "; it belongs in [" + std::string{belongs} + "]";
    }
    reading.problems.error(reading.at(member), text);
}

void apply_settings(const std::vector<Document>& documents, Config& config, Problems& problems) {
    const bool fast_clock = asks_for_fast_clock(documents);
    for (const auto& document : documents) {
        config.files.push_back(document.file);
        const Reading reading{document.file, fast_clock, problems};
        for (const auto& member : document.root) apply_root(member, config, reading);
    }
    settle_intervals(config, problems);
    check_callback_base(config, problems);
    if (config.fast_clock) {
        problems.warn(config.set_at["testing.fast_clock"],
                      "[testing] fast_clock allows any duration from 100ms; for tests only");
    }
}

}  // namespace tributary::config
