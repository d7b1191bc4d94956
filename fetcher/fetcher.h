#pragma once
// The door to libcurl. One multi handle behind a nested epoll descriptor that the loop watches: no
// object per socket, no blocking, no locks; everything runs on the loop's thread. Addresses are
// judged when they are about to be connected, after DNS (AddressPolicy). Content codings are asked
// for but left alone: decode() undoes them on a worker. A Fetcher keeps the loop at work as long as
// it lives, busy or not: stop the loop, or end the Fetcher. SIGPIPE is ignored from the first one
// on.

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>

#include "fetcher/address.h"
#include "fetcher/request.h"

namespace tributary::fetcher {

struct FetcherOptions {
    AddressPolicy addresses;
    bool allow_files = false;       // file: URLs
    bool allow_exec = false;        // programs
    std::size_t max_handles = 256;  // pooled easy handles and idle connections
    Duration renew_after{600'000};  // a new multi handle (and DNS cache) takes over this often
};

class Fetcher {
  public:
    using Completion = std::move_only_function<void(Outcome)>;

    Fetcher(boost::asio::io_context& loop, FetcherOptions options);
    ~Fetcher();  // outstanding completions are dropped, not called
    Fetcher(const Fetcher&) = delete;
    Fetcher& operator=(const Fetcher&) = delete;

    /// Starts one exchange. `done` is called exactly once, on the loop, never from inside start().
    void start(const Request& request, Completion done);

    /// Ends every exchange with Failure::cancelled.
    void cancel_all();

    std::size_t in_flight() const;

  private:
    struct Impl;
    std::shared_ptr<Impl> impl_;  // pending handlers hold it weakly
};

}  // namespace tributary::fetcher
