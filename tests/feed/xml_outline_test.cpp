#include "feed/xml_outline.h"

#include <doctest/doctest.h>

#include <string>

using namespace tributary::feed::xml;

namespace {

const std::string long_text(40, 'x');

/// The outline with what each mark stands for in brackets.
std::string shown(std::string_view xml) {
    const auto outline = outline_of(xml);
    if (!outline) return "none";
    std::string out = outline->xml;
    for (std::size_t i = outline->texts.size(); i-- > 0;) {
        const std::string mark = "\x01" + std::to_string(i);
        CHECK(text_of(*outline, mark) == outline->texts[i]);
        const std::size_t at = out.find(mark);
        REQUIRE(at != std::string::npos);
        out.replace(at, mark.size(), outline->texts[i] == long_text ? "[long]" : "[other]");
    }
    return out;
}

}  // namespace

TEST_CASE("long texts and CDATA sections are taken out of the outline, all else stays") {
    CHECK(shown("<a b='1'>" + long_text + "</a>") == "<a b='1'>[long]</a>");
    CHECK(shown("<a><![CDATA[" + long_text + "]]></a>") == "<a><![CDATA[[long]]]></a>");
    CHECK(shown("<a>" + long_text + "<b/>" + long_text + "</a>") == "<a>[long]<b/>[long]</a>");
    CHECK(shown("<a>short</a>") == "<a>short</a>");
    CHECK(shown("<a><!--" + long_text + "--></a>") == "<a><!--" + long_text + "--></a>");
    CHECK(shown("<a b='" + long_text + "'/>") == "<a b='" + long_text + "'/>");
}

TEST_CASE("quotes hide the end of a tag, and sections hide tags") {
    CHECK(shown("<a b='>" + long_text + "'>" + long_text + "</a>") ==
          "<a b='>" + long_text + "'>[long]</a>");
    CHECK(shown("<a><![CDATA[<b>" + long_text + "</b>]]></a>") == "<a><![CDATA[[other]]]></a>");
}

TEST_CASE("what is not understood, or holds a mark itself, has no outline") {
    for (const std::string xml :
         {"<a", "<a b='>", "<![CDATA[ ", "<!-- ", "<?x ", "<!DOCTYPE a><a/>",
          "<a>\x01"
          "0</a>"})
        CHECK(shown(xml) == "none");
}

TEST_CASE("a value that is no mark stands for itself") {
    const Outline outline{.xml = {}, .texts = {"text"}};
    CHECK(text_of(outline,
                  "\x01"
                  "0") == "text");
    for (const std::string_view value : {"", "0", "text",
                                         "\x01"
                                         "1",
                                         "\x01"
                                         "99999999999999999999"})
        CHECK(text_of(outline, value) == value);
}
