#include "daemon/metrics.h"

#include <array>
#include <initializer_list>
#include <string_view>
#include <utility>

#include "daemon/lessons.h"

namespace tributary::daemon {

namespace {

using Samples = std::initializer_list<std::pair<std::string_view, std::int64_t>>;

/// One family of samples that differ in one label.
void add(std::string& text, std::string_view name, std::string_view type, std::string_view help,
         std::string_view label, const Samples& samples) {
    text.append("# HELP ").append(name).append(" ").append(help).append("\n# TYPE ");
    text.append(name).append(" ").append(type).append("\n");
    for (const auto& [value, count] : samples) {
        text.append(name).append("{").append(label).append("=\"").append(value).append("\"} ");
        text.append(std::to_string(count)).append("\n");
    }
}

std::int64_t number(std::size_t count) {
    return static_cast<std::int64_t>(count);
}

}  // namespace

std::string metrics(const Engine& engine, const Hubs& hubs, Timestamp now) {
    std::array<std::int64_t, 4> conditions{};
    std::array<std::int64_t, 3> gaps{};
    engine.for_each_state([&](const store::SourceState& state) {
        ++conditions.at(static_cast<std::size_t>(state.condition));
        if (const auto gap = gap_of(state)) ++gaps.at(static_cast<std::size_t>(gap->state));
    });
    const auto sources = [&](store::Condition condition) {
        return conditions.at(static_cast<std::size_t>(condition));
    };
    const auto last_gaps = [&](schedule::Gap::State state) {
        return gaps.at(static_cast<std::size_t>(state));
    };
    const auto subscriptions = hubs.states(now);
    const PushCounts& pushes = hubs.counts;
    std::string text;
    add(text, "tributary_build_info", "gauge", "The program that answers.", "version",
        {{TRIBUTARY_VERSION, 1}});
    add(text, "tributary_sources", "gauge", "Sources by the result of their last poll.", "state",
        {{"new", sources(store::Condition::unpolled)},
         {"ok", sources(store::Condition::ok)},
         {"failing", sources(store::Condition::failing)},
         {"gone", sources(store::Condition::gone)}});
    add(text, "tributary_gaps", "gauge",
        "Sources of which entries were missed, by what became of the last gap.", "state",
        {{"open", last_gaps(schedule::Gap::State::open)},
         {"repaired", last_gaps(schedule::Gap::State::repaired)},
         {"lost", last_gaps(schedule::Gap::State::lost)}});
    add(text, "tributary_websub_subscriptions", "gauge", "Subscriptions to pushes from hubs.",
        "state",
        {{"active", number(subscriptions.active)},
         {"asked", number(subscriptions.asked)},
         {"waiting", number(subscriptions.waiting)}});
    add(text, "tributary_websub_pushes_total", "counter",
        "What hubs have sent: stored, taken as a hint to poll, or dropped and why.", "result",
        {{"content", pushes.content},
         {"hint", pushes.hint},
         {"unknown", pushes.unknown},
         {"unsigned", pushes.unsigned_},
         {"forged", pushes.forged},
         {"refused", pushes.refused},
         {"lost", pushes.lost}});
    return text;
}

}  // namespace tributary::daemon
