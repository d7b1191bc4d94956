#pragma once
// Every option there is, one row each. The loader, its error texts, the near matches, `check-config
// --print` and `--explain`, and docs/CONFIG.md all read these rows; the defaults are those of the
// structs in config.h, so each is written once.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "config/config.h"
#include "config/values.h"

namespace tributary::config {

/// Read by the loader itself: it is no single value of a struct.
struct ReadElsewhere {};

/// true: all; a list: these ranges.
struct PrivateNetworks {
    bool* all;
    std::vector<std::string>* ranges;
};

using Headers = std::vector<Header>;

/// Where an option's value is kept. The type says which values it takes: an int is a count, an
/// std::int64_t a size in bytes, an optional may be left to the program.
using Slot = std::variant<ReadElsewhere, bool*, int*, std::int64_t*, Duration*, std::optional<int>*,
                          std::optional<std::int64_t>*, std::optional<Duration>*, std::string*,
                          std::vector<std::string>*, Headers*, Auth*, PrivateNetworks>;

/// Which values are allowed.
struct Rule {
    std::int64_t lowest = 0, highest = 0;  // inclusive; a count, bytes or milliseconds
    const TextKind* text = &any_text;      // of a text, or of each in a list
    bool automatic = false;                // "auto" is allowed and means nothing set
    bool repeats = false;                  // a list may hold a text twice
    bool bearer = false;                   // an Auth may be a bearer token
};

template <typename Owner>
struct Option {
    std::string_view table;  // "": above all tables; "[source]": an array of tables
    std::string_view name;
    Slot (*slot)(Owner&);
    Rule rule;
    std::string_view help;
};

/// The rows, in the order of the documentation. `Owner` is Config, Subscription or MergedFeed.
template <typename Owner>
std::span<const Option<Owner>> options();

/// "timeout", "[poll] timeout" or "[[source]] timeout".
std::string label(std::string_view table, std::string_view name);

/// The value in `slot` as TOML; "" for an empty text, list or optional.
std::string show(const Slot& slot, const Rule& rule);

/// What `slot` takes: "duration", "size", "true or false", ...
std::string describe_type(const Slot& slot, const Rule& rule);

/// "1s to 5m"; empty where there is no range.
std::string describe_range(const Slot& slot, const Rule& rule);

}  // namespace tributary::config
