#pragma once
// The hubs that push to us (WebSub, R37): which ones feeds name, what is asked of them and when,
// what they say at our callbacks. Without I/O, like the engine beside it: time comes in as `now`,
// chance as a function, and every request spends the engine's patience with its host. The life of a
// subscription is websub/subscription.h.

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "config/config.h"
#include "daemon/engine.h"
#include "daemon/visit.h"
#include "websub/subscription.h"

namespace tributary::daemon {

/// Below which our callbacks stand, each under its key.
inline constexpr std::string_view callback_path = "/websub/";

/// What came of pushes since the start.
struct PushCounts {
    std::int64_t content = 0;  // a feed, whose entries were stored
    std::int64_t hint = 0;     // something else: the source is polled soon
    // Dropped:
    std::int64_t unknown = 0;  // no such subscription
    std::int64_t unsigned_ = 0;
    std::int64_t forged = 0;   // the signature is wrong
    std::int64_t refused = 0;  // too large, or no room for it
    std::int64_t lost = 0;     // could not be stored
};

/// A hub has sent something: what a worker needs to read it.
struct Push {
    Visit visit;
    std::string secret, signature, topic;
};

class Hubs {
  public:
    /// `random` gives 32 hexadecimal digits that nobody can guess.
    Hubs(Engine& engine, std::function<std::string()> random)
        : engine_(engine), random_(std::move(random)) {}

    /// Takes in what was stored, once, before configure().
    void load(std::vector<store::SourceSubscription> subscriptions);
    /// After Engine::configure(). What belongs to no source any more is given back.
    void configure(const config::Config& config, Timestamp now);
    bool is_on() const { return !callback_base_.empty(); }

    /// Requests to hubs that may start at `now`; their outcomes go through Engine::follow(), then
    /// to answered().
    std::vector<Visit> start(Timestamp now);
    std::optional<Timestamp> next_event() const;
    /// False if the hub has refused, or was not there.
    bool answered(Visit visit, Timestamp now);

    /// What a poll that is about to start should know.
    void prepare(Visit& visit, Timestamp now);
    /// A poll has been committed: what it says of hubs, and what it found that none has sent.
    void polled(const Visit& visit, Timestamp now);

    /// A hub's question at our callback `key` (the query of its GET): what is to be answered, to
    /// the letter. Nothing: we did not ask for that.
    std::optional<std::string> verify(std::string_view key, std::string_view query, Timestamp now);

    /// Something was sent to our callback `key`; nothing if there is no such one.
    std::optional<Push> receive(std::string_view key, std::string_view signature,
                                std::string_view content_type, std::string_view body,
                                Timestamp now);
    /// A push that is properly signed has been read: true if its entries are to be stored; else it
    /// has been taken as a hint.
    bool is_content(const Push& push, Timestamp now);
    /// A push has been committed.
    void stored(const Visit& visit);
    PushCounts counts;

    bool knows(std::string_view key) const;
    /// A line for the log, without secrets.
    std::string describe(std::string_view key, Timestamp now) const;

    /// How many subscriptions are active, asked for or waiting, in this order.
    struct States {
        std::size_t active = 0, asked = 0, waiting = 0;
    };
    States states(Timestamp now) const;

    /// The clock was set by so much: leases last as long as they would have.
    void clock_was_set(Duration by);

    /// What is to be stored since the last call.
    struct Unsaved {
        std::vector<store::SourceSubscription> changed;
        std::vector<std::string> forgotten;  // keys
        std::vector<std::pair<store::SourceId, store::LedgerRow>> requests;
        bool empty() const { return changed.empty() && forgotten.empty() && requests.empty(); }
    };
    Unsaved take_unsaved();

  private:
    struct Entry {
        store::SourceId source{};
        websub::Subscription subscription;
        bool in_flight = false;
        Timestamp event{};  // under which it stands in events_
    };
    using Entries = std::map<std::string, Entry, std::less<>>;

    Entry* wanted_by(store::SourceId source);
    void add(store::SourceId source, std::string hub, std::string topic, Timestamp now);
    void insert(store::SourceId source, websub::Subscription subscription);
    void leave(Entry& entry, Timestamp now);
    void settle(Entry& entry, bool is_changed = true);
    void forget(const Entry& entry);
    void take_offer(const Visit& visit, Timestamp now);
    Visit request(const Entry& entry, std::string host, Timestamp now) const;

    Engine& engine_;
    std::function<std::string()> random_;
    config::Poll poll_;
    std::string callback_base_;  // empty: off
    websub::Terms terms_;
    Entries entries_;  // by key
    std::unordered_map<store::SourceId, std::string> wanted_;
    std::set<std::pair<Timestamp, std::string>> events_;
    std::set<std::string> unsaved_;
    std::vector<std::string> forgotten_;
    std::vector<std::pair<store::SourceId, store::LedgerRow>> requests_;
};

}  // namespace tributary::daemon
