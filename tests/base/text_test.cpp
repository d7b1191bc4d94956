#include "base/text.h"

#include <doctest/doctest.h>

#include <limits>

using namespace tributary;

TEST_CASE("trimming takes white space from both ends and leaves the middle") {
    CHECK(trim(" \t\r\n\fa  b\n") == "a  b");
    CHECK(trim("") == "");
    CHECK(trim(" \n ") == "");
    CHECK(trim("\xC2\xA0x") == "\xC2\xA0x");  // a no-break space is text
}

TEST_CASE("collapsing makes each run of white space one space") {
    CHECK(collapse("  a \n\t b  c ") == "a b c");
    CHECK(collapse(" \n ") == "");
}

TEST_CASE("case is folded for ASCII letters only") {
    CHECK(to_lower("ABC-\xC3\x84z") == "abc-\xC3\x84z");
    CHECK(equals_ignoring_case("Content-TYPE", "content-type"));
    CHECK_FALSE(equals_ignoring_case("a", "ab"));
    CHECK_FALSE(equals_ignoring_case("@", "`"));
    CHECK(starts_with_ignoring_case("TEXT/html", "text/"));
    CHECK_FALSE(starts_with_ignoring_case("te", "text"));
}

TEST_CASE("splitting trims the parts and leaves out the empty ones") {
    CHECK(split(" a, b ,,c ", ',') == std::vector<std::string_view>{"a", "b", "c"});
    CHECK(split("", ',').empty());
    CHECK(split(" , ", ',').empty());
}

TEST_CASE("well-formed UTF-8 is known from ill-formed") {
    const auto padded = [](std::string_view tail) {
        return std::string(67, 'a').append(tail).append(40, 'z');
    };
    for (const char* good : {"", "plain", "\xC3\xA4", "\xE2\x82\xAC", "\xF0\x9F\x98\x80",
                             "\xED\x9F\xBF", "\xEE\x80\x80", "\xF4\x8F\xBF\xBF"}) {
        CAPTURE(good);
        CHECK(is_utf8(good));
        CHECK(is_utf8(padded(good)));
        CHECK(to_valid_utf8(padded(good)) == padded(good));
    }
    for (const char* bad : {"\x80", "\xC3", "\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80",
                            "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xF0\x9F\x98", "\xFF"}) {
        CAPTURE(bad);
        CHECK_FALSE(is_utf8(bad));
        CHECK_FALSE(is_utf8(padded(bad)));
        CHECK(is_utf8(to_valid_utf8(padded(bad))));
    }
}

TEST_CASE("ASCII is known wherever the one other byte stands") {
    CHECK(is_ascii(""));
    CHECK(is_ascii(std::string(100, 'a') + '\x7F'));
    for (std::size_t at = 0; at < 70; ++at) {
        std::string text(70, 'a');
        text[at] = '\x80';
        CHECK_FALSE(is_ascii(text));
    }
}

TEST_CASE("each maximal ill-formed part becomes one replacement character") {
    const std::string mark = "\xEF\xBF\xBD";
    CHECK(to_valid_utf8("a\xFFz") == "a" + mark + "z");
    CHECK(to_valid_utf8("\xE2\x82z") == mark + "z");             // a cut sequence: one
    CHECK(to_valid_utf8("\xC0\xAF") == mark + mark);             // overlong: each byte
    CHECK(to_valid_utf8("\xED\xA0\x80") == mark + mark + mark);  // a surrogate: each byte
    CHECK(to_valid_utf8("\xF0\x9F\x98") == mark);                // cut at the end
}

TEST_CASE("code points are appended as UTF-8") {
    const auto encoded = [](char32_t c) {
        std::string out;
        append_utf8(out, c);
        return out;
    };
    CHECK(encoded('a') == "a");
    CHECK(encoded(0xE4) == "\xC3\xA4");
    CHECK(encoded(0x20AC) == "\xE2\x82\xAC");
    CHECK(encoded(0x1F600) == "\xF0\x9F\x98\x80");
    CHECK(encoded(0xD800) == "\xEF\xBF\xBD");
    CHECK(encoded(0x110000) == "\xEF\xBF\xBD");
}

TEST_CASE("truncating never cuts a character") {
    CHECK(truncate_utf8("abc", 5) == "abc");
    CHECK(truncate_utf8("abc", 2) == "ab");
    CHECK(truncate_utf8("a\xE2\x82\xAC", 1) == "a");
    CHECK(truncate_utf8("a\xE2\x82\xAC", 3) == "a");
    CHECK(truncate_utf8("a\xE2\x82\xAC", 4) == "a\xE2\x82\xAC");
    CHECK(truncate_utf8("\xF0\x9F\x98\x80", 3) == "");
    CHECK(truncate_utf8("abc", 0) == "");
    CHECK(truncate_utf8("\x80\x80\x80\x80\x80\x80", 5).size() == 5);  // no characters at all
}

TEST_CASE("printable text shows what could deceive a terminal") {
    CHECK(printable("plain \xC3\xA4") == "plain \xC3\xA4");
    CHECK(printable("a\nb\tc") == "a\\nb\\tc");
    CHECK(printable("\x1B[31m\x7F") == "\\x1b[31m\\x7f");
    CHECK(printable("\xC2\x9B") == "\\x9b");
    CHECK(printable("\xE2\x80\xAE") == "\\u202e");
    CHECK(printable("\xFF") == "\xEF\xBF\xBD");
}

TEST_CASE("numbers are whole, not negative, and saturate") {
    CHECK(read_number(" 42 ") == 42);
    CHECK(read_number("0") == 0);
    CHECK(read_number("99999999999999999999") == std::numeric_limits<std::int64_t>::max());
    for (const char* bad : {"", "-1", "+1", "1.5", "1 2", "0x10", "a"}) {
        CAPTURE(bad);
        CHECK(read_number(bad) == -1);
    }
}

TEST_CASE("the hash is XXH3 for ever, because databases hold it") {
    CHECK(hash64("") == 0x2D06800538D394C2);
    CHECK(hash64("tributary") == hash64(std::string("tributary")));
    CHECK(hash64("a") != hash64("b"));
    CHECK(hash64("a", 1) != hash64("a", 2));
    CHECK(hash64("a", 0) == hash64("a"));
}

TEST_CASE("a version 5 UUID is the one that RFC 4122 gives") {
    CHECK(uuid_v5("urn:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430c8", "www.example.com") ==
          "urn:uuid:2ed6657d-e927-568b-95e1-2665a8aea6a2");
    CHECK(uuid_v5(uuid_namespace_url, "http://example.org/a") !=
          uuid_v5(uuid_namespace_url, "http://example.org/b"));
}
