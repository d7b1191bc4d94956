#pragma once
// Validators that never match (R9). Some hosts answer 200 with the very same bytes although both
// If-None-Match and If-Modified-Since went out: Apache compresses and marks its ETag with "-gzip"
// that it does not know again (its bug 45023), others look at one of the two only. After three such
// answers one header is left out for a poll, then the other, and what yields 304 is kept. Pure.

#include "schedule/memory.h"

namespace tributary::schedule {

/// Which validators go out, of those that are known.
enum class Conditions { both, date_only, etag_only };

struct Repair {
    Conditions conditions = Conditions::both;
    bool is_trial = false;  // not known to yield 304 yet
    bool given_up = false;  // neither of the two helped
    int same_bytes = 0;     // such answers in a row
    bool operator==(const Repair&) const = default;
};

/// What a poll's answer was.
enum class Answered { not_modified, same_bytes, new_bytes };

/// What a good answer teaches. `had_both`: both validators were known when the request went out.
Repair learn(Repair repair, bool had_both, Answered answered);

Notes to_notes(const Repair& repair);
Repair repair_of(const Notes& notes);

}  // namespace tributary::schedule
