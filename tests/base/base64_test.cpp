#include "base/base64.h"

#include <doctest/doctest.h>

#include <string>

using namespace tributary;

TEST_CASE("bytes become base64 as RFC 4648 10 shows") {
    CHECK(base64("") == "");
    CHECK(base64("f") == "Zg==");
    CHECK(base64("fo") == "Zm8=");
    CHECK(base64("foo") == "Zm9v");
    CHECK(base64("foob") == "Zm9vYg==");
    CHECK(base64("foobar") == "Zm9vYmFy");
    CHECK(base64("\xff\xfe\xfd") == "//79");
}
