#include "daemon/lessons.h"

#include <algorithm>

#include "daemon/hop.h"
#include "daemon/reading.h"
#include "fetcher/headers.h"

namespace tributary::daemon {

namespace {

using schedule::recall;
using schedule::remember;

constexpr std::string_view moves_topic = "moves", repair_topic = "repair", gap_topic = "gap",
                           impostor_topic = "impostor", pause_topic = "pause";

const fetcher::Response* response_of(const Visit& visit) {
    return std::get_if<fetcher::Response>(&visit.outcome.result);
}

schedule::Answered answered(Reading::Kind kind) {
    if (kind == Reading::Kind::not_modified) return schedule::Answered::not_modified;
    return kind == Reading::Kind::same_body ? schedule::Answered::same_bytes
                                            : schedule::Answered::new_bytes;
}

/// R9, where both validators of the URL that has answered were known.
void learn_validators(Visit& visit, const store::SourceState& before) {
    if (!is_good(visit.reading.kind) || visit.reading.is_cut) return;
    const bool had_both = before.validators_url == visit.request.url && !before.etag.empty() &&
                          !before.last_modified.empty();
    const auto learned = schedule::learn(repair_of(before), had_both, answered(visit.reading.kind));
    remember(visit.state.memory, repair_topic, schedule::to_notes(learned));
}

void learn_impostor(Visit& visit) {
    schedule::Notes notes;
    const auto& impostor = visit.reading.impostor;
    if (impostor.kind != schedule::Impostor::none)
        notes.add(static_cast<std::int64_t>(impostor.kind)).add(impostor.evidence);
    remember(visit.state.memory, impostor_topic, notes);
}

schedule::Arrival arrival_of(const Visit& visit) {
    const auto& changes = visit.changes;
    // A delta begins where the last document ended: it is by somebody who knows that one.
    if (visit.reading.is_delta) return schedule::Arrival::known_feed;
    switch (visit.reading.kind) {
        case Reading::Kind::same_body:
        case Reading::Kind::not_modified:
            return schedule::Arrival::known_feed;
        case Reading::Kind::feed:
            return changes.unchanged + changes.changed > 0 ? schedule::Arrival::known_feed
                                                           : schedule::Arrival::unknown_feed;
        default:
            return schedule::Arrival::failure;
    }
}

void learn_moves(Visit& visit, const store::SourceState& before, Timestamp now) {
    if (visit.hops.empty()) return;
    const auto learned = schedule::learn(visit.move_rules, moves_of(before), before.url, visit.hops,
                                         arrival_of(visit), now);
    remember(visit.state.memory, moves_topic, schedule::to_notes(learned, before.url));
}

bool wants_a_pause(const Visit& visit, Timestamp now) {
    return asked_to_wait(visit, now).value_or(Duration(0)) > Duration(0);
}

bool learn_gap(Visit& visit, const store::SourceState& before, Timestamp now) {
    if (visit.reading.kind != Reading::Kind::feed || visit.reading.is_cut) return false;
    const auto& feed = visit.reading.parsed->feed;
    const auto& changes = visit.changes;
    // What a hub has sent since the last poll shows nothing of what came between the two.
    const int known_before =
        changes.unchanged + changes.changed -
        static_cast<int>(std::min<std::int64_t>(visit.pushed, changes.unchanged + changes.changed));
    const auto window = schedule::window_of(feed, known_before, changes.added + changes.sightings);
    auto known = gap_of(before);
    auto found = visit.reading.is_delta
                     ? std::nullopt
                     : schedule::gap_before(window, visit.last_success_before, now);
    if (found) {
        schedule::take_over(*found, known);
        // A publisher that has just asked for a pause is not asked for more.
        if (!wants_a_pause(visit, now)) schedule::look_for_pages(*found, feed, visit.request.url);
        known = found;
    } else if (known && (window.known > 0 || visit.reading.is_delta)) {
        known->overlaps_again = true;
    }
    remember(visit.state.memory, gap_topic, schedule::to_notes(known));
    return found.has_value();
}

}  // namespace

schedule::Moves moves_of(const store::SourceState& state) {
    return schedule::moves_of(recall(state.memory, moves_topic), state.url);
}

schedule::Repair repair_of(const store::SourceState& state) {
    return schedule::repair_of(recall(state.memory, repair_topic));
}

std::optional<schedule::Gap> gap_of(const store::SourceState& state) {
    return schedule::gap_of(recall(state.memory, gap_topic));
}

schedule::Identified impostor_of(const store::SourceState& state) {
    const auto notes = recall(state.memory, impostor_topic);
    const std::int64_t kind = notes.number(0);
    const auto last = static_cast<std::int64_t>(schedule::Impostor::not_found_page);
    if (kind <= 0 || kind > last) return {};
    return {.kind = static_cast<schedule::Impostor>(kind), .evidence = notes.text(1)};
}

std::optional<HostPause> host_pause_of(const store::SourceState& state) {
    const auto notes = recall(state.memory, pause_topic);
    const auto until = notes.time(0);
    if (!until) return std::nullopt;
    return HostPause{.until = *until, .host = notes.text(1)};
}

std::string start_url(const store::SourceState& state) {
    if (state.memory.empty()) return state.url;
    return schedule::start_of(moves_of(state), state.url);
}

std::string older_page(const store::SourceState& state) {
    if (state.memory.empty()) return {};
    const auto gap = gap_of(state);
    return gap ? gap->page : std::string();
}

bool is_in_a_hurry(const store::SourceState& state) {
    if (state.memory.empty()) return false;
    const auto gap = gap_of(state);
    return gap && !gap->overlaps_again;
}

std::optional<Duration> asked_to_wait(const Visit& visit, Timestamp now) {
    const auto* response = response_of(visit);
    const auto asked = response ? fetcher::retry_after(response->headers, now) : std::nullopt;
    if (!asked) return std::nullopt;
    return std::min(*asked, visit.policy.retry_after_cap);
}

/// R12, R13: whether the host wants to be left alone, whatever else it has said: it said 429, or
/// that the allowance is spent (X-RateLimit-Reset without Retry-After).
void learn_pause(Visit& visit, Timestamp now) {
    visit.host_pause.reset();
    const auto* response = response_of(visit);
    if (response) {
        const bool is_refused = visit.reading.kind == Reading::Kind::rate_limited;
        const auto asked = asked_to_wait(visit, now);
        const bool is_spent = asked && !response->headers.has("retry-after") &&
                              response->headers.has("x-ratelimit-remaining");
        if (is_refused || is_spent) {
            visit.host_pause = asked ? now + *asked : visit.state.next_poll;
        }
    }
    schedule::Notes notes;
    if (visit.host_pause) notes.add(visit.host_pause).add(host_of(visit.request.url));
    remember(visit.state.memory, pause_topic, notes);
}

void learn_from_answer(Visit& visit, const store::SourceState& before, Timestamp now) {
    visit.hops.clear();
    const bool is_plain = before.memory.empty() && visit.requests.size() < 2;
    for (const auto& row : visit.requests)
        if (!is_plain) visit.hops.push_back({.url = row.url, .status = row.status});
    learn_validators(visit, before);
    learn_impostor(visit);
    learn_pause(visit, now);
}

bool learn_from_entries(Visit& visit, Timestamp now) {
    store::SourceState before;
    before.url = visit.state.url;
    before.memory = visit.memory_before;
    learn_moves(visit, before, now);
    return learn_gap(visit, before, now);
}

void learn_from_page(Visit& visit, Timestamp now) {
    store::SourceState before;
    before.memory = visit.memory_before;
    auto gap = gap_of(before);
    if (!gap) return;
    if (visit.reading.kind == Reading::Kind::feed) {
        const auto& changes = visit.changes;
        const auto& feed = visit.reading.parsed->feed;
        schedule::take_page(*gap, feed,
                            schedule::window_of(feed, changes.unchanged + changes.changed,
                                                changes.added + changes.sightings));
    } else {
        schedule::give_up(*gap);
    }
    // What else could be asked for is left where it is.
    if (!gap->page.empty() && wants_a_pause(visit, now)) schedule::give_up(*gap);
    remember(visit.state.memory, gap_topic, schedule::to_notes(gap));
}

}  // namespace tributary::daemon
