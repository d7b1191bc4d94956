#include <algorithm>
#include <boost/json.hpp>
#include <iostream>

#include "base/text.h"
#include "base/url.h"
#include "daemon/clock.h"
#include "daemon/commands/commands.h"
#include "daemon/commands/lessons_in_words.h"
#include "daemon/commands/sources.h"
#include "daemon/commands/table.h"
#include "daemon/rhythm.h"
#include "daemon/state_directory.h"

namespace tributary::daemon {

namespace {

constexpr int shown_requests = 10;

struct Counts {
    std::size_t ok = 0, failing = 0, gone = 0, paused = 0, unpolled = 0;
    std::int64_t entries = 0;
    std::optional<Timestamp> next;
};

Counts count(const std::vector<KnownSource>& sources) {
    Counts counts;
    for (const auto& source : sources) {
        const std::string state = condition_in_words(source);
        ++(state == "ok"        ? counts.ok
           : state == "failing" ? counts.failing
           : state == "gone"    ? counts.gone
           : state == "paused"  ? counts.paused
                                : counts.unpolled);
        if (!source.record) continue;
        counts.entries += source.record->entries;
        const Timestamp next = source.record->state.next_poll;
        if (state != "paused") counts.next = std::min(counts.next.value_or(next), next);
    }
    return counts;
}

void print_all(const config::Config& config, const std::vector<KnownSource>& sources,
               bool as_json) {
    const Counts counts = count(sources);
    const int pid = lock_holder(state_directory(config));
    if (as_json) {
        boost::json::object object{{"version", TRIBUTARY_VERSION},
                                   {"running", pid != 0},
                                   {"base_url", config.effective_base_url()},
                                   {"sources", sources.size()},
                                   {"ok", counts.ok},
                                   {"failing", counts.failing},
                                   {"gone", counts.gone},
                                   {"paused", counts.paused},
                                   {"new", counts.unpolled},
                                   {"entries", counts.entries}};
        if (counts.next) object["next_poll"] = write_rfc3339(*counts.next);
        std::cout << boost::json::serialize(object) << '\n';
        return;
    }
    std::cout << "tributary " TRIBUTARY_VERSION "  "
              << (pid ? "runs, pid " + std::to_string(pid) : std::string("is not running")) << "  "
              << config.effective_base_url() << "/\n";
    std::cout << "sources   " << sources.size() << "   " << counts.ok << " ok  " << counts.failing
              << " failing  " << counts.gone << " gone  " << counts.paused << " paused  "
              << counts.unpolled << " new";
    if (counts.next) std::cout << "   next poll " << relative((*counts.next - now()).count());
    std::cout << "\nentries   " << counts.entries << " sighted\n";
    if (counts.failing + counts.gone > 0) std::cout << "what fails: tributary list --failing\n";
}

/// Who pushes, in words; empty: nobody.
std::string pushes_in_words(store::Store& store, store::SourceId source) {
    for (const auto& [of, subscription] : store.subscriptions())
        if (of == source && subscription.wanted) return websub::in_words(subscription, now());
    return {};
}

void print_one(const KnownSource& source, const std::vector<store::LedgerRow>& ledger,
               const std::string& rhythm, const std::string& pushed) {
    const auto say = [](std::string_view name, const std::string& value) {
        if (value.empty()) return;
        std::cout << name << std::string(13 - name.size(), ' ') << printable(value) << '\n';
    };
    say("source", source.slug());
    say("title", source.title());
    say("url", redacted_url(source.subscription.url));
    say("declared", source.subscription.place.str());
    say("state", condition_in_words(source));
    if (!source.record) return;
    const auto& state = source.record->state;
    const auto when = [](const std::optional<Timestamp>& time) {
        return time ? write_rfc3339(*time) + " (" + relative((*time - now()).count()) + ")"
                    : std::string("never");
    };
    say("error", state.error);
    if (state.pace.failures > 0) say("failures", std::to_string(state.pace.failures) + " in a row");
    say("last poll", when(state.last_poll));
    say("last good", when(state.last_success));
    say("last new", when(state.last_change));
    say("next poll", when(state.next_poll) + ": " + directive_in_words(state.directive));
    say("publishes", rhythm);
    say("pushed", pushed);
    for (const auto& [label, words] : lessons_in_words(state, now())) say(label, words);
    say("entries", std::to_string(source.record->entries));
    say("address", "/source/" + state.slug);
    std::vector<Row> rows;
    for (const auto& row : ledger) {
        rows.push_back({write_rfc3339(row.at), row.status ? std::to_string(row.status) : "-",
                        row.result, std::to_string(row.wire_bytes) + " B",
                        std::to_string(row.duration.count()) + " ms", row.reason});
    }
    std::cout << '\n';
    print_table({"REQUEST", "STATUS", "RESULT", "RECEIVED", "TOOK", "ALLOWED BY"}, rows);
}

}  // namespace

int status_command(const std::filesystem::path& file, const std::string& name, bool json) {
    const auto config = config::load(file);
    auto reader = open_reader(config);
    const auto sources = known_sources(config, reader);
    if (name.empty()) {
        print_all(config, sources, json);
        return 0;
    }
    const KnownSource& source = find_source(sources, name);
    std::vector<store::LedgerRow> ledger;
    std::string rhythm, pushed;
    if (source.record) {
        const store::SourceId id = source.record->state.id;
        ledger = reader->ledger(id, shown_requests);
        rhythm = rhythm_in_words(*reader, id, now());
        pushed = pushes_in_words(*reader, id);
    }
    if (!json) {
        print_one(source, ledger, rhythm, pushed);
        return 0;
    }
    boost::json::array requests;
    for (const auto& row : ledger) {
        requests.push_back({{"at", write_rfc3339(row.at)},
                            {"url", redacted_url(row.url)},
                            {"allowed_by", row.reason},
                            {"status", row.status},
                            {"result", row.result},
                            {"wire_bytes", row.wire_bytes},
                            {"decoded_bytes", row.decoded_bytes},
                            {"milliseconds", row.duration.count()}});
    }
    boost::json::object object{{"name", source.slug()},
                               {"url", redacted_url(source.subscription.url)},
                               {"state", condition_in_words(source)},
                               {"requests", std::move(requests)}};
    if (source.record) {
        object["error"] = source.record->state.error;
        object["next_poll"] = write_rfc3339(source.record->state.next_poll);
        object["next_poll_because"] = source.record->state.directive;
        if (!rhythm.empty()) object["publishes"] = rhythm;
        if (!pushed.empty()) object["pushed"] = pushed;
        object["entries"] = source.record->entries;
        for (const auto& [label, words] : lessons_in_words(source.record->state, now()))
            object[label] = words;
    }
    std::cout << boost::json::serialize(object) << '\n';
    return 0;
}

}  // namespace tributary::daemon
