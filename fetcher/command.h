#pragma once
// Programs as sources: what one writes to its output is taken as if it had been fetched. The door
// to posix_spawn. No shell, no descriptor and no variable of ours but PATH and LANG go along; each
// program is a process group of its own, which ends with it, at its deadline or with the Commands.

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <vector>

#include "fetcher/request.h"

namespace tributary::fetcher {

class Commands {
  public:
    using Completion = std::move_only_function<void(Outcome)>;
    using Deliver = std::function<void(Completion, Outcome)>;

    /// `deliver` is given every completion with its outcome; it must not call it at once.
    Commands(boost::asio::io_context& loop, Deliver deliver);
    ~Commands();  // kills what still runs; outstanding completions are dropped
    Commands(const Commands&) = delete;
    Commands& operator=(const Commands&) = delete;

    /// Runs request.command: 200 with an ETag made of the output, 304 if the request carries that
    /// one, or Failure::command, timeout, too_large.
    void start(const Request& request, Completion done);

    /// Ends all with Failure::cancelled; those that do not heed SIGTERM are killed a little later.
    void cancel_all();

    /// Those that have not ended, cancelled or not.
    std::size_t running() const { return running_.size(); }

  private:
    class Program;
    void ended(Program& program);

    boost::asio::io_context& loop_;
    Deliver deliver_;
    std::vector<std::shared_ptr<Program>> running_;
};

}  // namespace tributary::fetcher
