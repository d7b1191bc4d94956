#include "schedule/repair.h"

#include <doctest/doctest.h>

#include <vector>

using namespace tributary::schedule;

namespace {

/// What a source's requests carry, poll after poll, against an origin that judges each.
template <typename Origin>
std::vector<Conditions> sent_to(Origin&& origin, int polls, Repair repair = {}) {
    std::vector<Conditions> sent;
    for (int i = 0; i < polls; ++i) {
        sent.push_back(repair.conditions);
        repair = learn(repair, true, origin(repair.conditions));
    }
    return sent;
}

using enum Conditions;

}  // namespace

TEST_CASE(
    "R9: three identical bodies, then If-None-Match is left out, and stays out if that helps") {
    const auto looks_at_dates_alone = [](Conditions sent) {
        return sent == date_only ? Answered::not_modified : Answered::same_bytes;
    };
    CHECK(sent_to(looks_at_dates_alone, 7) ==
          std::vector{both, both, both, date_only, date_only, date_only, date_only});
}

TEST_CASE("R9: if that does not help, If-Modified-Since is left out for a poll, and stays out") {
    const auto looks_at_tags_alone = [](Conditions sent) {
        return sent == etag_only ? Answered::not_modified : Answered::same_bytes;
    };
    CHECK(sent_to(looks_at_tags_alone, 6) ==
          std::vector{both, both, both, date_only, etag_only, etag_only});
}

TEST_CASE("R9: if neither helps both go out for good, as long as nothing yields 304") {
    const auto never = [](Conditions) { return Answered::same_bytes; };
    std::vector<Conditions> expected(20, both);
    expected[3] = date_only;
    expected[4] = etag_only;
    CHECK(sent_to(never, 20) == expected);
}

TEST_CASE("R9: a body that changes is no sign, and a 304 ends the count") {
    Repair repair;
    for (const Answered answered : {Answered::same_bytes, Answered::same_bytes, Answered::new_bytes,
                                    Answered::same_bytes, Answered::same_bytes})
        repair = learn(repair, true, answered);
    CHECK(repair.conditions == both);
    CHECK(learn(repair, true, Answered::not_modified) == Repair{});
    CHECK(learn(repair, true, Answered::same_bytes).conditions == date_only);
}

TEST_CASE("R9: new bytes during a trial leave it undecided") {
    const Repair trial{.conditions = date_only, .is_trial = true};
    CHECK(learn(trial, true, Answered::new_bytes) == trial);
}

TEST_CASE("R9: what helped once and no longer does is given up after three more") {
    const Repair settled{.conditions = date_only};
    const auto never = [](Conditions) { return Answered::same_bytes; };
    CHECK(sent_to(never, 5, settled) == std::vector{date_only, date_only, date_only, both, both});
}

TEST_CASE("R9: with one validator there is nothing to choose between") {
    Repair repair;
    for (int i = 0; i < 10; ++i) repair = learn(repair, false, Answered::same_bytes);
    CHECK(repair == Repair{});
}

TEST_CASE("a repair is remembered, and what is damaged means both") {
    const Repair repair{.conditions = etag_only, .is_trial = true, .same_bytes = 2};
    CHECK(repair_of(to_notes(repair)) == repair);
    CHECK(to_notes(Repair{}).empty());
    CHECK(repair_of(Notes({"17", "x", "", "-9"})) == Repair{});
}
