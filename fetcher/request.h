#pragma once
// One HTTP exchange: what is asked and what came of it. Redirects are not followed here: each hop
// is a Request of its own, so that whoever asked sees each status.

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/time.h"

namespace tributary::fetcher {

/// The validators of the last stored good response, byte for byte as they came (RFC 9110 8.8).
struct Validators {
    std::string etag;           // with quotes and W/
    std::string last_modified;  // opaque: never re-formatted
    bool empty() const { return etag.empty() && last_modified.empty(); }
    bool operator==(const Validators&) const = default;
};

enum class Method { get, post };

/// Through whom an exchange goes. Its own address is the operator's word and is not judged; what
/// lies behind it is not ours to judge.
struct Proxy {
    std::string url;             // "http://", "https://" or "socks5h://" and HOST:PORT; empty: none
    std::string user, password;  // for the proxy itself
};

enum class HttpVersion {
    automatic,  // 2 where TLS offers it (ALPN)
    http_1_1,
    http_2,  // also without TLS
};

struct Request {
    std::string url;  // http, https or file; the target goes out byte-exact, without fragment
    std::vector<std::string> command;  // a program and its arguments, run instead; empty: none
    Method method = Method::get;
    std::string content_type, body;  // of a POST
    Validators validators;
    std::string user_agent;
    std::vector<std::pair<std::string, std::string>> headers;  // additional ones
    std::string tls_ca;                                        // PEM file; empty: the system's
    Duration connect_timeout{10'000};
    Duration timeout{60'000};
    std::int64_t max_bytes = 10 << 20;  // of the body, encoded as well as decoded
    bool keep_connection = true;        // false where nobody will use it soon
    Proxy proxy;
    HttpVersion http_version = HttpVersion::automatic;
    std::string obstacle;  // why it cannot be sent at all, in words; empty: it can

    /// Whether the answer may be what is new since the ETag that goes out (RFC 3229, "A-IM: feed").
    bool accepts_delta() const { return !validators.etag.empty(); }
};

/// Response headers in order of arrival; names in lower case. The last 1xx-free block only.
struct Headers {
    std::vector<std::pair<std::string, std::string>> fields;
    /// All values of the field joined by ", " (RFC 9110 5.3); empty if absent. `name` in lower
    /// case.
    std::string get(std::string_view name) const;
    bool has(std::string_view name) const;
};

/// A complete exchange. `body` is as transferred: content codings are not undone
/// (fetcher/decode.h).
struct Response {
    int status = 0;
    Headers headers;
    std::string body;
    std::string http_version;    // "1.1", "2"
    std::string remote_address;  // "203.0.113.7:443"
};

/// Why no complete response came.
struct Failure {
    enum class Kind {
        bad_url,          // not a URL we fetch
        refused_address,  // resolves to an address that is not allowed (SSRF)
        resolve,          // DNS
        connect,
        tls,
        timeout,
        too_large,    // over max_bytes, or the headers over 64 KiB
        interrupted,  // cut short: Content-Length mismatch, missing last chunk
        protocol,     // not HTTP, or broken HTTP
        file,         // file: source cannot be read
        command,      // a program could not be run, or has failed
        not_sent,     // there was an obstacle: nobody was asked
        cancelled,
    };
    Kind kind = Kind::connect;
    std::string message;  // in words, printable, without secrets
};

struct Timings {
    Duration total{0}, connect{0}, first_byte{0};
};

struct Outcome {
    std::variant<Response, Failure> result;
    std::int64_t wire_bytes = 0;  // received, headers included
    Timings timings;
};

}  // namespace tributary::fetcher
