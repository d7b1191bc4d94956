#pragma once
// newsboat's urls-file: a line a feed, `URL "tag" tag "~Title"`, lines that start with # are
// comments.

#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"
#include "config/problems.h"

namespace tributary::config {

/// The sources of the file. `query:`, `exec:` and `filter:` lines and everything else that is no
/// http(s) URL are left out with a warning. Bounded at 100,000 lines.
std::vector<Subscription> read_urls(std::string_view text, const std::string& file,
                                    Problems& problems);

}  // namespace tributary::config
