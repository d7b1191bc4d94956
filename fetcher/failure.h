#pragma once
// A failed exchange in words: what libcurl's codes mean to the person who runs the daemon.

#include <curl/curl.h>
#include <sys/socket.h>

#include <string>
#include <string_view>

#include "fetcher/request.h"

namespace tributary::fetcher {

/// What was met on the way to a connection.
struct Connecting {
    sockaddr_storage attempted{};  // the last address that was tried; AF_UNSPEC: none
    std::string refused;           // the last one that the policy forbids
    std::string_view forbidden;    // and the network that it is in
};

struct FailedTransfer {
    CURLcode result = CURLE_OK;
    int system_error = 0;   // errno of a failed connect
    std::string_view text;  // libcurl's own words
    std::string_view host;
    const Request& request;
    const Connecting& connecting;
    int proxy_status = 0;  // with which the proxy has refused a tunnel; 0 or 200: it has not
    bool too_large = false;
    bool in_headers = true;  // the last header has not come
    bool sent = false;       // a connection stood, the request went out
    bool answered = false;   // a first byte came
};

Failure describe(const FailedTransfer& failed);

}  // namespace tributary::fetcher
