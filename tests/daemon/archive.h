#pragma once
// A database in a folder of its own, filled by documents, and the site that publishes it.

#include <string>
#include <utility>
#include <vector>

#include "daemon/site.h"
#include "feed/parse.h"
#include "match/match.h"
#include "store/store.h"
#include "tests/daemon/scene.h"
#include "tests/support/folder.h"

namespace tributary::daemon::testing {

using tributary::testing::Folder;

class Archive {
  public:
    explicit Archive(config::Config initial) { configure(std::move(initial)); }

    void configure(config::Config fresh) {
        config = std::move(fresh);
        states = store.sync_sources(specs_of(config), noon);
        const std::string feed_id = store.constant(
            "feed-id", [] { return std::string("urn:uuid:11111111-2222-5333-8444-555555555555"); });
        site = make_site(config, all_of(config), states, feed_id);
    }

    store::SourceId id(std::size_t source) const { return states.at(source).id; }

    /// A document of the source, counted from 0, is stored.
    store::Changes show(std::size_t source, const std::string& document, Timestamp now = noon) {
        auto parsed = feed::parse(
            {.bytes = document, .url = config.sources.at(source).url, .content_type = {}});
        REQUIRE(parsed);
        const store::IngestOptions options{.across = match::AcrossSources::link,
                                           .backfill = config.output.backfill};
        store.begin();
        const auto changes =
            store.ingest(id(source), parsed->feed, match::identify(parsed->feed), options, now);
        parsed->feed.entries.clear();
        store.save_head(id(source), parsed->feed);
        store.commit();
        return changes;
    }

    store::Store reader() const { return store::Store(database(), store::Store::Mode::read); }

    Folder folder;
    config::Config config;
    store::Store store{database()};
    std::vector<store::SourceState> states;
    SitePtr site;

  private:
    std::filesystem::path database() const { return folder / "tributary.db"; }
};

inline feed::Feed read_feed(const std::string& document) {
    auto parsed =
        feed::parse({.bytes = document, .url = "https://reader.example/feed", .content_type = {}});
    REQUIRE(parsed);
    return std::move(parsed->feed);
}

inline std::vector<std::string> titles_in(const std::string& document) {
    std::vector<std::string> titles;
    for (const auto& entry : read_feed(document).entries) titles.push_back(entry.title.value);
    return titles;
}

}  // namespace tributary::daemon::testing
