#include "feed/sanitize.h"

#include "base/text.h"
#include "tests/feed/closed_language.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

using namespace tributary::feed;
using closed_language::fault_in;

namespace {

constexpr std::string_view page = "https://example.org/blog/post";

std::string read_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::string clean(std::string_view html) {
    return sanitize(html, page);
}

std::string repeated(std::string_view text, std::size_t count) {
    std::string out;
    for (; count > 0; --count) out += text;
    return out;
}

constexpr std::array pieces = {"text",
                               " ",
                               "\n",
                               "<p>",
                               "</p>",
                               "<div>",
                               "</div>",
                               "<b>",
                               "</b>",
                               "<i/>",
                               "</i>",
                               "<ul>",
                               "<li>",
                               "</ul>",
                               "<table>",
                               "<tr>",
                               "<td>",
                               "<col>",
                               "<caption>",
                               "</table>",
                               "</td>",
                               "<a href=/x>",
                               "<a name=y>",
                               "</a>",
                               "<pre>",
                               "<ruby>",
                               "<rt>",
                               "<h1>",
                               "</h2>",
                               "<dl>",
                               "<dd>",
                               "<img src=x>",
                               "<img srcset='a 1x,b' alt=\"<\">",
                               "<svg>",
                               "</svg>",
                               "<math><mi>",
                               "</math>",
                               "<style>",
                               "</style>",
                               "<script>",
                               "</script>",
                               "<title>",
                               "</title>",
                               "<!--",
                               "-->",
                               "<!x>",
                               "<![CDATA[",
                               "]]>",
                               "<?y?>",
                               "<select>",
                               "</select>",
                               "<iframe src=//example.com/f>",
                               "</iframe>",
                               "<noscript>",
                               "</noscript>",
                               "<p title='",
                               "'",
                               "\"",
                               "`",
                               "<a href=\"",
                               "<",
                               ">",
                               "&",
                               "&lt;",
                               "&#0;",
                               "&#13;",
                               "&amp",
                               "&notit;",
                               "<b onclick=x style=y lang=en>",
                               "<x-y>",
                               "<form>",
                               "<svg><style><img src=x onerror=y>",
                               "\xff",
                               "\xef\xbf\xbf",
                               "\r",
                               "\f",
                               "\x01",
                               "<video autoplay src=v>",
                               "<source srcset=s>",
                               "</br>",
                               "<hr>",
                               "<td colspan=2 dir=ltr>",
                               "<ol start=-1 type=a>",
                               "<li value=x>",
                               "<object data=/o>",
                               "<embed src=/e>"};

std::string hostile_fragment(std::mt19937& random) {
    std::string html;
    for (auto left = 1 + random() % 40; left > 0; --left) {
        const std::string_view piece = pieces[random() % pieces.size()];
        html += random() % 40 == 0 ? repeated(piece, random() % 300) : std::string(piece);
    }
    return html;
}

}  // namespace

TEST_CASE("sanitized fixtures are as expected, and stay so when cleaned again") {
    int count = 0;
    for (const auto& file :
         std::filesystem::directory_iterator(std::string(TRIBUTARY_FIXTURES) + "/sanitize")) {
        if (file.path().extension() != ".html") continue;
        CAPTURE(file.path().filename().string());
        std::filesystem::path expected = file.path();
        const std::string output = clean(read_file(file.path()));
        CHECK(output == read_file(expected.replace_extension(".expected")));
        CHECK(clean(output) == output);
        CHECK(fault_in(output) == "");
        ++count;
    }
    CHECK(count >= 8);
}

TEST_CASE("whatever goes in, only the closed language comes out") {
    std::mt19937 random(20261122);
    for (int i = 0; i < 4000; ++i) {
        const std::string html = hostile_fragment(random);
        const std::string output = clean(html);
        CAPTURE(html);
        CAPTURE(output);
        REQUIRE(fault_in(output) == "");
        REQUIRE(clean(output) == output);
        REQUIRE(tributary::is_utf8(output));
    }
}

TEST_CASE("cut output is still whole, no larger than asked, and not cut again") {
    std::mt19937 random(7);
    for (int i = 0; i < 1000; ++i) {
        const std::string html = hostile_fragment(random);
        SanitizeOptions options;
        options.max_bytes = random() % 400;
        options.read_on = random() % 2 == 0 ? "https://example.org/post" : "";
        const std::string output = sanitize(html, page, options);
        CAPTURE(html);
        CAPTURE(options.max_bytes);
        REQUIRE(output.size() <= options.max_bytes);
        REQUIRE(fault_in(output) == "");
        REQUIRE(sanitize(output, page, options) == output);
    }
}

TEST_CASE("a long text is cut between elements and says where it goes on") {
    SanitizeOptions options;
    options.max_bytes = 110;
    options.read_on = "https://example.org/post?a=1&b=2";
    const std::string html = repeated("<p>a few words</p>", 20);
    CHECK(sanitize(html, page, options) ==
          "<p>a few words</p><p>a few words</p>"
          "<p><a href=\"https://example.org/post?a=1&amp;b=2\">Read on</a></p>");
    options.max_bytes = html.size();
    CHECK(sanitize(html, page, options) == html);
}

TEST_CASE("one long run of text is cut at a word") {
    SanitizeOptions options;
    options.max_bytes = 60;
    const std::string output = sanitize(repeated("words ", 100), page, options);
    CHECK(output == repeated("words ", 9) + "words");
}

TEST_CASE("nesting is bounded, and what is too deep keeps its text") {
    const std::string output = clean(repeated("<div>", 5000) + "deep");
    CHECK(fault_in(output) == "");
    CHECK(output.contains("deep"));
}

TEST_CASE("trackers stay where the operator wants them") {
    SanitizeOptions options;
    options.strip_trackers = false;
    const std::string_view pixel =
        "<img src=\"https://pixel.wp.com/b.gif\" width=\"1\" height=\"1\">";
    CHECK(sanitize(pixel, page, options) == pixel);
    CHECK(clean(pixel).empty());
}

TEST_CASE("a size that cannot be read hides no more than one that is absent") {
    CHECK(clean("<img src='b.gif' width='1' height=']1'>").empty());
    CHECK(clean("<img src='b.gif' width='80' height=']1'>").contains("<img"));
}

TEST_CASE("a host with control characters is none, not even without them") {
    CHECK(clean(std::string_view("<a href='//\xC3\xBC@P\0/'>x</a>", 24)) == "x");
    CHECK(clean("<a href='http://a b/'>x</a>") == "x");
    CHECK(clean("<a href='/a\x01 b'>x</a>") == "<a href=\"https://example.org/a%01%20b\">x</a>");
    // As many as an escaped space is longer than a plain one.
    CHECK(clean("<a href='http:a b\xEE\x9F\x87\x1F\x01@P'>x</a>") == "x");
}

TEST_CASE("a candidate of a srcset ends without a comma, whatever stood behind it") {
    CHECK(clean("<img srcset='d.png,\x01 2x'>") ==
          "<img srcset=\"https://example.org/blog/d.png 2x\">");
}

TEST_CASE("a size written with references is the size that it is") {
    CHECK(clean("<img src='b.gif' width='&#49;' height='&#x31;'>").empty());
}

TEST_CASE("without a base a relative address stays, an unsafe one does not") {
    CHECK(sanitize("<a href='/a b'>x</a>", "") == "<a href=\"/a%20b\">x</a>");
    CHECK(sanitize("<a href='java\tscript:x'>x</a>", "") == "x");
    CHECK(sanitize("<a href='\x01javascript:x'>x</a>", "") == "x");
    CHECK(sanitize("<a href='java script:x'>x</a>", "") == "x");
}

TEST_CASE("a data image larger than text deserves is left out") {
    const std::string data = "data:image/png;base64," + repeated("A", 100'000);
    CHECK(clean("<img src='" + data + "' alt=picture>") == "picture");
}
