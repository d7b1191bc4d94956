#pragma once
// A store in memory or in a folder of its own, and documents to show it.

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "feed/model.h"
#include "match/match.h"
#include "store/store.h"
#include "tests/support/folder.h"

namespace tributary::store::testing {

inline constexpr Timestamp noon = Timestamp(Duration(1'790'000'000'000));
inline constexpr Duration second{1'000}, hour{3'600'000}, day{86'400'000};

using tributary::testing::Folder;

inline feed::Entry entry(const std::string& name, std::optional<Timestamp> published = {}) {
    feed::Entry entry;
    entry.id = "tag:blog.example,2026:" + name;
    entry.link = "https://blog.example/" + name;
    entry.title.value = "Title of " + name;
    entry.content.text = {.type = feed::TextType::html, .value = "<p>Text of " + name + "</p>"};
    entry.published = published;
    return entry;
}

inline feed::Feed document(std::vector<feed::Entry> entries) {
    feed::Feed feed;
    feed.title.value = "Blog";
    feed.link = "https://blog.example/";
    feed.entries = std::move(entries);
    return feed;
}

inline Changes show(Store& store, SourceId source, const feed::Feed& feed, Timestamp now,
                    const IngestOptions& options = {}) {
    return store.ingest(source, feed, match::identify(feed), options, now);
}

inline Changes show(Store& store, SourceId source, std::vector<feed::Entry> entries, Timestamp now,
                    const IngestOptions& options = {}) {
    return show(store, source, document(std::move(entries)), now, options);
}

/// Sources known by the URLs "https://NAME.example/feed".
inline std::vector<SourceId> subscribe(Store& store, const std::vector<std::string>& names,
                                       Timestamp now = noon) {
    std::vector<SourceSpec> specs;
    for (const std::string& name : names)
        specs.push_back({.url = "https://" + name + ".example/feed", .name = ""});
    std::vector<SourceId> ids;
    for (const SourceState& state : store.sync_sources(specs, now)) ids.push_back(state.id);
    return ids;
}

inline std::vector<std::string> titles(const std::vector<StoredEntry>& entries) {
    std::vector<std::string> titles;
    for (const StoredEntry& stored : entries) {
        const std::string& title = stored.entry.title.value;
        titles.push_back(title.substr(title.rfind(' ') + 1));
    }
    return titles;
}

inline std::vector<std::string> latest_titles(Store& store, const Selection& selection = {},
                                              const Window& window = {}) {
    return titles(store.latest(selection, window));
}

}  // namespace tributary::store::testing
