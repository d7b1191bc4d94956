#pragma once
// One curl multi handle on the asio loop: its connections, its DNS cache and its timer. libcurl's
// sockets live in a private epoll set; the loop watches only that set's own descriptor, and one
// timer. libcurl is never entered from its own callbacks, and no user code runs inside it.

#include <curl/curl.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>

namespace tributary::fetcher {

/// Shared only with its own pending handlers, which hold it weakly: dropping it is always safe
/// outside libcurl.
class Connections : public std::enable_shared_from_this<Connections> {
  public:
    using Clock = std::chrono::steady_clock;
    using Finished = std::function<void(CURL* easy, CURLcode result)>;

    /// `max_idle` bounds the idle connections. `finished` is called on the loop for every easy
    /// handle that is done, after it has been removed; it must not call back into this object.
    static std::shared_ptr<Connections> open(boost::asio::io_context& loop, std::size_t max_idle,
                                             Finished finished);
    ~Connections();
    Connections(const Connections&) = delete;
    Connections& operator=(const Connections&) = delete;

    void add(CURL* easy);
    void remove(CURL* easy);
    bool idle() const { return running_ == 0; }
    Clock::time_point opened() const { return opened_; }
    std::size_t started() const { return started_; }

  private:
    Connections(boost::asio::io_context& loop, std::size_t max_idle, Finished finished);

    static int on_socket(CURL*, curl_socket_t socket, int what, void* self, void* known) noexcept;
    static int on_timer(CURLM*, long milliseconds, void* self) noexcept;

    void watch(curl_socket_t socket, int what, bool known);
    void wait_for_sockets();
    void serve_sockets();
    void set_deadline(std::chrono::milliseconds from_now);
    void kick_soon();
    void arm_timer();
    void serve_timer();
    void act(curl_socket_t socket, int events);
    void collect();

    boost::asio::io_context& loop_;
    boost::asio::posix::stream_descriptor sockets_;  // the epoll set
    boost::asio::steady_timer timer_;
    std::optional<Clock::time_point> deadline_;  // when libcurl wants to be called
    std::optional<Clock::time_point> armed_;     // when the timer rings: never after deadline_
    bool kicked_ = false;
    std::size_t running_ = 0, started_ = 0;
    Finished finished_;
    Clock::time_point opened_ = Clock::now();
    CURLM* multi_;
};

}  // namespace tributary::fetcher
