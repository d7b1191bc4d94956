#include "daemon/site.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "tests/daemon/scene.h"

namespace tributary::daemon {

namespace {

using namespace testing;
using serve::FeedAddress;
using Kind = FeedAddress::Kind;
using store::SourceId;

const std::string feed_id = "urn:uuid:11111111-2222-5333-8444-555555555555";

/// Sources 1 to 4: alpha (dev, news), beta (dev), gamma (art) and one that has no name.
config::Config four_sources() {
    config::Config config;
    config.title = "All";
    config.base_url = "https://reader.example";
    config.sources = {subscription("https://alpha.example/feed", {"news", "dev"}, "alpha"),
                      subscription("https://beta.example/feed", {"dev"}, "beta"),
                      subscription("https://gamma.example/feed", {"art"}, "gamma"),
                      subscription("https://me:word@delta.example/feed?token=abc", {})};
    config.sources[0].title = "Alpha's own";
    return config;
}

SitePtr site_of(const config::Config& config) {
    std::vector<store::SourceState> states;
    for (const auto& source : config.sources) {
        store::SourceState state;
        state.id = SourceId(static_cast<std::int64_t>(states.size()) + 1);
        state.url = source.url;
        state.slug = source.name.empty() ? "delta-example" : source.name;
        states.push_back(std::move(state));
    }
    return make_site(config, all_of(config), states, feed_id);
}

FeedAddress at(Kind kind, const std::string& name = {}) {
    return {.kind = kind, .name = name};
}

serve::Query query(const std::string& text) {
    auto query = serve::read_query(text);
    REQUIRE_MESSAGE(query, text);
    return *query;
}

/// What stands at an address that is there.
View view(const config::Config& config, const FeedAddress& address,
          const std::string& parameters = {}) {
    std::string problem;
    auto view = site_of(config)->view(address, query(parameters), problem);
    REQUIRE_MESSAGE(view, problem);
    return *view;
}

/// The numbers of the sources that a view holds; all of them: {-1}.
using Numbers = std::vector<int>;
Numbers sources_of(const View& view) {
    if (view.selection.all) return {-1};
    Numbers numbers;
    for (const auto id : view.selection.sources) numbers.push_back(static_cast<int>(id));
    return numbers;
}

config::MergedFeed feed_of(std::vector<std::string> tags, std::vector<std::string> sources = {},
                           std::vector<std::string> exclude = {}) {
    config::MergedFeed feed;
    feed.name = "mix";
    feed.tags = std::move(tags);
    feed.sources = std::move(sources);
    feed.exclude = std::move(exclude);
    return feed;
}

Numbers sources_in(config::MergedFeed feed, const std::string& parameters = {}) {
    auto config = four_sources();
    config.feeds = {std::move(feed)};
    return sources_of(view(config, at(Kind::named, "mix"), parameters));
}

}  // namespace

TEST_CASE("the main feed holds every source") {
    const View main = view(four_sources(), at(Kind::main));
    CHECK(sources_of(main) == Numbers{-1});
    CHECK_FALSE(main.selection.backlog);
    CHECK(main.window.items == 100);
    CHECK(main.window.keep_at_least == 48 * hour);
    CHECK(main.channel.title == "All");
    CHECK(main.channel.base == "https://reader.example/feed");
    CHECK(main.channel.home == "https://reader.example/");
}

TEST_CASE(
    "a configured feed holds the sources of its tags and those that it names, less what it leaves "
    "out") {
    CHECK(sources_in(feed_of({})) == Numbers{1, 2, 3, 4});
    CHECK(sources_in(feed_of({"dev"})) == Numbers{1, 2});
    CHECK(sources_in(feed_of({"dev", "art"})) == Numbers{1, 2, 3});
    CHECK(sources_in(feed_of({}, {"gamma"})) == Numbers{3});
    CHECK(sources_in(feed_of({"dev"}, {"gamma"})) == Numbers{1, 2, 3});
    CHECK(sources_in(feed_of({"dev"}, {}, {"news"})) == Numbers{2});
    CHECK(sources_in(feed_of({"dev"}, {}, {"beta"})) == Numbers{1});
    CHECK(sources_in(feed_of({}, {}, {"dev", "gamma"})) == Numbers{4});
    CHECK(sources_in(feed_of({}, {"https://beta.example/feed"})) == Numbers{2});
    CHECK(sources_in(feed_of({"nobody has this"})).empty());
}

TEST_CASE("a source without a name is meant by its URL as it is configured, secrets and all") {
    CHECK(sources_in(feed_of({}, {"https://me:word@delta.example/feed?token=abc"})) == Numbers{4});
    CHECK(sources_in(feed_of({}, {}, {"https://me:word@delta.example/feed?token=abc"})) ==
          Numbers{1, 2, 3});
}

TEST_CASE("a configured feed has its own title, description and length, or says what it is of") {
    auto config = four_sources();
    auto feed = feed_of({"dev"});
    config.feeds = {feed};
    CHECK(view(config, at(Kind::named, "mix")).channel.title == "All: mix");
    CHECK(view(config, at(Kind::named, "mix")).window.items == 100);
    feed.title = "A mix";
    feed.description = "Of this and that";
    feed.items = 7;
    config.feeds = {feed};
    const View mix = view(config, at(Kind::named, "mix"));
    CHECK(mix.channel.title == "A mix");
    CHECK(mix.channel.description == "Of this and that");
    CHECK(mix.channel.base == "https://reader.example/f/mix");
    CHECK(mix.window.items == 7);
}

TEST_CASE("each tag and each source is a feed, too") {
    const View tag = view(four_sources(), at(Kind::tag, "dev"));
    CHECK(sources_of(tag) == Numbers{1, 2});
    CHECK(tag.channel.title == "All: dev");
    CHECK_FALSE(tag.selection.backlog);

    const View source = view(four_sources(), at(Kind::source, "alpha"));
    CHECK(sources_of(source) == Numbers{1});
    CHECK(source.channel.title == "Alpha's own");
    CHECK(source.selection.backlog);
    CHECK(view(four_sources(), at(Kind::source, "beta")).channel.title == "beta");
}

TEST_CASE("where there is no such feed, tag or source, there is nothing") {
    const auto site = site_of(four_sources());
    for (const auto& address :
         {at(Kind::named, "mix"), at(Kind::tag, "nobody has this"), at(Kind::source, "omega"),
          at(Kind::source, "https://alpha.example/feed"), at(Kind::tag, "")}) {
        std::string problem;
        CHECK_FALSE(site->view(address, {}, problem));
        CHECK(problem.empty());
    }
}

TEST_CASE("a query narrows what its address holds") {
    const auto main = [](const std::string& text) {
        return sources_of(view(four_sources(), at(Kind::main), text));
    };
    CHECK(main("tag=dev") == Numbers{1, 2});
    CHECK(main("tag=news&tag=art") == Numbers{1, 3});
    CHECK(main("source=beta") == Numbers{2});
    CHECK(main("source=https://gamma.example/feed") == Numbers{3});
    CHECK(main("source=beta&source=gamma") == Numbers{2, 3});
    CHECK(main("tag=dev&source=gamma").empty());
    CHECK(main("tag=unknown").empty());
    CHECK(main("limit=5") == Numbers{-1});
    CHECK(sources_in(feed_of({"dev"}), "tag=news") == Numbers{1});
    CHECK(sources_of(view(four_sources(), at(Kind::tag, "dev"), "source=gamma")).empty());
}

TEST_CASE("a word may mean several sources, a source several words") {
    auto config = four_sources();
    config.sources[0].url = "https://mix.example/feed?token=one";
    config.sources[1].url = "https://mix.example/feed?token=two";  // the same without its secret
    const auto main = [&](const std::string& text) {
        return sources_of(view(config, at(Kind::main), text));
    };
    CHECK(main("source=https://mix.example/feed?token%3D***") == Numbers{1, 2});
    CHECK(main("source=beta&source=alpha&source=alpha") == Numbers{1, 2});
    config.feeds = {feed_of({"dev"}, {"https://mix.example/feed?token=two", "beta", "gamma"})};
    CHECK(sources_of(view(config, at(Kind::named, "mix"))) == Numbers{1, 2, 3});
}

TEST_CASE("nobody learns a secret by asking for the source that has it") {
    const auto main = [](const std::string& text) {
        return sources_of(view(four_sources(), at(Kind::main), text));
    };
    CHECK(main("source=https://me:word@delta.example/feed?token%3Dabc").empty());
    CHECK(main("source=delta-example") == Numbers{4});
    const auto site = site_of(four_sources());
    CHECK(site->place(SourceId(4))->url == "https://***@delta.example/feed?token=***");
}

TEST_CASE("a query asks the whole store, as many as it says") {
    const View limited = view(four_sources(), at(Kind::main), "limit=1000");
    CHECK(limited.selection.backlog);
    CHECK(limited.window.items == 1000);
    CHECK(limited.window.cap == 1000);
    CHECK(limited.window.keep_at_least == Duration{0});

    const View before = view(four_sources(), at(Kind::main), "before=4711&limit=10");
    CHECK(before.selection.before == store::Seq(4711));
    CHECK(before.window.items == 10);

    const View since = view(four_sources(), at(Kind::main), "since=2026-01-05T08:00:00Z");
    CHECK(since.selection.since == *read_date("2026-01-05T08:00:00Z"));
    CHECK(since.window.items == 1000);
    CHECK(view(four_sources(), at(Kind::main), "since=2026-01-05T08:00:00Z&limit=3").window.items ==
          3);

    const View age = view(four_sources(), at(Kind::main), "since=7d");
    CHECK_FALSE(age.selection.since);  // counted from the newest entry: no page depends on now
    CHECK(age.window.items == 0);
    CHECK(age.window.keep_at_least == 7 * day);
    CHECK(view(four_sources(), at(Kind::main), "since=7d&limit=3").window.cap == 3);
}

TEST_CASE("how much of an entry is shown is configured, and a query may say otherwise") {
    using Content = publish::ContentOptions::Content;
    auto config = four_sources();
    CHECK(view(config, at(Kind::main)).content.content == Content::full);
    config.output.content = "none";
    CHECK(view(config, at(Kind::main)).content.content == Content::none);
    CHECK(view(config, at(Kind::main), "full=1").content.content == Content::full);
    CHECK(view(config, at(Kind::main), "full=0").content.content == Content::summary);
    config.output.content = "summary";
    config.output.max_content = 5000;
    config.output.strip_trackers = false;
    const auto content = view(config, at(Kind::main)).content;
    CHECK(content.content == Content::summary);
    CHECK(content.max_content == 5000);
    CHECK_FALSE(content.strip_trackers);
}

TEST_CASE("a search is refused in a sentence where there is no index") {
    std::string problem;
    CHECK_FALSE(site_of(four_sources())->view(at(Kind::main), query("q=water"), problem));
    CHECK(problem == "q: this server keeps no full-text index");
}

TEST_CASE("a feed's id depends on its address alone and stays for ever") {
    auto config = four_sources();
    config.feeds = {feed_of({"dev"})};
    const auto id = [&](const FeedAddress& address, const std::string& parameters = {}) {
        return view(config, address, parameters).channel.id;
    };
    CHECK(id(at(Kind::main)) == feed_id);
    CHECK(id(at(Kind::named, "mix")) == uuid_v5(feed_id, "/f/mix"));
    CHECK(id(at(Kind::tag, "dev")) == uuid_v5(feed_id, "/tag/dev"));
    CHECK(id(at(Kind::main), "tag=dev&limit=5") == uuid_v5(feed_id, "/feed?limit=5&tag=dev"));
    CHECK(id(at(Kind::main), "limit=5&tag=dev&tag=dev") == id(at(Kind::main), "tag=dev&limit=5"));
    const auto before = id(at(Kind::source, "alpha"));
    config.base_url = "https://elsewhere.example";
    config.title = "Renamed";
    config.sources[0].url = "https://alpha.example/moved";
    CHECK(id(at(Kind::source, "alpha")) == before);
    CHECK(id(at(Kind::main)) == feed_id);
}

TEST_CASE("the main feed and the configured ones are always kept ready") {
    auto config = four_sources();
    CHECK(site_of(config)->standing() == std::vector{at(Kind::main)});
    config.feeds = {feed_of({"dev"})};
    CHECK(site_of(config)->standing() == std::vector{at(Kind::main), at(Kind::named, "mix")});
}

TEST_CASE("a place is found by its source's number, its tags sorted") {
    const auto site = site_of(four_sources());
    REQUIRE(site->place(SourceId(1)));
    CHECK(site->place(SourceId(1))->tags == std::vector<std::string>{"dev", "news"});
    CHECK(site->place(SourceId(4))->name.empty());
    CHECK_FALSE(site->place(SourceId(5)));
}

TEST_CASE("a change at a source touches the views that hold it") {
    store::Selection some;
    some.all = false;
    some.sources = {SourceId(2), SourceId(5)};
    CHECK(touches(some, SourceId(5)));
    CHECK_FALSE(touches(some, SourceId(4)));
    CHECK(touches({}, SourceId(4)));
}

}  // namespace tributary::daemon
