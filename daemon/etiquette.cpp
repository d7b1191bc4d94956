#include "daemon/etiquette.h"

#include <algorithm>

namespace tributary::daemon {

namespace {

/// Whether a hub was asked, not the source.
bool asks_hub(const store::LedgerRow& row) {
    return row.reason.starts_with("websub ");
}

/// Whether a request begins a poll; the others follow redirects, close a gap, or ask a hub.
bool begins_poll(const store::LedgerRow& row) {
    return row.reason != "redirect" && row.reason != "older page" && !asks_hub(row);
}

/// Whether the operator, the network, the clock itself, or a hub that has news has put the time
/// aside that a row had named.
bool is_excused(const store::LedgerRow& row) {
    return row.reason == "asked for" || row.reason == "clock was set" ||
           row.reason == "network is back" || row.reason == "hub";
}

void count(Etiquette& sum, const store::LedgerRow& row) {
    ++sum.requests;
    if (begins_poll(row)) ++sum.polls;
    if (row.sent_etag || row.sent_last_modified) ++sum.conditional;
    if (row.status == 304) ++sum.not_modified;
    sum.wire_bytes += row.wire_bytes;
    sum.since = std::min(sum.since.value_or(row.at), row.at);
}

void shorten(std::optional<Duration>& shortest, Duration gap) {
    shortest = std::min(shortest.value_or(gap), gap);
}

/// One source's polls, each held against the one before it.
void compare(Etiquette& sum, const std::vector<store::LedgerRow>& newest_first) {
    const store::LedgerRow* last_start = nullptr;
    const store::LedgerRow* last = nullptr;
    for (auto row = newest_first.rbegin(); row != newest_first.rend(); ++row) {
        count(sum, *row);
        if (begins_poll(*row)) {
            const bool is_comparable = last_start && !is_excused(*row);
            if (is_comparable) shorten(sum.shortest_gap, row->at - last_start->at);
            if (is_comparable && last->next && row->at < *last->next) {
                sum.violations.push_back({.at = row->at,
                                          .allowed = *last->next,
                                          .url = row->url,
                                          .directive = last->directive});
            }
            last_start = &*row;
        }
        if (!asks_hub(*row)) last = &*row;
    }
}

std::optional<Duration> shortest_step(std::span<const std::vector<store::LedgerRow>> ledgers) {
    std::vector<Timestamp> starts;
    for (const auto& ledger : ledgers) {
        for (const auto& row : ledger) starts.push_back(row.at);
    }
    std::ranges::sort(starts);
    std::optional<Duration> shortest;
    for (std::size_t i = 1; i < starts.size(); ++i) shorten(shortest, starts[i] - starts[i - 1]);
    return shortest;
}

}  // namespace

Etiquette etiquette_of(std::span<const std::vector<store::LedgerRow>> ledgers) {
    Etiquette sum;
    for (const auto& ledger : ledgers) compare(sum, ledger);
    sum.shortest_step = shortest_step(ledgers);
    return sum;
}

}  // namespace tributary::daemon
