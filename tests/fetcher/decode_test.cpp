#include "fetcher/decode.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "support/codings.h"

using tributary::fetcher::decode;
namespace test = tributary::test;

namespace {

constexpr std::size_t limit = 1 << 20;

/// Text that does not compress to nothing.
std::string sample(std::size_t bytes) {
    std::string text;
    for (std::uint32_t state = 1; text.size() < bytes; state = state * 1664525 + 1013904223) {
        text += static_cast<char>('a' + (state >> 24) % 26);
        if (state >> 30 == 0) text += "<item><title>";
    }
    text.resize(bytes);
    return text;
}

struct Coding {
    const char* name;
    std::string (*encode)(std::string_view);
};
const Coding codings[] = {{"gzip", test::gzip},    {"x-gzip", test::gzip},
                          {"deflate", test::zlib}, {"deflate", test::raw_deflate},
                          {"br", test::brotli},    {"zstd", test::zstd}};

}  // namespace

TEST_CASE("each coding gives back what went in, up to exactly the limit") {
    for (const auto& [name, encode] : codings) {
        for (const std::size_t size : {0uz, 1uz, 1000uz, 65536uz, 65537uz, 300'000uz, limit}) {
            CAPTURE(name);
            CAPTURE(size);
            const std::string text = sample(size);
            const auto decoded = decode(encode(text), name, limit);
            REQUIRE(decoded.has_value());
            CHECK(*decoded == text);
        }
    }
}

TEST_CASE("one byte over the limit is an error that says so") {
    for (const auto& [name, encode] : codings) {
        CAPTURE(name);
        const auto decoded = decode(encode(sample(limit + 1)), name, limit);
        REQUIRE_FALSE(decoded.has_value());
        CHECK(decoded.error().find("more than 1048576 bytes") != std::string::npos);
    }
    CHECK_FALSE(decode(sample(limit + 1), "", limit).has_value());
}

TEST_CASE("a bomb stops at the limit") {
    const std::string bomb = test::gzip_bomb(64 << 20);
    REQUIRE(bomb.size() < 100'000);
    CHECK_FALSE(decode(bomb, "gzip", limit).has_value());
    CHECK_FALSE(decode(test::brotli(std::string(64 << 20, ' ')), "br", limit).has_value());
    CHECK_FALSE(decode(test::zstd(std::string(64 << 20, ' ')), "zstd", limit).has_value());
    std::string members;
    for (int i = 0; i < 40; ++i) members += test::gzip_bomb(64 << 10);
    CHECK_FALSE(decode(members, "gzip", limit).has_value());
}

TEST_CASE("every cut of an encoded body is an error") {
    const std::string text = sample(3000);
    for (const auto& [name, encode] : codings) {
        const std::string encoded = encode(text);
        for (std::size_t cut = 1; cut < encoded.size(); ++cut) {
            const auto decoded = decode(encoded.substr(0, cut), name, limit);
            CAPTURE(name);
            CAPTURE(cut);
            REQUIRE_FALSE(decoded.has_value());
        }
    }
}

TEST_CASE("a damaged body is an error or other text, never a crash") {
    const std::string text = sample(2000);
    for (const auto& [name, encode] : codings) {
        const std::string encoded = encode(text);
        for (std::size_t i = 0; i < encoded.size(); ++i) {
            std::string damaged = encoded;
            damaged[i] = static_cast<char>(damaged[i] ^ 0x55);
            const auto decoded = decode(damaged, name, limit);
            if (decoded) CHECK(decoded->size() <= limit);
        }
    }
}

TEST_CASE("gzip checks its checksum and its length") {
    std::string encoded = test::gzip(sample(500));
    encoded[encoded.size() - 6] = static_cast<char>(encoded[encoded.size() - 6] ^ 1);
    CHECK_FALSE(decode(encoded, "gzip", limit).has_value());
}

TEST_CASE("a lying length in the gzip trailer costs an error, not memory") {
    std::string encoded = test::gzip(sample(500));
    encoded.replace(encoded.size() - 4, 4, "\xff\xff\xff\xff");
    CHECK_FALSE(decode(encoded, "gzip", std::size_t{1} << 40).has_value());
}

TEST_CASE("gzip members are joined and what follows them is ignored") {
    const std::string members = test::gzip("one ") + test::gzip("") + test::gzip(sample(100'000));
    CHECK(decode(members, "gzip", limit) == "one " + sample(100'000));
    CHECK(decode(members + std::string(100, '\0'), "gzip", limit) == "one " + sample(100'000));
    CHECK(decode(test::gzip("a") + "\r\n", "gzip", limit) == "a");
    CHECK_FALSE(decode(test::gzip("a") + "\x1f\x8b\x08", "gzip", limit).has_value());
}

TEST_CASE("a flood of empty gzip members is refused") {
    std::string members;
    for (int i = 0; i < 5000; ++i) members += test::gzip("");
    CHECK_FALSE(decode(members, "gzip", limit).has_value());
}

TEST_CASE("codings are undone from the last to the first") {
    CHECK(decode(test::brotli(test::gzip("text")), "gzip, br", limit) == "text");
    CHECK(decode(test::gzip("text"), " GZIP , identity", limit) == "text");
    CHECK_FALSE(decode("text", "gzip, gzip, gzip, gzip", limit).has_value());
}

TEST_CASE("gzip is known by its magic bytes where no one says so") {
    CHECK(decode(test::gzip("text"), "", limit) == "text");
    CHECK(decode(test::gzip(test::gzip("text")), "gzip", limit) == "text");
    CHECK(decode("plain", "", limit) == "plain");
    CHECK(decode("plain", "identity", limit) == "plain");
}

TEST_CASE("an empty answer holds no stream, whatever its label") {
    for (const auto& [name, encode] : codings) CHECK(decode("", name, limit) == "");
}

TEST_CASE("an unknown coding is named") {
    CHECK(decode("text", "sdch", limit).error() == "unknown content coding 'sdch'");
    CHECK_FALSE(decode("text", "gzip", limit).has_value());
}
