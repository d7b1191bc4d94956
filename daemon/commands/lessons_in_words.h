#pragma once
// What was learned of a source, and why its next poll is when it is, in sentences for the operator.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/config.h"
#include "store/store.h"

namespace tributary::daemon {

/// What set the time of the next poll: "its publisher says that it is fresh until then
/// (Cache-Control max-age)". The directive itself if it needs no words.
std::string directive_in_words(std::string_view directive);

/// Where the source has moved, or seems to; empty: nowhere.
std::string move_in_words(const store::SourceState& state);

/// A label and a sentence each: moved, evidence, advice, gap, host, validators. Only what there is.
std::vector<std::pair<std::string_view, std::string>> lessons_in_words(
    const store::SourceState& state, Timestamp now);

}  // namespace tributary::daemon
