#pragma once
// Bytes of one connection in, requests out, in order (RFC 9112). Beast's parser reads the grammar;
// here stand the limits and what it lets pass but a cautious server must not: whatever could be
// read differently by a proxy in front of us is refused, and the connection with it. No I/O.

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "serve/http.h"

namespace tributary::serve {

struct ReaderLimits {
    std::size_t max_header = 16u << 10;  // bytes of request line and fields
    std::size_t max_body = 64u << 10;    // bytes, transfer coding removed
    std::shared_ptr<LargeBodies> large_bodies;
};

class RequestReader {
  public:
    enum class State { needs_more, complete, refused };

    explicit RequestReader(const ReaderLimits& limits);
    ~RequestReader();
    RequestReader(RequestReader&&) noexcept;
    RequestReader& operator=(RequestReader&&) noexcept;

    /// Where the next bytes are to be received; never empty unless a request is complete.
    std::span<char> space();
    /// Says that `count` bytes were put at the front of space().
    void received(std::size_t count);

    /// Reads on through what was received.
    State parse();

    /// The request, once complete. Its views live until next().
    const Request& request() const;
    /// Whether the client wants to go on with this connection.
    bool keep_alive() const;
    /// Whether it must be told so, as HTTP/1.0 clients must.
    bool is_http_1_0() const;

    /// Why the request is refused: 400, 413, 417, 431, 503, and one line for people.
    int status() const;
    std::string_view reason() const;

    /// Forgets the complete request; bytes that follow it are kept.
    void next();
    /// Forgets everything.
    void clear();
    /// Whether nothing of a request has been received.
    bool empty() const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// The path of a request target in origin form, percent-decoded once into `decoded` (RFC 3986 2.1,
/// 3.3); a view of `target` itself where there is nothing to decode. Empty if it is to be refused:
/// not starting with a slash, bad escapes, control characters, ill-formed UTF-8, an escaped slash,
/// back slashes, "." and ".." segments.
std::string_view decode_path(std::string_view target, std::string& decoded);

}  // namespace tributary::serve
