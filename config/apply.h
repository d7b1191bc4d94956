#pragma once
// The documents of a configuration made one Config, in three steps that build on each other: the
// settings, then the sources (which need `allow_files`), then the merged feeds (which name
// sources).

#include <vector>

#include "config/config.h"
#include "config/documents.h"
#include "config/problems.h"

namespace tributary::config {

void apply_settings(const std::vector<Document>& documents, Config& config, Problems& problems);
void apply_sources(const std::vector<Document>& documents, Config& config, Problems& problems);
void apply_feeds(const std::vector<Document>& documents, Config& config, Problems& problems);

}  // namespace tributary::config
