#include "feed/feed_links.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace tributary::feed {

namespace {

using Kind = FeedLink::Kind;
using Urls = std::vector<std::string>;

std::vector<std::string> urls(std::string_view html,
                              std::string_view url = "https://example.org/") {
    std::vector<std::string> found;
    for (const FeedLink& link : feed_links(html, url)) found.push_back(link.url);
    return found;
}

}  // namespace

TEST_CASE("a page's feeds are its alternate links of a feed type") {
    const auto links = feed_links(
        "<head>"
        "<link rel=alternate type='application/rss+xml' title='News &amp; more' href='/rss'>"
        "<link REL='Alternate Home' TYPE='Application/Atom+XML; charset=utf-8' HREF=atom.xml />"
        "<link rel=alternate type=application/feed+json href=//example.com/feed.json>"
        "<link rel=alternate hreflang=de href=/de>"
        "<link rel='alternate stylesheet' type='application/rss+xml' href=/style>"
        "<link rel=stylesheet type=text/css href=/feed.css>"
        "<link rel=alternate type=application/json href=/wp-json/wp/v2/pages/1>"
        "<link rel=alternate type='application/json+oembed' href=/oembed?feed>",
        "https://example.org/blog/");
    CHECK(links == std::vector<FeedLink>{{.url = "https://example.org/rss",
                                          .type = "application/rss+xml",
                                          .title = "News & more"},
                                         {.url = "https://example.org/blog/atom.xml",
                                          .type = "application/atom+xml",
                                          .title = {}},
                                         {.url = "https://example.com/feed.json",
                                          .type = "application/feed+json",
                                          .title = {}}});
}

TEST_CASE("feeds of comments come last, vaguely typed ones before them") {
    CHECK(urls("<link rel=alternate type=application/rss+xml href=/comments/feed/>"
               "<link rel=alternate type=text/xml title='RSS' href=/index.xml>"
               "<link rel=alternate type=application/rss+xml title='Comments' href=/c>"
               "<link rel=alternate type=application/rss+xml href=/feed/>") ==
          Urls{"https://example.org/feed/", "https://example.org/index.xml",
               "https://example.org/comments/feed/", "https://example.org/c"});
}

TEST_CASE("feeds of comments are known in the languages of blogs") {
    for (const std::string title :
         {"Site \u00bb Comments Feed", "Kommentar-Feed", "Kommentare zu: Tee", "Feed dei commenti",
          "Flux des commentaires", "Comentarios de la entrada", "Coment\u00e1rios", "Reacties",
          "Komentarze", "Koment\u00e1\u0159e", "Kommenttisy\u00f6te", "Лента Комментариев",
          "コメントフィード", "评论 Feed"}) {
        CAPTURE(title);
        const std::string page =
            "<link rel=alternate type=application/rss+xml href=/a title='" + title +
            "'><link rel=alternate type=application/rss+xml href=/b title=Tee>";
        CHECK(urls(page) == Urls{"https://example.org/b", "https://example.org/a"});
        CHECK(feed_links(page, "https://example.org/").back().kind == Kind::comments);
    }
}

TEST_CASE("a site's name says nothing of its feeds") {
    const auto links = feed_links(
        "<link rel=alternate type=application/rss+xml href=/a>"
        "<link rel=alternate type=application/json href=/api>",
        "https://comments-on-the-feed.example/");
    REQUIRE(links.size() == 1);
    CHECK(links.front().kind == Kind::feed);
    CHECK(feed_links("<link rel=feed href='//comments.example/a?comments'>", "https://a.example/")
              .front()
              .kind == Kind::comments);
}

TEST_CASE("rel=feed names a feed of any type, on links and anchors") {
    CHECK(urls("<link rel=feed href=/a><a rel='nofollow feed' href=/b>Feed</a>"
               "<a rel=alternate type=application/atom+xml href=/c>Feed</a>"
               "<a rel=nofollow href=/d>no</a>") ==
          Urls{"https://example.org/a", "https://example.org/b", "https://example.org/c"});
}

TEST_CASE("feed links are resolved against the page's base, wherever it stands") {
    CHECK(urls("<link rel=feed href=one><base href='/deep/er/'><base href='/ignored/'>"
               "<link rel=feed href=two>") ==
          Urls{"https://example.org/deep/er/one", "https://example.org/deep/er/two"});
}

TEST_CASE("a feed is listed once, and only if it can be fetched") {
    CHECK(urls("<link rel=feed href=/a><link rel=alternate type=application/rss+xml href=/a>"
               "<link rel=feed href=' '><link rel=feed href='javascript:x'>"
               "<link rel=feed href='ftp://example.org/'><link rel=feed>") ==
          Urls{"https://example.org/a"});
}

TEST_CASE("links in comments and scripts are no links") {
    CHECK(urls("<!-- <link rel=feed href=/a> --><script>'<link rel=feed href=/b>'</script>"
               "<textarea><link rel=feed href=/c></textarea><link rel=feed href=/d")
              .empty());
}

TEST_CASE("a page with endless links gives a bounded list") {
    std::string page;
    for (int i = 0; i < 5000; ++i) page += "<link rel=feed href=/" + std::to_string(i) + ">";
    CHECK(urls(page).size() == 100);
}

TEST_CASE("a page that is generated for people says where its feed is, or nothing is known") {
    // A video site's channel: a megabyte of script around one line.
    CHECK(urls("<html><head><script>var a='<link rel=feed href=/no>'</script></head><body>"
               "<link rel=\"alternate\" type=\"application/rss+xml\" title=\"RSS\" "
               "href=\"https://video.example/feeds/videos.xml?channel_id=UC1&amp;x=y\"></body>",
               "https://video.example/@somebody") ==
          Urls{"https://video.example/feeds/videos.xml?channel_id=UC1&x=y"});
    // A code forge: the same page in other types, one of which is a feed.
    CHECK(urls("<link rel=alternate type='application/activity+json' href=/users/a>"
               "<link rel='alternate' type='application/rss+xml' href='/@a.rss'>"
               "<link rel=alternate type='text/html' href='/@a.html'>",
               "https://social.example/@a") == Urls{"https://social.example/@a.rss"});
    CHECK(urls("<title>@somebody</title><p>Nothing is declared here.</p>",
               "https://social.example/@somebody")
              .empty());
}

TEST_CASE("links beside the page count as its own, resolved against its address") {
    const std::vector<PageLink> beside = {
        {.relation = "alternate",
         .type = "application/rss+xml; charset=utf-8",
         .url = "/rss",
         .title = " All\nnews "},
        {.relation = "preload", .type = "", .url = "/style.css", .title = ""},
        {.relation = "alternate", .type = "application/json", .url = "/wp-json/x", .title = ""},
        {.relation = "Feed", .type = "", .url = "/atom", .title = ""},
    };
    CHECK(
        feed_links("<base href=/deep/><link rel=feed href=one><a href=/feed>x</a>",
                   "https://example.org/page", beside) ==
        std::vector<FeedLink>{
            {.url = "https://example.org/deep/one", .type = {}, .title = {}},
            {.url = "https://example.org/rss", .type = "application/rss+xml", .title = "All news"},
            {.url = "https://example.org/atom", .type = {}, .title = {}}});
    CHECK(feed_links("", "https://example.org/", beside).size() == 2);
}

TEST_CASE("the text's links to feeds are listed only where nothing is declared") {
    const std::string anchors =
        "<a href=/feed.xml>Entries <b>as</b> feed</a> <a href=/about>About</a>"
        "<a href=/rss/><img alt='RSS' src=/i.png></a><a href=/atom title=Atom>x</a>";
    CHECK(
        feed_links(anchors, "https://example.org/") ==
        std::vector<FeedLink>{{"https://example.org/feed.xml", "", "Entries as feed", Kind::anchor},
                              {"https://example.org/rss/", "", "RSS", Kind::anchor},
                              {"https://example.org/atom", "", "Atom", Kind::anchor}});
    CHECK(urls(anchors + "<link rel=alternate type=application/rss+xml href=/c title=Comments>") ==
          Urls{"https://example.org/c"});
}

TEST_CASE("an anchor is taken for a feed by what its address is called") {
    for (const std::string address :
         {"/feed", "/feed/", "/blog/RSS", "a.rss", "/news.atom", "/index.rdf", "/index.xml",
          "/rss.xml", "/feed.json", "/atom.xml?x=1#top", "/?feed=rss2", "/?rss",
          "/export?format=atom&n=9", "feed:https://example.org/x", "feed://example.org/x",
          "FEED://example.org/x"}) {
        CAPTURE(address);
        CHECK(urls("<a href='" + address + "'>x</a>").size() == 1);
    }
    for (const std::string address :
         {"/", "/feedback", "/feeds/help.html", "/rss-explained", "/atoms", "/data.json",
          "/sitemap.xml", "/feed.html", "/style.css?v=rss1", "#feed", "/x#feed.xml",
          "javascript:feed", "mailto:feed@example.org/feed",
          "https://reader.example/add/https://example.org/feed",
          "https://reader.example/add?u=https%3A%2F%2Fexample.org%2Ffeed.xml",
          "https://feed.example", "//rss.example/"}) {
        CAPTURE(address);
        CHECK(urls("<a href='" + address + "'>x</a>").empty());
    }
}

TEST_CASE("of the text's links, those to other sites and to comments come later") {
    CHECK(urls("<a href=/feed/comments.rss>x</a><a href=//other.example/feed>x</a>"
               "<a href=/a/feed>Comments</a><a href=https://example.org/feed>x</a>") ==
          Urls{"https://example.org/feed", "https://other.example/feed",
               "https://example.org/feed/comments.rss", "https://example.org/a/feed"});
}

TEST_CASE("feed: is no scheme to fetch by, but says what is meant") {
    CHECK(urls("<link rel=feed href='feed:https://example.org/a'>"
               "<link rel=feed href='feed://example.org/b'><link rel=feed href='feed:/c'>") ==
          Urls{"https://example.org/a", "http://example.org/b"});
}

TEST_CASE("an anchor's endless text is cut") {
    const std::string page = "<a href=/feed>" + std::string(100'000, 'x') + "<b>y</b>";
    const auto links = feed_links(page, "https://example.org/");
    REQUIRE(links.size() == 1);
    CHECK(links.front().title.size() == 200);
}

TEST_CASE("a link that is declared twice counts by the better word") {
    const auto links = feed_links(
        "<link rel=alternate type=text/xml title=Comments href=/feed>"
        "<link rel=alternate type=application/rss+xml title=News href=/feed>",
        "https://example.org/");
    REQUIRE(links.size() == 1);
    CHECK(links.front().title == "News");
}

}  // namespace tributary::feed
