#include "feed/html.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

using namespace tributary::feed;

namespace {

struct Pair {
    std::string_view html, expected;
};

}  // namespace

TEST_CASE("character references are decoded as browsers do") {
    constexpr Pair examples[] = {
        {"a &amp; b", "a & b"},
        {"&lt;b&gt;", "<b>"},
        {"&AMP;&amp;amp;", "&&amp;"},
        {"&eacute;&Eacute;&nbsp;", "\u00e9\u00c9\u00a0"},
        {"&copy 2026 &notit; &notin;", "\u00a9 2026 \u00acit; \u2209"},
        {"&CounterClockwiseContourIntegral;", "\u2233"},
        {"&NotEqualTilde;", "\u2242\u0338"},
        {"&Aopf;", "\U0001d538"},
        {"&#8364; &#x20AC; &#X20ac;", "\u20ac \u20ac \u20ac"},
        {"&#65&#x42", "AB"},
        {"&#128; &#150; &#x99;", "\u20ac \u2013 \u2122"},
        {"&#0; &#1; &#xD800; &#x110000; &#99999999999999999999; &#xFFFE;",
         "\uFFFD \uFFFD \uFFFD \uFFFD \uFFFD \uFFFD"},
        {"&#9;&#10;", "\t\n"},
        {"&unknown; & &; &# &#; &#x; &amp", "&unknown; & &; &# &#; &#x; &"},
        {"&", "&"},
        {"", ""},
    };
    for (const auto& [html, expected] : examples) {
        CAPTURE(html);
        CHECK(decode_entities(html) == expected);
    }
}

TEST_CASE("named entities are found by their exact name") {
    CHECK(named_entity("nbsp") == "\u00a0");
    CHECK(named_entity("AElig") == "\u00c6");
    CHECK(named_entity("zwnj") == "\u200c");
    CHECK(named_entity("NewLine") == "\n");
    CHECK(named_entity("hellip") == "\u2026");
    CHECK(named_entity("apos") == "'");
    CHECK(named_entity("Nbsp").empty());
    CHECK(named_entity("nbsp;").empty());
    CHECK(named_entity("").empty());
}

TEST_CASE("escaped text reads back as it was") {
    CHECK(escaped("a & b < c > d \" e ' f") == "a &amp; b &lt; c &gt; d &quot; e ' f");
    CHECK(escaped("") == "");
    CHECK(escaped("caf\u00e9 &amp;") == "caf\u00e9 &amp;amp;");
    CHECK(decode_entities(escaped("<\"&amp;\">")) == "<\"&amp;\">");
}

TEST_CASE("the text of HTML is one line of what a reader sees") {
    constexpr Pair examples[] = {
        {"plain   text\n", "plain text"},
        {"AT&amp;T &lt;3", "AT&T <3"},
        {"<p>one</p><p>two</p>", "one two"},
        {"one<br>two<br/>three", "one two three"},
        {"<b>bo</b>ld, <i>it</i><em>alic</em>", "bold, italic"},
        {"<ul><li>a<li>b</ul>", "a b"},
        {"a<script>var x = '<b>';</script>b<style>p{}</style>c", "a b c"},
        {"a<!-- <b>no</b> -->b", "ab"},
        {"<a title='x > y' href=\"/z\">link</a>", "link"},
        {"1 < 2 and 3 > 2", "1 < 2 and 3 > 2"},
        {"<3 I<b", "<3 I"},
        {"a<![CDATA[ b ]]>c", "ac"},
        {"<p>unclosed <b>tags", "unclosed tags"},
        {"a<script/>b", "a b"},
        {"", ""},
    };
    for (const auto& [html, expected] : examples) {
        CAPTURE(html);
        CHECK(text_of_html(html) == expected);
    }
}

TEST_CASE("a page is told from a feed by how it begins") {
    CHECK(looks_like_html("<!DOCTYPE html><html>"));
    CHECK(looks_like_html("\xEF\xBB\xBF \n<!-- hi --><!doctype HTML PUBLIC '-//W3C//DTD'>"));
    CHECK(looks_like_html("<?xml version='1.0'?>\n<html xmlns='http://www.w3.org/1999/xhtml'>"));
    CHECK(looks_like_html("<HTML>"));
    CHECK(looks_like_html("<head lang=en>"));
    CHECK(looks_like_html("<script>location='/'</script>"));
    CHECK(looks_like_html("<h1>Not Found</h1>"));
    CHECK(!looks_like_html("<?xml version='1.0'?><rss version='2.0'>"));
    CHECK(!looks_like_html("<!DOCTYPE rss SYSTEM 'x'><rss>"));
    CHECK(!looks_like_html("<feed xmlns='http://www.w3.org/2005/Atom'>"));
    CHECK(!looks_like_html("<html-feed>"));
    CHECK(!looks_like_html("{\"version\":\"https://jsonfeed.org/version/1\"}"));
    CHECK(!looks_like_html("<!-- never closed <html>"));
    CHECK(!looks_like_html("just text <html>"));
    CHECK(!looks_like_html(""));
}

TEST_CASE("the title of a page is found and decoded") {
    CHECK(html_title("<html><head><title>\n Just a\tmoment&hellip; </title>") ==
          "Just a moment\u2026");
    CHECK(html_title("<script>'<title>no</title>'</script><TITLE>yes <b></TITLE>") == "yes <b>");
    CHECK(html_title("<!-- <title>no</title> --><p>no title") == "");
    CHECK(html_title("<title>never closed") == "never closed");
}

TEST_CASE("what must be escaped is found wherever it stands") {
    for (std::size_t shift = 0; shift < 70; ++shift) {
        const std::string before(shift, 'x'), after(70 - shift, 'y');
        CHECK(escaped(before + "<&>\"'" + after) == before + "&lt;&amp;&gt;&quot;'" + after);
    }
}
