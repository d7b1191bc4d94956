#pragma once
// HTTP to readers and browsers, on the loop: Beast parses requests, answers are pre-serialized
// buffers. TCP, unix sockets and descriptors from systemd go through one acceptor type. Header and
// body have one absolute deadline, idle connections another; connections are capped. Requests that
// are malformed or can be read in two ways get a 400 and the end of the connection, those too large
// 413 or 431; handlers see sound ones only.

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "publish/snapshot.h"

namespace tributary::serve {

/// What a handler sees of a request. Views live until the handler has answered.
struct Request {
    std::string_view method;  // "GET", "HEAD", or what else came
    std::string_view path;    // decoded once, absolute, UTF-8, without "." or ".." segments
    std::string_view query;   // raw, without '?'
    std::string_view accept, accept_encoding, if_none_match, if_modified_since, sec_fetch_dest;
    std::string_view content_type, hub_signature;
    std::string_view body;
};

/// Status line and headers ready to be sent (without Date, Connection and the final empty line) and
/// a body that `owner` keeps alive. Content-Length is in the head. The body is not sent to HEAD.
struct Response {
    std::string head;
    std::string_view body;
    std::shared_ptr<const void> owner;
};

/// Answers later or at once, on the loop's thread, exactly once. The client may have gone by then:
/// the answer is dropped.
using Respond = std::move_only_function<void(Response)>;
using Handler = std::function<void(const Request&, Respond)>;

/// Which addresses take bodies larger than all others, and how much they may take together.
struct LargeBodies {
    /// The most bytes of a body that is sent to `path`; 0: as everywhere.
    std::function<std::size_t(std::string_view path)> limit;
    /// A body sent to `path` was refused: it is too large, or there is no room for it now.
    std::function<void(std::string_view path)> refused;
    std::size_t room = 0;  // bytes that are left for all of them; taken before a body is read
};

struct ServerOptions {
    std::vector<std::string> listen;  // see listen.h
    int max_connections = 512;
    Duration request_timeout{10'000};  // for a whole request's header and body
    Duration idle_timeout{60'000};     // between requests, and for a client that takes no bytes
    std::size_t max_header = 16u << 10, max_body = 64u << 10;
    std::shared_ptr<LargeBodies> large_bodies;  // none: there are none
};

/// A listen address that cannot be used; the message says which and why.
struct ListenError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

class Server {
  public:
    /// Binds and listens on every address, all or none.
    Server(boost::asio::io_context& loop, ServerOptions options,
           Handler handler);  // throws ListenError
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    void start();
    /// Stops accepting, lets answers being sent finish until `grace` has passed.
    void stop(Duration grace);

    /// The addresses really bound ("127.0.0.1:43211" where port 0 was asked for), in order.
    std::vector<std::string> addresses() const;
    std::size_t connections() const;

  private:
    struct Impl;
    std::shared_ptr<Impl> impl_;  // what waits on the loop holds it weakly
};

}  // namespace tributary::serve
