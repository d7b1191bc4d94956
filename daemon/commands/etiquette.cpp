#include "daemon/etiquette.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <iostream>
#include <map>

#include "base/text.h"
#include "base/url.h"
#include "daemon/clock.h"
#include "daemon/commands/commands.h"
#include "daemon/commands/sources.h"
#include "daemon/commands/table.h"
#include "schedule/host.h"

namespace tributary::daemon {

namespace {

constexpr int looked_at = 10'000;  // requests of a source

/// Some sources that are judged together, and what came of it.
struct Group {
    std::string name;  // a source's, or a host's
    bool is_host = false;
    std::size_t sources = 0;
    Etiquette etiquette;
    std::optional<Timestamp> next;  // the next poll of any of them
    std::string directive;          // what set that time
};

std::string host_of(const KnownSource& source) {
    const auto url = Url::parse(source.subscription.url);
    return url && url->is_http() ? schedule::host_key(url->host) : std::string();
}

Group group_of(std::string name, bool is_host, const std::vector<const KnownSource*>& sources,
               store::Store& reader) {
    Group group{.name = std::move(name),
                .is_host = is_host,
                .sources = sources.size(),
                .etiquette = {},
                .next = {}};
    std::vector<std::vector<store::LedgerRow>> ledgers;
    for (const auto* source : sources) {
        if (!source->record) continue;
        const auto& state = source->record->state;
        ledgers.push_back(reader.ledger(state.id, looked_at));
        if (!source->subscription.enabled || (group.next && *group.next <= state.next_poll))
            continue;
        group.next = state.next_poll;
        group.directive = state.directive;
    }
    group.etiquette = etiquette_of(ledgers);
    return group;
}

std::string percent(std::int64_t part, std::int64_t whole) {
    if (whole == 0) return "-";
    return std::to_string(
               std::llround(100.0 * static_cast<double>(part) / static_cast<double>(whole))) +
           " %";
}

std::string duration_or_dash(const std::optional<Duration>& duration) {
    return duration ? write_duration(*duration) : "-";
}

std::string next_in_words(const Group& group) {
    if (!group.next) return "-";
    const std::string why = group.directive.empty() ? "first poll" : group.directive;
    return write_rfc3339(*group.next) + " (" + relative((*group.next - now()).count()) +
           "), because of: " + why;
}

void print(const Group& group) {
    const Etiquette& sum = group.etiquette;
    const auto say = [](std::string_view name, const std::string& value) {
        std::cout << name << std::string(14 - name.size(), ' ') << printable(value) << '\n';
    };
    const std::string sources = ", sources: " + std::to_string(group.sources);
    say(group.is_host ? "host" : "source", group.name + (group.is_host ? sources : ""));
    say("requests", std::to_string(sum.requests) + " in " + std::to_string(sum.polls) + " polls" +
                        (sum.since ? " since " + write_rfc3339(*sum.since) : ""));
    say("received", std::to_string(sum.wire_bytes) + " B");
    say("conditional", percent(sum.conditional, sum.requests) + " of the requests");
    say("not modified", percent(sum.not_modified, sum.conditional) + " of the conditional ones");
    say("shortest gap", duration_or_dash(sum.shortest_gap) + " between two polls of a source, " +
                            duration_or_dash(sum.shortest_step) + " between two requests");
    say("violations", std::to_string(sum.violations.size()));
    for (const auto& violation : sum.violations) {
        say("", write_rfc3339(violation.at) + ", not allowed before " +
                    write_rfc3339(violation.allowed) + " (" + violation.directive +
                    "): " + redacted_url(violation.url));
    }
    say("next", next_in_words(group));
}

boost::json::object to_json(const Group& group) {
    const Etiquette& sum = group.etiquette;
    boost::json::object object{{"name", group.name},
                               {"sources", group.sources},
                               {"polls", sum.polls},
                               {"requests", sum.requests},
                               {"conditional", sum.conditional},
                               {"not_modified", sum.not_modified},
                               {"wire_bytes", sum.wire_bytes}};
    const auto ratio = [](std::int64_t part, std::int64_t whole) {
        return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
    };
    object["conditional_ratio"] = ratio(sum.conditional, sum.requests);
    object["not_modified_ratio"] = ratio(sum.not_modified, sum.conditional);
    if (sum.since) object["since"] = write_rfc3339(*sum.since);
    if (sum.shortest_gap) object["shortest_gap_ms"] = sum.shortest_gap->count();
    if (sum.shortest_step) object["shortest_step_ms"] = sum.shortest_step->count();
    boost::json::array violations;
    for (const auto& violation : sum.violations) {
        violations.push_back({{"at", write_rfc3339(violation.at)},
                              {"allowed", write_rfc3339(violation.allowed)},
                              {"url", redacted_url(violation.url)},
                              {"because", violation.directive}});
    }
    object["violations"] = std::move(violations);
    if (group.next) {
        object["next_poll"] = write_rfc3339(*group.next);
        object["next_poll_because"] = group.directive.empty() ? "first poll" : group.directive;
    }
    return object;
}

void print_table_of(const std::vector<Group>& groups) {
    std::vector<Row> rows;
    for (const Group& group : groups) {
        const Etiquette& sum = group.etiquette;
        rows.push_back({group.name, std::to_string(group.sources), std::to_string(sum.requests),
                        percent(sum.conditional, sum.requests),
                        percent(sum.not_modified, sum.conditional),
                        duration_or_dash(sum.shortest_gap), std::to_string(sum.violations.size()),
                        group.next ? relative((*group.next - now()).count()) : "-"});
    }
    print_table(
        {"HOST", "SOURCES", "REQUESTS", "CONDITIONAL", "304", "SHORTEST GAP", "VIOLATIONS", "NEXT"},
        rows);
}

/// All sources by host, or those that `name` names: a host's, or one.
std::vector<Group> groups_of(const std::vector<KnownSource>& sources, const std::string& name,
                             store::Store& reader) {
    std::map<std::string, std::vector<const KnownSource*>> hosts;
    for (const auto& source : sources) hosts[host_of(source)].push_back(&source);
    std::vector<Group> groups;
    const std::string asked = name.empty() ? "" : schedule::host_key(to_lower(name));
    const bool is_host = !name.empty() && hosts.contains(asked);
    if (!name.empty() && !is_host) {
        const KnownSource& source = find_source(sources, name);
        groups.push_back(group_of(source.slug(), false, {&source}, reader));
        return groups;
    }
    for (const auto& [host, members] : hosts) {
        if (is_host && host != asked) continue;
        groups.push_back(group_of(host.empty() ? "files" : host, true, members, reader));
    }
    return groups;
}

}  // namespace

int etiquette_command(const std::filesystem::path& file, const std::string& name, bool json) {
    const auto config = config::load(file);
    auto reader = open_reader(config);
    if (!reader) {
        std::cout << (json ? "[]\n" : "no request has been made yet\n");
        return 0;
    }
    const auto groups = groups_of(known_sources(config, reader), name, *reader);
    if (json) {
        boost::json::array array;
        for (const Group& group : groups) array.push_back(to_json(group));
        std::cout << boost::json::serialize(array) << '\n';
    } else if (name.empty()) {
        print_table_of(groups);
    } else {
        for (const Group& group : groups) print(group);
    }
    return 0;
}

}  // namespace tributary::daemon
