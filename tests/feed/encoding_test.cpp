#include "feed/encoding.h"

#include "base/text.h"
#include "feed/charset.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace tributary;
using namespace tributary::feed;

namespace {

Decoded decode(std::string bytes, std::string_view content_type = "") {
    auto decoded = to_utf8(std::move(bytes), content_type);
    REQUIRE(decoded.has_value());
    CHECK(is_utf8(decoded->text));
    return std::move(*decoded);
}

bool warns(const Decoded& decoded, std::string_view code) {
    return std::ranges::count(decoded.warnings, code, &Warning::code) > 0;
}

std::string declared(std::string_view label, std::string_view body) {
    return "<?xml version=\"1.0\" encoding=\"" + std::string(label) + "\"?>" + std::string(body);
}

/// ASCII spread over units of `size` bytes.
std::string wide(std::string_view text, std::size_t size, bool big_endian) {
    std::string out;
    for (const char c : text) {
        std::string unit(size, '\0');
        (big_endian ? unit.back() : unit.front()) = c;
        out += unit;
    }
    return out;
}

}  // namespace

TEST_CASE("UTF-8 is moved through without a copy") {
    std::string bytes = "<rss>" + std::string(1000, 'x') + "\xC3\xA4</rss>";
    const char* data = bytes.data();
    const Decoded decoded = decode(std::move(bytes));
    CHECK(decoded.text.data() == data);
    CHECK(decoded.encoding == "utf-8");
    CHECK(decoded.warnings.empty());
}

TEST_CASE("a byte order mark beats the header and the declaration, and is dropped") {
    const Decoded decoded =
        decode("\xEF\xBB\xBF" + declared("iso-8859-1", "\xC3\xA4"), "text/xml; charset=koi8-r");
    CHECK(decoded.encoding == "utf-8");
    CHECK(decoded.text == declared("iso-8859-1", "\xC3\xA4"));
    CHECK(decode("\xEF\xBB\xBF\xEF\xBB\xBF<rss/>").text == "<rss/>");
}

TEST_CASE("a byte order mark behind control characters is dropped with them") {
    CHECK(decode("\x12\xEF\xBB\xBF<a/>").text == "<a/>");
}

TEST_CASE("UTF-16 and UTF-32 are known with and without a byte order mark") {
    for (const std::size_t size : {std::size_t{2}, std::size_t{4}}) {
        for (const bool big_endian : {false, true}) {
            const std::string bytes = wide(declared("utf-8", "<rss/>"), size, big_endian);
            const std::string name =
                (size == 2 ? std::string("utf-16") : "utf-32") + (big_endian ? "be" : "le");
            CAPTURE(name);
            CHECK(decode(bytes).encoding == name);
            CHECK(decode(bytes).text == declared("utf-8", "<rss/>"));
            std::string mark(size, '\0');
            mark[big_endian ? size - 2 : 1] = '\xFE';
            mark[big_endian ? size - 1 : 0] = '\xFF';
            CHECK(decode(mark + bytes).text == declared("utf-8", "<rss/>"));
            CHECK(decode(mark + bytes).encoding == name);
            CHECK(decode(bytes.substr(0, bytes.size() - 1)).text.starts_with("<?xml"));
        }
    }
}

TEST_CASE("a lone surrogate in UTF-16 costs one character") {
    const std::string bytes =
        wide("<a>", 2, false) + std::string("\x00\xD8", 2) + wide("b</a>", 2, false);
    const Decoded decoded = decode(bytes);
    CHECK(decoded.text ==
          "<a>\xEF\xBF\xBD"
          "b</a>");
    CHECK(warns(decoded, "encoding-mismatch"));
}

TEST_CASE("the HTTP header beats the declaration") {
    const std::string bytes = declared("utf-8", "\xEE\xCF\xD7");
    for (const char* header : {"text/xml; charset=koi8-r", "text/xml; charset=\"KOI8-R\"",
                               "text/xml;x=y; Charset = 'koi8-r'"}) {
        CAPTURE(header);
        CHECK(decode(bytes, header).text == declared("utf-8", "\xD0\x9D\xD0\xBE\xD0\xB2"));
        CHECK(decode(bytes, header).encoding == "koi8-r");
    }
}

TEST_CASE("labels mean what the Web means by them") {
    struct Case {
        const char *label, *bytes, *text, *encoding;
    };
    for (const Case& c : {
             Case{"iso-8859-1", "\x80\x93", "\xE2\x82\xAC\xE2\x80\x9C", "windows-1252"},
             Case{"us-ascii", "\xE9", "\xC3\xA9", "windows-1252"},
             Case{"ISO-8859-15", "\xA4", "\xE2\x82\xAC", "iso-8859-15"},
             Case{"windows-1251", "\xCD", "\xD0\x9D", "windows-1251"},
             Case{"gb2312", "\xD6\xD0", "\xE4\xB8\xAD", "gb18030"},
             Case{"shift_jis", "\x93\xFA", "\xE6\x97\xA5", "shift_jis"},
             Case{"euc-kr", "\xC7\xD1", "\xED\x95\x9C", "euc-kr"},
             Case{"big5", "\xA4\xA4", "\xE4\xB8\xAD", "big5"},
             Case{"iso-2022-jp", "\x1B$BF|\x1B(B", "\xE6\x97\xA5", "iso-2022-jp"},
         }) {
        CAPTURE(c.label);
        const Decoded decoded = decode(declared(c.label, c.bytes));
        CHECK(decoded.text == declared(c.label, c.text));
        CHECK(decoded.encoding == c.encoding);
        CHECK(decoded.warnings.empty());
    }
}

TEST_CASE("a label that the bytes contradict is not believed") {
    const Decoded latin = decode(declared("iso-8859-1", "\xC3\xA4"));
    CHECK(latin.encoding == "utf-8");
    CHECK(warns(latin, "encoding-mismatch"));

    const Decoded utf8 = decode(declared("utf-8", "caf\xE9 \x96 \x80"));
    CHECK(utf8.encoding == "windows-1252");
    CHECK(utf8.text == declared("utf-8", "caf\xC3\xA9 \xE2\x80\x93 \xE2\x82\xAC"));
    CHECK(warns(utf8, "encoding-mismatch"));

    const Decoded utf16 = decode(declared("utf-16", "\xC3\xA4"));
    CHECK(utf16.encoding == "utf-8");
    CHECK(warns(utf16, "encoding-mismatch"));

    const Decoded header = decode(declared("koi8-r", "\xEE\xCF\xD7"), "text/xml; charset=utf-8");
    CHECK(header.encoding == "koi8-r");
}

TEST_CASE("one bad byte does not cost a UTF-8 document its other letters") {
    const Decoded decoded = decode("\xC3\xA4\xC3\xB6\xC3\xBC \xFF \xC3\x9F");
    CHECK(decoded.text == "\xC3\xA4\xC3\xB6\xC3\xBC \xEF\xBF\xBD \xC3\x9F");
    CHECK(decoded.encoding == "utf-8");
    CHECK(warns(decoded, "encoding-mismatch"));
}

TEST_CASE("without any label, what is not UTF-8 is windows-1252") {
    const Decoded decoded = decode("<a>\x93x\x94</a>");
    CHECK(decoded.text == "<a>\xE2\x80\x9Cx\xE2\x80\x9D</a>");
    CHECK(decoded.encoding == "windows-1252");
    CHECK(warns(decoded, "encoding-guessed"));
}

TEST_CASE("an unknown label is warned of and passed over") {
    const Decoded decoded = decode(declared("x-klingon", "\xC3\xA4"), "text/xml; charset=; ;;=");
    CHECK(decoded.encoding == "utf-8");
    CHECK(warns(decoded, "encoding-guessed"));
    CHECK(decode("a", "text/xml; charset=x\xFF\x1B").text == "a");
}

TEST_CASE("C1 controls are the characters of windows-1252 that were meant") {
    const Decoded decoded = decode("don\xC2\x92t \xC2\x85 \xC2\x80\xC2\xA0\xC2\x81");
    CHECK(decoded.text == "don\xE2\x80\x99t \xE2\x80\xA6 \xE2\x82\xAC\xC2\xA0\xC2\x81");
    CHECK(warns(decoded, "invalid-char"));
    CHECK_FALSE(warns(decode("\xC2\x81\xC3\x80"), "invalid-char"));
}

TEST_CASE("controls and noncharacters that XML does not allow are dropped") {
    const std::string bytes(
        "a\0b\x01"
        "c\td\r\n\x7F\xEF\xBF\xBF"
        "e\xEF\xBF\xBE\xEF\xBF\xBD",
        20);
    const Decoded decoded = decode(bytes);
    CHECK(decoded.text ==
          "abc\td\r\n\x7F"
          "e\xEF\xBF\xBD");
    CHECK(warns(decoded, "invalid-char"));
    CHECK(decode(std::string(50, ' ') + '\x02' + std::string(50, '\n')).text.size() == 100);
}

TEST_CASE("every label is known in any case, and nothing else is") {
    CHECK(charset_of(" UTF-8 ") == charset_of("utf8"));
    CHECK(charset_of("Latin1") == charset_of("windows-1252"));
    CHECK(charset_of("") == nullptr);
    CHECK(charset_of("utf") == nullptr);
    CHECK(charset_of("8859-1 iso") == nullptr);
    CHECK(charset_of(std::string(100000, 'a')) == nullptr);
}

TEST_CASE("any bytes under any label decode to valid UTF-8") {
    std::string bytes;
    std::uint32_t seed = 1;
    for (int i = 0; i < 3000; ++i) {
        seed = seed * 1664525 + 1013904223;
        bytes += static_cast<char>(seed >> 24);
    }
    for (const char* label : {"utf-8", "gb18030", "shift_jis", "euc-jp", "iso-2022-jp", "euc-kr",
                              "big5", "windows-1253", "iso-8859-8", "utf-16be", "utf-32le"}) {
        CAPTURE(label);
        const auto decoded = decode(bytes, "text/xml; charset=" + std::string(label));
        CHECK(decoded.text.size() < 4 * bytes.size());
    }
}
