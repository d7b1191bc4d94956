// What the world does to the schedule: a host wants to be left alone, our own network fails and
// comes back, the clock is set.

#include <algorithm>

#include "daemon/engine.h"
#include "daemon/hop.h"
#include "schedule/host.h"

namespace tributary::daemon {

/// R12: unless the operator says that one source's 429 is no word for the others.
bool Engine::may_pause(const std::string& host) const {
    const auto is_it = [&](const std::string& name) { return schedule::host_key(name) == host; };
    return std::ranges::none_of(poll_.pause_source_only, is_it);
}

/// R12: a host that has said 429 is left alone, with all its sources.
void Engine::note_pause(const Visit& visit, Timestamp now) {
    if (!visit.host_pause) return;
    const auto found = hosts_.find(host_of(visit.request.url));
    if (found == hosts_.end() || !may_pause(found->first)) return;
    schedule::pause(found->second.manners, *visit.host_pause, now);
    found->second.next_start = std::max(found->second.next_start, *visit.host_pause);
    if (once_) send_away(found->second);
}

/// Polled once, nobody waits until a pause is over.
void Engine::send_away(Host& host) {
    if (host.waiting.empty()) return;
    for (const auto id : host.waiting) sources_.at(id).queued = false;
    not_asked_ += host.waiting.size();
    host.waiting.clear();
    --hosts_waited_for_;
}

/// R14: whether a host could be reached tells of our own network, too.
void Engine::note_reached(const Visit& visit, Timestamp now) {
    const bool was_redirected = visit.requests.size() > 1;
    const std::string host = was_redirected ? host_of(visit.request.url) : visit.host;
    if (host.empty()) return;
    const auto began = outage_.began();
    outage_.note(host, !is_unreached(visit), now);
    if (began && !outage_.is_on()) resume(*began, now);
}

/// Our network is back: whoever was not reached for that reason alone is asked at once.
void Engine::resume(Timestamp began, Timestamp now) {
    for (auto& [id, source] : sources_) {
        store::SourceState& state = source.state;
        if (!source.is_unreached || source.in_flight) continue;
        const bool was_charged = state.pace.failing_since && *state.pace.failing_since >= began;
        if (was_charged) state.pace.failures = 0, state.pace.failing_since.reset();
        const Timestamp earliest = state.last_poll.value_or(now) + poll_.min_interval;
        state.next_poll = std::min(state.next_poll, std::max(now, earliest));
        state.directive = "network is back";
        schedule(id, state.next_poll);
    }
}

std::vector<store::SourceState> Engine::clock_was_set(Duration by) {
    for (auto& [name, host] : hosts_) {
        host.next_start += by;
        if (host.manners.paused_until) *host.manners.paused_until += by;
    }
    if (price_settled_) *price_settled_ += by;
    std::priority_queue<Event, std::vector<Event>, std::greater<>> moved;
    for (; !events_.empty(); events_.pop()) {
        Event event = events_.top();
        event.at += by;
        moved.push(std::move(event));
    }
    events_ = std::move(moved);
    std::vector<store::SourceState> states;
    for (auto& [id, source] : sources_) {
        if (source.in_flight) continue;
        source.state.next_poll += by;
        if (source.state.last_poll) *source.state.last_poll += by;
        if (source.earliest != Timestamp::max()) source.earliest += by;
        source.clock_was_set = true;
        states.push_back(source.state);
    }
    return states;
}

/// R18: a next poll that no rule can have named was named by a clock that was wrong.
void Engine::wake_sleepers(Timestamp now) {
    const Duration longest = 2 * std::max({poll_.retry_after_cap, 3 * poll_.max_interval,
                                           Duration(std::chrono::days(8))});
    for (auto& [id, source] : sources_) {
        store::SourceState& state = source.state;
        if (state.condition == store::Condition::gone || state.next_poll <= now + longest) continue;
        state.next_poll = now + poll_.min_interval;
        source.clock_was_set = true;
        schedule(id, state.next_poll);
    }
}

}  // namespace tributary::daemon
