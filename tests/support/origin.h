#pragma once
// A scripted HTTP/1.1 origin on loopback. It runs on a thread of its own, answers each path as
// told, misbehaves as told, and keeps a record of what it was asked. Nothing in it waits for time:
// a slow answer is one that never comes on.

#include <chrono>
#include <cstddef>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tributary::test {

using HeaderList = std::vector<std::pair<std::string, std::string>>;

/// A request as it came over the wire.
struct Received {
    std::string method = {};
    std::string target = {};  // byte for byte
    HeaderList headers = {};  // names as written, in order
    std::string body = {};
    int connection = 0;  // 1 for the first one accepted

    /// The value of the first header of that name (any case); empty if absent.
    std::string header(std::string_view name) const;
    bool has(std::string_view name) const;
    /// The target without its query.
    std::string path() const;
};

/// One answer, and how it is spoilt.
struct Reply {
    static constexpr std::size_t everything = std::numeric_limits<std::size_t>::max();
    enum class Framing { length, chunked, until_close };

    int status = 200;
    HeaderList headers = {};
    std::string body = {};
    Framing framing = Framing::length;
    std::string version = "HTTP/1.1";
    std::string trailers = {};            // lines with CRLF, after a chunked body
    std::string raw = {};                 // if set, sent instead of all the above
    std::size_t stop_after = everything;  // bytes of the whole answer; then `then`
    enum class Then { keep, close, stall } then = Then::keep;
    bool endless = false;  // the body again and again, as long as the client takes it

    /// Nothing is sent; the connection is closed, or stays open and silent.
    static Reply nothing(Then then) { return {.stop_after = 0, .then = then}; }
    static Reply redirect(int status, std::string location);
};

class Origin {
  public:
    using Script = std::function<Reply(const Received&)>;

    /// Listens on an ephemeral port of `address`, "127.0.0.1", "127.0.1.7" or "::1".
    explicit Origin(std::string address = "127.0.0.1");
    ~Origin();
    Origin(const Origin&) = delete;
    Origin& operator=(const Origin&) = delete;

    int port() const;
    std::string authority() const;                   // "127.0.0.1:40123"
    std::string url(std::string_view target) const;  // "http://127.0.0.1:40123" + target

    /// How `path` is answered from now on; other paths get 404. Scripts run on the origin's thread.
    void on(std::string path, Reply reply);
    void on(std::string path, std::vector<Reply> one_a_request);  // the last one stays
    void on(std::string path, Script script);

    std::vector<Received> requests() const;
    std::vector<Received> requests(std::string_view path) const;
    std::size_t connections() const;  // accepted so far
    std::size_t open_connections() const;
    std::size_t bytes_sent() const;

    /// Waits until `true_now` holds; it is asked again after each event. False after `limit`.
    bool wait(const std::function<bool(const Origin&)>& true_now,
              std::chrono::milliseconds limit = std::chrono::seconds(10)) const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// `full`, or 304 with its validators where the request carries them (RFC 9110 13.1).
Origin::Script conditional(Reply full);

}  // namespace tributary::test
