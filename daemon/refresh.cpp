#include "daemon/refresh.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "base/url.h"
#include "daemon/hop.h"
#include "daemon/lessons.h"
#include "daemon/reading.h"
#include "daemon/rhythm.h"
#include "fetcher/headers.h"
#include "schedule/cadence_plan.h"

namespace tributary::daemon {

namespace {

/// What a limit cut off, in words; empty if nothing.
std::string cut_off(const feed::Parsed& parsed) {
    for (const auto& warning : parsed.warnings)
        if (warning.code == "limit") return warning.message;
    return {};
}

/// R16: how often a document says that it is updated (RSS 1.0 syndication module). WordPress says
/// "hourly" everywhere, so it is a floor of an hour at most.
std::optional<std::int64_t> update_minutes(const feed::Feed& feed) {
    constexpr std::int64_t most = 60;
    const std::string period = to_lower(feed.update_period);
    if (period.empty()) return std::nullopt;
    if (period != "hourly") return most;
    return most / std::clamp<std::int64_t>(feed.update_frequency.value_or(1), 1, most);
}

schedule::DocumentRules rules_of(const feed::Feed& feed) {
    constexpr std::array<std::string_view, 7> days{"sunday",   "monday", "tuesday", "wednesday",
                                                   "thursday", "friday", "saturday"};
    schedule::DocumentRules rules{
        .ttl_minutes = feed.ttl_minutes, .skip_hours = feed.skip_hours, .skip_days = {}};
    if (const auto minutes = update_minutes(feed))
        rules.ttl_minutes = std::max(rules.ttl_minutes.value_or(0), *minutes);
    for (const auto& name : feed.skip_days) {
        for (std::size_t day = 0; day < days.size(); ++day) {
            if (equals_ignoring_case(name, days[day]))
                rules.skip_days.push_back(static_cast<int>(day));
        }
    }
    return rules;
}

schedule::Observation::Result result_of(Reading::Kind kind) {
    using Result = schedule::Observation::Result;
    switch (kind) {
        case Reading::Kind::feed:
            return Result::fresh_feed;
        case Reading::Kind::same_body:
            return Result::same_feed;
        case Reading::Kind::not_modified:
            return Result::not_modified;
        case Reading::Kind::gone:
            return Result::gone;
        case Reading::Kind::rate_limited:
            return Result::rate_limited;
        case Reading::Kind::unavailable:
            return Result::unavailable;
        case Reading::Kind::failed:
            return Result::failed;
    }
    return Result::failed;
}

schedule::Observation observe(const Visit& visit, Timestamp now) {
    schedule::Observation seen{
        .result = result_of(visit.reading.kind), .freshness = {}, .retry_after = {}};
    if (visit.reading.is_page && !visit.state.last_success)
        seen.result = schedule::Observation::Result::page;
    const bool is_nobody_there = std::holds_alternative<fetcher::Failure>(visit.outcome.result) ||
                                 visit.reading.impostor.kind == schedule::Impostor::captive_portal;
    if (visit.is_offline && is_nobody_there) seen.result = schedule::Observation::Result::offline;
    if (is_unsent(visit.outcome)) seen.result = schedule::Observation::Result::not_sent;
    seen.had_validators = !visit.state.etag.empty() || !visit.state.last_modified.empty();
    if (const auto* response = std::get_if<fetcher::Response>(&visit.outcome.result)) {
        seen.freshness = fetcher::freshness(response->headers, now);
        seen.retry_after = fetcher::retry_after(response->headers, now);
        seen.body_bytes = visit.outcome.wire_bytes;
    }
    return seen;
}

/// R6: a whole good response replaces both validators, a 304 updates those that it carries.
void take_validators(store::SourceState& state, const Visit& visit) {
    const auto& headers = std::get<fetcher::Response>(visit.outcome.result).headers;
    auto fresh = fetcher::validators(headers);
    if (visit.reading.kind == Reading::Kind::not_modified) {
        if (!fresh.etag.empty()) state.etag = std::move(fresh.etag);
        if (!fresh.last_modified.empty()) state.last_modified = std::move(fresh.last_modified);
        return;
    }
    // Validators of half a document would hide the other half (R7). Its hash is kept: the same
    // bytes once more are no accident of the network, and then they count as whole.
    state.body_hash = visit.reading.body_hash;
    const bool is_new_owner = state.validators_url != visit.request.url;
    state.validators_url = visit.request.url;
    if (visit.reading.is_cut) {
        if (is_new_owner) state.etag.clear(), state.last_modified.clear();
        return;
    }
    state.etag = std::move(fresh.etag);
    state.last_modified = std::move(fresh.last_modified);
}

std::string result_in_words(const Visit& visit) {
    switch (visit.reading.kind) {
        case Reading::Kind::feed: {
            const std::string beyond = cut_off(*visit.reading.parsed);
            return (visit.changes.any() ? "new" : "nothing new") +
                   (beyond.empty() ? "" : "; " + beyond);
        }
        case Reading::Kind::same_body:
            return "same bytes";
        case Reading::Kind::not_modified:
            return "not modified";
        default:
            return visit.reading.error;
    }
}

/// What is kept of a document beside its entries. Its dates are left out: many publishers write
/// the time of the request there, and ours must change only when something did.
feed::Feed head_of(feed::Feed& feed) {
    auto entries = std::exchange(feed.entries, {});
    feed::Feed head = feed;
    feed.entries = std::move(entries);
    head.updated.reset();
    head.published.reset();
    return head;
}

/// What a hub has sent may be a part of the feed: its entries count, and nothing else. The source's
/// state is that of a poll, which may be under way.
void record_push(store::Store& store, Visit& visit, const store::IngestOptions& options,
                 Timestamp now) {
    visit.changes = store.ingest(visit.state.id, visit.reading.parsed->feed,
                                 visit.reading.candidates, options, now);
    if (visit.changes.any()) store.save_change(visit.state.id, now);
}

/// When the source may be asked again.
void plan_next(Visit& visit, const schedule::Observation& seen, Timestamp now) {
    store::SourceState& state = visit.state;
    visit.earliest = schedule::earliest(visit.policy, seen, state.rules, state.pace, now);
    const auto& learned = visit.policy.learned;
    const double jitter = learned ? schedule::stop_jitter(*learned, visit.jitter) : visit.jitter;
    const auto plan = schedule::plan(visit.policy, seen, state.rules, state.pace, now, jitter);
    state.pace = plan.pace;
    state.next_poll = plan.next;
    state.directive = plan.directive;
}

/// After a good answer the next poll is planned once more, by what its entries have taught.
void plan_by_lessons(store::Store& store, Visit& visit, Timestamp now) {
    if (!is_good(visit.reading.kind)) return;
    const auto seen = observe(visit, now);
    const auto& policy = visit.policy;
    const bool has_room = !policy.interval && policy.default_interval < policy.max_interval;
    if (has_room) visit.policy.learned = learn_rhythm(store, visit, seen, now);
    plan_next(visit, seen, now);
}

/// R12: an older page changes nothing of the schedule, but its publisher may.
void wait_as_asked(Visit& visit, Timestamp now) {
    const auto asked = asked_to_wait(visit, now);
    if (!asked || now + *asked <= visit.state.next_poll) return;
    visit.state.next_poll = now + *asked;
    visit.state.directive = "Retry-After";
}

}  // namespace

void judge(Visit& visit, Timestamp now) {
    store::SourceState before = visit.state;
    visit.memory_before = before.memory;
    visit.last_success_before = before.last_success;
    if (visit.is_push) return;
    if (visit.is_older_page) {
        learn_pause(visit, now);
        wait_as_asked(visit, now);
        return;
    }
    store::SourceState& state = visit.state;
    const auto kind = visit.reading.kind;
    const bool good = is_good(kind);
    if (kind == Reading::Kind::feed) state.rules = rules_of(visit.reading.parsed->feed);
    if (good) take_validators(state, visit);

    const auto seen = observe(visit, now);
    plan_next(visit, seen, now);
    state.last_poll = visit.started;
    if (good) state.last_success = now;
    const bool is_our_fault = seen.result == schedule::Observation::Result::offline;
    if (!is_our_fault) {
        state.condition = good                          ? store::Condition::ok
                          : kind == Reading::Kind::gone ? store::Condition::gone
                                                        : store::Condition::failing;
        state.error = good ? std::string() : printable(visit.reading.error);
    }
    learn_from_answer(visit, before, now);
    visit.changed_lastingly = store::differ_lastingly(std::move(before), state);
}

void record(store::Store& store, Visit& visit, const store::IngestOptions& options, Timestamp now) {
    if (visit.is_push) return record_push(store, visit, options, now);
    store::SourceState& state = visit.state;
    const std::string memory = state.memory;
    if (visit.reading.kind == Reading::Kind::feed) {
        store::IngestOptions of_document = options;
        of_document.is_delta = visit.reading.is_delta;
        visit.changes = store.ingest(state.id, visit.reading.parsed->feed, visit.reading.candidates,
                                     of_document, now);
        if (!visit.is_older_page) store.save_head(state.id, head_of(visit.reading.parsed->feed));
        if (visit.changes.any()) {
            state.last_change = now;
            visit.changed_lastingly = true;
        }
    }
    if (visit.is_older_page) {
        learn_from_page(visit, now);
    } else {
        visit.policy.hurry = learn_from_entries(visit, now) || visit.policy.hurry;
        plan_by_lessons(store, visit, now);
    }
    if (state.memory != memory) visit.changed_lastingly = true;

    for (auto& row : visit.requests) {
        const bool last = &row == &visit.requests.back();
        row.url = redacted_url(row.url);
        row.result = last ? result_in_words(visit) : "redirected";
        if (last) {
            row.decoded_bytes = visit.reading.decoded_bytes;
            row.next = state.next_poll;
            row.directive = state.directive;
        }
    }
    if (visit.changed_lastingly) {
        store.save_state(state, visit.requests);
    } else {
        store.save_poll(state, visit.requests);
    }
}

void settle(store::Store& store, Visit& visit, const store::IngestOptions& options, Timestamp now) {
    judge(visit, now);
    record(store, visit, options, now);
}

void forget_result(Visit& visit, const store::SourceState& before, std::string why) {
    store::SourceState& state = visit.state;
    state.etag = before.etag;
    state.last_modified = before.last_modified;
    state.validators_url = before.validators_url;
    state.body_hash = before.body_hash;
    state.rules = before.rules;
    state.memory = before.memory;
    state.last_success = before.last_success;
    state.last_change = before.last_change;
    state.condition = store::Condition::failing;
    state.error = printable("cannot be stored: " + why);
    visit.changes = {};
    visit.is_forgotten = true;
}

}  // namespace tributary::daemon
