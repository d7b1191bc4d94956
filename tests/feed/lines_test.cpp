#include "feed/lines.h"

#include "base/text.h"

#include <doctest/doctest.h>

using namespace tributary;
using namespace tributary::feed;

TEST_CASE("text is on one line exactly if collapsing would not change it") {
    for (const std::string_view text :
         {"", " ", "a", "a b", "a  b", " a", "a ", "a\nb", "a\tb", "a\rb", "a\fb", "a\vb", "a \n b",
          "\n", "one two three", "one two  three", "\xC3\xA4 \xC3\xB6"}) {
        CAPTURE(text);
        CHECK(is_on_one_line(text) == (collapse(text) == text));
        CHECK(one_line(text) == collapse(text));
    }
}
