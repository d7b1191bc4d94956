#include "feed/lines.h"

#include "base/text.h"

#include <doctest/doctest.h>

using namespace tributary;
using namespace tributary::feed;

TEST_CASE("text is on one line exactly if collapsing would not change it") {
    for (const std::string_view text :
         {"", " ", "a", "a b", "a  b", " a", "a ", "a\nb", "a\tb", "a\rb", "a\fb", "a \n b", "\n",
          "one two three", "one two  three", "\xC3\xA4 \xC3\xB6"}) {
        CAPTURE(text);
        CHECK(is_on_one_line(text) == (collapse(text) == text));
        CHECK(one_line(text) == collapse(text));
    }
    CHECK(one_line("a\v \x01 b") == collapse("a\v \x01 b"));
}

TEST_CASE("a break is seen wherever it stands") {
    for (std::size_t at = 0; at < 40; ++at) {
        std::string text(40, 'x');
        CHECK(is_on_one_line(text));
        text[at] = '\n';
        CHECK_FALSE(is_on_one_line(text));
        text.replace(at, 1, "  ");
        CHECK_FALSE(is_on_one_line(text));
        CHECK(one_line(text) == collapse(text));
    }
}

TEST_CASE("lines become one as collapsing makes them, whatever their lengths") {
    const std::string_view spaces[] = {" ",       "\n", "  ", " \n",   "\n ",
                                       "\r\n\t ", "\f", "\v", " \x01 "};
    std::string text;
    for (std::size_t word = 0; word < 300; ++word) {
        text += std::string(word * 7 % 40, 'x');
        text += spaces[word % std::size(spaces)];
        REQUIRE(one_line(text) == collapse(text));
    }
}
