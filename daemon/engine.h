#pragma once
// The daemon without I/O: which source is due, what is asked for, whether a redirect is followed.
// It owns the schedule and every source's state; time comes in as `now`, chance as a seed, and the
// network, the store and the clock stay outside. The loop carries out what it says against the real
// world, tests/sim against a scripted one.
//
// A heap holds the times at which something may happen: a source falls due, or a host may be asked
// again. A due source waits in its host's queue; a host starts one request at a time, spaced.

#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <queue>
#include <random>
#include <string>
#include <unordered_map>
#include <vector>

#include "config/config.h"
#include "daemon/visit.h"
#include "schedule/hosts.h"
#include "schedule/outage.h"
#include "schedule/price.h"

namespace tributary::daemon {

class Engine {
  public:
    /// `seed` for its chances; `price`: what was kept of an earlier engine's price().
    explicit Engine(std::uint64_t seed, const schedule::Price& price = {})
        : price_(price), random_(seed) {}

    /// Takes over a configuration and the stored state of its enabled sources, in the same order.
    /// Visits under way keep their place; what is no longer configured is forgotten when it ends.
    void configure(const config::Config& config,
                   std::vector<const config::Subscription*> subscriptions,
                   std::vector<store::SourceState> states);

    /// Makes every source due now and never again (serve --once); hosts are spaced all the same,
    /// and whoever asks for a pause (Retry-After, 410), now or earlier, gets it (R12).
    void poll_once(Timestamp now);

    /// How many sources poll_once() has left out, because their publishers want a pause.
    std::size_t not_asked() const { return not_asked_; }

    /// Visits that may start at `now`, each with its first request. Call again at next_event() and
    /// after every done().
    std::deque<Visit> start(Timestamp now);

    /// The clock was set by so much: everything waits as long as it would have waited. Answers the
    /// states that are to be stored anew; visits under way bring their own.
    std::vector<store::SourceState> clock_was_set(Duration by);

    /// When start() may next have something; nothing while all depends on visits under way.
    std::optional<Timestamp> next_event() const;

    /// Takes in a hop's outcome: true if a redirect is to be followed, visit.request being the next
    /// hop; false if the chain has ended and visit.outcome holds its last response.
    bool follow(Visit& visit, fetcher::Outcome outcome, Timestamp now);

    /// A visit has come home, committed: its state is taken over and its next poll scheduled.
    void done(Visit&& visit, Timestamp now);

    /// What a poll costs by now: moves once an hour, to hold the budget. To be kept.
    const schedule::Price& price() const { return price_; }

    /// There is news of the source, or nobody who would tell: it is due as soon as its publisher
    /// allows, which is only known once it was polled.
    void poll_soon(store::SourceId id, Timestamp now);

    /// A request to `host` that is no poll, but spends the same patience: nothing if it may start
    /// now, and then it counts until release(); else when to ask again.
    std::optional<Timestamp> claim(const std::string& host, Timestamp now);
    void release(const Visit& visit, Timestamp now);

    std::size_t in_flight() const { return in_flight_; }
    std::size_t size() const { return configured_; }
    const store::SourceState* state(store::SourceId id) const;
    template <typename Function>
    void for_each_state(Function&& function) const {
        for (const auto& [id, source] : sources_) {
            if (!source.is_removed) function(source.state);
        }
    }

  private:
    struct Source {
        store::SourceState state;
        // What is configured for it alone; none: nothing, as for most of very many.
        std::unique_ptr<const config::Subscription> wishes;
        std::string host;                       // of the address where its next poll starts
        Timestamp earliest = Timestamp::max();  // when it may be polled, if it must be
        bool clock_was_set = false;             // since the last poll
        bool is_unreached = false;              // at the last poll: nobody answered
        bool is_wanted = false;                 // soon: there was news while it was in flight
        bool in_flight = false;
        bool queued = false;      // waits in its host's queue
        bool is_removed = false;  // no longer configured, but still in flight
    };
    struct Host {
        std::list<store::SourceId> waiting;  // takes nothing while it is empty, as it is in most
        std::size_t sources = 0;
        int in_flight = 0;
        Timestamp next_start{};
        schedule::HostManners manners;
        bool scheduled = false;  // stands in the heap or among the held
    };
    struct Event {
        Timestamp at;
        std::uint64_t order;       // equal times keep their order
        store::SourceId source{};  // falls due; none: the host may be asked again
        std::string host;
        bool operator>(const Event& other) const {
            return at != other.at ? at > other.at : order > other.order;
        }
    };

    void take_over(Source& source, store::SourceState state);
    void schedule(store::SourceId id, Timestamp at);
    void count_start(const std::string& host, Timestamp now);
    void settle_price(Timestamp now);
    bool may_pause(const std::string& host) const;
    void note_pause(const Visit& visit, Timestamp now);
    void send_away(Host& host);
    void note_reached(const Visit& visit, Timestamp now);
    void resume(Timestamp began, Timestamp now);
    void wake_sleepers(Timestamp now);
    void wake(const std::string& host, Timestamp at);
    void queue(store::SourceId id, Timestamp now);
    bool has_room() const;
    void start_host(const std::string& name, Timestamp now, std::deque<Visit>& visits);
    Visit begin(Source& source, Timestamp now);
    fetcher::Request request_for(const Source& source, Timestamp now) const;
    double jitter();

    config::Poll poll_;
    std::unordered_map<store::SourceId, Source> sources_;
    std::unordered_map<std::string, Host> hosts_;
    std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
    std::deque<std::string> held_;  // hosts that wait for a free slot, first come first served
    std::uint64_t order_ = 0;
    std::size_t in_flight_ = 0, configured_ = 0;
    std::size_t hosts_waited_for_ = 0;  // those in whose queue a source waits
    bool once_ = false;
    std::size_t not_asked_ = 0;
    bool is_fresh_ = false;  // just configured
    schedule::Outage outage_;
    schedule::Price price_;
    double budget_ = 0;    // requests an hour
    double requests_ = 0;  // since ...
    std::optional<Timestamp> price_settled_;
    std::mt19937_64 random_;
};

/// The name under which requests go out: "Tributary/0.1.0 (+contact)" or what is configured.
std::string user_agent(const config::Poll& poll);

}  // namespace tributary::daemon
