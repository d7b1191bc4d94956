#include "bench/floor/queue.h"

namespace tributary::bench {

Queue::Queue(const std::vector<std::string>& urls, int in_flight_per_host)
    : in_flight_per_host_(in_flight_per_host) {
    std::unordered_map<std::string, std::size_t> numbers;
    for (std::size_t url = 0; url < urls.size(); ++url) {
        const auto host = urls[url].substr(0, urls[url].find('/', 8));
        const auto [place, is_new] = numbers.try_emplace(host, hosts_.size());
        if (is_new) hosts_.emplace_back();
        host_of_.push_back(place->second);
        hosts_[place->second].waiting.push_back(url);
        ++hosts_[place->second].urls;
    }
    for (std::size_t host = 0; host < hosts_.size(); ++host) make_ready(host);
}

void Queue::make_ready(std::size_t number) {
    Host& host = hosts_[number];
    if (host.is_ready || host.waiting.empty() || host.in_flight >= in_flight_per_host_) return;
    host.is_ready = true;
    ready_.push_back(number);
}

std::optional<std::size_t> Queue::next() {
    if (ready_.empty()) return std::nullopt;
    const std::size_t number = ready_.front();
    ready_.pop_front();
    Host& host = hosts_[number];
    host.is_ready = false;
    const std::size_t url = host.waiting.front();
    host.waiting.pop_front();
    ++host.in_flight;
    make_ready(number);
    return url;
}

void Queue::done(std::size_t url) {
    --hosts_[host_of_[url]].in_flight;
    make_ready(host_of_[url]);
}

}  // namespace tributary::bench
