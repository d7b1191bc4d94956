#include "daemon/rhythm.h"

#include "schedule/cadence.h"
#include "schedule/cadence_plan.h"
#include "schedule/history.h"

namespace tributary::daemon {

namespace {

bool has_news(const Visit& visit) {
    return !visit.changes.dates.empty();
}

/// What is left of the plan that was made at an earlier poll; nothing if it no longer holds.
std::optional<Duration> as_planned(store::Store& store, const Visit& visit, Timestamp now) {
    const auto itinerary = schedule::read_itinerary(store.itinerary(visit.state.id));
    if (!itinerary || schedule::is_outdated(*itinerary, visit.price)) return std::nullopt;
    return schedule::wait_for_stop(*itinerary, now);
}

std::vector<Timestamp> appeared(const Visit& visit, Timestamp now) {
    std::vector<schedule::Sighting> sightings;
    for (const auto& date : visit.changes.dates)
        sightings.push_back(
            {.published = date, .first_seen = now, .polled_before = visit.last_success_before});
    return schedule::appearances(sightings);
}

schedule::History history_with(store::Store& store, const Visit& visit, Timestamp now) {
    auto history = schedule::read_history(store.history(visit.state.id))
                       .value_or(schedule::History{.watch = {.since = now}});
    if (visit.reading.kind != Reading::Kind::feed) return history;
    schedule::add(history, appeared(visit, now));
    if (!visit.reading.is_cut)
        history.watch.window = static_cast<int>(visit.reading.parsed->feed.entries.size());
    return history;
}

schedule::Limits limits_of(const Visit& visit, const schedule::Observation& seen, bool is_busy,
                           Timestamp now) {
    schedule::Policy policy = visit.policy;
    if (is_busy) policy.default_interval = policy.min_interval;
    const auto& state = visit.state;
    return {.shortest = schedule::least_wait(policy, seen, state.rules, state.pace, now),
            .longest = policy.max_interval};
}

}  // namespace

Duration learn_rhythm(store::Store& store, const Visit& visit, const schedule::Observation& seen,
                      Timestamp now) {
    if (!has_news(visit)) {
        if (const auto wait = as_planned(store, visit, now)) return *wait;
    }
    const auto history = history_with(store, visit, now);
    const auto cadence = schedule::learn(history.times, history.watch, now);
    const auto limits = limits_of(visit, seen, schedule::is_busy(cadence), now);
    const auto itinerary = schedule::plan_polls(cadence, visit.price, limits, now);
    store.save_rhythm(visit.state.id, schedule::write_history(history),
                      schedule::write_itinerary(itinerary));
    return schedule::wait_for_stop(itinerary, now).value_or(limits.longest);
}

std::string rhythm_in_words(store::Store& store, store::SourceId source, Timestamp now) {
    const auto history = schedule::read_history(store.history(source));
    if (!history) return {};
    return schedule::describe(schedule::learn(history->times, history->watch, now));
}

}  // namespace tributary::daemon
