#include <boost/json.hpp>
#include <iostream>

#include "base/url.h"
#include "daemon/clock.h"
#include "daemon/commands/commands.h"
#include "daemon/commands/lessons_in_words.h"
#include "daemon/commands/sources.h"
#include "daemon/commands/table.h"

namespace tributary::daemon {

namespace {

bool is_failing(const KnownSource& source) {
    const auto state = condition_in_words(source);
    return state == "failing" || state == "gone";
}

std::string since(const KnownSource& source) {
    if (!is_failing(source) || !source.record->state.pace.failing_since) return "-";
    return write_duration(now() - *source.record->state.pace.failing_since);
}

std::string next(const KnownSource& source) {
    if (!source.record || !source.subscription.enabled) return "-";
    return relative((source.record->state.next_poll - now()).count());
}

/// Where it has moved; empty: nowhere.
std::string moved(const KnownSource& source) {
    return source.record ? move_in_words(source.record->state) : std::string();
}

boost::json::object to_json(const KnownSource& source) {
    boost::json::object object{{"name", source.slug()},
                               {"url", redacted_url(source.subscription.url)},
                               {"title", source.title()},
                               {"state", condition_in_words(source)}};
    object["tags"] =
        boost::json::array(source.subscription.tags.begin(), source.subscription.tags.end());
    if (!source.record) return object;
    const auto& state = source.record->state;
    object["entries"] = source.record->entries;
    object["next_poll"] = write_rfc3339(state.next_poll);
    object["next_poll_because"] = state.directive;
    if (!state.error.empty()) object["error"] = state.error;
    if (state.pace.failures > 0) object["failures"] = state.pace.failures;
    if (const auto where = moved(source); !where.empty()) object["moved"] = where;
    if (state.last_poll) object["last_poll"] = write_rfc3339(*state.last_poll);
    if (state.last_success) object["last_success"] = write_rfc3339(*state.last_success);
    return object;
}

}  // namespace

int list_command(const ListArguments& arguments) {
    const auto config = config::load(arguments.config);
    auto reader = open_reader(config);
    boost::json::array array;
    std::vector<Row> rows;
    for (const auto& source : known_sources(config, reader)) {
        const auto& tags = source.subscription.tags;
        if (arguments.failing && !is_failing(source)) continue;
        if (arguments.moved && moved(source).empty()) continue;
        if (!arguments.tag.empty() && std::ranges::find(tags, arguments.tag) == tags.end())
            continue;
        if (arguments.json) array.push_back(to_json(source));
        const std::string remark = arguments.moved      ? moved(source)
                                   : is_failing(source) ? source.record->state.error
                                                        : source.title();
        rows.push_back({source.slug(), condition_in_words(source), since(source), next(source),
                        redacted_url(source.subscription.url), remark});
    }
    if (arguments.json) {
        std::cout << boost::json::serialize(array) << '\n';
    } else {
        print_table({"SOURCE", "STATE", "SINCE", "NEXT", "URL",
                     arguments.moved     ? "MOVED"
                     : arguments.failing ? "ERROR"
                                         : "TITLE / ERROR"},
                    rows);
    }
    return 0;
}

}  // namespace tributary::daemon
