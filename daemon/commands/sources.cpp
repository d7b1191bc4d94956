#include "daemon/commands/sources.h"

#include <sysexits.h>

#include <algorithm>

#include "base/url.h"
#include "daemon/state_directory.h"

namespace tributary::daemon {

std::string KnownSource::slug() const {
    if (record) return record->state.slug;
    return subscription.name.empty() ? redacted_url(subscription.url) : subscription.name;
}

std::string KnownSource::title() const {
    if (!subscription.title.empty()) return subscription.title;
    return record ? record->head.title.value : std::string();
}

std::optional<store::Store> open_reader(const config::Config& config) {
    if (!std::filesystem::exists(database_file(config))) return std::nullopt;
    return store::Store(database_file(config), store::Store::Mode::read);
}

std::vector<KnownSource> known_sources(const config::Config& config,
                                       std::optional<store::Store>& reader) {
    std::vector<store::SourceRecord> records;
    if (reader) records = reader->sources();
    std::vector<KnownSource> sources;
    for (const auto& subscription : config.sources) {
        KnownSource source{.subscription = subscription, .record = {}};
        const auto found = std::ranges::find_if(records, [&](const store::SourceRecord& record) {
            return record.state.url == subscription.url;
        });
        if (found != records.end()) source.record = std::move(*found);
        if (found != records.end()) records.erase(found);
        sources.push_back(std::move(source));
    }
    return sources;
}

const KnownSource& find_source(const std::vector<KnownSource>& sources, const std::string& name) {
    const auto is_called = [&](const KnownSource& source) {
        return source.slug() == name || source.subscription.name == name ||
               source.subscription.url == name;
    };
    if (const auto found = std::ranges::find_if(sources, is_called); found != sources.end())
        return *found;
    const auto is_like = [&](const KnownSource& source) {
        return source.slug().find(name) != std::string::npos ||
               source.subscription.url.find(name) != std::string::npos;
    };
    const auto like = std::ranges::find_if(sources, is_like);
    throw Fatal(EX_USAGE, "no source is called \"" + name + "\"" +
                              (like != sources.end() ? "; did you mean \"" + like->slug() + "\"?"
                                                     : "; see them all: tributary list"));
}

std::string condition_in_words(const KnownSource& source) {
    if (!source.subscription.enabled) return "paused";
    if (!source.record) return "new";
    switch (source.record->state.condition) {
        case store::Condition::unpolled:
            return "new";
        case store::Condition::ok:
            return "ok";
        case store::Condition::failing:
            return "failing";
        case store::Condition::gone:
            return "gone";
    }
    return "";
}

}  // namespace tributary::daemon
