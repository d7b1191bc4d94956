#include "bench/floor/fetch.h"

#include <curl/curl.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string_view>

namespace tributary::bench {
namespace {

using Clock = std::chrono::steady_clock;

struct Transfer {
    Transfer() = default;
    ~Transfer() {
        curl_slist_free_all(headers);
        curl_easy_cleanup(easy);
    }
    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;

    CURL* easy = curl_easy_init();
    curl_slist* headers = nullptr;
    std::size_t url = 0;
    Answer answer;
};

std::optional<std::string_view> value_of(std::string_view line, std::string_view name) {
    if (line.size() < name.size() || !curl_strnequal(line.data(), name.data(), name.size()))
        return std::nullopt;
    line.remove_prefix(name.size());
    while (!line.empty() && line.front() == ' ') line.remove_prefix(1);
    while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) line.remove_suffix(1);
    return line;
}

std::size_t take_header(char* data, std::size_t, std::size_t size, void* user) {
    Answer& answer = static_cast<Transfer*>(user)->answer;
    const std::string_view line(data, size);
    if (const auto etag = value_of(line, "etag:")) answer.validators.etag = *etag;
    if (const auto date = value_of(line, "last-modified:")) answer.validators.last_modified = *date;
    if (const auto coding = value_of(line, "content-encoding:")) answer.is_gzip = *coding == "gzip";
    return size;
}

std::size_t take_body(char* data, std::size_t, std::size_t size, void* user) {
    static_cast<Transfer*>(user)->answer.body.append(data, size);
    return size;
}

class Loop {
  public:
    Loop(const std::vector<std::string>& urls, const std::vector<Validators>& validators,
         const FetchOptions& options, const TakeAnswer& take)
        : urls_(urls),
          validators_(validators),
          take_(take),
          queue_(urls, options.in_flight_per_host) {
        if (epoll_ < 0 || !multi_) throw std::runtime_error("no epoll or no libcurl");
        curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &Loop::on_socket);
        curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
        curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &Loop::on_timer);
        curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
        curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, long{options.in_flight});
        for (int i = 0; i < options.in_flight; ++i) {
            transfers_.push_back(std::make_unique<Transfer>());
            idle_.push_back(transfers_.back().get());
        }
    }
    ~Loop() {
        transfers_.clear();
        curl_multi_cleanup(multi_);
        close(epoll_);
    }
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    void run() {
        start_all();
        while (running_ > 0) {
            wait();
            collect();
            start_all();
        }
    }

  private:
    static int on_socket(CURL*, curl_socket_t socket, int what, void* user, void* known) {
        auto* loop = static_cast<Loop*>(user);
        if (what == CURL_POLL_REMOVE) {
            epoll_ctl(loop->epoll_, EPOLL_CTL_DEL, socket, nullptr);
            return 0;
        }
        epoll_event event{};
        if (what & CURL_POLL_IN) event.events |= EPOLLIN;
        if (what & CURL_POLL_OUT) event.events |= EPOLLOUT;
        event.data.fd = socket;
        epoll_ctl(loop->epoll_, known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, socket, &event);
        if (!known) curl_multi_assign(loop->multi_, socket, loop);
        return 0;
    }

    static int on_timer(CURLM*, long milliseconds, void* user) {
        auto* loop = static_cast<Loop*>(user);
        loop->deadline_.reset();
        if (milliseconds >= 0)
            loop->deadline_ = Clock::now() + std::chrono::milliseconds(milliseconds);
        return 0;
    }

    void start_all() {
        while (!idle_.empty()) {
            const auto url = queue_.next();
            if (!url) return;
            Transfer* const transfer = idle_.back();
            idle_.pop_back();
            start(*transfer, *url);
        }
    }

    void start(Transfer& transfer, std::size_t url) {
        CURL* const easy = transfer.easy;
        transfer.url = url;
        transfer.answer.body.clear();
        transfer.answer.is_gzip = false;
        curl_easy_reset(easy);
        curl_easy_setopt(easy, CURLOPT_PRIVATE, static_cast<void*>(&transfer));
        curl_easy_setopt(easy, CURLOPT_URL, urls_[url].c_str());
        curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers_for(transfer));
        curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &take_header);
        curl_easy_setopt(easy, CURLOPT_HEADERDATA, static_cast<void*>(&transfer));
        curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &take_body);
        curl_easy_setopt(easy, CURLOPT_WRITEDATA, static_cast<void*>(&transfer));
        curl_easy_setopt(easy, CURLOPT_PROXY, "");
        curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(easy, CURLOPT_TIMEOUT, 60L);
        curl_easy_setopt(easy, CURLOPT_DNS_CACHE_TIMEOUT, -1L);
        if (!queue_.shares_host(url)) curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
        curl_multi_add_handle(multi_, easy);
        ++running_;
    }

    curl_slist* headers_for(Transfer& transfer) {
        curl_slist_free_all(transfer.headers);
        transfer.headers = curl_slist_append(nullptr, "Accept-Encoding: gzip");
        const Validators& known = validators_[transfer.url];
        if (!known.etag.empty())
            curl_slist_append(transfer.headers, ("If-None-Match: " + known.etag).c_str());
        if (!known.last_modified.empty())
            curl_slist_append(transfer.headers,
                              ("If-Modified-Since: " + known.last_modified).c_str());
        return transfer.headers;
    }

    void wait() {
        int timeout = -1;
        if (deadline_) {
            const auto left =
                std::chrono::ceil<std::chrono::milliseconds>(*deadline_ - Clock::now());
            timeout = static_cast<int>(std::max<std::int64_t>(0, left.count()));
        }
        std::array<epoll_event, 128> events;
        const int count =
            epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), timeout);
        for (int i = 0; i < count; ++i) {
            const epoll_event& event = events[static_cast<std::size_t>(i)];
            int seen = 0;
            if (event.events & (EPOLLIN | EPOLLERR | EPOLLHUP)) seen |= CURL_CSELECT_IN;
            if (event.events & (EPOLLOUT | EPOLLERR)) seen |= CURL_CSELECT_OUT;
            act(event.data.fd, seen);
        }
        if (deadline_ && *deadline_ <= Clock::now()) {
            deadline_.reset();
            act(CURL_SOCKET_TIMEOUT, 0);
        }
    }

    void act(curl_socket_t socket, int events) {
        int running = 0;
        curl_multi_socket_action(multi_, socket, events, &running);
    }

    void collect() {
        int left = 0;
        while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
            if (message->msg != CURLMSG_DONE) continue;
            const bool is_ok = message->data.result == CURLE_OK;
            CURL* const easy = message->easy_handle;
            finish(easy, is_ok);
        }
    }

    void finish(CURL* easy, bool is_ok) {
        void* user = nullptr;
        curl_easy_getinfo(easy, CURLINFO_PRIVATE, &user);
        auto& transfer = *static_cast<Transfer*>(user);
        long status = 0;
        curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
        curl_multi_remove_handle(multi_, easy);
        --running_;
        transfer.answer.status = is_ok ? static_cast<int>(status) : 0;
        take_(transfer.url, transfer.answer);
        queue_.done(transfer.url);
        idle_.push_back(&transfer);
    }

    const std::vector<std::string>& urls_;
    const std::vector<Validators>& validators_;
    const TakeAnswer& take_;
    Queue queue_;
    int epoll_ = epoll_create1(EPOLL_CLOEXEC);
    CURLM* multi_ = curl_multi_init();
    std::vector<std::unique_ptr<Transfer>> transfers_;
    std::vector<Transfer*> idle_;
    std::optional<Clock::time_point> deadline_;
    int running_ = 0;
};

}  // namespace

void fetch_all(const std::vector<std::string>& urls, const std::vector<Validators>& validators,
               const FetchOptions& options, const TakeAnswer& take) {
    curl_global_init(CURL_GLOBAL_ALL);
    Loop(urls, validators, options, take).run();
}

}  // namespace tributary::bench
