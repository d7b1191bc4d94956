#include "schedule/outage.h"

#include <algorithm>

namespace tributary::schedule {
namespace {

constexpr std::size_t most_witnesses = 20;
constexpr std::size_t fewest_witnesses = 4;
constexpr Duration memory = std::chrono::hours(2);  // an older answer says nothing of now

/// 80 in 100.
bool is_most(std::size_t failing, std::size_t all) {
    return failing * 5 >= all * 4;
}

}  // namespace

void Outage::note(std::string_view host, bool reached, Timestamp now) {
    Witness witness{.host = std::string(host), .reached = reached, .at = now, .failing_since = now};
    const auto before = std::ranges::find(witnesses_, host, &Witness::host);
    if (before != witnesses_.end()) {
        if (!before->reached) witness.failing_since = before->failing_since;
        witnesses_.erase(before);
    }
    witnesses_.push_back(std::move(witness));
    while (witnesses_.size() > most_witnesses || witnesses_.front().at + memory < now)
        witnesses_.pop_front();

    // One host that answers ends it: the road is open.
    if (reached) {
        if (began_) witnesses_.clear();  // what failed on the closed road proves nothing any more
        began_.reset();
        return;
    }
    std::size_t failing = 0;
    std::optional<Timestamp> first;
    for (const Witness& one : witnesses_) {
        if (one.reached) continue;
        ++failing;
        first = std::min(first.value_or(one.failing_since), one.failing_since);
    }
    if (!began_ && failing >= fewest_witnesses && is_most(failing, witnesses_.size()))
        began_ = first;
}

}  // namespace tributary::schedule
