#include "schedule/repair.h"

#include <algorithm>

namespace tributary::schedule {
namespace {

constexpr int enough_same_bytes = 3;

/// The next thing to try after what was sent has yielded the same bytes once more.
Repair next_trial(const Repair& repair) {
    if (repair.is_trial && repair.conditions == Conditions::date_only)
        return {.conditions = Conditions::etag_only, .is_trial = true};
    if (repair.is_trial) return {.given_up = true};
    // What used to yield 304 does so no longer: both go out again, and are counted anew.
    if (repair.conditions != Conditions::both) return {};
    return {.conditions = Conditions::date_only, .is_trial = true};
}

}  // namespace

Repair learn(Repair repair, bool had_both, Answered answered) {
    if (!had_both) return {};  // nothing to choose between
    if (answered == Answered::not_modified) return {.conditions = repair.conditions};
    if (repair.given_up) return repair;
    if (answered == Answered::new_bytes) {
        repair.same_bytes = 0;
        return repair;
    }
    ++repair.same_bytes;
    if (repair.is_trial || repair.same_bytes >= enough_same_bytes) return next_trial(repair);
    return repair;
}

Notes to_notes(const Repair& repair) {
    if (repair == Repair{}) return {};
    Notes notes;
    notes.add(static_cast<std::int64_t>(repair.conditions)).add(std::int64_t{repair.is_trial});
    notes.add(std::int64_t{repair.given_up}).add(std::int64_t{repair.same_bytes});
    return notes;
}

Repair repair_of(const Notes& notes) {
    Repair repair;
    const std::int64_t conditions = notes.number(0);
    if (conditions == 1) repair.conditions = Conditions::date_only;
    if (conditions == 2) repair.conditions = Conditions::etag_only;
    repair.is_trial = notes.number(1) != 0;
    repair.given_up = notes.number(2) != 0;
    repair.same_bytes =
        static_cast<int>(std::clamp<std::int64_t>(notes.number(3), 0, enough_same_bytes));
    return repair;
}

}  // namespace tributary::schedule
