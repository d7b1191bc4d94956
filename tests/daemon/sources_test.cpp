#include "daemon/commands/sources.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "daemon/state_directory.h"
#include "tests/support/folder.h"

namespace tributary::daemon {

namespace {

config::Subscription subscription(const std::string& url, const std::string& name = "") {
    config::Subscription made;
    made.url = url;
    made.name = name;
    return made;
}

/// The slugs under which the sources are known to a store that has seen `before`.
std::vector<std::string> slugs(const std::vector<store::SourceSpec>& before,
                               std::vector<config::Subscription> sources) {
    const tributary::testing::Folder folder;
    config::Config config;
    config.store.path = folder.path();
    config.sources = std::move(sources);
    store::Store(database_file(config)).sync_sources(before, Timestamp{});
    auto reader = open_reader(config);
    std::vector<std::string> slugs;
    for (const auto& source : known_sources(config, reader))
        slugs.push_back(source.record ? source.record->state.slug : "unknown");
    return slugs;
}

}  // namespace

TEST_CASE("a source is known by its name though its URL has changed, else by its URL") {
    const std::vector<store::SourceSpec> before = {
        {"https://a.example/", ""}, {"https://b.example/", "blog"}, {"https://c.example/", "news"}};
    CHECK(slugs(before,
                {subscription("https://moved.example/", "blog"), subscription("https://c.example/"),
                 subscription("https://a.example/"), subscription("https://d.example/")}) ==
          std::vector<std::string>{"blog", "news", "a-example", "unknown"});
}

TEST_CASE("without a database no source is known") {
    const tributary::testing::Folder folder;
    config::Config config;
    config.store.path = folder / "absent";
    config.sources = {subscription("https://a.example/")};
    auto reader = open_reader(config);
    REQUIRE_FALSE(reader);
    CHECK_FALSE(known_sources(config, reader).at(0).record);
}

}  // namespace tributary::daemon
