#include "serve/pages.h"

#include <doctest/doctest.h>

#include <string>

namespace tributary::serve {
namespace {

using namespace std::chrono_literals;

const Timestamp morning{std::chrono::sys_days{std::chrono::year{2026} / 11 / 20} + 9h};

publish::Item item(std::string title, std::string summary = "About it.") {
    publish::Item made;
    made.entry.title.value = std::move(title);
    made.entry.summary.value = std::move(summary);
    made.entry.link = "https://alpha.example/1";
    made.entry.published = morning;
    made.provenance.source_title = "Alpha";
    return made;
}

HomePage page() {
    HomePage made;
    made.title = "My river";
    made.base_url = "https://river.example";
    made.feeds = {{"/feed", "My river"}, {"/f/dev", "Development"}};
    return made;
}

bool holds(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

TEST_CASE("the page names the feed in each format, for people and for readers") {
    const std::string html = write_home(page());
    CHECK(holds(html,
                "<link rel=\"alternate\" type=\"application/atom+xml\" "
                "title=\"My river (Atom)\" href=\"feed.atom\">"));
    CHECK(holds(html, "type=\"application/rss+xml\""));
    CHECK(holds(html, "type=\"application/feed+json\""));
    CHECK(holds(html, "rel=\"blogroll\""));
    CHECK(holds(html, "<code>https://river.example/feed.atom</code>"));
    CHECK(holds(html, "<code>https://river.example/feed.rss</code>"));
    CHECK(holds(html, "<code>https://river.example/feed.json</code>"));
    CHECK(holds(html, "href=\"f/dev.json\""));
}

TEST_CASE("entries stand under their days with time, source and a link") {
    HomePage made = page();
    made.items = {item("First"), item("Second"), item("Third")};
    made.items[2].entry.published = morning - 24h;
    const std::string html = write_home(made);
    CHECK(holds(html, "<h3>Friday, 20 November 2026</h3>"));
    CHECK(html.find("<h3>Friday") == html.rfind("<h3>Friday"));
    CHECK(holds(html, "<h3>Thursday, 19 November 2026</h3>"));
    CHECK(holds(html, "<a href=\"https://alpha.example/1\">First</a>"));
    CHECK(holds(html, "<time datetime=\"2026-11-20T09:00:00Z\">09:00</time>"));
    CHECK(holds(html, "Alpha"));
}

TEST_CASE("an entry without title is known by its beginning, one without date by its first sight") {
    HomePage made = page();
    made.items = {item("", "A short note"), item("", "")};
    made.items[1].entry.published.reset();
    made.items[1].provenance.first_seen = morning + 48h;
    const std::string html = write_home(made);
    CHECK(holds(html, ">A short note</a>"));
    CHECK(holds(html, ">Untitled</a>"));
    CHECK(holds(html, "<h3>Sunday, 22 November 2026</h3>"));
}

TEST_CASE("nothing that publishers write becomes markup, nor a link that is not a web address") {
    HomePage made = page();
    const std::string hostile = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>";
    made.title = made.description = hostile;
    made.feeds = {{"/feed", hostile}, {"/f/\"><script>", hostile}};
    made.items = {item(hostile, hostile), item("a", "b")};
    made.items[0].entry.language = "\"><script>";
    made.items[0].provenance.source_title = hostile;
    made.items[0].entry.link = "https://alpha.example/\"><script>";
    made.items[1].entry.link = "javascript:alert(1)";
    SourceLine line;
    line.title = line.state = line.error = line.last_success = line.next_poll = hostile;
    line.tags = {hostile};
    line.site = "data:text/html,<script>";
    SourceLine nowhere;
    nowhere.site = "http://javascript:alert(1)";  // no port: a browser takes it for no address
    made.sources = {line, nowhere};
    const std::string html = write_home(made);
    CHECK_FALSE(holds(html, "<script"));
    CHECK_FALSE(holds(html, "<img"));
    CHECK_FALSE(holds(html, "javascript:"));
    CHECK_FALSE(holds(html, "data:text"));
}

TEST_CASE("no title is shown backwards") {
    HomePage made = page();
    made.items = {item("a\u202Egnp.exe\u202C", "\u202Db\u202E")};
    SourceLine line;
    line.title = "\u202Elive\u202E";
    made.sources = {line};
    const std::string html = write_home(made);
    CHECK(holds(html, ">agnp.exe\u202C<"));
    CHECK(holds(html, ">b<"));
    CHECK(holds(html, ">live<"));
    CHECK_FALSE(holds(html, "\u202E"));
}

TEST_CASE("a source says how it is in words") {
    HomePage made = page();
    SourceLine failing, fresh;
    failing.title = "Gamma";
    failing.site = "https://gamma.example/";
    failing.state = "failing";
    failing.error = "HTTP 403";
    failing.last_success = "2026-11-18T09:00:00Z";
    failing.entries = 12;
    fresh.title = "Beta";
    fresh.state = "unpolled";
    made.sources = {failing, fresh};
    const std::string html = write_home(made);
    CHECK(holds(html, "<a href=\"https://gamma.example/\">Gamma</a>"));
    CHECK(holds(html, "failing: <span dir=\"auto\">HTTP 403</span>"));
    CHECK(holds(html, ">2026-11-18 09:00</time>"));
    CHECK(holds(html, "unpolled"));
    CHECK(holds(html, "never"));
}

TEST_CASE("the page stays below 100 KB and says what it leaves out") {
    HomePage made = page();
    const std::string endless(100'000, '<');
    made.items.assign(1000, item(endless, endless));
    SourceLine line;
    line.title = line.error = endless;
    made.sources.assign(1000, line);
    made.feeds.resize(1000, {"/tag/x", endless});
    made.title = made.description = std::string(200, '<');
    const std::string html = write_home(made);
    CHECK(html.size() <= 100'000);
    CHECK(holds(html, " more entries are in the feeds."));
    CHECK(holds(html, " more sources are not shown here."));
    CHECK(holds(html, " more feeds are not shown here."));
    CHECK(html.ends_with("</html>\n"));
}

TEST_CASE("an empty page is whole, and equal state gives equal bytes") {
    CHECK(holds(write_home(page()), "No source has been read yet"));
    CHECK(holds(write_home(page()), "No source is configured."));
    CHECK(write_home(HomePage{}).ends_with("</html>\n"));
    CHECK(write_home(page()) == write_home(page()));
}

TEST_CASE("the style knows pages and feeds, light and dark") {
    const std::string_view css = style_sheet();
    CHECK(holds(css, "prefers-color-scheme: dark"));
    CHECK(holds(css, "feed::before, rss::before"));
    CHECK_FALSE(holds(css, "url("));
    CHECK_FALSE(holds(css, "@import"));
}

}  // namespace
}  // namespace tributary::serve
