#include "publish/markup.h"

#include <doctest/doctest.h>

#include <limits>

using namespace tributary::publish;

namespace {

std::string cleaned(std::string_view text) {
    std::string mended;
    return std::string(clean(text, mended));
}

std::string title(std::string_view text) {
    std::string out;
    Element(out, "t").title(text);
    return out;
}

}  // namespace

TEST_CASE("text that is fit is not touched") {
    for (const std::string_view text :
         {"", "plain", "a\tb\nc", "Öl €", "\xF0\x9F\x98\x80", "\xE2\x80\xAE right to left",
          "\xC2\xA0", "\xEF\xBF\xBD", "\xEF\xBC\xA1", "\xEE\x80\x80"}) {
        CAPTURE(text);
        std::string mended;
        CHECK(clean(text, mended).data() == text.data());
    }
}

TEST_CASE("what XML cannot carry becomes a replacement character") {
    using namespace std::string_view_literals;
    CHECK(cleaned("a\0b"sv) ==
          "a\xEF\xBF\xBD"
          "b");
    CHECK(cleaned("\x1B[31m") == "\xEF\xBF\xBD[31m");
    CHECK(cleaned("\x7F") == "\xEF\xBF\xBD");
    CHECK(cleaned("\xC2\x85") == "\xEF\xBF\xBD");
    CHECK(cleaned("\xEF\xBF\xBE\xEF\xBF\xBF") == "\xEF\xBF\xBD\xEF\xBF\xBD");
    CHECK(cleaned("\xC3") == "\xEF\xBF\xBD");
    CHECK(cleaned("a\xED\xA0\x80z").find("\xED\xA0") == std::string::npos);
    CHECK(cleaned("a\r\nb\rc") == "a\nb\nc");
}

TEST_CASE("only addresses of the web and of mail are links") {
    CHECK(web_url("https://a.example/b?c#d") == "https://a.example/b?c#d");
    CHECK(web_url(" HTTP://a.example/\n") == "HTTP://a.example/");
    CHECK(web_url("mailto:a@b.example") == "mailto:a@b.example");
    CHECK(web_url("https://a.example/b c\"<>") == "https://a.example/b%20c%22%3C%3E");
    CHECK(web_url("https://a.example/\xC3\xB6") == "https://a.example/\xC3\xB6");
    CHECK(web_url("https://a.exa\nmple/") == "https://a.example/");
    CHECK(web_url("http://user:pass@a.example:8080") == "http://user:pass@a.example:8080");
    CHECK(web_url("http://[2001:db8::1]:80/x") == "http://[2001:db8::1]:80/x");
    CHECK(web_url("http://b\xC3\xBC"
                  "cher.example?a@b:c") ==
          "http://b\xC3\xBC"
          "cher.example?a@b:c");
    CHECK(web_url("http://b%C3%BCcher.example/") == "http://b%C3%BCcher.example/");
    for (const std::string_view bad : {"http://javascript:alert(1)",
                                       "https://a.example:80x/",
                                       "https://a b.example/",
                                       "https://a.example<b>/",
                                       "https://:80/",
                                       "https://?x",
                                       "https://#x",
                                       "https://[::1/",
                                       "https://[x]/",
                                       "https://[]/",
                                       "https://a%.example/",
                                       "https://a.example%/",
                                       "https://a@/",
                                       "https://a:1:2/",
                                       "",
                                       "/relative",
                                       "javascript:alert(1)",
                                       " javascript:alert(1)",
                                       "java\nscript:alert(1)",
                                       "data:text/html,x",
                                       "vbscript:x",
                                       "file:///etc/passwd",
                                       "ftp://a.example/",
                                       "http:",
                                       "https://",
                                       "http:///x",
                                       "mailto:",
                                       "https:a",
                                       "https://a.example/\x01",
                                       "https://a.example/\xFF",
                                       "\x01https://a.example/",
                                       "http://\n/x"}) {
        CAPTURE(bad);
        CHECK(web_url(bad).empty());
    }
}

TEST_CASE("a scheme may be a name, but nothing that runs") {
    CHECK(identifier("tag:a.example,2020:b") == "tag:a.example,2020:b");
    CHECK(identifier("urn:x:y") == "urn:x:y");
    CHECK(identifier("http://a.example/tags") == "http://a.example/tags");
    CHECK(identifier("javascript:alert(1)").empty());
    CHECK(identifier("just words").empty());
}

TEST_CASE("a language is a tag or nothing") {
    CHECK(language_tag(" de-CH-1996 ") == "de-CH-1996");
    CHECK(language_tag("english (us)").empty());
    CHECK(language_tag("en_US").empty());
    CHECK(language_tag("\"><x").empty());
}

TEST_CASE("numbers are short and always digits") {
    CHECK(number(12.5) == "12.5");
    CHECK(number(3723) == "3723");
    CHECK(number(-0.1) == "-0.1");
    CHECK(number(1e21) == "1000000000000000000000");
    CHECK(number(std::numeric_limits<double>::infinity()).empty());
    CHECK(number(std::numeric_limits<double>::quiet_NaN()).empty());
    CHECK(number(1e300).empty());
}

TEST_CASE("elements close themselves, around text, children or nothing") {
    std::string out;
    {
        Element a(out, "a");
        a.attribute("x", "1 & \"2\"").attribute("none", "").url("y", "javascript:x");
        Element(a, "b").text("<c>");
        a.child("d", "e");
        a.child("none", "");
        Element(a, "f");
    }
    CHECK(out == "<a x=\"1 &amp; &quot;2&quot;\">\n<b>&lt;c&gt;</b>\n<d>e</d>\n<f/>\n</a>\n");
}

TEST_CASE("a root may stay open for what is written later") {
    std::string out;
    {
        Element root(out, "a");
        Element(root, "b");
        root.stay_open();
    }
    CHECK(out == "<a>\n<b/>\n");
}

TEST_CASE("an RSS title has hexadecimal references") {
    CHECK(title("Fish & chips") == "<t>Fish &#x26; chips</t>\n");
    CHECK(title("1 < 2 > 0") == "<t>1 &#x3C; 2 &#x3E; 0</t>\n");
}

TEST_CASE("an RSS title that a reader takes for HTML has no tag") {
    for (const std::string_view tag : {"<b>", "<B>", "</b>", "<!--", "<?x"}) {
        CAPTURE(tag);
        CHECK(title(tag).starts_with("<t>&#x3C;\xE2\x81\xA0"));
    }
}

TEST_CASE("an RSS title that a reader takes for HTML has no reference, but many ampersands") {
    CHECK(title("&amp;") ==
          "<t>&#x26;\xE2\x81\xA0"
          "amp;</t>\n");
    CHECK(title("&#38;").starts_with("<t>&#x26;\xE2\x81\xA0"));
    CHECK(title("AT&T; R & D") == "<t>AT&#x26;\xE2\x81\xA0T; R &#x26; D</t>\n");
    CHECK(title("AT&T, R&D") == "<t>AT&#x26;T, R&#x26;D</t>\n");
}

TEST_CASE("plain text where HTML is read is escaped twice") {
    std::string out;
    Element(out, "d").text_as_html("1 < 2");
    CHECK(out == "<d>1 &amp;lt; 2</d>\n");
}
