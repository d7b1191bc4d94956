#pragma once
// One poll of one source, from the moment it is due to the moment its result is committed. A plain
// value that moves from the loop to a worker, to the writer and home again; one owner at a time.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "feed/parse.h"
#include "fetcher/request.h"
#include "match/match.h"
#include "schedule/impostor.h"
#include "schedule/moves.h"
#include "schedule/policy.h"
#include "store/store.h"

namespace tributary::daemon {

/// What the final response of a visit was found to hold (daemon/reading.h, read).
struct Reading {
    enum class Kind {
        feed,          // new bytes that parsed as a feed
        same_body,     // the bytes of last time: not decoded, not parsed
        not_modified,  // 304 to our validators
        gone,          // 410
        rate_limited,  // 429
        unavailable,   // 503
        failed,        // anything else; `error` says it in words
    };
    Kind kind = Kind::failed;
    std::string error;
    std::unique_ptr<feed::Parsed> parsed;  // if it is a feed: large, and most polls bring none
    std::vector<match::Candidate> candidates;
    std::uint64_t body_hash = 0;
    bool is_delta = false;  // only what is new since the last one: what it lacks is not gone (R36)
    bool is_cut = false;    // it ended too early, and not in the same place as last time
    std::int64_t decoded_bytes = 0;
    bool is_page = false;           // HTML
    schedule::Identified impostor;  // what answered in the feed's place
};

struct Visit {
    store::SourceState state;  // before the poll; settle() makes it what it is after
    std::string host;          // whose patience it spends (schedule/host.h); empty: a file's
    schedule::Policy policy;
    schedule::MoveRules move_rules;
    std::string reason;  // why it is allowed now: the directive that had set the time
    double jitter = 0;
    double price = 0;  // of a poll, in entry-minutes (schedule/price.h)
    Timestamp started{};
    bool is_older_page = false;  // asked for to close a gap: leaves the source's schedule alone
    bool is_push = false;        // no poll: a hub has sent it; leaves all but the entries alone
    std::string subscription;    // key of the one that it is about, if it is a push or asks a hub
    std::int64_t pushed = 0;     // entries that have come by push since the poll before
    Timestamp earliest = Timestamp::max();  // when the source may be asked again, if it must be
    std::string memory_before;              // of `state`
    std::optional<Timestamp> last_success_before;

    fetcher::Request request;                // of the present hop
    fetcher::Outcome outcome;                // of the last hop
    std::vector<store::LedgerRow> requests;  // one per hop
    std::optional<std::string> refused;      // why the chain ended early, in words
    std::vector<schedule::Hop> hops;         // how it went, where that can teach of moves
    bool is_offline = false;                 // it failed because our own network is down
    std::optional<Timestamp> host_pause;     // until then its host is to be left alone

    Reading reading;
    bool is_forgotten = false;       // what it brought could not be stored
    bool changed_lastingly = false;  // more of `state` than what every poll changes
    store::Changes changes;
};

}  // namespace tributary::daemon
