#pragma once
// The configured sources beside what the database knows of them: what list, status and items show.

#include <optional>
#include <string>
#include <vector>

#include "config/config.h"
#include "store/store.h"

namespace tributary::daemon {

struct KnownSource {
    config::Subscription subscription;
    std::optional<store::SourceRecord> record;  // nothing: the daemon has not seen it yet
    std::string slug() const;
    std::string title() const;
};

/// A reading connection to the configuration's database; nothing if there is none yet.
std::optional<store::Store> open_reader(const config::Config& config);

std::vector<KnownSource> known_sources(const config::Config& config,
                                       std::optional<store::Store>& reader);

/// The one called `name` (slug, name or URL). Throws Fatal(64) naming the nearest.
const KnownSource& find_source(const std::vector<KnownSource>& sources, const std::string& name);

/// "ok", "failing", "gone", "paused", "new".
std::string condition_in_words(const KnownSource& source);

}  // namespace tributary::daemon
