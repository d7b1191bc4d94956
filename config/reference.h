#pragma once
// What people are told about the configuration, all of it from the rows of options.h.

#include <optional>
#include <string>
#include <string_view>

#include "config/config.h"

namespace tributary::config {

/// docs/CONFIG.md.
std::string manual();

/// The effective configuration as TOML, behind each value where it was said: `check-config
/// --print`. Values of headers that look like secrets are "***".
std::string effective(Config config);

/// What `key` means, takes and is now: "timeout", "poll.timeout" and "[poll] timeout" all name it.
/// A text for each option of that name; nothing if there is none.
std::optional<std::string> explain(std::string_view key, Config config);

/// `; did you mean "X"?` for a key that no option has.
std::string nearest_option(std::string_view key);

}  // namespace tributary::config
