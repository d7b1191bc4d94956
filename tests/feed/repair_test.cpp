#include "feed/repair.h"

#include "feed/warnings.h"
#include "feed/xml.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

using namespace tributary::feed;

namespace {

/// The repaired document, which must be one that the XML parser takes.
std::string repaired(std::string_view xml) {
    const std::string out = repair_xml(xml).xml;
    Warnings warnings;
    xml::Tree tree(warnings);
    if (!out.empty()) {
        CAPTURE(out);
        CHECK(tree.load(out));
    }
    return out;
}

bool warns(std::string_view xml, std::string_view code) {
    const auto warnings = repair_xml(xml).warnings;
    return std::ranges::count(warnings, code, &Warning::code) > 0;
}

}  // namespace

TEST_CASE("what is well-formed stays as it is") {
    const std::string xml =
        "<rss version=\"2.0\"><channel><title>a &amp; b</title><x y=\"1\"/>"
        "<d><![CDATA[<p> & ]]></d></channel></rss>";
    CHECK(repaired(xml) == xml);
    CHECK(repair_xml(xml).warnings.empty());
}

TEST_CASE("what stands before the document is dropped") {
    CHECK(repaired("<br />\n<b>Warning</b>: in /x.php\n<?xml version=\"1.0\"?><rss>a</rss>") ==
          "<rss>a</rss>");
    CHECK(repaired("\xC2\xA0text <rss>a</rss>") == "<rss>a</rss>");
    CHECK(warns("text <rss>a</rss>", "not-wellformed"));
    CHECK(repaired("<!DOCTYPE rss [<!ENTITY a \"b>\">]><rss>a</rss>") == "<rss>a</rss>");
}

TEST_CASE("what stands behind the root is dropped") {
    CHECK(repaired("<rss>a</rss><script>x</b>") == "<rss>a</rss>");
}

TEST_CASE("a bare & is text and named characters of HTML are characters") {
    CHECK(repaired("<a>AT&T & x&y; &nbsp;&eacute;&#233;&lt;</a>") ==
          "<a>AT&amp;T &amp; x&amp;y; \xC2\xA0\xC3\xA9\xC3\xA9&lt;</a>");
    CHECK(repaired("<a href=\"?a=1&b=2&copy=3\"/>") == "<a href=\"?a=1&amp;b=2&amp;copy=3\"/>");
    CHECK(warns("<a>&nbsp;</a>", "undefined-entity"));
    CHECK_FALSE(warns("<a>&amp;&#233;</a>", "undefined-entity"));
}

TEST_CASE("a < that starts no tag is text") {
    CHECK(repaired("<a>1 < 2 <3 <<b>x</b> <mail@example.org> </a>") ==
          "<a>1 &lt; 2 &lt;3 &lt;<b>x</b> &lt;mail@example.org> </a>");
    CHECK(repaired("<a>x <y z <b>t</b></a>") == "<a>x &lt;y z <b>t</b></a>");
}

TEST_CASE("an end tag closes its nearest open match or nothing") {
    CHECK(repaired("<a><b><c>x</b>y</d></a>") == "<a><b><c>x</c></b>y</a>");
    CHECK(repaired("<a>x<br>y<img src=\"z\"></a>") == "<a>x<br/>y<img src=\"z\"/></a>");
    CHECK(repaired("<Title>x</title>") == "<Title>x</Title>");
}

TEST_CASE("an item that was not closed ends where the next one begins") {
    CHECK(repaired("<channel><item><t>1</t><item><t>2</t></item></channel>") ==
          "<channel><item><t>1</t></item><item><t>2</t></item></channel>");
}

TEST_CASE("what is open in a channel ends where its first item begins") {
    CHECK(
        repaired(
            "<rss><channel><b><title>T</title><item>1</item></b><item>2</item></channel></rss>") ==
        "<rss><channel><b></b><title>T</title><item>1</item><item>2</item></channel></rss>");
    CHECK(repaired("<feed><entry><content><div><p>x<entry>2</entry></feed>") ==
          "<feed><entry><content><div><p>x</p></div></content></entry><entry>2</entry></feed>");
    CHECK(repaired("<feed><x:list><x:item/>&</x:list></feed>") ==
          "<feed><x:list><x:item/>&amp;</x:list></feed>");
}

TEST_CASE("an entry carried whole as content is left alone") {
    const std::string carried =
        "<entry><content type=\"application/atom+xml\"><entry>1</entry></content></entry>";
    CHECK(repaired("<feed><b>" + carried + "<entry>2</entry></feed>") ==
          "<feed><b></b>" + carried + "<entry>2</entry></feed>");
}

TEST_CASE("a line of text ends where the next field begins") {
    CHECK(repaired("<item><title>One<link>u</link><guid>g<description><title>x</title></item>") ==
          "<item><title>One</title><link>u</link><guid>g</guid><description><title>x</title>"
          "</description></item>");
}

TEST_CASE("a root that ends before its last entry is kept open") {
    CHECK(repaired("<rss><channel><item>1</item></rss><item>2</item></channel></rss>") ==
          "<rss><channel><item>1</item></channel><item>2</item></rss>");
    CHECK_FALSE(warns("<rss><channel><item>1</item></rss><item>2</item></rss>", "truncated"));
}

TEST_CASE("attributes are quoted and told once") {
    CHECK(repaired("<a b=1 c='2\"' d e=\"3\" b=\"4\">x</a>") ==
          "<a b=\"1\" c=\"2&quot;\" d=\"\" e=\"3\">x</a>");
    CHECK(repaired("<a b=\"1\"c=\"2\"/>") == "<a b=\"1\" c=\"2\"/>");
    CHECK(repaired("<a href=http://e.org/>x</a>") == "<a href=\"http://e.org\"/>");
    CHECK(repaired("<x><a href=\"u>t</a><a href=\"v\">w</a></x>") ==
          "<x><a href=\"u\">t</a><a href=\"v\">w</a></x>");
    CHECK(repaired("<a b=\"x < y\"/>") == "<a b=\"x &lt; y\"/>");
}

TEST_CASE("a CDATA section without an end ends with its element") {
    CHECK(repaired("<a><b><![CDATA[x & <i></b><c><![CDATA[y]]></c></a>") ==
          "<a><b><![CDATA[x & <i>]]></b><c><![CDATA[y]]></c></a>");
    CHECK(repaired("<a><b><![CDATA[x</b><c>y</c></a>") == "<a><b><![CDATA[x]]></b><c>y</c></a>");
    CHECK(repaired("<a><![CDATA[x]") == "<a><![CDATA[x]]></a>");
    CHECK(repaired("<a><![CDATA[x <![CDATA[ y]]></a>") == "<a><![CDATA[x <![CDATA[ y]]></a>");
}

TEST_CASE("comments and instructions are dropped, even without an end") {
    CHECK(repaired("<a>x<!-- -- < & --><?php echo ?>y</a>") == "<a>xy</a>");
    CHECK(repaired("<a><!-- x><b>y</b></a>") == "<a><b>y</b></a>");
}

TEST_CASE("a document cut anywhere keeps the items before the cut") {
    const std::string whole =
        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>F&amp;</title>"
        "<item><title>1</title><link a='b'>u</link></item>"
        "<item><title><![CDATA[2 ]]>&eacute;</title><!-- c --></item></channel></rss>";
    const std::size_t first_end = whole.find("</item>") + 7;
    std::size_t items_before = 0;
    for (std::size_t size = 0; size < whole.size(); ++size) {
        CAPTURE(size);
        const std::string out = repaired(whole.substr(0, size));
        std::size_t items = 0;
        for (std::size_t at = out.find("<item>"); at != std::string::npos;
             at = out.find("<item>", at + 1))
            ++items;
        CHECK(items >= items_before);
        items_before = items;
        if (size >= first_end) {
            CHECK(out.find("<item><title>1</title><link a=\"b\">u</link></item>") !=
                  std::string::npos);
        }
    }
    CHECK(items_before == 2);
    CHECK(warns(whole.substr(0, first_end), "truncated"));
}

TEST_CASE("what is open too deep inside others loses its tags, not its text") {
    std::string xml = "<rss><channel><item>";
    for (int i = 0; i < 100'000; ++i) xml += "<a" + std::to_string(i) + ">";
    const Repaired repaired = repair_xml(xml + "deep");
    CHECK(repaired.xml.contains("<a4000>"));
    CHECK(repaired.xml.contains("deep"));
    CHECK_FALSE(repaired.xml.contains("<a5000>"));
    CHECK(std::ranges::count(repaired.warnings, "limit", &Warning::code) > 0);
}

TEST_CASE("hostile repetitions are repaired in linear time") {
    for (const std::string_view part : {"<",
                                        "<a ",
                                        "<a b=\"<a ",
                                        "<a b='>",
                                        "<![CDATA[",
                                        "<!--",
                                        "<?",
                                        "<!DOCTYPE [",
                                        "&",
                                        "</a",
                                        "<a>",
                                        "<a></b>",
                                        "<item>",
                                        "<title>",
                                        "</rss><item>",
                                        "<content type=xml>",
                                        "]]>",
                                        "<a b=\"",
                                        "<a b=\"<a \" c=",
                                        "&#",
                                        "&a;"}) {
        CAPTURE(part);
        std::string xml = "<rss>";
        for (int i = 0; i < 20000; ++i) xml += part;
        const std::string out = repair_xml(xml).xml;
        CHECK(out.size() < 12 * xml.size() + 100);
    }
}

TEST_CASE("entities that the document declares itself are expanded") {
    const std::string xml =
        "<?xml version=\"1.0\"?><!DOCTYPE rss [\n<!ENTITY name \"News\">\n"
        "<!ENTITY both '&name; &amp; more'>\n<!ENTITY % p SYSTEM \"x.dtd\">\n"
        "<!ENTITY file SYSTEM \"file:///etc/passwd\">]>"
        "<rss><a>&both;</a><b><![CDATA[&name;]]></b><c>&file;&name</c></rss>";
    CHECK(expand_internal_entities(xml).xml ==
          "<?xml version=\"1.0\"?><rss><a>News &amp; more</a><b><![CDATA[&name;]]></b>"
          "<c>&file;&name</c></rss>");
    CHECK(expand_internal_entities("<rss>&name;</rss>").xml.empty());
    CHECK(expand_internal_entities("<!DOCTYPE rss PUBLIC \"a\" \"b\"><rss/>").xml.empty());
}

TEST_CASE("entities that would explode stay as they are, with a warning") {
    std::string xml = "<!DOCTYPE rss [<!ENTITY a0 \"lolololololol\">";
    for (int i = 1; i < 20; ++i) {
        const std::string before = "&a" + std::to_string(i - 1) + ";";
        xml += "<!ENTITY a" + std::to_string(i) + " \"";
        for (int j = 0; j < 10; ++j) xml += before;
        xml += "\">";
    }
    xml += "]><rss>";
    for (int i = 0; i < 1000; ++i) xml += "&a2;&a19;";
    const Repaired result = expand_internal_entities(xml);
    CHECK(result.xml.size() < xml.size() + (64u << 10) + 1);
    CHECK(std::ranges::count(result.warnings, "limit", &Warning::code) > 0);
    const Repaired recursive =
        expand_internal_entities("<!DOCTYPE r [<!ENTITY a \"&b;\"><!ENTITY b \"&a;\">]><r>&a;</r>");
    CHECK(recursive.xml.size() < 40);
}
