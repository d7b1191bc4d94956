#include "daemon/refresh.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "base/url.h"
#include "daemon/lessons.h"
#include "feed/parse.h"
#include "fetcher/decode.h"
#include "fetcher/headers.h"

namespace tributary::daemon {

namespace {

/// Part of the hash of a body: grows when reading the same bytes would give another result, so that
/// an upgrade reads every source once more.
constexpr std::uint64_t reader_version = 1;

Reading failed(std::string error) {
    Reading reading;
    reading.kind = Reading::Kind::failed;
    reading.error = std::move(error);
    return reading;
}

Reading of_kind(Reading::Kind kind, int status) {
    Reading reading;
    reading.kind = kind;
    reading.error = status_in_words(status);
    return reading;
}

std::string in_words(const feed::ParseError& error) {
    std::string words = error.message;
    if (error.code == feed::ParseError::Code::not_a_feed) words.insert(0, "not a feed: ");
    if (error.line > 0)
        words += " (line " + std::to_string(error.line) + ", column " +
                 std::to_string(error.column) + ")";
    return words;
}

/// Of more entries than the store takes from one document, the newest are kept (store/ingest.cpp).
void warn_of_entries(feed::Parsed& parsed) {
    constexpr std::size_t most = store::IngestOptions{}.max_entries;
    if (parsed.feed.entries.size() > most)
        parsed.warnings.push_back(
            {"limit", feed::beyond_limit("entries", most) + "; the newest are kept"});
}

/// What a limit cut off, in words; empty if nothing.
std::string cut_off(const feed::Parsed& parsed) {
    for (const auto& warning : parsed.warnings)
        if (warning.code == "limit") return warning.message;
    return {};
}

/// Whether the document ends before it should: perhaps the publisher's doing, perhaps the
/// network's.
bool is_cut(const feed::Parsed& parsed) {
    return std::ranges::any_of(parsed.warnings,
                               [](const auto& warning) { return warning.code == "truncated"; });
}

/// What is remembered of a cut body: not that it is known, but that it was seen.
std::uint64_t hash_of_cut(std::uint64_t hash) {
    return ~hash;
}

/// The beginning of what may be a page: parsing consumes the document.
std::string beginning_of_page(std::string_view body) {
    constexpr std::size_t enough = 64 << 10;
    const std::string start = to_lower(body.substr(0, 1024));
    const bool is_page =
        start.find("<html") != start.npos || start.find("<!doctype html") != start.npos;
    return is_page ? std::string(body.substr(0, enough)) : std::string();
}

schedule::Identified impostor_in(const fetcher::Response& response, std::string_view body) {
    const auto& headers = response.headers;
    const std::string mitigated = headers.get("cf-mitigated"), server = headers.get("server"),
                      action = headers.get("x-amzn-waf-action"), guard = headers.get("x-datadome"),
                      block = headers.get("x-sucuri-block");
    return schedule::identify({.status = response.status,
                               .cf_mitigated = mitigated,
                               .server = server,
                               .waf_action = action,
                               .datadome = guard,
                               .sucuri_block = block,
                               .body = body});
}

/// What answered in the feed's place, where the status alone says that it is none.
schedule::Identified impostor_behind(fetcher::Response& response) {
    constexpr std::size_t most = 1 << 20;
    const auto body =
        fetcher::decode(std::move(response.body), response.headers.get("content-encoding"), most);
    return impostor_in(response, body ? std::string_view(*body) : std::string_view());
}

/// A body that should be a feed: hashed, decoded, parsed, identified.
Reading read_body(const store::SourceState& state, fetcher::Response& response,
                  const fetcher::Request& request) {
    if (response.body.empty()) return failed("an empty answer");
    Reading reading;
    reading.body_hash = hash64(response.body, reader_version);
    const bool same_owner = request.url == state.validators_url;
    if (same_owner && reading.body_hash == state.body_hash) {
        reading.kind = Reading::Kind::same_body;
        return reading;
    }
    // The same bytes once more are no accident of the network: the publisher's document is so.
    const bool was_cut_before = same_owner && hash_of_cut(reading.body_hash) == state.body_hash;
    auto body = fetcher::decode(std::move(response.body), response.headers.get("content-encoding"),
                                static_cast<std::size_t>(request.max_bytes));
    if (!body) return failed(std::move(body.error()));
    reading.decoded_bytes = static_cast<std::int64_t>(body->size());
    const std::string page = beginning_of_page(*body);
    auto parsed = feed::parse({.bytes = std::move(*body),
                               .url = request.url,
                               .content_type = response.headers.get("content-type")});
    if (!parsed) {
        Reading unread = failed(in_words(parsed.error()));
        unread.impostor = impostor_in(response, page);
        return unread;
    }
    reading.kind = Reading::Kind::feed;
    reading.parsed = std::move(*parsed);
    warn_of_entries(reading.parsed);
    if (!was_cut_before && is_cut(reading.parsed)) {
        // Half an entry would be stored as another one than the whole.
        if (reading.parsed.last_entry_is_cut && !reading.parsed.feed.entries.empty())
            reading.parsed.feed.entries.pop_back();
        reading.body_hash = hash_of_cut(reading.body_hash);
        reading.is_cut = true;
    }
    reading.candidates = match::identify(reading.parsed.feed);
    return reading;
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
    const bool is_nobody_there = std::holds_alternative<fetcher::Failure>(visit.outcome.result) ||
                                 visit.reading.impostor.kind == schedule::Impostor::captive_portal;
    if (visit.is_offline && is_nobody_there) seen.result = schedule::Observation::Result::offline;
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
            const std::string beyond = cut_off(visit.reading.parsed);
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

bool is_good(Reading::Kind kind) {
    return kind == Reading::Kind::feed || kind == Reading::Kind::same_body ||
           kind == Reading::Kind::not_modified;
}

Reading read_response(Visit& visit) {
    if (visit.refused) return failed(*visit.refused);
    auto& outcome = visit.outcome;
    if (auto* failure = std::get_if<fetcher::Failure>(&outcome.result))
        return failed(failure->message);
    auto& response = std::get<fetcher::Response>(outcome.result);
    switch (response.status) {
        case 304:
            if (visit.request.validators.empty())
                return failed("answered 304 to an unconditional request");
            return of_kind(Reading::Kind::not_modified, 304);
        case 410:
            return of_kind(Reading::Kind::gone, 410);
        case 429:
            return of_kind(Reading::Kind::rate_limited, 429);
        case 503:
            return of_kind(Reading::Kind::unavailable, 503);
        default:
            break;
    }
    if (response.status == 206) return failed("answered with a part, which was not asked for");
    if (response.status == 226) return failed("answered 226 to a request that did not ask for it");
    if (response.status < 200 || response.status > 299)
        return failed(status_in_words(response.status));
    return read_body(visit.state, response, visit.request);
}

}  // namespace

Reading read(Visit& visit) {
    try {
        Reading reading = read_response(visit);
        auto* response = std::get_if<fetcher::Response>(&visit.outcome.result);
        if (response && !visit.refused && response->status >= 400)
            reading.impostor = impostor_behind(*response);
        if (reading.impostor.kind != schedule::Impostor::none)
            reading.error += "; it is " + std::string(in_words(reading.impostor.kind)) + ": " +
                             reading.impostor.evidence;
        return reading;
    } catch (const std::exception& error) {  // one document too big for the machine harms itself
        return failed(std::string("cannot be read: ") + error.what());
    }
}

namespace {

/// When the source may be asked again.
void plan_next(Visit& visit, const schedule::Observation& seen, Timestamp now) {
    store::SourceState& state = visit.state;
    const auto plan =
        schedule::plan(visit.policy, seen, state.rules, state.pace, now, visit.jitter);
    state.pace = plan.pace;
    state.next_poll = plan.next;
    state.directive = plan.directive;
}

}  // namespace

void judge(Visit& visit, Timestamp now) {
    const store::SourceState before = visit.state;
    visit.memory_before = before.memory;
    visit.last_success_before = before.last_success;
    if (visit.is_older_page) {
        learn_pause(visit, now);
        return;
    }
    store::SourceState& state = visit.state;
    const auto kind = visit.reading.kind;
    const bool good = is_good(kind);
    if (kind == Reading::Kind::feed) state.rules = rules_of(visit.reading.parsed.feed);
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
    visit.changed_lastingly = store::differ_lastingly(before, state);
}

void record(store::Store& store, Visit& visit, const store::IngestOptions& options, Timestamp now) {
    store::SourceState& state = visit.state;
    const std::string memory = state.memory;
    if (visit.reading.kind == Reading::Kind::feed) {
        visit.changes = store.ingest(state.id, visit.reading.parsed.feed, visit.reading.candidates,
                                     options, now);
        if (!visit.is_older_page) store.save_head(state.id, head_of(visit.reading.parsed.feed));
        if (visit.changes.any()) {
            state.last_change = now;
            visit.changed_lastingly = true;
        }
    }
    if (visit.is_older_page) {
        learn_from_page(visit);
    } else if (learn_from_entries(visit, now)) {
        visit.policy.hurry = true;
        plan_next(visit, observe(visit, now), now);
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
}

std::string status_in_words(int status) {
    static constexpr std::array<std::pair<int, std::string_view>, 22> reasons{{
        {301, "moved permanently"},
        {302, "found"},
        {303, "see other"},
        {304, "not modified"},
        {307, "temporary redirect"},
        {308, "permanent redirect"},
        {400, "bad request"},
        {401, "it wants a password"},
        {403, "forbidden"},
        {404, "not found"},
        {405, "method not allowed"},
        {406, "not acceptable"},
        {408, "request timeout"},
        {410, "gone for good"},
        {418, "a teapot"},
        {429, "too many requests"},
        {451, "withheld for legal reasons"},
        {500, "server error"},
        {502, "bad gateway"},
        {503, "unavailable"},
        {504, "gateway timeout"},
        {522, "the origin does not answer"},
    }};
    std::string words = "HTTP " + std::to_string(status);
    for (const auto& [code, reason] : reasons) {
        if (code == status) words.append(" (").append(reason).append(")");
    }
    return words;
}

}  // namespace tributary::daemon
