#include "fetcher/transfer.h"

#include "base/text.h"
#include "fetcher/decode.h"
#include "fetcher/failure.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <new>
#include <utility>

namespace tributary::fetcher {
namespace {

constexpr std::size_t max_header_bytes = 64 * 1024;
constexpr std::size_t first_body_room = 16 * 1024, most_announced_room = 128 * 1024;

// Without spaces: libcurl copies each byte of a header with a hundred instructions.
constexpr std::string_view accept =
    "application/atom+xml,application/rss+xml,application/rdf+xml;q=0.9,application/feed+json,"
    "application/xml;q=0.8,text/xml;q=0.8,*/*;q=0.1";

/// The lines that every request ends with, as the tail of its list: validators depend on the
/// negotiation, so it never changes (RFC 9110 12.5, 8.8.3.3).
curl_slist* constant_lines() {
    static std::array<std::string, 2> lines = {"Accept: " + std::string(accept),
                                               "Accept-Encoding: " + std::string(accept_encoding)};
    static std::array<curl_slist, 2> list = {curl_slist{lines[0].data(), &list[1]},
                                             curl_slist{lines[1].data(), nullptr}};
    return list.data();
}

bool is_one_line(std::string_view text) {
    return std::ranges::none_of(text, [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

/// In libcurl's language "Name:" removes a header and "Name;" sends an empty one.
std::string header_line(std::string_view name, std::string_view value) {
    return value.empty() ? std::string(name) + ';' : std::string(name) + ": " + std::string(value);
}

/// The status of "HTTP/1.1 200 OK"; 0 if it is no status line.
int read_status(std::string_view line) {
    if (!line.starts_with("HTTP/")) return 0;
    const auto space = line.find(' ');
    if (space == line.npos) return 0;
    int status = 0;
    const std::string_view digits = line.substr(space + 1, 3);
    std::from_chars(digits.data(), digits.data() + digits.size(), status);
    return status;
}

/// The room that a body is likely to need, by its Content-Length; 0 if that says nothing. What is
/// announced is only believed to a point: nobody takes memory by a mere word.
std::size_t announced_size(const Headers& headers) {
    const std::string text = headers.get("content-length");
    std::size_t size = 0;
    std::from_chars(text.data(), text.data() + text.size(), size);
    return std::min(size, most_announced_room);
}

std::string version_name(long version) {
    switch (version) {
        case CURL_HTTP_VERSION_1_0:
            return "1.0";
        case CURL_HTTP_VERSION_1_1:
            return "1.1";
        case CURL_HTTP_VERSION_2_0:
            return "2";
        case CURL_HTTP_VERSION_3:
            return "3";
        default:
            return "";
    }
}

long curl_version_of(HttpVersion version) {
    return version == HttpVersion::http_1_1 ? CURL_HTTP_VERSION_1_1
                                            : CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE;
}

template <typename Value>
Value fact(CURL* easy, CURLINFO which) {
    Value value{};
    curl_easy_getinfo(easy, which, &value);
    return value;
}

Duration time_fact(CURL* easy, CURLINFO which) {
    const std::chrono::microseconds time(fact<curl_off_t>(easy, which));
    return std::chrono::round<Duration>(time);
}

std::string percent_decoded(CURL* easy, std::string_view text) {
    int length = 0;
    char* decoded = curl_easy_unescape(easy, text.data(), static_cast<int>(text.size()), &length);
    if (!decoded) return {};
    std::string result(decoded, static_cast<std::size_t>(length));
    curl_free(decoded);
    return result;
}

}  // namespace

Transfer::Transfer() : easy_(curl_easy_init()) {
    if (!easy_) throw std::bad_alloc();
    set_constants();
}

Transfer& Transfer::of(CURL* easy) {
    return *static_cast<Transfer*>(fact<void*>(easy, CURLINFO_PRIVATE));
}

std::optional<Failure> Transfer::prepare(const Request& request, const Url& url,
                                         const AddressPolicy& policy, CURLSH* session_cache) {
    request_ = request;
    host_ = url.host;
    policy_ = &policy;
    make_header_lines();
    if (!std::ranges::all_of(lines_, is_one_line)) {
        return Failure{Failure::Kind::protocol, "a request header holds a line break"};
    }
    set_options(url, session_cache);
    return std::nullopt;
}

void Transfer::make_header_lines() {
    const Validators& validators = request_.validators;
    if (!validators.etag.empty()) {
        lines_.push_back(header_line("If-None-Match", validators.etag));
    }
    if (request_.accepts_delta()) lines_.emplace_back("A-IM: feed");
    if (!validators.last_modified.empty()) {
        lines_.push_back(header_line("If-Modified-Since", validators.last_modified));
    }
    // As a line of the list it is written once, as an option of its own twice.
    if (!request_.user_agent.empty()) {
        lines_.push_back(header_line("User-Agent", request_.user_agent));
    }
    if (request_.method == Method::post) {
        lines_.push_back(header_line("Content-Type", request_.content_type));
        lines_.push_back("Expect:");  // goes out without: a small body is not worth a round trip
    }
    for (const auto& [name, value] : request_.headers) lines_.push_back(header_line(name, value));
    // Linked by hand: no copy, and the constant tail is shared by all.
    list_.resize(lines_.size());
    curl_slist* next = constant_lines();
    for (std::size_t i = lines_.size(); i-- > 0; next = &list_[i]) {
        list_[i] = {lines_[i].data(), next};
    }
}

/// What is the same for every exchange. Nothing leads anywhere but where it was asked.
void Transfer::set_constants() {
    const auto set = [easy = easy_.get()](CURLoption option, auto value) {
        curl_easy_setopt(easy, option, value);
    };
    set(CURLOPT_PRIVATE, static_cast<void*>(this));
    set(CURLOPT_ERRORBUFFER, error_);
    set(CURLOPT_HEADERFUNCTION, &Transfer::on_header);
    set(CURLOPT_HEADERDATA, this);
    set(CURLOPT_WRITEFUNCTION, &Transfer::on_body);
    set(CURLOPT_WRITEDATA, this);
    set(CURLOPT_OPENSOCKETFUNCTION, &Transfer::on_socket);
    set(CURLOPT_OPENSOCKETDATA, this);
    set(CURLOPT_BUFFERSIZE, 16L * 1024);
    set(CURLOPT_PATH_AS_IS, 1L);
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_HTTP09_ALLOWED, 0L);
    // One from the environment would pass the wall, an exception from there the proxy.
    set(CURLOPT_PROXY, "");
    set(CURLOPT_NOPROXY, "");
    set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    set(CURLOPT_LOW_SPEED_LIMIT, 100L);
    set(CURLOPT_LOW_SPEED_TIME, 20L);
    set(CURLOPT_NOSIGNAL, 1L);
    // Without it, giving up on a name waits for its getaddrinfo thread: seconds of standstill.
    set(CURLOPT_QUICK_EXIT, 1L);
    // Pruning visits every cached name on each connect; the cache ends with its multi handle.
    set(CURLOPT_DNS_CACHE_TIMEOUT, -1L);
    set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
}

void Transfer::set_options(const Url& url, CURLSH* session_cache) {
    const auto set = [easy = easy_.get()](CURLoption option, auto value) {
        curl_easy_setopt(easy, option, value);
    };
    set(CURLOPT_URL, url.request_url().c_str());
    set(CURLOPT_HTTPHEADER, list_.empty() ? constant_lines() : list_.data());
    // Only spares the reading: a length need not be declared. 0 would mean "no limit" to libcurl.
    set(CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(request_.max_bytes));
    set(CURLOPT_CONNECTTIMEOUT_MS,
        std::max(1L, static_cast<long>(request_.connect_timeout.count())));
    set(CURLOPT_TIMEOUT_MS, std::max(1L, static_cast<long>(request_.timeout.count())));
    set(CURLOPT_FORBID_REUSE, request_.keep_connection ? 0L : 1L);
    set(CURLOPT_SHARE, session_cache);
    if (request_.method == Method::post) {
        is_special_ = true;
        set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
        set(CURLOPT_POSTFIELDS, request_.body.data());  // not copied: request_ outlives it
    }
    if (!url.userinfo.empty()) set_credentials(url.userinfo);
    if (!request_.proxy.url.empty()) set_proxy();
    if (request_.http_version != HttpVersion::automatic) {
        is_special_ = true;
        set(CURLOPT_HTTP_VERSION, curl_version_of(request_.http_version));
    }
    if (!request_.tls_ca.empty()) {
        is_special_ = true;
        set(CURLOPT_CAINFO, request_.tls_ca.c_str());
        set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));
    }
}

void Transfer::set_credentials(std::string_view userinfo) {
    is_special_ = true;
    CURL* const easy = easy_.get();
    const auto colon = std::min(userinfo.find(':'), userinfo.size());
    const std::string name = percent_decoded(easy, userinfo.substr(0, colon));
    const std::string password =
        percent_decoded(easy, userinfo.substr(std::min(colon + 1, userinfo.size())));
    curl_easy_setopt(easy, CURLOPT_USERNAME, name.c_str());
    curl_easy_setopt(easy, CURLOPT_PASSWORD, password.c_str());
}

void Transfer::set_proxy() {
    is_special_ = true;
    const Proxy& proxy = request_.proxy;
    curl_easy_setopt(easy(), CURLOPT_PROXY, proxy.url.c_str());
    if (proxy.user.empty()) return;
    curl_easy_setopt(easy(), CURLOPT_PROXYUSERNAME, proxy.user.c_str());
    curl_easy_setopt(easy(), CURLOPT_PROXYPASSWORD, proxy.password.c_str());
}

std::size_t Transfer::on_header(char* data, std::size_t, std::size_t size, void* self) noexcept {
    return static_cast<Transfer*>(self)->take_header({data, size}) ? size : 0;
}

std::size_t Transfer::on_body(char* data, std::size_t, std::size_t size, void* self) noexcept {
    return static_cast<Transfer*>(self)->take_body({data, size}) ? size : CURL_WRITEFUNC_ERROR;
}

/// The wall: called after DNS with each address that is about to be connected, be it a proxy's.
curl_socket_t Transfer::on_socket(void* self, curlsocktype, curl_sockaddr* address) noexcept {
    auto* transfer = static_cast<Transfer*>(self);
    Connecting& connecting = transfer->connecting_;
    const bool is_proxy = !transfer->request_.proxy.url.empty();
    if (!is_proxy && !transfer->policy_->permits(&address->addr)) {
        connecting.refused = to_string(&address->addr);
        connecting.forbidden = special_network(&address->addr);
        return CURL_SOCKET_BAD;
    }
    std::memcpy(&connecting.attempted, &address->addr,
                std::min<std::size_t>(address->addrlen, sizeof connecting.attempted));
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/// One line, or trailers after the body, which are dropped.
bool Transfer::take_header(std::string_view line) {
    header_bytes_ += line.size();
    if (header_bytes_ > max_header_bytes) {
        too_large_ = true;
        return false;
    }
    if (answered()) return true;
    if (const int status = read_status(line)) {  // also the one after a 1xx
        status_ = status;
        headers_.fields.clear();
        headers_complete_ = false;
        return true;
    }
    const std::string_view text = trim(line);
    if (text.empty()) {
        headers_complete_ = true;
        return true;
    }
    if (is_space(line.front()) && !headers_.fields.empty()) {  // obs-fold (RFC 9112 5.2)
        headers_.fields.back().second.append(" ").append(text);
        return true;
    }
    const auto colon = text.find(':');
    if (colon == text.npos) return true;
    headers_.fields.emplace_back(to_lower(trim(text.substr(0, colon))),
                                 trim(text.substr(colon + 1)));
    return true;
}

bool Transfer::take_body(std::string_view data) {
    const auto limit = static_cast<std::size_t>(std::max<std::int64_t>(request_.max_bytes, 0));
    const std::size_t size = body_.size() + data.size();
    if (size > limit) {
        too_large_ = true;
        return false;
    }
    if (size > body_.capacity()) {  // never room for more than may come
        const std::size_t expected = body_.empty() ? announced_size(headers_) : 0;
        body_.reserve(
            std::min(limit, std::max({size, 2 * body_.capacity(), first_body_room, expected})));
    }
    body_.append(data);
    return true;
}

Response Transfer::response() {
    Response response;
    response.status = status_;
    response.headers = std::move(headers_);
    response.body = std::move(body_);
    response.http_version = version_name(fact<long>(easy(), CURLINFO_HTTP_VERSION));
    const char* address = fact<const char*>(easy(), CURLINFO_PRIMARY_IP);
    const std::string host = address ? address : "";
    const bool v6 = host.find(':') != host.npos;
    response.remote_address = (v6 ? '[' + host + ']' : host) + ':' +
                              std::to_string(fact<long>(easy(), CURLINFO_PRIMARY_PORT));
    return response;
}

Failure Transfer::failure(CURLcode result) const {
    CURL* const easy = easy_.get();
    const FailedTransfer failed{
        .result = result,
        .system_error = static_cast<int>(fact<long>(easy, CURLINFO_OS_ERRNO)),
        .text = error_,
        .host = host_,
        .request = request_,
        .connecting = connecting_,
        .proxy_status = static_cast<int>(fact<long>(easy, CURLINFO_HTTP_CONNECTCODE)),
        .too_large = too_large_ || (header_bytes_ > 0 && result == CURLE_OUT_OF_MEMORY),
        .in_headers = !answered(),
        .sent = fact<curl_off_t>(easy, CURLINFO_PRETRANSFER_TIME_T) > 0,
        .answered = fact<curl_off_t>(easy, CURLINFO_STARTTRANSFER_TIME_T) > 0,
    };
    return describe(failed);
}

Outcome Transfer::outcome(CURLcode result) {
    Outcome outcome;
    CURL* const easy = easy_.get();
    outcome.wire_bytes =
        fact<curl_off_t>(easy, CURLINFO_SIZE_DOWNLOAD_T) + fact<long>(easy, CURLINFO_HEADER_SIZE);
    outcome.timings = {.total = time_fact(easy, CURLINFO_TOTAL_TIME_T),
                       .connect = time_fact(easy, CURLINFO_CONNECT_TIME_T),
                       .first_byte = time_fact(easy, CURLINFO_STARTTRANSFER_TIME_T)};
    if (result == CURLE_OK && answered()) {
        outcome.result = response();
    } else if (result == CURLE_OK) {  // libcurl takes a close among the headers for their end
        outcome.result = failure(CURLE_PARTIAL_FILE);
    } else {
        outcome.result = failure(result);
    }
    return outcome;
}

void Transfer::clear() {
    done = nullptr;
    connections = nullptr;
    lines_.clear();
    list_.clear();
    error_[0] = '\0';
    status_ = 0;
    headers_.fields.clear();
    header_bytes_ = 0;
    headers_complete_ = false;
    too_large_ = false;
    body_ = {};
    connecting_ = {};
    if (std::exchange(is_special_, false)) {  // nothing of it may stay for another origin
        curl_easy_reset(easy());
        set_constants();
    }
}

}  // namespace tributary::fetcher
