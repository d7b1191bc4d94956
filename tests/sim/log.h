#pragma once
// What the origins wrote down of the requests that they saw: the truth about how Tributary behaves,
// by their own clocks.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"

namespace tributary::sim {

struct LogLine {
    Timestamp at{}, answered{};  // the request came, the answer had gone
    Timestamp client_at{};       // when it was sent by the asker's own clock: the key to its ledger
    std::string host;            // whose patience it spends
    std::string url;
    std::string etag, last_modified, user_agent;  // as sent

    int status = 0;  // 0: no answer
    std::vector<std::pair<std::string, std::string>> headers;
    std::uint64_t body = 0;       // a number for the bytes
    std::int64_t body_bytes = 0;  // how many
    bool is_whole_feed = false;   // a 200 with a feed, from its first byte to its last
    bool is_half_feed = false;    // one that ends too early, though nothing says so
    bool is_our_network = false;  // the road to every origin was closed

    // What the document asks for.
    std::int64_t ttl_minutes = 0;
    std::vector<int> skip_hours;

    std::string header(const std::string& name) const {
        for (const auto& [field, value] : headers) {
            if (field == name) return value;
        }
        return {};
    }
};

using Log = std::vector<LogLine>;

}  // namespace tributary::sim
