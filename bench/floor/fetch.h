#pragma once
// The barest way to fetch many URLs with libcurl: curl_multi_socket_action on one epoll set, its
// timeout that of epoll_wait, easy handles used again, no DNS pruning, no pooling for hosts that
// are asked once.

#include "bench/floor/queue.h"

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace tributary::bench {

struct Validators {
    std::string etag, last_modified;
};

struct Answer {
    int status = 0;  // 0: none came
    bool is_gzip = false;
    std::string body;  // as transferred
    Validators validators;
};

struct FetchOptions {
    int in_flight = 256;
    int in_flight_per_host = 2;
};

/// Called with the URL's number. The answer's buffers are used again afterwards.
using TakeAnswer = std::function<void(std::size_t url, Answer& answer)>;

/// Asks for every URL once, conditionally where there are validators. Throws std::runtime_error if
/// the system refuses what is needed.
void fetch_all(const std::vector<std::string>& urls, const std::vector<Validators>& validators,
               const FetchOptions& options, const TakeAnswer& take);

}  // namespace tributary::bench
