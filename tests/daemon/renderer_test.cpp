#include "daemon/renderer.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"
#include "tests/daemon/archive.h"

namespace tributary::daemon {

namespace {

using namespace testing;
using Kind = serve::FeedAddress::Kind;
using Titles = std::vector<std::string>;

/// Two blogs, neither of which is kept for longer than the number of items says.
config::Config two_blogs() {
    config::Config config;
    config.base_url = "https://reader.example";
    config.output.keep_at_least = Duration{0};
    config.sources = {subscription("https://alpha.example/feed", {"a"}, "alpha"),
                      subscription("https://beta.example/feed", {"b"}, "beta")};
    return config;
}

std::string dated(Timestamp time) {
    return "<pubDate>" + write_rfc822(time) + "</pubDate>";
}

std::string linked(const std::string& link) {
    return "<link>" + link + "</link>";
}

/// Items numbered `from` to `to`, newest first, an hour apart, the last at noon.
std::string numbered(int from, int to, const std::string& prefix = "") {
    std::vector<RssItem> items;
    for (int n = to; n >= from; --n) {
        const std::string name = prefix + std::to_string(n);
        items.push_back({.guid = name, .title = name, .extra = dated(noon - (to - n) * hour)});
    }
    return rss(items);
}

publish::SnapshotPtr snapshot(const Archive& archive, Renderer& renderer,
                              const std::string& query = {}, const serve::FeedAddress& address = {},
                              const publish::Writer& writer = publish::json_feed_writer) {
    std::string problem;
    const auto view = archive.site->view(address, *serve::read_query(query), problem);
    REQUIRE_MESSAGE(view, problem);
    const publish::Writer* const writers[] = {&writer};
    return renderer.feed(*archive.site, *view, writers).front();
}

std::string body(const Archive& archive, Renderer& renderer, const std::string& query = {},
                 const serve::FeedAddress& address = {},
                 const publish::Writer& writer = publish::json_feed_writer) {
    return snapshot(archive, renderer, query, address, writer)->identity.body;
}

/// The same by a renderer that remembers nothing.
std::string body(const Archive& archive, const std::string& query = {},
                 const serve::FeedAddress& address = {},
                 const publish::Writer& writer = publish::json_feed_writer) {
    Renderer renderer(archive.reader());
    return body(archive, renderer, query, address, writer);
}

/// Items numbered `from` to `to`, newest first, each with `length` bytes of content.
std::string long_items(int from, int to, std::size_t length) {
    std::vector<RssItem> items;
    for (int n = to; n >= from; --n) {
        const std::string name = std::to_string(n);
        std::string content = "<description>Of " + name + ": &lt;b&gt;";
        content.append(length, 'x').append("&lt;/b&gt;</description>");
        items.push_back({.guid = name,
                         .title = name,
                         .extra = content + linked("https://alpha.example/" + name) +
                                  dated(noon - (to - n) * minute)});
    }
    return rss(items);
}

/// The query of the following page; empty if there is none.
std::string next_of(const std::string& page) {
    const auto at = page.find("\"next_url\":\"");
    const auto begin = at == std::string::npos ? at : page.find('?', at);
    return begin == std::string::npos ? ""
                                      : page.substr(begin + 1, page.find('"', begin) - begin - 1);
}

feed::Entry entry_titled(const std::string& document, const std::string& title) {
    const auto feed = read_feed(document);
    const auto found =
        std::ranges::find(feed.entries, title, [](const auto& entry) { return entry.title.value; });
    REQUIRE_MESSAGE(found != feed.entries.end(), title);
    return *found;
}

}  // namespace

TEST_CASE("the same state gives the same bytes, whatever was rendered before") {
    Archive archive(two_blogs());
    archive.show(0, numbered(1, 5));
    archive.show(1, numbered(1, 3, "b"));
    Renderer renderer(archive.reader());
    for (const auto* writer : publish::writers()) {
        const auto first = body(archive, renderer, {}, {}, *writer);
        body(archive, renderer, "limit=2", {.kind = Kind::source, .name = "beta"}, *writer);
        CHECK(body(archive, renderer, {}, {}, *writer) == first);
        CHECK(body(archive, {}, {}, *writer) == first);
    }
}

TEST_CASE("formats rendered together are those rendered alone") {
    Archive archive(two_blogs());
    archive.show(0, numbered(1, 5));
    Renderer renderer(archive.reader());
    std::string problem;
    const auto view = archive.site->view({}, {}, problem);
    const auto all = publish::writers();
    const auto together = renderer.feed(*archive.site, *view, all);
    REQUIRE(together.size() == all.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
        CHECK(together[i]->identity.body == body(archive, {}, {}, *all[i]));
        CHECK(together[i]->media_type == all[i]->media_type);
        CHECK(titles_in(together[i]->identity.body) == Titles{"5", "4", "3", "2", "1"});
    }
}

TEST_CASE("a feed without entries is whole") {
    const Archive archive(two_blogs());
    for (const auto* writer : publish::writers()) {
        const auto feed = read_feed(body(archive, {}, {}, *writer));
        CHECK(feed.entries.empty());
        CHECK(feed.title.value == "Tributary");
    }
}

TEST_CASE(
    "an entry dated ten days ago that appears today is in the feed, at the place of its date "
    "(D4)") {
    auto config = two_blogs();
    config.output.items = 4;
    Archive archive(config);
    archive.show(0, numbered(1, 4));
    archive.show(1, rss({{"old", "Late", dated(noon - 10 * day)}}), noon + minute);
    CHECK(titles_in(body(archive)) == Titles{"4", "3", "2", "Late"});
}

TEST_CASE("a document is as new as the sight of its newest entry, whatever date that has") {
    Archive archive(two_blogs());
    archive.show(0, numbered(1, 2));
    Renderer renderer(archive.reader());
    CHECK(snapshot(archive, renderer)->last_modified == noon);
    archive.show(1, rss({{"old", "Late", dated(noon - 10 * day)}}), noon + minute);
    const auto late = snapshot(archive, renderer, {}, {}, publish::atom_writer);
    CHECK(late->last_modified == noon + minute);
    CHECK(read_feed(late->identity.body).updated == noon);
}

TEST_CASE("the pages about sources are as new as the newest poll or change") {
    Archive archive(two_blogs());
    archive.show(0, numbered(1, 2));
    Renderer renderer(archive.reader());
    auto state = archive.states[1];
    state.last_poll = noon + day;
    archive.store.save_state(state);
    CHECK(renderer.home(*archive.site)->last_modified == noon + day);
    CHECK(renderer.opml(*archive.site)->last_modified == noon + day);
    state.last_change = noon + 2 * day;
    archive.store.save_state(state);
    CHECK(renderer.home(*archive.site)->last_modified == noon + 2 * day);
    CHECK(renderer.opml(*archive.site)->last_modified == noon + 2 * day);
}

TEST_CASE("beyond a document's budget entries are in brief: its newest ones are there in full") {
    auto config = two_blogs();
    config.output.items = config.output.backfill = 100;
    Archive archive(config);
    archive.show(0, long_items(1, 60, 200 << 10));
    Renderer renderer(archive.reader());
    for (const auto* writer : publish::writers()) {
        CAPTURE(writer->name);
        const auto document = body(archive, renderer, {}, {}, *writer);
        CHECK(document.size() > full_entries_budget - (300u << 10));
        CHECK(document.size() < full_entries_budget + brief_entries_budget);
        const auto entries = read_feed(document).entries;
        REQUIRE(entries.size() == 60);
        int in_full = 0;
        for (std::size_t i = 0; i < entries.size(); ++i) {
            const bool is_full = entries[i].content.text.value.size() > (200u << 10);
            CHECK(is_full == (i < 40));
            in_full += is_full;
        }
        CHECK(entries.back().title.value == "1");
        CHECK(entries.back().link == "https://alpha.example/1");
        CHECK(document.contains("Of 1: xxx"));
        // Neither what was rendered before nor for whom makes a difference.
        body(archive, renderer, "limit=3", {}, *writer);
        CHECK(body(archive, renderer, {}, {}, *writer) == document);
        CHECK(body(archive, {}, {}, *writer) == document);
    }
}

TEST_CASE("where not even what is brief finds room a document ends, and the next page goes on") {
    auto config = two_blogs();
    config.output.backfill = 1000;
    Archive archive(config);
    // The longest titles and summaries, so that a thousand of them are more than a document.
    std::vector<RssItem> items;
    for (int n = 900; n > 0; --n) {
        const std::string name = std::to_string(n) + " ";
        std::string letters;
        for (int i = 0; i < 990; ++i) letters += "\xF0\x9F\x8C\x8A";
        items.push_back({.guid = name,
                         .title = name + letters,
                         .extra = "<description>" + letters + " &lt;b&gt;" +
                                  std::string(16 << 10, 'x') + "&lt;/b&gt;</description>"});
    }
    archive.show(0, rss(items));
    Renderer renderer(archive.reader());
    std::set<std::string> seen;
    std::size_t count = 0;
    int pages = 0;
    for (std::string query = "limit=1000"; !query.empty() && pages < 10; ++pages) {
        const auto page = body(archive, renderer, query);
        CHECK(page.size() < full_entries_budget + brief_entries_budget + (64u << 10));
        for (const auto& title : titles_in(page)) {
            seen.insert(title);
            ++count;
        }
        query = next_of(page);
    }
    CHECK(pages == 2);
    CHECK(count == 900);
    CHECK(seen.size() == 900);
}

TEST_CASE("what was first seen within the window's time stays in the feed beyond its number") {
    auto config = two_blogs();
    config.output.items = 2;
    config.output.keep_at_least = 2 * day;
    Archive archive(config);
    archive.show(0, numbered(1, 1), noon - 10 * day);
    archive.show(0, numbered(1, 4), noon - day);
    archive.show(0, numbered(1, 5), noon);
    CHECK(titles_in(body(archive)) == Titles{"5", "4", "3", "2"});
}

TEST_CASE("a new source brings its newest few entries into the merged feed, all into its own") {
    auto config = two_blogs();
    config.output.backfill = 2;
    Archive archive(config);
    archive.show(0, numbered(1, 9));
    CHECK(titles_in(body(archive)) == Titles{"9", "8"});
    CHECK(titles_in(body(archive, {}, {.kind = Kind::tag, .name = "a"})) == Titles{"9", "8"});
    CHECK(titles_in(body(archive, {}, {.kind = Kind::source, .name = "alpha"})).size() == 9);
    CHECK(titles_in(body(archive, "limit=1000")).size() == 9);
    archive.show(0, numbered(1, 12), noon + hour);  // from then on everything is news
    CHECK(titles_in(body(archive)).size() == 5);
}

TEST_CASE("an entry that several sources show is published once and names them all") {
    Archive archive(two_blogs());
    archive.show(0, rss({{"x", "Shared", linked("https://alpha.example/shared")}}));
    archive.show(1, rss({{"y", "Shared", linked("https://alpha.example/shared")}, {"z", "Own"}}),
                 noon + minute);
    const std::string json = body(archive);
    CHECK(titles_in(json) == Titles{"Own", "Shared"});
    CHECK(json.contains(R"("also_in":["https://beta.example/feed"])"));
    CHECK(titles_in(body(archive, {}, {.kind = Kind::source, .name = "beta"})) ==
          Titles{"Own", "Shared"});

    // When its first source leaves, the entry stays with the other one, under the same id.
    const auto before = entry_titled(json, "Shared");
    auto config = archive.config;
    config.sources.erase(config.sources.begin());
    archive.configure(config);
    const auto after = entry_titled(body(archive), "Shared");
    CHECK(after.id == before.id);
    CHECK(after.published == before.published);
}

TEST_CASE("an entry that changes keeps its id and its place; only its updated time moves") {
    Archive archive(two_blogs());
    archive.show(
        0, rss({{"3", "Third", dated(noon - hour)}, {"2", "Second", dated(noon - 2 * hour)}}));
    Renderer renderer(archive.reader());
    const auto before = entry_titled(body(archive, renderer), "Second");
    archive.show(0,
                 rss({{"3", "Third", dated(noon - hour)}, {"2", "Mended", dated(noon - 2 * hour)}}),
                 noon + hour);
    const std::string changed = body(archive, renderer);
    CHECK(titles_in(changed) == Titles{"Third", "Mended"});
    const auto after = entry_titled(changed, "Mended");
    CHECK(after.id == before.id);
    CHECK(after.published == before.published);
    CHECK(after.updated > before.published);
    CHECK(body(archive) == changed);
}

TEST_CASE("a source that fails keeps its entries in the feed, to the byte") {
    Archive archive(two_blogs());
    archive.show(0, numbered(1, 3));
    Renderer renderer(archive.reader());
    const auto before = body(archive, renderer);
    auto state = archive.states[0];
    state.condition = store::Condition::gone;
    state.error = "HTTP 410 (gone for good)";
    archive.store.save_state(state);
    CHECK(body(archive, renderer) == before);
    CHECK(renderer.home(*archive.site)->identity.body.contains("HTTP 410 (gone for good)"));
}

TEST_CASE("what leaves the configuration leaves the feed, and comes back as it was") {
    Archive archive(two_blogs());
    archive.show(0, numbered(1, 2));
    archive.show(1, numbered(1, 2, "b"));
    const auto both = body(archive);
    auto fewer = archive.config;
    fewer.sources.pop_back();
    archive.configure(fewer);
    CHECK(titles_in(body(archive)) == Titles{"2", "1"});
    archive.configure(two_blogs());
    CHECK(body(archive) == both);
}

TEST_CASE("the pages of a feed, one after the other, hold every entry once") {
    auto config = two_blogs();
    config.output.items = 4;
    Archive archive(config);
    archive.show(0, numbered(1, 2));
    archive.show(0, numbered(1, 10), noon + minute);
    for (const std::string tag : {"", "tag=a&"}) {
        CAPTURE(tag);
        std::string query = tag + "limit=4";
        std::multiset<std::string> seen;
        int pages = 0;
        for (; !query.empty() && pages < 10; ++pages) {
            const std::string page = body(archive, query);
            for (const auto& title : titles_in(page)) seen.insert(title);
            query = next_of(page);
        }
        CHECK(pages <= 4);
        CHECK(seen.size() == 10);
        CHECK(std::set(seen.begin(), seen.end()).size() == 10);
    }
}

TEST_CASE("the following page of a query is of the same query") {
    auto config = two_blogs();
    Archive archive(config);
    archive.show(0, numbered(1, 6));
    archive.show(1, numbered(1, 6, "b"));
    const std::string page = body(archive, "tag=a&limit=2");
    const auto at = page.find("\"next_url\":\"");
    REQUIRE(at != std::string::npos);
    const auto address = page.substr(at + 12, page.find('"', at + 12) - at - 12);
    CHECK_MESSAGE(address.contains("tag=a"), address);
    CHECK_MESSAGE(address.contains("limit=2"), address);
    CHECK_MESSAGE(address.contains("before="), address);
    // An age is counted from the newest entry: there is nothing beyond it.
    CHECK_FALSE(body(archive, "since=7d").contains("next_url"));
}

TEST_CASE("how much content is asked for does not spill from one feed to another") {
    Archive archive(two_blogs());
    archive.show(
        0, rss({{"1", "One", "<description>A short &lt;b&gt;bold&lt;/b&gt; text</description>"}}));
    Renderer renderer(archive.reader());
    const auto full = body(archive, renderer, "full=1");
    const auto summary = body(archive, renderer, "full=0");
    CHECK(full.contains("<b>bold"));
    CHECK_FALSE(summary.contains("<b>bold"));
    CHECK(body(archive, renderer, "full=1") == full);
}

TEST_CASE("a source goes by the operator's title, and without the secrets of its URL") {
    auto config = two_blogs();
    config.sources = {subscription("https://me:word@alpha.example/feed?token=abc", {}, "alpha")};
    Archive archive(config);
    archive.show(0, rss({{"1", "One"}}));
    Renderer renderer(archive.reader());
    CHECK(body(archive, renderer).contains("Blog"));
    config.sources[0].title = "Mine";
    archive.configure(config);
    for (const auto* writer : publish::writers()) {
        const auto document = body(archive, renderer, {}, {}, *writer);
        CHECK(document.contains("Mine"));
        CHECK_FALSE(document.contains("me:word"));
        CHECK_FALSE(document.contains("abc"));
    }
    const std::string page = renderer.home(*archive.site)->identity.body;
    CHECK(page.contains("Mine"));
    CHECK_FALSE(page.contains("me:word"));
    CHECK_FALSE(page.contains("abc"));
    CHECK_FALSE(
        renderer.opml(*archive.site)->identity.body.contains("alpha.example"));  // not for others
}

TEST_CASE("a source's own feed has the source's title") {
    auto config = two_blogs();
    Archive archive(config);
    const serve::FeedAddress address{.kind = Kind::source, .name = "alpha"};
    CHECK(read_feed(body(archive, {}, address)).title.value == "alpha");  // not read yet
    archive.show(0, rss({{"1", "One"}}));
    CHECK(read_feed(body(archive, {}, address)).title.value == "Blog");
    config.sources[0].title = "Mine";
    archive.configure(config);
    CHECK(read_feed(body(archive, {}, address)).title.value == "Mine");
}

TEST_CASE("a source's new title reaches the entries that were rendered before") {
    Archive archive(two_blogs());
    archive.show(0, rss({{"1", "One"}}));
    Renderer renderer(archive.reader());
    CHECK(body(archive, renderer).contains("\"Blog\""));
    std::string renamed = rss({{"1", "One"}});
    renamed.replace(renamed.find("Blog"), 4, "Journal");
    archive.show(0, renamed, noon + hour);
    CHECK(body(archive, renderer).contains("\"Journal\""));
    CHECK(body(archive, renderer) == body(archive));
}

TEST_CASE("the page for people counts the sources that it has no room for") {
    auto config = two_blogs();
    for (int n = 0; n < 500; ++n) {
        config.sources.push_back(subscription("https://gamma.example/" + std::to_string(n), {},
                                              "g" + std::to_string(n)));
    }
    const Archive archive(config);
    Renderer renderer(archive.reader());
    const std::string page = renderer.home(*archive.site)->identity.body;
    int shown = 0;
    for (auto at = page.find(">new</td>"); at != std::string::npos;
         at = page.find(">new</td>", at + 1)) {
        ++shown;
    }
    CHECK(shown < 502);
    CHECK(page.contains("<p>" + std::to_string(502 - shown) + " more sources"));
}

TEST_CASE("the page and the list of sources show a title of HTML as text") {
    Archive archive(two_blogs());
    archive.show(0,
                 "<feed xmlns='http://www.w3.org/2005/Atom'><title type='html'>Fish &amp;amp; "
                 "&lt;b&gt;chips&lt;/b&gt;</title></feed>");
    Renderer renderer(archive.reader());
    CHECK(renderer.home(*archive.site)->identity.body.contains(">Fish &amp; chips<"));
    CHECK(renderer.opml(*archive.site)->identity.body.contains("\"Fish &amp; chips\""));
}

TEST_CASE("the page for people shows the sources that fail first") {
    auto config = two_blogs();
    config.sources.push_back(subscription("https://gamma.example/feed", {}, "gamma"));
    Archive archive(config);
    auto state = archive.states[2];
    state.condition = store::Condition::failing;
    state.error = "no answer within 30 s";
    archive.store.save_state(state);
    Renderer renderer(archive.reader());
    const std::string page = renderer.home(*archive.site)->identity.body;
    CHECK(page.contains("no answer within 30 s"));
    const auto list = page.substr(page.find("id=\"sources\""));
    CHECK(list.find("gamma") < list.find("alpha"));
}

}  // namespace tributary::daemon
