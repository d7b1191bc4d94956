// The list of nodes against pugixml's own tree of the whole document: both take and refuse the same
// ones, and hold the same.

#include "feed/xml_scan.h"

#include "feed/xml_text.h"
#include "tests/feed/fixtures.h"

#include <doctest/doctest.h>
#include <pugixml.hpp>

#include <array>
#include <random>
#include <string>
#include <string_view>

using namespace tributary::feed;
using namespace tributary::feed::xml;

namespace {

struct Scanned {
    explicit Scanned(std::string xml) : text(std::move(xml)), nodes(scan(text, warnings)) {}
    std::string text;
    Warnings warnings;
    Nodes nodes;
};

std::string decoded(std::string_view text) {
    Warnings warnings;
    std::string out;
    append_text(out, text, warnings);
    return out;
}

/// The tree on one line: "<a x=[1]>", "[text]", "{section}", "</>".
std::string shape_of(const Nodes& nodes) {
    std::string out;
    std::vector<const Node*> open;
    for (const Node& node : nodes.list) {
        for (; !open.empty() && open.back()->behind() == &node; open.pop_back()) out += "</>";
        if (node.kind == Node::Kind::text) out += "[" + std::string(node.text) + "]";
        if (node.kind == Node::Kind::section) out += "{" + std::string(node.text) + "}";
        if (node.kind != Node::Kind::element) continue;
        out += "<" + std::string(node.text);
        for (const Attribute& attribute : nodes.attributes_of(node))
            out += " " + std::string(attribute.name) + "=[" + std::string(attribute.value) + "]";
        out += ">";
        open.push_back(&node);
    }
    for (; !open.empty(); open.pop_back()) out += "</>";
    return out;
}

void append_shape(std::string& out, const pugi::xml_node& parent) {
    const bool is_top = parent.type() == pugi::node_document;
    for (const pugi::xml_node& node : parent) {
        const std::string value = node.value();
        if (node.type() == pugi::node_pcdata) out += "[" + value + "]";
        if (node.type() == pugi::node_cdata && !is_top) out += "{" + value + "}";
        if (node.type() != pugi::node_element) continue;
        out += "<" + std::string(node.name());
        for (const pugi::xml_attribute& attribute : node.attributes())
            out += " " + std::string(attribute.name()) + "=[" + decoded(attribute.value()) + "]";
        out += ">";
        append_shape(out, node);
        out += "</>";
    }
}

/// As pugixml sees it, references left as they are in text; "no" if it is not well-formed.
std::string shape_by_pugixml(const std::string& xml) {
    constexpr unsigned options =
        pugi::parse_cdata | pugi::parse_ws_pcdata | pugi::parse_wconv_attribute;
    pugi::xml_document document;
    if (!document.load_buffer(xml.data(), xml.size(), options, pugi::encoding_utf8)) return "no";
    std::string out;
    append_shape(out, document);
    return out;
}

std::string shape(const std::string& xml) {
    const Scanned scanned(xml);
    return scanned.nodes.stop.reason.empty() ? shape_of(scanned.nodes) : "no";
}

/// A few changes at random, of the kinds that a reader of XML may take amiss.
std::string damaged(std::string xml, std::mt19937& random) {
    constexpr auto pieces = std::to_array<std::string_view>(
        {"<",  ">",  "/",       "</",           "/>",   "&",    "\"",   "'",   "=",         " ",
         "\n", ":",  "a",       "<a>",          "</a>", "<a b", "<!--", "-->", "<![CDATA[", "]]>",
         "<?", "?>", "<?x y?>", "<!DOCTYPE a>", "<!",   "é"});
    for (auto left = 1 + random() % 3; left > 0; --left) {
        const std::size_t at = random() % (xml.size() + 1);
        if (random() % 3 == 0)
            xml.erase(at, 1 + random() % 8);
        else
            xml.insert(at, pieces[random() % pieces.size()]);
    }
    return xml;
}

/// No line ends but line feeds, no byte order mark: what the reader is given.
std::string prepared(std::string xml) {
    std::erase(xml, '\r');
    if (xml.starts_with("\xEF\xBB\xBF")) xml.erase(0, 3);
    return xml;
}

}  // namespace

TEST_CASE("what is in an element stands behind it") {
    const Scanned scanned("<?xml version='1.0'?>\n<a><b/>x<c d='1'><![CDATA[<&]]></c></a> <e/>");
    CHECK(scanned.nodes.stop.reason.empty());
    CHECK(shape_of(scanned.nodes) == "<a><b></>[x]<c d=[1]>{<&}</></><e></>");
    const Node& a = scanned.nodes.list[0];
    CHECK(a.behind()->text == "e");
    CHECK(a.begin()->behind()->text == "x");
}

TEST_CASE("attributes are decoded, text is not") {
    const Scanned scanned("<a b='&lt;1&#x26;2&amp;3&nbsp;\n4'>&lt;</a>");
    CHECK(shape_of(scanned.nodes) == "<a b=[<1&2&3\u00a0 4]>[&lt;]</>");
}

TEST_CASE("what stands before a fault is there, and where the fault is") {
    const Scanned scanned("<a><b>1</b><c>2</d></a>");
    CHECK(scanned.nodes.stop.offset == 17);
    CHECK(shape_of(scanned.nodes) == "<a><b>[1]</><c>[2]</></>");
}

TEST_CASE("references are what XML and HTML mean by them") {
    CHECK(decoded("&lt;&gt;&amp;&quot;&apos;&#65;&#x41;&#10;") == "<>&\"'AA\n");
    CHECK(decoded("&nbsp;&hellip;&AMP;") == "\u00a0\u2026&");
    CHECK(decoded("&#128;&#x80;&#X41;") == "\u20ac\u20acA");
    for (const std::string text : {"&", "&&", "a & b", "&unknown;", "&;", "&#;", "&lt", "&#x;"})
        CHECK(decoded(text) == text);
    CHECK(decoded("&amp;lt;") == "&lt;");
    CHECK(decoded("&#0;&#xFFFE;") == "\uFFFD\uFFFD");
}

TEST_CASE("a document type is passed over, with what is declared and quoted in it") {
    for (const std::string type :
         {"<!DOCTYPE r>", "<!DOCTYPE r SYSTEM \"a>b\">", "<!DOCTYPE r [<!ENTITY a '<b>'>]>",
          "<!DOCTYPE r [<!-- ' --><?p '?><!ELEMENT r ANY> ] >"}) {
        CAPTURE(type);
        CHECK(shape(type + "<r/>") == "<r></>");
        CHECK(shape("<r>" + type + "</r>") == "no");
        CHECK(shape(type.substr(0, type.size() - 1) + "<r/>") == "no");
    }
}

TEST_CASE("the fixtures look the same to pugixml") {
    for (const auto& path : fixtures()) {
        CAPTURE(path.string());
        const std::string xml = prepared(read_file(path));
        CHECK(shape(xml) == shape_by_pugixml(xml));
    }
}

TEST_CASE("damaged fixtures look the same to pugixml, or neither takes them") {
    std::mt19937 random(1);
    int taken = 0;
    for (const auto& path : fixtures({"rss", "atom", "rdf", "extensions"})) {
        const std::string original = prepared(read_file(path));
        for (int i = 0; i < 1000; ++i) {
            const std::string xml = damaged(original, random);
            CAPTURE(xml);
            const std::string expected = shape_by_pugixml(xml);
            REQUIRE(shape(xml) == expected);
            taken += expected != "no";
        }
    }
    CHECK(taken > 1000);
}
