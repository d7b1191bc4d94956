#include "daemon/commands/sources.h"

#include <sysexits.h>

#include <algorithm>
#include <unordered_map>

#include "base/url.h"
#include "daemon/site.h"
#include "daemon/state_directory.h"
#include "publish/markup.h"

namespace tributary::daemon {

namespace {

using Records = std::unordered_map<std::string, const store::SourceRecord*>;

/// A source is known by its name, whatever its URL; else by its URL.
const store::SourceRecord* record_of(const config::Subscription& subscription,
                                     const Records& by_name, const Records& by_url) {
    const auto named = by_name.find(subscription.name);
    if (named != by_name.end()) return named->second;
    const auto at_url = by_url.find(subscription.url);
    return at_url != by_url.end() ? at_url->second : nullptr;
}

}  // namespace

std::string KnownSource::slug() const {
    if (record) return record->state.slug;
    return subscription.name.empty() ? redacted_url(subscription.url) : subscription.name;
}

std::string KnownSource::title() const {
    if (!subscription.title.empty()) return subscription.title;
    return record ? publish::plain_text(record->head.title) : std::string();
}

std::optional<store::Store> open_reader(const config::Config& config) {
    if (!std::filesystem::exists(database_file(config))) return std::nullopt;
    return store::Store(database_file(config), store::Store::Mode::read);
}

std::vector<KnownSource> known_sources(const config::Config& config,
                                       std::optional<store::Store>& reader) {
    std::vector<store::SourceRecord> records;
    if (reader) records = reader->sources();
    Records by_name, by_url;
    for (const auto& record : records) {
        if (!record.name.empty()) by_name.emplace(record.name, &record);
        by_url.emplace(record.state.url, &record);
    }
    std::vector<KnownSource> sources;
    for (const auto& subscription : config.sources) {
        const auto* record = record_of(subscription, by_name, by_url);
        sources.push_back({.subscription = subscription, .record = {}});
        if (record) sources.back().record = *record;
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
    return std::string(condition_in_words(source.record->state.condition));
}

}  // namespace tributary::daemon
