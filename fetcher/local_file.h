#pragma once
// file: sources. A regular file is read whole, beside the loop: a disk may be a slow network's.

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>

#include "base/url.h"
#include "fetcher/request.h"

namespace tributary::fetcher {

/// The file as if it had been fetched: 200 with an ETag made of its time, size and inode, or 304,
/// unread, if the request carries that ETag. Failure::file for what is missing, unreadable or no
/// regular file.
Outcome read_local_file(const Url& url, const Request& request);

class FileReader {
  public:
    using Completion = std::move_only_function<void(Outcome)>;
    using Deliver = std::function<void(Completion, Outcome)>;

    /// `deliver` is given every completion on the loop, with its outcome; it must not call it at
    /// once.
    FileReader(boost::asio::io_context& loop, Deliver deliver);
    FileReader(const FileReader&) = delete;
    FileReader& operator=(const FileReader&) = delete;
    ~FileReader();  // waits for the one that is being read

    void start(const Url& url, const Request& request, Completion done);
    void cancel_all();
    std::size_t reading() const { return waiting_.size(); }

  private:
    struct Waiting {
        Completion done;
        boost::asio::steady_timer deadline;
    };
    void give_up_after(std::uint64_t number, const Request& request);
    void finish(std::uint64_t number, Outcome outcome);

    boost::asio::io_context& loop_;
    Deliver deliver_;
    std::map<std::uint64_t, Waiting> waiting_;
    std::uint64_t last_ = 0;
    // What comes from the thread after the end is for nobody.
    std::shared_ptr<FileReader*> self_ = std::make_shared<FileReader*>(this);
    std::optional<boost::asio::thread_pool> thread_;  // where there are files to read
};

}  // namespace tributary::fetcher
