#include "daemon/engine.h"

#include <algorithm>

#include "base/text.h"
#include "daemon/asking.h"
#include "daemon/hop.h"
#include "daemon/lessons.h"
#include "schedule/host.h"

namespace tributary::daemon {

namespace {

// A connection is kept for those who wait for the same host. Where too many hosts are waited for,
// it would be closed again before its turn, and looking for the one to close is dear.
constexpr std::size_t most_kept_connections = 128;

/// What begin() and request_for() read of a subscription, if there is any of it.
std::unique_ptr<const config::Subscription> wishes_of(const config::Subscription& subscription) {
    const bool has_any = subscription.interval || subscription.timeout || subscription.max_size ||
                         !subscription.user_agent.empty() || !subscription.headers.empty() ||
                         subscription.auth != config::Auth{} || !subscription.proxy.empty() ||
                         !subscription.http_version.empty() || !subscription.tls_ca.empty() ||
                         !subscription.command.empty();
    return has_any ? std::make_unique<const config::Subscription>(subscription) : nullptr;
}

/// Requests an hour where no budget is set: what the operator's intervals ask for, and the usual
/// share of each source that has none.
double expected_requests(const config::Poll& poll,
                         const std::vector<const config::Subscription*>& subscriptions) {
    double requests = 0;
    for (const auto* subscription : subscriptions) {
        const auto interval = subscription->interval ? subscription->interval : poll.interval;
        requests +=
            interval ? std::chrono::hours(1) / std::chrono::duration<double, std::milli>(*interval)
                     : schedule::default_budget(1);
    }
    return requests;
}

/// How long the source has waited for this poll, if that was learned (R13: not less after 429).
Duration learned_wait(const store::SourceState& state) {
    const bool is_learned = state.directive == "learned" || state.directive == "rate limit";
    return is_learned && state.last_poll ? state.next_poll - *state.last_poll : Duration(0);
}

/// When its publisher is asked again: at once where an older page is to be had.
Timestamp next_request(const store::SourceState& state, Timestamp now) {
    return older_page(state).empty() ? state.next_poll : now;
}

/// Whether its publisher itself has named the time of the next poll.
bool wants_a_pause(const store::SourceState& state) {
    return state.directive == "Retry-After" || state.directive.starts_with("gone");
}

}  // namespace

std::string user_agent(const config::Poll& poll) {
    if (!poll.user_agent.empty()) return poll.user_agent;
    const std::string contact = poll.contact.empty() ? "feed aggregator" : "+" + poll.contact;
    return "Tributary/" TRIBUTARY_VERSION " (" + contact + ")";
}

void Engine::configure(const config::Config& config,
                       std::vector<const config::Subscription*> subscriptions,
                       std::vector<store::SourceState> states) {
    poll_ = config.poll;
    for (auto& [name, host] : hosts_) host.sources = 0;
    for (auto& [id, source] : sources_) source.is_removed = true;
    for (std::size_t i = 0; i < states.size(); ++i) {
        const store::SourceId id = states[i].id;
        auto [place, is_new] = sources_.try_emplace(id);
        Source& source = place->second;
        const bool has_moved = !is_new && source.state.url != states[i].url;
        source.is_removed = false;
        source.wishes = wishes_of(*subscriptions[i]);
        // Nothing else writes the state of a source that is known: what is here is never older.
        const bool is_known = !is_new && !has_moved;
        if (!is_known) take_over(source, std::move(states[i]));
        // Nobody was asked while there was an obstacle: so nobody is asked too early now.
        const bool is_freed =
            source.state.directive == "obstacle" && obstacle_of(*subscriptions[i], poll_).empty();
        if (is_freed) source.state.next_poll = {};
        ++hosts_[source.host].sources;
        if (const auto pause = host_pause_of(source.state); pause && may_pause(pause->host)) {
            Host& host = hosts_[pause->host];
            host.next_start = std::max(host.next_start, pause->until);
        }
        if (has_moved) source.queued = false;  // no longer in the old host's queue
        if (!source.in_flight && (!is_known || is_freed)) schedule(id, source.state.next_poll);
    }
    configured_ = states.size();
    budget_ = poll_.budget ? *poll_.budget : expected_requests(poll_, subscriptions);
    is_fresh_ = true;
    std::erase_if(sources_, [](const auto& pair) {
        return pair.second.is_removed && !pair.second.in_flight;
    });
    std::erase_if(hosts_, [](const auto& pair) {
        const Host& host = pair.second;
        return host.sources == 0 && host.in_flight == 0 && host.waiting.empty() && !host.scheduled;
    });
}

void Engine::poll_once(Timestamp now) {
    once_ = true;
    events_ = {};
    for (auto& [name, host] : hosts_) host.scheduled = false;
    std::vector<store::SourceId> ids;
    for (auto& [id, source] : sources_) ids.push_back(id);
    std::ranges::sort(ids);
    for (const auto id : ids) {
        Source& source = sources_.at(id);
        store::SourceState& state = source.state;
        const bool is_pausing = wants_a_pause(state) && state.next_poll > now;
        if (is_pausing || hosts_.at(source.host).next_start > now) {
            ++not_asked_;
            continue;
        }
        state.next_poll = now;
        state.directive = "asked for";
        schedule(id, now);
    }
}

/// The source's state is now this; where its next poll goes follows from it.
void Engine::take_over(Source& source, store::SourceState state) {
    const bool starts_elsewhere =
        state.url != source.state.url || state.memory != source.state.memory;
    source.state = std::move(state);
    if (starts_elsewhere) source.host = host_of(start_url(source.state));
    source.earliest = Timestamp::max();
}

void Engine::schedule(store::SourceId id, Timestamp at) {
    events_.push({.at = at, .order = order_++, .source = id, .host = {}});
}

void Engine::wake(const std::string& name, Timestamp at) {
    Host& host = hosts_[name];
    if (host.scheduled) return;
    host.scheduled = true;
    events_.push({.at = at, .order = order_++, .source = {}, .host = name});
}

std::optional<Timestamp> Engine::next_event() const {
    if (events_.empty()) return std::nullopt;
    return events_.top().at;
}

std::deque<Visit> Engine::start(Timestamp now) {
    settle_price(now);
    if (std::exchange(is_fresh_, false)) wake_sleepers(now);
    std::deque<Visit> visits;
    // Those that have waited longest come first.
    while (!held_.empty() && has_room()) {
        const std::string host = std::move(held_.front());
        held_.pop_front();
        start_host(host, now, visits);
    }
    while (!events_.empty() && events_.top().at <= now) {
        const Event event = events_.top();
        events_.pop();
        if (event.source == store::SourceId{}) {
            start_host(event.host, now, visits);
        } else {
            queue(event.source, now);
        }
    }
    return visits;
}

/// A source has fallen due: it waits in its host's queue.
void Engine::queue(store::SourceId id, Timestamp now) {
    const auto found = sources_.find(id);
    if (found == sources_.end()) return;
    Source& source = found->second;
    const bool is_due = source.state.next_poll <= now || !older_page(source.state).empty();
    if (source.in_flight || source.queued || !is_due) return;
    source.queued = true;
    Host& host = hosts_[source.host];
    if (host.waiting.empty()) ++hosts_waited_for_;
    host.waiting.push_back(id);
    wake(source.host, std::max(now, host.next_start));
}

bool Engine::has_room() const {
    return in_flight_ < static_cast<std::size_t>(poll_.concurrency);
}

/// Starts what the host's manners and the free slots allow; the rest goes on when one of them
/// changes.
void Engine::start_host(const std::string& name, Timestamp now, std::deque<Visit>& visits) {
    Host& host = hosts_[name];
    host.scheduled = false;
    const bool has_manners = !name.empty();
    while (!host.waiting.empty()) {
        if (has_manners && host.in_flight >= poll_.host_in_flight) return;  // done() wakes it
        if (has_manners && now < host.next_start) {
            wake(name, host.next_start);
            return;
        }
        if (!has_room()) {
            host.scheduled = true;
            held_.push_back(name);
            return;
        }
        const auto found = sources_.find(host.waiting.front());
        host.waiting.pop_front();
        if (host.waiting.empty()) --hosts_waited_for_;
        const bool left =
            found == sources_.end() || !found->second.queued || found->second.host != name;
        if (left) continue;
        Source& source = found->second;
        const bool wants_page = source.state.next_poll > now && !older_page(source.state).empty();
        // It may have waited into hours in which its publisher wants no polls (R16).
        if (!wants_page && source.state.next_poll <= now && !once_)
            source.state.next_poll = schedule::open_time(source.state.rules, now, jitter());
        if (!wants_page && source.state.next_poll > now) {  // or it was polled before a reload
            source.queued = false;
            schedule(found->first, source.state.next_poll);
            continue;
        }
        visits.push_back(begin(source, now));
        ++host.in_flight;
        ++in_flight_;
        count_start(name, now);
    }
}

double Engine::jitter() {
    return std::uniform_real_distribution<double>(0, 1)(random_);
}

/// Once an hour, or after as many as nothing was due in, the price follows the budget.
void Engine::settle_price(Timestamp now) {
    if (!price_settled_) price_settled_ = now;
    const std::chrono::duration<double, std::ratio<3600>> hours = now - *price_settled_;
    if (hours.count() < 1 || budget_ <= 0) return;
    price_ = schedule::after_hour(price_, requests_ / hours.count(), budget_);
    price_settled_ = now;
    requests_ = 0;
}

/// A request to the host starts: the next one keeps its distance.
void Engine::count_start(const std::string& name, Timestamp now) {
    ++requests_;
    const auto found = hosts_.find(name);
    if (found == hosts_.end()) return;
    Host& host = found->second;
    schedule::note_start(host.manners, now);
    const Duration distance = schedule::spacing(host.manners, poll_.host_spacing, now);
    host.next_start = std::max(host.next_start, now + distance);
}

Visit Engine::begin(Source& source, Timestamp now) {
    source.queued = false;
    source.in_flight = true;
    Visit visit;
    visit.state = source.state;
    visit.host = source.host;
    visit.policy = {
        .interval =
            source.wishes && source.wishes->interval ? source.wishes->interval : poll_.interval,
        .min_interval = poll_.min_interval,
        .default_interval = std::clamp(Duration{3'600'000}, poll_.min_interval, poll_.max_interval),
        .max_interval = poll_.max_interval,
        .retry_after_cap = poll_.retry_after_cap,
        .gone_confirm = poll_.gone_confirm,
        .hurry = is_in_a_hurry(source.state),
        .before = learned_wait(source.state)};
    visit.move_rules = {.sightings = poll_.redirect_sightings, .span = poll_.redirect_span};
    visit.is_older_page = source.state.next_poll > now;
    visit.reason = source.state.directive.empty() ? "first poll" : source.state.directive;
    const bool clock_was_set = std::exchange(source.clock_was_set, false);
    if (clock_was_set && visit.reason != "network is back") visit.reason = "clock was set";
    if (visit.is_older_page) visit.reason = "older page";
    visit.jitter = jitter();
    visit.price = price_.minutes;
    visit.started = now;
    visit.request = request_for(source, now);
    return visit;
}

fetcher::Request Engine::request_for(const Source& source, Timestamp now) const {
    static const config::Subscription nothing;
    const config::Subscription& wishes = source.wishes ? *source.wishes : nothing;
    fetcher::Request request;
    const bool is_older_page = source.state.next_poll > now;
    request.url = is_older_page ? older_page(source.state) : start_url(source.state);
    request.validators = validators_for(source.state, request.url);
    request.user_agent = wishes.user_agent.empty() ? user_agent(poll_) : wishes.user_agent;
    // What the operator has told an origin may open its doors: no other one is told.
    ask_as_configured(request, wishes, poll_, is_same_origin(request.url, source.state.url));
    request.tls_ca = wishes.tls_ca;
    request.connect_timeout = poll_.connect_timeout;
    request.timeout = wishes.timeout.value_or(poll_.timeout);
    request.max_bytes = wishes.max_size.value_or(poll_.max_size);
    const auto host = hosts_.find(source.host);
    const bool others_wait = host != hosts_.end() && !host->second.waiting.empty();
    request.keep_connection = others_wait && hosts_waited_for_ <= most_kept_connections;
    return request;
}

bool Engine::follow(Visit& visit, fetcher::Outcome outcome, Timestamp now) {
    if (!is_unsent(outcome)) visit.requests.push_back(row_of(visit, outcome, now));
    visit.outcome = std::move(outcome);
    if (is_unreached(visit)) note_reached(visit, now);
    visit.is_offline = outage_.is_on();
    if (!next_hop(visit, poll_.max_redirects, now)) return false;
    // It goes at once, but it spends the patience of the host that it leads to.
    count_start(host_of(visit.request.url), now);
    return true;
}

std::optional<Timestamp> Engine::claim(const std::string& name, Timestamp now) {
    Host& host = hosts_[name];
    if (now < host.next_start) return host.next_start;
    if (!has_room() || host.in_flight >= poll_.host_in_flight)
        return now + std::max(poll_.host_spacing, Duration(100));
    ++host.in_flight;
    ++in_flight_;
    count_start(name, now);
    return std::nullopt;
}

void Engine::release(const Visit& visit, Timestamp now) {
    --in_flight_;
    const bool is_answered = std::holds_alternative<fetcher::Response>(visit.outcome.result);
    if (is_answered) note_reached(visit, now);
    note_pause(visit, now);
    Host& host = hosts_[visit.host];
    --host.in_flight;
    if (!host.waiting.empty()) wake(visit.host, std::max(now, host.next_start));
}

void Engine::poll_soon(store::SourceId id, Timestamp now) {
    const auto found = sources_.find(id);
    if (found == sources_.end()) return;
    Source& source = found->second;
    source.is_wanted = source.in_flight;
    const Timestamp at = std::max(now, source.earliest);
    if (source.in_flight || at >= source.state.next_poll) return;
    source.state.next_poll = at;
    source.state.directive = "hub";
    schedule(id, at);
}

void Engine::done(Visit&& visit, Timestamp now) {
    release(visit, now);
    const bool is_stored = !visit.is_forgotten;
    const bool unreached = is_unreached(visit);
    const auto found = sources_.find(visit.state.id);
    if (found == sources_.end()) return;
    Source& source = found->second;
    source.in_flight = false;
    if (source.is_removed) {  // from the configuration, meanwhile
        sources_.erase(found);
        return;
    }
    // What an old address answered says nothing of the new one.
    if (visit.state.url == source.state.url) {
        const std::string left = source.host;
        const Timestamp earliest = visit.is_older_page ? source.earliest : visit.earliest;
        take_over(source, std::move(visit.state));
        source.is_unreached = unreached;
        source.earliest = earliest;
        if (source.host != left) --hosts_[left].sources, ++hosts_[source.host].sources;
    }
    if (once_) return;
    // An older page that could not be stored is asked for again, but not before the next poll.
    schedule(source.state.id, is_stored ? next_request(source.state, now) : source.state.next_poll);
    if (std::exchange(source.is_wanted, false)) poll_soon(source.state.id, now);
}

const store::SourceState* Engine::state(store::SourceId id) const {
    const auto found = sources_.find(id);
    const bool is_known = found != sources_.end() && !found->second.is_removed;
    return is_known ? &found->second.state : nullptr;
}

}  // namespace tributary::daemon
