#include "fetcher/failure.h"

#include "base/text.h"
#include "fetcher/address.h"

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace tributary::fetcher {
namespace {

using Kind = Failure::Kind;

constexpr Kind kind_of(CURLcode result) {
    switch (result) {
        case CURLE_URL_MALFORMAT:
            return Kind::bad_url;
        case CURLE_COULDNT_RESOLVE_HOST:
        case CURLE_COULDNT_RESOLVE_PROXY:
            return Kind::resolve;
        case CURLE_COULDNT_CONNECT:
        case CURLE_PROXY:
            return Kind::connect;
        case CURLE_SSL_CONNECT_ERROR:
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CACERT_BADFILE:
        case CURLE_SSL_CERTPROBLEM:
        case CURLE_SSL_CIPHER:
        case CURLE_SSL_ISSUER_ERROR:
        case CURLE_SSL_INVALIDCERTSTATUS:
            return Kind::tls;
        case CURLE_OPERATION_TIMEDOUT:
            return Kind::timeout;
        case CURLE_FILESIZE_EXCEEDED:
            return Kind::too_large;
        case CURLE_PARTIAL_FILE:
        case CURLE_GOT_NOTHING:
        case CURLE_RECV_ERROR:
        case CURLE_SEND_ERROR:
        case CURLE_HTTP2_STREAM:
            return Kind::interrupted;
        default:
            return Kind::protocol;
    }
}

std::string quoted(const FailedTransfer& failed) {
    const std::string_view own = trim(failed.text);
    return printable(own.empty() ? curl_easy_strerror(failed.result) : own);
}

Failure refused_address(const Connecting& connecting) {
    return {Kind::refused_address, "address " + connecting.refused + " is in " +
                                       std::string(connecting.forbidden) +
                                       "; allow it with [poll] allow_private_networks"};
}

bool has_attempted(const Connecting& connecting) {
    return connecting.attempted.ss_family != AF_UNSPEC;
}

std::string attempted_address(const Connecting& connecting) {
    return to_string(reinterpret_cast<const sockaddr*>(&connecting.attempted));
}

bool is_refused_by_proxy(const FailedTransfer& failed) {
    return failed.proxy_status >= 300;
}

std::string connect_message(const FailedTransfer& failed) {
    if (is_refused_by_proxy(failed)) {
        return "no tunnel, HTTP " + std::to_string(failed.proxy_status) +
               (failed.proxy_status == 407 ? " (it wants a password)" : "");
    }
    if (failed.result == CURLE_PROXY || !has_attempted(failed.connecting)) return quoted(failed);
    const std::string address = attempted_address(failed.connecting);
    switch (failed.system_error) {
        case 0:
            return "no connection to " + address;
        case ECONNREFUSED:
            return "connection refused by " + address;
        case ENETUNREACH:
        case EHOSTUNREACH:
            return "no route to " + address;
        case ETIMEDOUT:
            return "no answer from " + address;
        default:
            return "no connection to " + address + ": " +
                   std::generic_category().message(failed.system_error);
    }
}

std::string timeout_message(const FailedTransfer& failed) {
    if (failed.text.find("too slow") != failed.text.npos) {
        return "slower than 100 bytes/s for 20 s";
    }
    const Request& request = failed.request;
    const std::string total = write_duration(request.timeout);
    if (failed.answered) {
        return (failed.in_headers ? "headers" : "body") + (" not complete within " + total);
    }
    if (failed.sent) return "no answer within " + total;
    const std::string connect = write_duration(std::min(request.connect_timeout, request.timeout));
    if (has_attempted(failed.connecting)) {
        return "no connection to " + attempted_address(failed.connecting) + " within " + connect;
    }
    return "no address for " + printable(failed.host) + " within " + connect;
}

std::string too_large_message(const FailedTransfer& failed) {
    if (failed.in_headers) return "headers larger than 64 KiB";
    return "body larger than " + std::to_string(failed.request.max_bytes) + " bytes";
}

std::string interrupted_message(const FailedTransfer& failed) {
    if (failed.result == CURLE_GOT_NOTHING) return "closed without an answer";
    if (failed.in_headers && failed.text.empty()) return "cut short among the headers";
    return "cut short: " + quoted(failed);
}

/// A message about the way to the origin; a proxy is part of it.
std::string on_the_way(const FailedTransfer& failed, std::string message) {
    const std::string& proxy = failed.request.proxy.url;
    const bool is_behind_it = proxy.empty() || failed.sent;
    return is_behind_it ? message : "through " + printable(proxy) + ": " + message;
}

Failure describe_plainly(const FailedTransfer& failed) {
    const bool stopped_at_wall =
        !has_attempted(failed.connecting) && !failed.connecting.refused.empty();
    if (stopped_at_wall) return refused_address(failed.connecting);
    const Kind kind = failed.too_large              ? Kind::too_large
                      : is_refused_by_proxy(failed) ? Kind::connect
                                                    : kind_of(failed.result);
    switch (kind) {
        case Kind::too_large:
            return {kind, too_large_message(failed)};
        case Kind::resolve:
            return {kind, failed.result == CURLE_COULDNT_RESOLVE_PROXY
                              ? "the proxy's name has no address"
                              : "no address found for " + printable(failed.host)};
        case Kind::connect:
            return {kind, connect_message(failed)};
        case Kind::tls:
            return {kind, "TLS with " + printable(failed.host) + ": " + quoted(failed)};
        case Kind::timeout:
            return {kind, timeout_message(failed)};
        case Kind::interrupted:
            return {kind, interrupted_message(failed)};
        default:
            return {kind, quoted(failed)};
    }
}

}  // namespace

Failure describe(const FailedTransfer& failed) {
    Failure failure = describe_plainly(failed);
    failure.message = on_the_way(failed, std::move(failure.message));
    return failure;
}

}  // namespace tributary::fetcher
