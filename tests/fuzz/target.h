#pragma once
// What every fuzz target is: one function that takes any bytes at all and states what must hold.
// Linked with libFuzzer it is searched for faults (./test --long), linked with replay.cpp it is run
// over the committed corpora.

#include <string_view>

namespace tributary::fuzz {

/// The target: returns if all is well. Whatever it throws or breaks is a finding.
void check(std::string_view input);

/// Ends the program with the sentence of what should have been true, unless `holds`.
void require(bool holds, std::string_view sentence);

/// `input` split at its first line break, for targets that take two texts.
struct Halves {
    std::string_view first, second;
};
Halves halves(std::string_view input);

}  // namespace tributary::fuzz
