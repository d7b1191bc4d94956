#include "daemon/asking.h"

#include "base/base64.h"

namespace tributary::daemon {

namespace {

std::string authorization(const config::Auth& auth) {
    if (auth.scheme == config::Auth::Scheme::bearer) return "Bearer " + auth.secret.value;
    return "Basic " + base64(auth.user + ":" + auth.secret.value);
}

bool has_own_proxy(const config::Subscription& wishes) {
    return !wishes.proxy.empty();
}

fetcher::Proxy proxy_for(const config::Subscription& wishes, const config::Poll& poll) {
    const std::string& url = has_own_proxy(wishes) ? wishes.proxy : poll.proxy;
    const config::Auth& auth = has_own_proxy(wishes) ? wishes.proxy_auth : poll.proxy_auth;
    if (url.empty() || url == "direct") return {};
    return {.url = url, .user = auth.user, .password = auth.secret.value};
}

fetcher::HttpVersion version_for(const config::Subscription& wishes, const config::Poll& poll) {
    const std::string& said = wishes.http_version.empty() ? poll.http_version : wishes.http_version;
    if (said == "1.1") return fetcher::HttpVersion::http_1_1;
    return said == "2" ? fetcher::HttpVersion::http_2 : fetcher::HttpVersion::automatic;
}

}  // namespace

void ask_as_configured(fetcher::Request& request, const config::Subscription& wishes,
                       const config::Poll& poll, bool is_at_home) {
    request.obstacle = obstacle_of(wishes, poll);
    request.proxy = proxy_for(wishes, poll);
    request.http_version = version_for(wishes, poll);
    if (!is_at_home) return;
    request.command = wishes.command;
    for (const auto& [name, value] : wishes.headers)
        request.headers.emplace_back(name, value.value);
    if (wishes.auth.scheme != config::Auth::Scheme::none)
        request.headers.emplace_back("Authorization", authorization(wishes.auth));
}

std::string obstacle_of(const config::Subscription& wishes, const config::Poll& poll) {
    const auto& proxy = has_own_proxy(wishes) ? wishes.proxy_auth : poll.proxy_auth;
    for (const auto* secret : {&wishes.auth.secret, &proxy.secret})
        if (!secret->problem.empty()) return "not asked: " + secret->problem;
    for (const auto& header : wishes.headers)
        if (!header.value.problem.empty()) return "not asked: " + header.value.problem;
    return {};
}

}  // namespace tributary::daemon
