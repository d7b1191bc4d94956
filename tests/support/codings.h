#pragma once
// Content codings for tests: what fetcher/decode.h undoes.

#include <cstddef>
#include <string>
#include <string_view>

namespace tributary::test {

std::string gzip(std::string_view text);
std::string zlib(std::string_view text);
std::string raw_deflate(std::string_view text);
std::string brotli(std::string_view text);
std::string zstd(std::string_view text);

/// A gzip stream of one member that decodes to `bytes` spaces.
std::string gzip_bomb(std::size_t bytes);

}  // namespace tributary::test
