#include "daemon/hubs.h"

#include <algorithm>

#include "base/text.h"
#include "base/url.h"
#include "daemon/hop.h"
#include "daemon/hub_offer.h"
#include "daemon/lessons.h"
#include "daemon/reading.h"
#include "fetcher/headers.h"
#include "websub/protocol.h"

namespace tributary::daemon {

namespace {

constexpr std::int64_t largest_answer = 64 << 10;  // of a hub; nobody reads it

/// No hub is asked more often than a source would be.
websub::Terms terms_of(const config::Poll& poll) {
    using std::chrono::seconds;
    websub::Terms terms;
    terms.distance = std::min(terms.distance, poll.min_interval);
    terms.patience = std::clamp(poll.max_interval, Duration(seconds(10)), terms.patience);
    terms.doubt = std::clamp(poll.max_interval, Duration(seconds(2)), terms.doubt);
    terms.retry = std::clamp(terms.retry, poll.min_interval, poll.max_interval);
    terms.longest_retry = poll.max_interval;
    return terms;
}

/// What is on the way elsewhere may have another hub there.
bool is_moving(const Visit& visit) {
    return visit.requests.size() > 1 || !moves_of(visit.state).seen.empty();
}

bool is_same_address(const std::string& one, const std::string& other) {
    const auto a = Url::parse(one), b = Url::parse(other);
    return a && b && a->request_url() == b->request_url();
}

std::string words_of(const Visit& visit) {
    if (visit.refused) return *visit.refused;
    if (const auto* failure = std::get_if<fetcher::Failure>(&visit.outcome.result))
        return failure->message;
    const int status = std::get<fetcher::Response>(visit.outcome.result).status;
    return status >= 200 && status <= 299 ? "accepted" : status_in_words(status);
}

}  // namespace

// ---- What is known ---------------------------------------------------------------------

void Hubs::load(std::vector<store::SourceSubscription> subscriptions) {
    for (auto& [source, subscription] : subscriptions) insert(source, std::move(subscription));
    unsaved_.clear();
}

void Hubs::configure(const config::Config& config, Timestamp now) {
    poll_ = config.poll;
    terms_ = terms_of(poll_);
    callback_base_ = config.websub.callback_base;
    while (callback_base_.ends_with('/')) callback_base_.pop_back();
    if (!is_on()) return;
    std::vector<Entry*> orphans;
    for (auto& [key, entry] : entries_) {
        auto& subscription = entry.subscription;
        if (!engine_.state(entry.source)) {
            if (subscription.wanted) orphans.push_back(&entry);
            continue;
        }
        const std::string callback = callback_base_ + std::string(callback_path) + key;
        if (subscription.callback == callback) continue;
        // The hub knows us by another address.
        subscription.callback = callback;
        subscription.lease_until.reset();
        subscription.is_asked = false;
        subscription.next = now;
        settle(entry);
    }
    for (Entry* entry : orphans) leave(*entry, now);
}

Hubs::Entry* Hubs::wanted_by(store::SourceId source) {
    const auto key = wanted_.find(source);
    return key == wanted_.end() ? nullptr : &entries_.find(key->second)->second;
}

bool Hubs::knows(std::string_view key) const {
    return is_on() && entries_.contains(key);
}

std::string Hubs::describe(std::string_view key, Timestamp now) const {
    const auto found = entries_.find(key);
    if (found == entries_.end()) return {};
    const auto* state = engine_.state(found->second.source);
    return (state ? redacted_url(state->url) + ": " : std::string()) + "pushed " +
           websub::in_words(found->second.subscription, now);
}

void Hubs::insert(store::SourceId source, websub::Subscription subscription) {
    const std::string key(websub::key_of(subscription));
    if (subscription.wanted) wanted_[source] = key;
    Entry& entry = entries_[key];
    entry.source = source;
    entry.subscription = std::move(subscription);
    settle(entry);
}

void Hubs::add(store::SourceId source, std::string hub, std::string topic, Timestamp now) {
    insert(source, {.hub = std::move(hub),
                    .topic = std::move(topic),
                    .callback = callback_base_ + std::string(callback_path) + random_(),
                    .secret = random_(),
                    .next = now});
}

/// Puts it where its next event is; it is stored if it has changed.
void Hubs::settle(Entry& entry, bool is_changed) {
    const std::string key(websub::key_of(entry.subscription));
    events_.erase({entry.event, key});
    entry.event = entry.in_flight ? Timestamp::max() : websub::next_event(entry.subscription);
    events_.insert({entry.event, key});
    if (is_changed) unsaved_.insert(key);
}

void Hubs::leave(Entry& entry, Timestamp now) {
    wanted_.erase(entry.source);
    auto& subscription = entry.subscription;
    subscription.wanted = subscription.is_asked = false;
    subscription.failures = 0;
    subscription.next = now;
    if (websub::is_over(subscription)) return forget(entry);
    settle(entry);
}

void Hubs::forget(const Entry& entry) {
    const std::string key(websub::key_of(entry.subscription));
    events_.erase({entry.event, key});
    unsaved_.erase(key);
    forgotten_.push_back(key);
    entries_.erase(key);
}

Hubs::Unsaved Hubs::take_unsaved() {
    Unsaved unsaved{.changed = {},
                    .forgotten = std::exchange(forgotten_, {}),
                    .requests = std::exchange(requests_, {})};
    for (const auto& key : std::exchange(unsaved_, {})) {
        const Entry& entry = entries_.at(key);
        unsaved.changed.push_back({entry.source, entry.subscription});
    }
    return unsaved;
}

Hubs::States Hubs::states(Timestamp now) const {
    States states;
    for (const auto& [key, entry] : entries_) {
        ++(websub::is_active(entry.subscription, now) ? states.active
           : entry.subscription.is_asked              ? states.asked
                                                      : states.waiting);
    }
    return states;
}

void Hubs::clock_was_set(Duration by) {
    for (auto& [key, entry] : entries_) {
        auto& subscription = entry.subscription;
        subscription.next += by;
        for (auto* time :
             {&subscription.active_since, &subscription.lease_until, &subscription.doubted_until})
            if (*time) **time += by;
        settle(entry);
    }
}

// ---- Hubs are asked --------------------------------------------------------------------

std::optional<Timestamp> Hubs::next_event() const {
    if (!is_on() || events_.empty() || events_.begin()->first == Timestamp::max())
        return std::nullopt;
    return events_.begin()->first;
}

std::vector<Visit> Hubs::start(Timestamp now) {
    std::vector<Visit> visits;
    while (is_on() && !events_.empty() && events_.begin()->first <= now) {
        Entry& entry = entries_.at(events_.begin()->second);
        auto& subscription = entry.subscription;
        const websub::Subscription before = subscription;
        const auto due = websub::due(subscription, terms_, now);
        if (due.poll) engine_.poll_soon(entry.source, now);
        if (websub::is_over(subscription)) {
            forget(entry);
            continue;
        }
        if (due.ask) {
            const std::string host = host_of(subscription.hub);
            if (const auto later = engine_.claim(host, now)) {
                subscription.next = std::max(*later, now + Duration(1));
            } else {
                websub::asked(subscription, terms_, now);
                visits.push_back(request(entry, host, now));
                entry.in_flight = true;
            }
        }
        settle(entry, subscription != before);
    }
    return visits;
}

Visit Hubs::request(const Entry& entry, std::string host, Timestamp now) const {
    const auto& subscription = entry.subscription;
    Visit visit;
    visit.state.id = entry.source;
    visit.state.url = subscription.hub;
    visit.subscription = websub::key_of(subscription);
    visit.host = std::move(host);
    visit.reason = subscription.wanted ? "websub subscribe" : "websub unsubscribe";
    visit.started = now;
    visit.request.url = subscription.hub;
    visit.request.method = fetcher::Method::post;
    visit.request.content_type = "application/x-www-form-urlencoded";
    visit.request.body = websub::request_form(subscription, terms_);
    visit.request.user_agent = user_agent(poll_);
    visit.request.connect_timeout = poll_.connect_timeout;
    visit.request.timeout = poll_.timeout;
    visit.request.max_bytes = largest_answer;
    visit.request.keep_connection = false;
    return visit;
}

bool Hubs::answered(Visit visit, Timestamp now) {
    const auto* response = std::get_if<fetcher::Response>(&visit.outcome.result);
    std::optional<Duration> pause;
    if (response) {
        pause = fetcher::retry_after(response->headers, now);
        if (pause) *pause = std::min(*pause, poll_.retry_after_cap);
        if (response->status == 429) visit.host_pause = now + pause.value_or(terms_.retry);
    }
    engine_.release(visit, now);
    const std::string words = words_of(visit);
    for (auto& row : visit.requests) {
        row.url = redacted_url(row.url);
        row.result = &row == &visit.requests.back() ? words : "redirected";
        requests_.emplace_back(visit.state.id, std::move(row));
    }
    const bool is_accepted = words == "accepted";
    const auto found = entries_.find(visit.subscription);
    if (found == entries_.end()) return is_accepted;
    Entry& entry = found->second;
    entry.in_flight = false;
    if (is_accepted) {
        websub::accepted(entry.subscription);
    } else {
        websub::refused(entry.subscription, words, pause, terms_, now);
    }
    settle(entry);
    return is_accepted;
}

std::optional<std::string> Hubs::verify(std::string_view key, std::string_view query,
                                        Timestamp now) {
    const auto found = entries_.find(key);
    const auto intent = websub::read_intent(query);
    if (!is_on() || found == entries_.end() || !intent) return std::nullopt;
    Entry& entry = found->second;
    const bool was_trusted = websub::is_trusted(entry.subscription, now);
    const auto seed = static_cast<std::uint64_t>(now.time_since_epoch().count());
    const double jitter = static_cast<double>(hash64(key, seed) >> 32) / 4'294'967'296.0;
    if (!websub::verify(entry.subscription, *intent, terms_, now, jitter)) return std::nullopt;
    if (was_trusted && !websub::is_trusted(entry.subscription, now))
        engine_.poll_soon(entry.source, now);
    if (websub::is_over(entry.subscription)) {
        forget(entry);
    } else {
        settle(entry);
    }
    return intent->challenge;
}

// ---- Polls and pushes ------------------------------------------------------------------

void Hubs::prepare(Visit& visit, Timestamp now) {
    if (!is_on()) return;
    const Entry* entry = wanted_by(visit.state.id);
    if (!entry) return;
    visit.policy.pushed = websub::is_trusted(entry->subscription, now);
    visit.pushed = entry->subscription.pushed;
}

void Hubs::polled(const Visit& visit, Timestamp now) {
    if (!is_on() || visit.is_older_page || !is_good(visit.reading.kind)) return;
    if (Entry* entry = wanted_by(visit.state.id)) {
        const websub::Subscription before = entry->subscription;
        websub::polled(entry->subscription, visit.changes.added, visit.last_success_before, terms_,
                       now);
        settle(*entry, entry->subscription != before);
    }
    if (!is_moving(visit) && !visit.reading.is_cut) take_offer(visit, now);
}

void Hubs::take_offer(const Visit& visit, Timestamp now) {
    const store::SourceId source = visit.state.id;
    const HubOffer offer = offer_of(visit);
    Entry* present = wanted_by(source);
    if (offer.hubs.empty() || offer.topic.empty()) {
        // Only a document that was read says that there is no hub any more.
        if (present && visit.reading.kind == Reading::Kind::feed) leave(*present, now);
        return;
    }
    const std::string& hub = choose_hub(offer.hubs, present ? &present->subscription : nullptr);
    if (present && present->subscription.hub == hub && present->subscription.topic == offer.topic)
        return;
    if (present) leave(*present, now);
    add(source, hub, offer.topic, now);
}

std::optional<Push> Hubs::receive(std::string_view key, std::string_view signature,
                                  std::string_view content_type, std::string_view body,
                                  Timestamp now) {
    const auto found = entries_.find(key);
    const bool is_known = is_on() && found != entries_.end() && found->second.subscription.wanted;
    const auto* state = is_known ? engine_.state(found->second.source) : nullptr;
    if (!state) {
        ++counts.unknown;
        return std::nullopt;
    }
    const auto& subscription = found->second.subscription;
    Push push{.visit = {},
              .secret = subscription.secret,
              .signature = std::string(signature),
              .topic = subscription.topic};
    push.visit.state = *state;
    push.visit.is_push = true;
    push.visit.subscription = key;
    push.visit.started = now;
    // As if it had come from where polls come from: links in it lead to the same places.
    push.visit.request.url =
        state->validators_url.empty() ? subscription.topic : state->validators_url;
    push.visit.request.max_bytes = poll_.max_size;
    fetcher::Response response{.status = 200, .headers = {}, .body = std::string(body)};
    response.headers.fields = {{"content-type", std::string(content_type)}};
    push.visit.outcome.result = std::move(response);
    return push;
}

bool Hubs::is_content(const Push& push, Timestamp now) {
    const Visit& visit = push.visit;
    const auto found = entries_.find(visit.subscription);
    if (found == entries_.end()) return false;
    const auto& reading = visit.reading;
    if (reading.kind == Reading::Kind::same_body) {  // what the last poll has brought
        ++counts.content;
        websub::pushed(found->second.subscription, 0);
        settle(found->second);
        return false;
    }
    const std::string self = reading.parsed ? reading.parsed->feed.self : std::string();
    const bool is_of_topic = self.empty() || is_same_address(self, push.topic) ||
                             is_same_address(self, visit.request.url);
    if (reading.kind == Reading::Kind::feed && is_of_topic) return true;
    ++counts.hint;
    engine_.poll_soon(visit.state.id, now);
    return false;
}

void Hubs::stored(const Visit& visit) {
    ++counts.content;
    const auto found = entries_.find(visit.subscription);
    if (found == entries_.end()) return;
    websub::pushed(found->second.subscription, visit.changes.added);
    settle(found->second);
}

}  // namespace tributary::daemon
