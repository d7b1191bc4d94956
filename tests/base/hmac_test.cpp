#include "base/hmac.h"

#include <doctest/doctest.h>

using namespace tributary;

TEST_CASE("the HMAC of known messages (RFC 2202 3, RFC 4231 4.3)") {
    const std::string_view key = "Jefe", message = "what do ya want for nothing?";
    CHECK(hmac_hex(Digest::sha1, key, message) == "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
    CHECK(hmac_hex(Digest::sha256, key, message) ==
          "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    CHECK(hmac_hex(Digest::sha384, key, message) ==
          "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e"
          "8e2240ca5e69e2c78b3239ecfab21649");
    CHECK(hmac_hex(Digest::sha512, key, message) ==
          "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
          "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737");
}

TEST_CASE("an empty key and an empty message have an HMAC, too") {
    const auto empty = hmac_hex(Digest::sha256, {}, {});
    CHECK(empty == "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
    CHECK(hmac_hex(Digest::sha256, "key", {}) != empty);
}

TEST_CASE("a secret is only the same if every byte is") {
    CHECK(is_same_secret("", ""));
    CHECK(is_same_secret("abc", "abc"));
    CHECK_FALSE(is_same_secret("abc", "abd"));
    CHECK_FALSE(is_same_secret("abc", "ab"));
    CHECK_FALSE(is_same_secret("", "a"));
}
