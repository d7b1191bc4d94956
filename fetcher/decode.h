#pragma once
// Content codings undone (RFC 9110 8.4): gzip, deflate, br, zstd. Pure CPU work, for a worker, and
// only after the hash of the encoded body has shown that it is new.

#include <expected>
#include <string>
#include <string_view>

namespace tributary::fetcher {

/// The value of Accept-Encoding that goes with decode(); constant, as validators depend on it.
inline constexpr std::string_view accept_encoding = "gzip, br, zstd";

/// `body` with the codings of `content_encoding` undone, at most `max_bytes` long. The error says
/// in words which coding failed and how: cut short, corrupt, unknown, over the limit.
/// An unlabelled gzip body is recognised by its magic bytes.
std::expected<std::string, std::string> decode(std::string body, std::string_view content_encoding,
                                               std::size_t max_bytes);

}  // namespace tributary::fetcher
