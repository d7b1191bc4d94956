#include "daemon/daemon.h"

#include <malloc.h>

#include <boost/asio/post.hpp>
#include <random>
#include <thread>
#include <utility>

#include "base/text.h"
#include "base/url.h"
#include "daemon/clock.h"
#include "daemon/fetch_options.h"
#include "daemon/log.h"
#include "daemon/reading.h"
#include "daemon/refresh.h"
#include "daemon/transaction.h"

namespace tributary::daemon {

namespace asio = boost::asio;

namespace {

constexpr Duration longest_sleep{30'000};  // the clock may be set meanwhile
constexpr Duration clock_slack{5'000};     // a clock that is merely steered moves by less
// A commit is dear, so visits are gathered: those with a document, which hold memory, not for long
// nor very many of them; the others as long as they leave enough slots to those that are to come.
constexpr Duration patience_with_documents{50};
constexpr Duration patience{250};
constexpr std::size_t enough_documents = 128;

const std::string price_name = "price of a poll";

std::string random_uuid() {
    std::random_device device;
    std::string seed;
    for (int i = 0; i < 8; ++i) seed += std::to_string(device()) + " ";
    return uuid_v5(uuid_namespace_url, seed);
}

std::size_t worker_count() {
    return std::max(1u, std::thread::hardware_concurrency() / 2);
}

store::IngestOptions ingest_options(const config::Config& config) {
    store::IngestOptions options;
    options.across = config.dedup_across == "off"  ? match::AcrossSources::off
                     : config.dedup_across == "id" ? match::AcrossSources::id
                                                   : match::AcrossSources::link;
    options.backfill = config.output.backfill;
    return options;
}

std::vector<const config::Subscription*> enabled(const std::vector<config::Subscription>& sources) {
    std::vector<const config::Subscription*> subscriptions;
    for (const auto& source : sources) {
        if (source.enabled) subscriptions.push_back(&source);
    }
    return subscriptions;
}

std::vector<store::SourceSpec> specs_of(
    const std::vector<const config::Subscription*>& subscriptions) {
    std::vector<store::SourceSpec> specs;
    for (const auto* subscription : subscriptions) {
        specs.push_back({.url = subscription->url, .name = subscription->name});
    }
    return specs;
}

/// What a poll cost when the last daemon ended.
schedule::Price price_of_old(store::Store& store) {
    return schedule::read_price(store.value(price_name)).value_or(schedule::Price{});
}

/// All visits in one transaction. If that fails, each in one of its own, so that a single poisoned
/// one cannot hold up the others. With them the price that polls have now, if it has moved.
std::vector<std::string> record_all(store::Store& store,
                                    std::vector<std::unique_ptr<Visit>>& visits,
                                    const store::IngestOptions& options,
                                    const std::optional<schedule::Price>& price, Timestamp time) {
    std::vector<std::string> failures(visits.size());
    const auto record_each = [&] {
        if (price) store.keep(price_name, schedule::write_price(*price));
        for (auto& visit : visits) record(store, *visit, options, time);
    };
    const std::string failure = transaction(store, record_each);
    if (failure.empty()) return failures;
    for (std::size_t i = 0; i < visits.size(); ++i) {
        failures[i] = visits.size() == 1
                          ? failure
                          : transaction(store, [&] { record(store, *visits[i], options, time); });
    }
    return failures;
}

}  // namespace

Daemon::Daemon(std::filesystem::path config_file, config::Config config)
    : config_file_(std::move(config_file)),
      config_(std::move(config)),
      lock_(state_directory(config_)),
      store_(database_file(config_)),
      workers_(worker_count()),
      signals_(loop_),
      timer_(loop_),
      watchdog_(loop_),
      gather_(loop_),
      engine_(std::random_device{}(), price_of_old(store_)),
      kept_price_(engine_.price()),
      press_(loop_, store::Store(database_file(config_), store::Store::Mode::read),
             [this] { return store_ok_; }) {
    store_.begin();
    initial_ = sync(store_, config_);
    hubs_.load(store_.subscriptions());
    store_.commit();
}

Daemon::~Daemon() = default;

Daemon::Known Daemon::sync(store::Store& store, const config::Config& config) {
    return {.states = store.sync_sources(specs_of(enabled(config.sources)), now()),
            .feed_id = store.constant("feed-id", random_uuid)};
}

void Daemon::adopt(config::Config config, Known known) {
    const bool system_chooses_port = config.effective_base_url().ends_with(":0");
    if (server_ && system_chooses_port) config.base_url = "http://" + server_->addresses().front();
    // What is kept of very many sources is kept by the site and the engine, in brief.
    const auto sources = std::exchange(config.sources, {});
    const auto subscriptions = enabled(sources);
    site_ = make_site(config, subscriptions, known.states, known.feed_id);
    if (!once_) press_.adopt(site_);  // else once, at the end
    engine_.configure(config, subscriptions, std::move(known.states));
    if (!once_) hubs_.configure(config, now());
    if (!fetcher_ || config.poll != config_.poll) {
        if (fetcher_) retired_.push_back(std::move(fetcher_));  // ends what it has begun
        fetcher_ = std::make_unique<fetcher::Fetcher>(loop_, fetch_options(config.poll));
    }
    config_ = std::move(config);
    malloc_trim(0);  // what very many sources took on the way here is much
}

/// When the clock was set, every wait stays as long as it was: publishers count by their own.
void Daemon::watch_clock() {
    const Duration offset = now().time_since_epoch() - uptime();
    const Duration by = offset - std::exchange(clock_offset_, offset);
    const bool is_first = by == offset;
    if (is_first || std::chrono::abs(by) < clock_slack) return;
    log(Level::warning, "the clock was set by " + std::string(by < Duration{0} ? "-" : "") +
                            write_duration(std::chrono::abs(by)) + "; polls keep their distances");
    hubs_.clock_was_set(by);
    asio::post(writer_, [this, states = engine_.clock_was_set(by)] {
        const auto save = [&] {
            for (const auto& state : states) store_.save_poll(state);
        };
        asio::post(loop_, [this, failure = transaction(store_, save)] { note_store(failure); });
    });
}

void Daemon::tick() {
    if (stopping_) return;
    watch_clock();
    for (auto& visit : hubs_.start(now())) fetch(std::make_unique<Visit>(std::move(visit)));
    for (auto& visit : engine_.start(now())) {
        hubs_.prepare(visit, now());
        fetch(std::make_unique<Visit>(std::move(visit)));
    }
    save_hubs();
    if (once_ && !engine_.next_event() && engine_.in_flight() == 0) return finish_once();
    const Timestamp next = std::min(engine_.next_event().value_or(Timestamp::max()),
                                    hubs_.next_event().value_or(Timestamp::max()));
    const Duration wait = std::clamp(next - now(), Duration{0}, longest_sleep);
    timer_.expires_after(wait);
    timer_.async_wait([this](boost::system::error_code error) {
        if (!error) tick();
    });
}

void Daemon::fetch(VisitPtr visit) {
    const fetcher::Request& request = visit->request;
    fetcher_->start(request, [this, visit = std::move(visit)](fetcher::Outcome outcome) mutable {
        fetched(std::move(visit), std::move(outcome));
    });
}

void Daemon::fetched(VisitPtr visit, fetcher::Outcome outcome) {
    if (stopping_) return;  // as if it had never been asked: nothing is charged to the source
    if (engine_.follow(*visit, std::move(outcome), now())) {
        fetch(std::move(visit));
        return;
    }
    if (!visit->subscription.empty()) return hub_answered(std::move(visit));
    if (is_quickly_read(*visit)) {
        visit->reading = read(*visit);
        write_soon(std::move(visit));
        return;
    }
    ++with_workers_;
    asio::post(workers_, [this, visit = std::move(visit)]() mutable {
        visit->reading = read(*visit);
        asio::post(loop_, [this, visit = std::move(visit)]() mutable {
            --with_workers_;
            ++documents_to_write_;
            write_soon(std::move(visit));
        });
    });
}

void Daemon::write_soon(VisitPtr visit) {
    to_write_.push_back(std::move(visit));
    write();
}

/// Commits what has come, with a little patience: nobody waits for it while nothing else is under
/// way.
void Daemon::write() {
    if (writing_ || to_write_.empty()) return;
    const auto slots = static_cast<std::size_t>(config_.poll.concurrency);
    const bool is_enough =
        documents_to_write_ >= enough_documents || 4 * to_write_.size() >= 3 * slots;
    const bool more_will_come = engine_.in_flight() > to_write_.size() && !stopping_;
    if (is_enough || !more_will_come) return write_now();
    gather_for(documents_to_write_ > 0 ? patience_with_documents : patience);
}

void Daemon::gather_for(Duration time) {
    const auto until = std::chrono::steady_clock::now() + time;
    if (gathering_ && gather_.expiry() <= until) return;
    gathering_ = true;
    gather_.expires_at(until);
    gather_.async_wait([this](boost::system::error_code error) {
        if (error) return;  // a shorter time was set
        gathering_ = false;
        write_now();
    });
}

std::optional<schedule::Price> Daemon::moved_price() {
    const schedule::Price now = engine_.price();
    if (std::exchange(kept_price_, now) == now) return std::nullopt;
    return now;
}

void Daemon::write_now() {
    if (writing_ || to_write_.empty()) return;
    writing_ = true;
    documents_to_write_ = 0;
    asio::post(writer_, [this, visits = std::exchange(to_write_, {}),
                         options = ingest_options(config_), price = moved_price()]() mutable {
        const Timestamp time = now();
        for (auto& visit : visits) judge(*visit, time);
        Recorded batch{.visits = std::move(visits), .failures = {}};
        batch.failures = record_all(store_, batch.visits, options, price, time);
        asio::post(loop_,
                   [this, batch = std::move(batch)]() mutable { recorded(std::move(batch)); });
    });
}

void Daemon::recorded(Recorded batch) {
    watch_clock();  // before the visits come home: their next polls are by the clock as it is now
    writing_ = false;
    note_store(std::ranges::all_of(batch.failures, [](const auto& why) { return !why.empty(); })
                   ? batch.failures.front()
                   : std::string());
    std::vector<store::SourceId> changed;
    for (std::size_t i = 0; i < batch.visits.size(); ++i) {
        Visit& visit = *batch.visits[i];
        if (visit.is_push) {
            push_recorded(visit, batch.failures[i]);
            if (visit.changes.any()) changed.push_back(visit.state.id);
            continue;
        }
        if (const auto* before = engine_.state(visit.state.id)) {
            if (!batch.failures[i].empty()) forget_result(visit, *before, batch.failures[i]);
            if (!store_ok_) {  // no fault of the source's
                visit.state.condition = before->condition;
                visit.state.error = before->error;
            } else {
                report(visit, before->condition);
            }
            if (visit.changes.any()) changed.push_back(visit.state.id);
        }
        if (batch.failures[i].empty()) hubs_.polled(visit, now());
        engine_.done(std::move(visit), now());
    }
    if (!once_ && !changed.empty()) press_.changed(changed);
    if (!once_) press_.states_changed();
    std::erase_if(retired_, [](const auto& fetcher) { return fetcher->in_flight() == 0; });
    go_on();
}

/// What may have waited for the writer.
void Daemon::go_on() {
    if (stopping_) {
        write_now();
        stop_if_idle();
        return;
    }
    if (reload_wanted_) reload();
    write();
    tick();
}

/// Tells once that the store fails, and once that it works again.
void Daemon::note_store(const std::string& failure) {
    const bool was_ok = std::exchange(store_ok_, failure.empty());
    if (was_ok && !store_ok_)
        log(Level::error, "nothing can be stored: " + failure + "; polling goes on");
    if (!was_ok && store_ok_) log(Level::info, "the store can be written again");
}

void Daemon::report(const Visit& visit, store::Condition before) {
    const auto& state = visit.state;
    const bool is_ok = state.condition == store::Condition::ok;
    const bool was_ok = before == store::Condition::ok || before == store::Condition::unpolled;
    const bool brought = visit.changes.added + visit.changes.changed > 0;
    ++totals_.polled;
    totals_.failed += is_ok ? 0 : 1;
    totals_.added += visit.changes.added;
    totals_.changed += visit.changes.changed;
    if (is_ok == was_ok && !brought) return;  // one line a change, not one a poll
    const std::string who = redacted_url(state.url);
    if (is_ok && !was_ok) log(Level::info, who + ": well again");
    if (!is_ok && was_ok)
        log(Level::warning,
            who + ": " + state.error + "; next poll " + write_rfc3339(state.next_poll));
    if (brought) {
        log(Level::info, who + ": " + std::to_string(visit.changes.added) + " new, " +
                             std::to_string(visit.changes.changed) + " changed");
    }
}

}  // namespace tributary::daemon
