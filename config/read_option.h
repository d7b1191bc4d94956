#pragma once
// A TOML value into an option's slot, or the reason why not.

#include <string>
#include <string_view>

#include "config/options.h"
#include "config/problems.h"
#include "config/toml.h"

namespace tributary::config {

/// What reading needs to know of the file, and where it reports to.
struct Reading {
    std::string file;
    bool fast_clock;  // lifts the lower bound of durations
    Problems& problems;

    Place at(const Node& node) const { return {file, node.line, node.column}; }
    Place at(const Member& member) const { return {file, member.line, member.column}; }
};

/// Puts `node` into `slot` if `rule` allows it, else reports an error; `label` names the option in
/// it. Says whether the slot was set.
bool read_option(const Node& node, std::string_view label, const Slot& slot, const Rule& rule,
                 const Reading& reading);

/// The texts of a list, or of a single text; each must be of the rule's kind, else it is an error.
struct PlacedText {
    std::string text;
    Place place;
};
std::vector<PlacedText> read_texts(const Node& node, std::string_view label, const Rule& rule,
                                   const Reading& reading);

}  // namespace tributary::config
