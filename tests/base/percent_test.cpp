#include "base/percent.h"

#include <doctest/doctest.h>

#include <optional>
#include <string>

using namespace tributary;

namespace {

std::optional<std::string> decoded(std::string_view text) {
    std::string out;
    if (!percent_decode(text, out)) return std::nullopt;
    return out;
}

}  // namespace

TEST_CASE("what is percent-encoded is decoded once") {
    CHECK(decoded("") == "");
    CHECK(decoded("a+b") == "a+b");
    CHECK(decoded("a%20b%2Fc%c3%A4") == "a b/c\xC3\xA4");
    CHECK(decoded("%2520") == "%20");
    CHECK(decoded("%00") == std::string(1, '\0'));
    for (const auto* broken : {"%", "%2", "100%", "%zz", "a%2gb", "%%20"}) {
        CAPTURE(broken);
        CHECK_FALSE(decoded(broken));
    }
}

TEST_CASE("everything but unreserved characters is encoded, and comes back") {
    std::string out;
    percent_encode("a-Z0._~ /%\xC3\xA4", out);
    CHECK(out == "a-Z0._~%20%2F%25%C3%A4");
    CHECK(decoded(out) == "a-Z0._~ /%\xC3\xA4");
}
