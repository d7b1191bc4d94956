#include "feed/characters.h"

#include "base/text.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace tributary;
using namespace tributary::feed;

namespace {

/// Every way in which a sequence can lie across the blocks that are looked at together.
constexpr std::size_t most_shifts = 200;

Characters examine_at(std::size_t shift, std::string_view text, std::string_view after) {
    return examine(std::string(shift, 'x') + std::string(text) + std::string(after));
}

}  // namespace

TEST_CASE("well-formed and ill-formed UTF-8 are told apart wherever they lie") {
    // RFC 3629 4 and its borders: lengths, overlong forms, surrogates, beyond U+10FFFF, cut short.
    const std::vector<std::string> sequences = {"",
                                                "\xC3\xA4",
                                                "\xC2\x80",
                                                "\xDF\xBF",
                                                "\xC0\x80",
                                                "\xC1\xBF",
                                                "\xC3",
                                                "\xC3\xA4\xA4",
                                                "\xA4",
                                                "\xE0\xA0\x80",
                                                "\xE0\x9F\xBF",
                                                "\xE1\x80\x80",
                                                "\xE4\xBD\xA0",
                                                "\xE4\xBD",
                                                "\xE4",
                                                "\xED\x9F\xBF",
                                                "\xED\xA0\x80",
                                                "\xEE\x80\x80",
                                                "\xEF\xBF\xBD",
                                                "\xEF\xBC\x8C",
                                                "\xF0\x90\x80\x80",
                                                "\xF0\x8F\xBF\xBF",
                                                "\xF0\x9F\x98\x80",
                                                "\xF0\x9F\x98",
                                                "\xF0\x9F",
                                                "\xF0",
                                                "\xF4\x8F\xBF\xBF",
                                                "\xF4\x90\x80\x80",
                                                "\xF5\x80\x80\x80",
                                                "\xFF",
                                                "\xC3\xC3\xA4",
                                                "\xE4\xBDx",
                                                "\xF0\x9F\x98x",
                                                "\xF3\xA0\x80\x81\x80"};
    for (std::size_t shift = 0; shift < most_shifts; ++shift) {
        for (const std::string& sequence : sequences) {
            for (const std::string after : {"", "y", "\xC3\xB6", "\xE4\xBD\xA0 and so on"}) {
                const std::string text = std::string(shift, 'x') + sequence + after;
                REQUIRE(examine(text).are_utf8 == is_utf8(text));
            }
        }
    }
}

TEST_CASE("characters that XML forbids are seen wherever they stand") {
    for (std::size_t shift = 0; shift < most_shifts; ++shift) {
        for (const std::string after : {"", "and so on"}) {
            for (const std::string_view forbidden :
                 {std::string_view("\0", 1), std::string_view("\x01"), std::string_view("\x0B"),
                  std::string_view("\x1F"), std::string_view("\xEF\xBF\xBE"),
                  std::string_view("\xEF\xBF\xBF"), std::string_view("\xC2\x80"),
                  std::string_view("\xC2\x9F")})
                REQUIRE(examine_at(shift, forbidden, after) == Characters{true, false});
            for (const std::string_view allowed :
                 {"\t\n\r", " ", "\x7F", "\xC2\xA0", "\xC3\x80", "\xEF\xBF\xBD"})
                REQUIRE(examine_at(shift, allowed, after) == Characters{true, true});
        }
    }
}

TEST_CASE("nothing is good text") {
    CHECK(examine("") == Characters{true, true});
}
