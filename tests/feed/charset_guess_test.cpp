#include "feed/charset_guess.h"

#include "feed/encoding.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace tributary::feed;

TEST_CASE("unlabelled text in a script of its own is read as what it is") {
    struct Sample {
        std::string charset, bytes, text;
    };
    const std::vector<Sample> samples = {
        {"euc-jp",
         "\xC4\xAB\xA4\xCE\xBB\xB6\xCA\xE2\xA4\xC7\xB8\xAB\xA4\xC4\xA4\xB1\xA4\xBF\xBE\xAE\xA4\xB5"
         "\xA4\xCA\xB2\xD6\xA4\xCE\xBC\xCC\xBF\xBF\xA4\xC7\xA4\xB9\xA1\xA3\xA4\xC8\xA4\xC6\xA4\xE2"
         "\xA4\xAD\xA4\xEC\xA4\xA4\xA4\xC7\xA4\xB7\xA4\xBF\xA1\xA3",
         "朝の散歩で見つけた小さな花の写真です。とてもきれいでした。"},
        {"shift_jis",
         "\x92\xA9\x82\xCC\x8EU\x95\xE0\x82\xC5\x8C\xA9\x82\xC2\x82\xAF\x82\xBD\x8F\xAC\x82\xB3\x82"
         "\xC8\x89\xD4\x82\xCC\x8E\xCA\x90^\x82\xC5\x82\xB7\x81"
         "B\x82\xC6\x82\xC4\x82\xE0\x82\xAB\x82\xEA\x82\xA2\x82\xC5\x82\xB5\x82\xBD\x81"
         "B",
         "朝の散歩で見つけた小さな花の写真です。とてもきれいでした。"},
        {"euc-kr",
         "\xBE\xC6\xC4\xA7 \xBB\xEA\xC3\xA5\xBF\xA1\xBC\xAD \xC3\xA3\xC0\xBA \xC0\xDB\xC0\xBA "
         "\xB2\xC9 \xBB\xE7\xC1\xF8\xC0\xD4\xB4\xCF\xB4\xD9. \xC1\xA4\xB8\xBB "
         "\xBF\xB9\xBB\xBC\xBE\xEE\xBF\xE4.",
         "아침 산책에서 찾은 작은 꽃 사진입니다. 정말 예뻤어요."},
        {"gb18030",
         "\xD4\xE7\xC9\xCF\xC9\xA2\xB2\xBD\xCA\xB1\xBF\xB4\xB5\xBD\xB5\xC4\xD0\xA1\xBB\xA8\xB5\xC4"
         "\xD5\xD5\xC6\xAC\xA3\xAC\xB7\xC7\xB3\xA3\xC6\xAF\xC1\xC1\xA1\xA3\xCE\xD2\xC3\xC7\xC3\xF7"
         "\xCC\xEC\xD4\xD9\xC8\xA5\xD2\xBB\xB4\xCE\xA1\xA3",
         "早上散步时看到的小花的照片，非常漂亮。我们明天再去一次。"},
        {"big5",
         "\xA6\xAD\xA4W\xB4\xB2\xA8"
         "B\xAE\xC9\xAC\xDD\xA8\xEC\xAA\xBA\xA4p\xAA\xE1\xAA\xBA\xB7\xD3\xA4\xF9\xA1"
         "A\xAB"
         "D\xB1`\xBA}\xABG\xA1"
         "C\xA7\xDA\xAD\xCC\xA9\xFA\xA4\xD1\xA6"
         "A\xA5h\xA4@\xA6\xB8\xA1"
         "C",
         "早上散步時看到的小花的照片，非常漂亮。我們明天再去一次。"},
        {"koi8-r",
         "\xF5\xD4\xD2\xCF\xCD \xCE\xC1 \xD0\xD2\xCF\xC7\xD5\xCC\xCB\xC5 \xCD\xD9 "
         "\xCE\xC1\xDB\xCC\xC9 \xCD\xC1\xCC\xC5\xCE\xD8\xCB\xC9\xCA \xC3\xD7\xC5\xD4\xCF\xCB. "
         "\xFC\xD4\xCF \xC2\xD9\xCC\xCF \xCB\xD2\xC1\xD3\xC9\xD7\xCF.",
         "Утром на прогулке мы нашли маленький цветок. Это было красиво."},
        {"windows-1251",
         "\xD3\xF2\xF0\xEE\xEC \xED\xE0 \xEF\xF0\xEE\xE3\xF3\xEB\xEA\xE5 \xEC\xFB "
         "\xED\xE0\xF8\xEB\xE8 \xEC\xE0\xEB\xE5\xED\xFC\xEA\xE8\xE9 \xF6\xE2\xE5\xF2\xEE\xEA. "
         "\xDD\xF2\xEE \xE1\xFB\xEB\xEE \xEA\xF0\xE0\xF1\xE8\xE2\xEE.",
         "Утром на прогулке мы нашли маленький цветок. Это было красиво."},
        {"windows-1253",
         "\xD4\xEF \xF0\xF1\xF9\xDF \xF3\xF4\xEF\xED \xF0\xE5\xF1\xDF\xF0\xE1\xF4\xEF "
         "\xE2\xF1\xDE\xEA\xE1\xEC\xE5 \xDD\xED\xE1 \xEC\xE9\xEA\xF1\xFC "
         "\xEB\xEF\xF5\xEB\xEF\xFD\xE4\xE9. \xB9\xF4\xE1\xED \xFC\xEC\xEF\xF1\xF6\xEF.",
         "Το πρωί στον περίπατο βρήκαμε ένα μικρό λουλούδι. Ήταν όμορφο."},
        {"windows-1255",
         "\xE1\xE1\xE5\xF7\xF8 \xE1\xE8\xE9\xE5\xEC \xEE\xF6\xE0\xF0\xE5 \xF4\xF8\xE7 "
         "\xF7\xE8\xEF. \xE4\xE5\xE0 \xE4\xE9\xE4 \xE9\xF4\xE4 \xEE\xE0\xE5\xE3.",
         "בבוקר בטיול מצאנו פרח קטן. הוא היה יפה מאוד."},
    };
    for (const Sample& sample : samples) {
        CAPTURE(sample.charset);
        CHECK(guess_charset("<rss><title>" + sample.bytes + "</title>") == sample.charset);
        const auto decoded = to_utf8("<p>" + sample.bytes + "</p>", "text/xml");
        REQUIRE(decoded);
        CHECK(decoded->text == "<p>" + sample.text + "</p>");
        CHECK(decoded->encoding == sample.charset);
    }
}

TEST_CASE("Latin scripts stay windows-1252, whatever pairs their letters make") {
    for (const std::string bytes : {"Caf\xE9 d\xE9j\xE0 vu, na\xEFve \xE9t\xE9 \xE0 No\xEBl",
                                    "\xC4rger \xFC"
                                    "ber \xD6l und Gr\xF6\xDF"
                                    "e, sch\xF6n",
                                    "\xC5lborg p\xE5 \xF8"
                                    "en, \xC5se k\xF8"
                                    "bte bl\xE5 b\xE6r",
                                    "\x93quoted\x94 \x96 don\x92t \x85",
                                    "\xA9 2004 \xAB"
                                    "a\xBB \xAE",
                                    "A\xE7\xE3o n\xE3o \xE9 p\xE3o, cora\xE7\xF5"
                                    "es",
                                    ""}) {
        CAPTURE(bytes);
        std::string often;
        for (int i = 0; i < 20; ++i) often += bytes + " ";
        CHECK(guess_charset(often) == "windows-1252");
    }
}

TEST_CASE("too little text says nothing") {
    CHECK(guess_charset("\xCF\xD2") == "windows-1252");
    CHECK(guess_charset(std::string(300'000, 'x') + std::string(100, '\xC1')) == "windows-1252");
}
