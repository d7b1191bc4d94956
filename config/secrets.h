#pragma once
// Secrets in a configuration: { file = "..." }, { credential = "..." }, or the text itself. What is
// kept elsewhere is read with the configuration; what cannot be read is a warning there, and the
// error of whatever needs it.

#include <optional>
#include <string_view>

#include "config/config.h"
#include "config/options.h"
#include "config/read_option.h"

namespace tributary::config {

/// A secret; nothing, and an error reported, if `node` is none. A secret that stands in the
/// configuration itself is one, with a warning where `is_sensitive`.
std::optional<Secret> read_secret(const Node& node, std::string_view label, bool is_sensitive,
                                  const Reading& reading);

/// { user = TEXT, password = SECRET }, or { token = SECRET } where the rule allows it; nothing, and
/// an error reported, for anything else.
std::optional<Auth> read_auth(const Node& node, std::string_view label, const Rule& rule,
                              const Reading& reading);

/// Whether a request header is likely to hold what opens a door.
bool is_sensitive_header(std::string_view name);

/// The configuration as it may be shown: without the secrets that stand in it.
void redact(Config& config);

}  // namespace tributary::config
