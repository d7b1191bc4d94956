#include "publish/merge.h"

#include "tests/publish/samples.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>

using namespace tributary;
using namespace tributary::publish;
using feed::TextType;

namespace {

using Kind = ContentOptions::Content;

/// The sample entry, changed by `change`, prepared.
template <typename Change>
Item prepared(Change change, const ContentOptions& options = {}) {
    const Origin origin = samples::origin();
    Raw raw = samples::raw(origin);
    change(raw);
    return prepare(std::move(raw), options);
}

Item prepared_with_title(std::string title, TextType type) {
    return prepared([&](Raw& raw) { raw.entry.title = samples::text(std::move(title), type); });
}

}  // namespace

TEST_CASE("a title is flattened by its type") {
    struct Case {
        const char* written;
        TextType type;
        const char* shown;
    };
    const std::vector<Case> cases = {
        {"Fish &amp; <b>chips</b>", TextType::html, "Fish & chips"},
        {"A &lt;br> B", TextType::html, "A <br> B"},
        {"Fish <b>&amp;</b> chips", TextType::xhtml, "Fish & chips"},
        {"Fish &amp; chips", TextType::text, "Fish &amp; chips"},
        {"1 < 2  \n and <b>", TextType::text, "1 < 2 and <b>"},
        {"", TextType::text, ""},
    };
    for (const auto& [written, type, shown] : cases) {
        CAPTURE(written);
        const Item item = prepared_with_title(written, type);
        CHECK(item.entry.title == samples::text(shown));
    }
}

TEST_CASE("a summary is plain text and cut at a word") {
    CHECK(prepared([](Raw&) {}).entry.summary == samples::text("Short and salty"));

    std::string words;
    for (int i = 0; i < 500; ++i) words += "Öl ";
    const Item item = prepared([&](Raw& raw) { raw.entry.summary = samples::text(words); });
    const std::string& summary = item.entry.summary.value;
    CHECK(summary.starts_with("Öl Öl"));
    CHECK(summary.ends_with("Öl…"));
    const auto characters = std::ranges::count_if(
        summary, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
    CHECK(characters <= 1001);
    CHECK(characters > 990);
}

TEST_CASE("a text without blanks is cut between two characters") {
    std::string text;
    for (int i = 0; i < 1500; ++i) text += "水";
    const Item item = prepared([&](Raw& raw) { raw.entry.summary = samples::text(text); });
    CHECK(item.entry.summary.value == text.substr(0, 3000) + "…");
}

TEST_CASE("content is sanitized and its addresses are absolute") {
    const Item item = prepared([](Raw& raw) {
        raw.entry.content.text.value = "<p onclick=x>a<script>b</script><a href='/c'>d</a></p>";
    });
    const feed::Text& content = item.entry.content.text;
    CHECK(content.type == TextType::html);
    CHECK(content.value.find("script") == content.value.npos);
    CHECK(content.value.find("onclick") == content.value.npos);
    CHECK(content.value.find("\"https://alpha.example/c\"") != content.value.npos);
}

TEST_CASE("plain content becomes HTML that shows the same") {
    const Item item =
        prepared([](Raw& raw) { raw.entry.content.text = samples::text("1 < 2 &amp; so\non"); });
    CHECK(item.entry.content.text.type == TextType::html);
    CHECK(item.entry.content.text.value.starts_with("1 &lt; 2 &amp;amp; so<br"));
}

TEST_CASE("a summary with markup stands in for content, a plain one does not") {
    const auto without_content = [](std::string summary) {
        return prepared([&](Raw& raw) {
            raw.entry.content = {};
            raw.entry.summary = samples::text(std::move(summary), TextType::html);
        });
    };
    CHECK(without_content("a <b>b</b>").entry.content.text.value == "a <b>b</b>");
    CHECK(without_content("a <b>b</b>").entry.summary.value == "a b");
    CHECK(without_content("a &amp; b").entry.content.empty());
    CHECK(without_content("a &amp; b").entry.summary.value == "a & b");
}

TEST_CASE("content that is no text is not taken for HTML") {
    const Item item = prepared([](Raw& raw) { raw.entry.content.media_type = "image/png"; });
    CHECK(item.entry.content.empty() == false);
    CHECK(item.entry.content.text.value == "Short <i>and</i> salty");
}

TEST_CASE("an operator may publish less than the content") {
    const auto nothing = [](Raw&) {};
    const Item summary = prepared(nothing, {.content = Kind::summary});
    CHECK(summary.entry.content.empty());
    CHECK(summary.entry.summary.value == "Short and salty");
    const Item none = prepared(nothing, {.content = Kind::none});
    CHECK(none.entry.content.empty());
    CHECK(none.entry.summary.empty());
    const Item from_content =
        prepared([](Raw& raw) { raw.entry.summary = {}; }, {.content = Kind::summary});
    CHECK(from_content.entry.summary.value == "Long & salty");
}

TEST_CASE("content past the limit is cut and leads to the page") {
    const Item item = prepared(
        [](Raw& raw) {
            raw.entry.content.text.value.clear();
            for (int i = 0; i < 1000; ++i) raw.entry.content.text.value += "<p>water</p>";
        },
        {.max_content = 1024});
    const std::string& html = item.entry.content.text.value;
    CHECK(html.size() < 2048);
    CHECK(html.find("https://alpha.example/1") != html.npos);
}

TEST_CASE("an entry keeps its own authors, else has its source's, else its source's title") {
    CHECK(prepared([](Raw&) {}).entry.authors.front().name == "Carl Ö");

    const auto without_authors = [](Raw& raw) { raw.entry.authors.clear(); };
    CHECK(prepared(without_authors).entry.authors == std::vector{samples::person("Ann")});

    Origin origin = samples::origin();
    origin.head.authors.clear();
    Raw raw = samples::raw(origin);
    raw.entry.authors.clear();
    CHECK(prepare(raw, {}).entry.authors == std::vector{samples::person("Alpha & sons")});
}

TEST_CASE("an author known by a mail address alone is named without it") {
    const Item item = prepared([](Raw& raw) {
        raw.entry.authors.resize(1);
        raw.entry.authors[0] = {"", "fred@alpha.example", "", ""};
    });
    CHECK(item.entry.authors.front().name == "fred");
}

TEST_CASE("the source names the feed as its publisher does") {
    const feed::Source source = *prepared([](Raw&) {}).entry.source;
    CHECK(source.id == "tag:alpha.example,2020:feed");
    CHECK(source.title.value == "Alpha & sons");
    CHECK(source.subtitle.value == "All about alpha");
    CHECK(source.rights.value == "© Alpha");
    CHECK(source.link == "https://alpha.example/");
    CHECK(source.links == std::vector{samples::link("self", "https://alpha.example/feed.xml")});
    CHECK(source.icon == "https://alpha.example/icon.png");
    CHECK(source.image == "https://alpha.example/logo.png");
    CHECK(source.authors == std::vector{samples::person("Ann")});
}

TEST_CASE("a source's time is the entry's, so that no publisher's clock changes what is written") {
    Origin origin = samples::origin();
    const Item first = prepare(samples::raw(origin), {});
    origin.head.updated = samples::time("2026-11-21T00:00:00Z");
    const Item second = prepare(samples::raw(origin), {});
    CHECK(first.entry == second.entry);
    CHECK(first.entry.source->updated == first.entry.updated);
}

TEST_CASE("a source without id and title is known by its address and its name") {
    Origin origin;
    origin.slug = "beta";
    origin.feed_url = "https://beta.example/rss";
    const feed::Source source = *prepare(samples::raw(origin), {}).entry.source;
    CHECK(source.id == "https://beta.example/rss");
    CHECK(source.title.value == "beta");
}

TEST_CASE("a source that the entry names itself is kept, and so are its authors") {
    const Item item = prepared([](Raw& raw) {
        raw.entry.authors.clear();
        feed::Source& source = raw.entry.source.make();
        source.id = "tag:origin.example,2020:feed";
        source.title = samples::text("Origin");
        source.authors = {samples::person("Gil")};
    });
    CHECK(item.entry.source->id == "tag:origin.example,2020:feed");
    CHECK(item.entry.authors == std::vector{samples::person("Gil")});
    CHECK(item.provenance.source_url == "https://alpha.example/feed.xml");
}

TEST_CASE("the source of an RSS item is known by the address of its feed") {
    const Item item = prepared([](Raw& raw) {
        feed::Source& source = raw.entry.source.make();
        source.title = samples::text("Origin");
        source.link = "https://origin.example/rss";
    });
    const feed::Source& source = *item.entry.source;
    CHECK(source.id == "https://origin.example/rss");
    CHECK(source.links == std::vector{samples::link("self", "https://origin.example/rss")});
    CHECK(source.link.empty());
}

TEST_CASE("a source that says nothing usable gives way to the feed's own") {
    const Item item =
        prepared([](Raw& raw) { raw.entry.source.make().link = "javascript:alert(1)"; });
    CHECK(item.entry.source->id == "tag:alpha.example,2020:feed");
}

TEST_CASE("addresses that are none of the web are left out") {
    const Item item = prepared([](Raw& raw) {
        raw.entry.link = " javascript:alert(1)";
        raw.entry.image = "data:image/png;base64,xx";
        raw.entry.comments = "file:///etc/passwd";
        raw.entry.links = {samples::link("via", "vbscript:x"), samples::link("via", "mailto:a@b")};
        raw.entry.enclosures = {samples::enclosure("ftp://a.example/b", "x/y", 1),
                                samples::enclosure(" https://a.example/c d ", "x/y", 1)};
    });
    CHECK(item.entry.link.empty());
    CHECK(item.entry.image.empty());
    CHECK(item.entry.comments.empty());
    CHECK(item.entry.links == std::vector{samples::link("via", "mailto:a@b")});
    REQUIRE(item.entry.enclosures.size() == 1);
    CHECK(item.entry.enclosures[0].url == "https://a.example/c%20d");
}

TEST_CASE("an entry has the id and the dates that were settled, never updated before published") {
    const Item item = prepared([](Raw& raw) {
        raw.entry.id = "whatever the source says now";
        raw.entry.published = samples::time("2031-01-01T00:00:00Z");
        raw.updated = raw.published - std::chrono::hours(1);
    });
    CHECK(item.entry.id == "tag:alpha.example,2026:1");
    CHECK(item.entry.published == samples::time("2026-11-20T09:00:00Z"));
    CHECK(item.entry.updated == item.entry.published);
}

TEST_CASE("what is known of an entry beside itself") {
    const Origin other{.slug = "b", .feed_url = "https://beta.example/rss", .head = {}};
    const Item item = prepared([&](Raw& raw) { raw.also_in = {&other}; });
    CHECK(item.provenance.seq == 4711);
    CHECK(item.provenance.first_seen == samples::time("2026-11-20T09:02:11Z"));
    CHECK(item.provenance.source_date == "Fri, 20 Nov 2026 09:00 GMT");
    CHECK(item.provenance.source_slug == "alpha");
    CHECK(item.provenance.source_title == "Alpha & sons");
    CHECK(item.provenance.also_in == std::vector<std::string>{"https://beta.example/rss"});
}

TEST_CASE("the order is by publication, then by number, whatever order they come in") {
    std::vector<Item> items;
    for (const auto& [published, seq] : {std::pair{10, 1}, {30, 2}, {20, 3}, {30, 4}}) {
        Item& item = items.emplace_back();
        item.entry.published = Timestamp(std::chrono::seconds(published));
        item.provenance.seq = seq;
    }
    const auto order = [&] {
        std::ranges::sort(items, std::ranges::greater{}, position_of);
        std::vector<std::int64_t> seqs;
        for (const Item& item : items) seqs.push_back(item.provenance.seq);
        return seqs;
    };
    const std::vector<std::int64_t> expected = {4, 2, 3, 1};
    CHECK(order() == expected);
    std::ranges::reverse(items);
    CHECK(order() == expected);
}

TEST_CASE("a feed is as new as its newest entry; an empty one is as old as can be") {
    const auto at = [](int seconds) { return Timestamp(std::chrono::seconds(seconds)); };
    CHECK(updated_of({at(5), at(9), at(7)}) == at(9));
    CHECK(updated_of({}) == Timestamp{});
}
