#include "schedule/moves.h"

#include <algorithm>

#include "base/url.h"

namespace tributary::schedule {
namespace {

constexpr int sightings_of_https = 2;

bool is_permanent(int status) {
    return status == 301 || status == 308;
}

bool is_missing(int status) {
    return status == 404 || status == 410;
}

/// The URL to which the permanent redirects at the head of a chain lead; empty if it has none.
/// What follows after a temporary one is never learned (R23).
std::string end_of_permanent_prefix(std::span<const Hop> hops) {
    std::string end;
    for (std::size_t i = 0; i + 1 < hops.size() && is_permanent(hops[i].status); ++i)
        end = hops[i + 1].url;
    return end;
}

/// Whether only the scheme changes, and for the better.
bool is_same_page_over_https(std::string_view from, std::string_view to) {
    const auto old_url = Url::parse(from);
    auto new_url = Url::parse(to);
    if (!old_url || !new_url || old_url->scheme != "http" || new_url->scheme != "https")
        return false;
    const bool own_ports = old_url->port.empty() && new_url->port.empty();
    new_url->scheme = old_url->scheme;
    return own_ports && old_url->request_url() == new_url->request_url();
}

void forget_sightings(Moves& moves) {
    moves.seen.clear();
    moves.sightings = 0;
    moves.first_seen.reset();
}

void adopt(Moves& moves, std::string_view configured, Timestamp now) {
    const std::string address = moves.seen;
    moves = {};
    if (address == configured) return;  // back home
    moves.address = address;
    moves.since = now;
}

/// One more sighting of the same redirect, or the first of another one.
void note_sighting(Moves& moves, std::string_view end, Timestamp now) {
    if (moves.seen != end) forget_sightings(moves);
    moves.seen = end;
    ++moves.sightings;
    if (!moves.first_seen || *moves.first_seen > now) moves.first_seen = now;
}

bool is_proven(const MoveRules& rules, const Moves& moves, std::string_view from, Timestamp now) {
    if (is_same_page_over_https(from, moves.seen))
        return moves.sightings >= std::min(sightings_of_https, rules.sightings);
    return moves.sightings >= rules.sightings && now - *moves.first_seen >= rules.span;
}

/// The new address fails: after a while every second poll tries the old one again.
void note_failure(const MoveRules& rules, Moves& moves, bool began_at_new, Timestamp now) {
    if (moves.address.empty()) return;
    if (!moves.failing_since || *moves.failing_since > now) moves.failing_since = now;
    moves.try_old = began_at_new && now - *moves.failing_since >= rules.patience;
}

}  // namespace

std::string start_of(const Moves& moves, std::string_view configured) {
    const bool has_moved = !moves.address.empty() && !moves.try_old;
    return has_moved ? moves.address : std::string(configured);
}

std::optional<std::string> way_out(const Moves& moves, std::span<const Hop> hops) {
    const bool is_dead_end = hops.size() == 1 && is_missing(hops.front().status);
    if (!is_dead_end || moves.seen.empty() || moves.seen == hops.front().url) return std::nullopt;
    return moves.seen;
}

Moves learn(const MoveRules& rules, Moves moves, std::string_view configured,
            std::span<const Hop> hops, Arrival arrival, Timestamp now) {
    if (hops.empty()) return moves;
    const std::string& start = hops.front().url;
    const bool began_at_new = !moves.address.empty() && start == moves.address;
    if (arrival == Arrival::failure) {
        note_failure(rules, moves, began_at_new, now);
        return moves;
    }
    if (arrival == Arrival::unknown_feed) return moves;  // proves nothing, disproves nothing

    const std::string end = end_of_permanent_prefix(hops);
    const bool new_one_works = began_at_new || (!end.empty() && end == moves.address);
    // The old address answers for itself or leads elsewhere, while the new one fails.
    if (!moves.address.empty() && !new_one_works) moves = {};
    moves.failing_since.reset();
    moves.try_old = false;
    if (end == moves.address && !end.empty()) return moves;

    // The old address is gone, and the poll went on to where it used to lead.
    const bool went_on = hops.size() > 1 && is_missing(hops.front().status);
    if (went_on && hops[1].url == moves.seen) {
        adopt(moves, configured, now);
        return moves;
    }
    if (end.empty()) {
        forget_sightings(moves);
        return moves;
    }
    note_sighting(moves, end, now);
    if (is_proven(rules, moves, start, now)) adopt(moves, configured, now);
    return moves;
}

Notes to_notes(const Moves& moves, std::string_view for_url) {
    if (moves == Moves{}) return {};
    Notes notes;
    notes.add(for_url).add(moves.address).add(moves.since).add(moves.failing_since);
    notes.add(std::int64_t{moves.try_old}).add(moves.seen).add(std::int64_t{moves.sightings});
    notes.add(moves.first_seen);
    return notes;
}

Moves moves_of(const Notes& notes, std::string_view for_url) {
    if (notes.empty() || notes.text(0) != for_url) return {};
    Moves moves;
    moves.address = notes.text(1);
    moves.since = notes.time(2);
    moves.failing_since = notes.time(3);
    moves.try_old = notes.number(4) != 0;
    moves.seen = notes.text(5);
    moves.sightings = static_cast<int>(std::clamp<std::int64_t>(notes.number(6), 0, 1'000'000));
    moves.first_seen = notes.time(7);
    return moves;
}

}  // namespace tributary::schedule
