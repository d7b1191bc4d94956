#pragma once
// What is wrong with a configuration, gathered, so that all of it can be told at once.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"

namespace tributary::config {

struct Problems {
    std::vector<Problem> errors, warnings;

    void error(Place place, std::string_view text);
    void warn(Place place, std::string_view text);
};

/// The candidate that `word` was most likely meant to be, by edit distance (insert, delete,
/// replace, swap of neighbours); empty if none is near.
std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates);

/// `; did you mean "X"?`, or nothing if no candidate is near.
std::string did_you_mean(std::string_view word, std::span<const std::string_view> candidates);

/// `cannot read FILE: REASON (owner, mode, running as USER)`, from errno.
std::string cannot_read(const std::string& file, int error);

}  // namespace tributary::config
