#pragma once
// Whose turn it is: hosts in order, each with at most so many requests in flight.

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace tributary::bench {

class Queue {
  public:
    Queue(const std::vector<std::string>& urls, int in_flight_per_host);

    /// The number of a URL that may be asked for now; nothing while all depends on done().
    std::optional<std::size_t> next();
    void done(std::size_t url);

    /// Whether other URLs are on the host of this one.
    bool shares_host(std::size_t url) const { return hosts_[host_of_[url]].urls > 1; }

  private:
    struct Host {
        std::deque<std::size_t> waiting;
        std::size_t urls = 0;
        int in_flight = 0;
        bool is_ready = false;  // stands in ready_
    };

    void make_ready(std::size_t host);

    std::vector<Host> hosts_;
    std::vector<std::size_t> host_of_;  // of each URL
    std::deque<std::size_t> ready_;
    int in_flight_per_host_;
};

}  // namespace tributary::bench
