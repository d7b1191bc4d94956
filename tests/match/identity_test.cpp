#include <algorithm>

#include <doctest/doctest.h>

#include "base/text.h"
#include "match/match.h"

using namespace tributary;
using match::Candidate;
using match::KeyKind;

namespace {

feed::Entry entry(std::string id, std::string link, std::string title, std::string content = "") {
    feed::Entry entry;
    entry.id = std::move(id);
    entry.link = std::move(link);
    entry.title.value = std::move(title);
    entry.content.text.value = std::move(content);
    return entry;
}

feed::Feed feed_of(std::vector<feed::Entry> entries) {
    feed::Feed feed;
    feed.link = "https://blog.example/";
    feed.entries = std::move(entries);
    return feed;
}

bool has(const std::vector<match::Key>& keys, KeyKind kind) {
    return std::ranges::find(keys, kind, &match::Key::kind) != keys.end();
}

Candidate only(const feed::Entry& entry) {
    return match::identify(feed_of({entry})).front();
}

const std::string uuid = uuid_v5(uuid_namespace_url, "https://blog.example/feed");

}  // namespace

TEST_CASE("the keys of an entry stand strongest first") {
    auto e = entry("g", "https://blog.example/a", "Title", "Text");
    e.published = Timestamp(std::chrono::milliseconds(1'700'000'000'000));
    const Candidate candidate = only(e);
    CHECK(std::ranges::is_sorted(candidate.keys, {}, &match::Key::kind));
    CHECK(candidate.keys.front().kind == KeyKind::guid);
    CHECK(candidate.shared.empty());
    CHECK_FALSE(candidate.repeated);
}

TEST_CASE("a key that two entries share identifies neither") {
    const auto candidates =
        match::identify(feed_of({entry("1", "https://blog.example/a", "A", "a"),
                                 entry("1", "https://blog.example/b", "B", "b")}));
    for (const Candidate& candidate : candidates) {
        CHECK_FALSE(has(candidate.keys, KeyKind::guid));
        CHECK(has(candidate.shared, KeyKind::guid));
        CHECK(has(candidate.keys, KeyKind::link));
    }
}

TEST_CASE("an entry that stands twice in a document is repeated, not ambiguous") {
    const auto e = entry("1", "https://blog.example/a", "A", "a");
    const auto candidates = match::identify(feed_of({e, e}));
    CHECK_FALSE(candidates[0].repeated);
    CHECK(candidates[1].repeated);
    CHECK(candidates[0].shared.empty());
}

TEST_CASE("entries that differ in nothing but their date each keep one key") {
    auto one = entry("1", "https://blog.example/a", "", "a");
    auto two = one;
    one.published = Timestamp(std::chrono::milliseconds(1'000));
    two.published = Timestamp(std::chrono::milliseconds(2'000));
    const auto candidates = match::identify(feed_of({one, two}));
    REQUIRE(candidates[0].keys.size() == 1);
    REQUIRE(candidates[1].keys.size() == 1);
    CHECK(candidates[0].keys != candidates[1].keys);
}

TEST_CASE("the feed's home page is no key") {
    const Candidate candidate =
        only(entry("https://www.blog.example", "http://blog.example/", "Release 3", "notes"));
    CHECK_FALSE(has(candidate.keys, KeyKind::guid));
    CHECK_FALSE(has(candidate.keys, KeyKind::link));
    CHECK(candidate.link_key == 0);
    CHECK(has(candidate.keys, KeyKind::content));
}

TEST_CASE("a link to a whole site says nothing across sources") {
    CHECK(only(entry("1", "https://other.example/", "A")).link_key == 0);
    CHECK(only(entry("1", "https://other.example/page", "A")).link_key != 0);
}

TEST_CASE("two spellings of one link give one key") {
    CHECK(only(entry("1", "http://www.other.example/page/", "A")).link_key ==
          only(entry("2", "https://other.example/page?utm_source=rss#top", "A")).link_key);
}

TEST_CASE("the fingerprint is blind to spacing, link spelling and signatures of enclosures") {
    auto one = entry("1", "https://blog.example/a", "A  title", "Some\n text");
    auto two = entry("1", "http://www.blog.example/a?utm_medium=x", "A title", " Some text ");
    one.enclosures.push_back({.url = "https://cdn.example/a.mp3?signature=1"});
    two.enclosures.push_back({.url = "https://cdn.example/a.mp3?signature=2"});
    CHECK(only(one).fingerprint == only(two).fingerprint);
    two.content.text.value = "Some other text";
    CHECK(only(one).fingerprint != only(two).fingerprint);
}

TEST_CASE("the fingerprint covers title, link, summary, content and enclosures") {
    const auto original = entry("1", "https://blog.example/a", "A", "a");
    std::vector<feed::Entry> edits(5, original);
    edits[0].title.value = "B";
    edits[1].link = "https://blog.example/b";
    edits[2].summary.value = "s";
    edits[3].content.text.value = "b";
    edits[4].enclosures.push_back({.url = "https://blog.example/a.mp3"});
    for (const auto& edit : edits) CHECK(only(edit).fingerprint != only(original).fingerprint);
    auto same = original;
    same.authors.push_back({.name = "Somebody"});
    CHECK(only(same).fingerprint == only(original).fingerprint);
}

TEST_CASE("an absolute IRI is published as it is, anything else is minted") {
    const char* const kept[] = {"https://blog.example/?p=1", "tag:blog.example,2026:1",
                                "urn:uuid:0-0-0", "urn:isbn:1", "https://blog.example/straße"};
    for (const char* id : kept) {
        CAPTURE(id);
        CHECK(match::mint_id(entry(id, "", "A"), uuid, 0) == id);
    }
    const char* const minted[] = {"1",     "post 7", "http:",   "https://", "a b:c",   "x:<script>",
                                  "/path", "tag:",   "urn:\n1", "urn:a\"b", "tag:\xff"};
    for (const char* id : minted) {
        CAPTURE(id);
        CHECK(match::mint_id(entry(id, "", "A"), uuid, 0).starts_with("urn:uuid:"));
    }
}

TEST_CASE("minted ids depend on the source, on what identifies the entry, and on the attempt") {
    const auto e = entry("7", "https://blog.example/a", "A", "a");
    const std::string first = match::mint_id(e, uuid, 0);
    CHECK(first == match::mint_id(entry("7", "https://blog.example/b", "B"), uuid, 0));
    CHECK(first != match::mint_id(e, uuid_v5(uuid_namespace_url, "https://other.example"), 0));
    CHECK(first != match::mint_id(e, uuid, 1));
    CHECK(match::mint_id(e, uuid, 1) != match::mint_id(e, uuid, 2));
    CHECK(match::mint_id(e, uuid, 1) == match::mint_id(e, uuid, 1));
    CHECK(match::mint_id(entry("", "https://blog.example/a", "A"), uuid, 0) ==
          match::mint_id(entry("", "https://blog.example/a", "B"), uuid, 0));
}

TEST_CASE("a page's guid is known elsewhere only if it names something for the whole world") {
    CHECK(match::is_global_id("https://blog.example/a"));
    CHECK(match::is_global_id("tag:blog.example,2026:1"));
    CHECK_FALSE(match::is_global_id("item:1"));
    CHECK_FALSE(match::is_global_id("17"));
    CHECK_FALSE(match::is_global_id(""));
}

TEST_CASE("a document of entries without anything gives candidates without trouble") {
    const auto candidates = match::identify(feed_of(std::vector<feed::Entry>(1000)));
    REQUIRE(candidates.size() == 1000);
    CHECK(std::ranges::count(candidates, true, &Candidate::repeated) == 999);
}
