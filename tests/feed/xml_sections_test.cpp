#include "feed/xml_sections.h"

#include "feed/parse.h"
#include "feed/xml.h"

#include <doctest/doctest.h>

#include <string>
#include <utility>

using namespace tributary::feed;

namespace {

const std::string long_text =
    "<p>A paragraph that is long enough to be worth leaving where it stands &amp; not to be parsed "
    "with all that stands around it.</p>";

std::string section(const std::string& content) {
    return "<![CDATA[" + content + "]]>";
}

/// What an element holds, read from the whole text and from its outline.
struct Both {
    explicit Both(std::string xml) : text(std::move(xml)) {
        is_loaded = whole.load(text) == outlined.load_borrowing(text);
        from_whole = whole.root({}).first_element();
        from_outline = outlined.root({}).first_element();
    }
    std::string text;
    Warnings warnings;
    xml::Tree whole{warnings}, outlined{warnings};
    xml::Element from_whole, from_outline;
    bool is_loaded = false;
};

}  // namespace

TEST_CASE("only long sections behind a tag are left out of the outline") {
    const std::string xml =
        "<r><a>" + section(long_text) + "</a><b>" + section("short") + "</b></r>";
    const auto outline = xml::outline_of(xml);
    REQUIRE(outline.contents.size() == 1);
    CHECK(outline.contents[0] == long_text);
    CHECK(outline.text ==
          "<r><a><![CDATA[\x01"
          "0]]></a><b><![CDATA[short]]></b></r>");
    CHECK(xml::content_of(outline,
                          "\x01"
                          "0") == long_text);
    CHECK(xml::content_of(outline,
                          "\x01"
                          "1") ==
          "\x01"
          "1");

    for (const std::string& other :
         {"<r a='" + section(long_text) + "'/>", "<r>" + section(long_text + "\r\n") + "</r>",
          "<r><!--" + section(long_text) + "--></r>", "<r>\x01" + section(long_text) + "</r>",
          "<r><![CDATA[" + long_text})
        CHECK(xml::outline_of(other).contents.empty());
}

TEST_CASE("an element reads the same from the outline as from the whole text") {
    const std::string cdata = section(long_text);
    for (const std::string& content :
         {cdata, "text" + cdata, " \n " + cdata + " \n", cdata + cdata, cdata + " and " + cdata,
          "<b>" + cdata + "</b>", "<b>x</b> " + cdata + "<i/>", "<!--" + cdata + "-->" + cdata,
          "<?php " + cdata + "?>" + cdata, section("]]") + cdata + section("")}) {
        const Both both("<r><a>" + content + "</a></r>");
        CHECK(both.is_loaded);
        CHECK(both.from_outline.text() == both.from_whole.text());
        CHECK(both.from_outline.line() == both.from_whole.line());
        CHECK(both.from_outline.deep_line() == both.from_whole.deep_line());
        CHECK(both.from_outline.markup() == both.from_whole.markup());
    }
}

TEST_CASE("a section in an attribute, which is no XML, leaves no mark behind") {
    const Both both("<r><a href=\"<b>" + section(long_text) + "\">" + section(long_text) +
                    "</a></r>");
    CHECK_FALSE(xml::has_mark(both.from_outline.attribute("href")));
    CHECK_FALSE(xml::has_mark(both.from_outline.markup()));
    CHECK(both.from_outline.text() == long_text);
}

TEST_CASE("where the outline cannot be parsed the whole text says where the fault is") {
    const std::string xml = "<r><a>" + section(long_text) + "</a><b>" + long_text;
    Warnings warnings;
    xml::Tree whole(warnings), outlined(warnings);
    CHECK_FALSE(whole.load(xml));
    CHECK_FALSE(outlined.load_borrowing(xml));
    CHECK_FALSE(outlined.has_borrowed());
    CHECK(outlined.stop().offset == whole.stop().offset);
}
