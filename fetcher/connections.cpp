#include "fetcher/connections.h"

#include <sys/epoll.h>

#include <boost/asio/post.hpp>

#include <array>
#include <new>
#include <system_error>
#include <utility>

namespace tributary::fetcher {
namespace {

constexpr int events_a_turn = 128;

int open_epoll_set() {
    const int set = epoll_create1(EPOLL_CLOEXEC);
    if (set < 0) throw std::system_error(errno, std::generic_category(), "epoll_create1");
    return set;
}

std::uint32_t wanted_events(int what) {
    std::uint32_t events = 0;
    if (what & CURL_POLL_IN) events |= EPOLLIN;
    if (what & CURL_POLL_OUT) events |= EPOLLOUT;
    return events;
}

/// An error is told as "try both": libcurl then meets the real error where it reads or writes.
int seen_events(std::uint32_t events) {
    if (events & (EPOLLERR | EPOLLHUP)) return CURL_CSELECT_IN | CURL_CSELECT_OUT;
    int seen = 0;
    if (events & EPOLLIN) seen |= CURL_CSELECT_IN;
    if (events & EPOLLOUT) seen |= CURL_CSELECT_OUT;
    return seen;
}

}  // namespace

std::shared_ptr<Connections> Connections::open(boost::asio::io_context& loop, std::size_t max_idle,
                                               Finished finished) {
    std::shared_ptr<Connections> self(new Connections(loop, max_idle, std::move(finished)));
    self->wait_for_sockets();
    return self;
}

Connections::Connections(boost::asio::io_context& loop, std::size_t max_idle, Finished finished)
    : loop_(loop),
      sockets_(loop, open_epoll_set()),
      timer_(loop),
      finished_(std::move(finished)),
      multi_(curl_multi_init()) {
    if (!multi_) throw std::bad_alloc();
    curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &Connections::on_socket);
    curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &Connections::on_timer);
    curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
    // By default libcurl sizes the pool by the transfers of the moment, and so drops warm
    // connections whenever the loop goes quiet.
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, static_cast<long>(max_idle));
}

Connections::~Connections() {
    curl_multi_cleanup(multi_);
}

void Connections::add(CURL* easy) {
    if (curl_multi_add_handle(multi_, easy) != CURLM_OK) throw std::bad_alloc();
    ++running_;
    ++started_;
}

void Connections::remove(CURL* easy) {
    curl_multi_remove_handle(multi_, easy);
    --running_;
}

int Connections::on_socket(CURL*, curl_socket_t socket, int what, void* self,
                           void* known) noexcept {
    static_cast<Connections*>(self)->watch(socket, what, known != nullptr);
    return 0;
}

/// `known`: the socket is in the set already; libcurl keeps that mark for us.
void Connections::watch(curl_socket_t socket, int what, bool known) {
    const int set = sockets_.native_handle();
    if (what == CURL_POLL_REMOVE) {
        epoll_ctl(set, EPOLL_CTL_DEL, socket, nullptr);
        return;
    }
    epoll_event event{};
    event.events = wanted_events(what);
    event.data.fd = socket;
    const int operation = known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
    if (epoll_ctl(set, operation, socket, &event) != 0) {
        epoll_ctl(set, known ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, socket, &event);
    }
    if (!known) curl_multi_assign(multi_, socket, this);
}

void Connections::wait_for_sockets() {
    sockets_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                        [weak = weak_from_this()](const boost::system::error_code& error) {
                            const auto self = weak.lock();
                            if (self && !error) self->serve_sockets();
                        });
}

/// One batch a turn, so that the rest of the loop gets its turn too.
void Connections::serve_sockets() {
    std::array<epoll_event, events_a_turn> events;
    const int count = epoll_wait(sockets_.native_handle(), events.data(), events_a_turn, 0);
    for (int i = 0; i < count; ++i) {
        const epoll_event& event = events[static_cast<std::size_t>(i)];
        act(event.data.fd, seen_events(event.events));
    }
    collect();
    wait_for_sockets();
}

int Connections::on_timer(CURLM*, long milliseconds, void* self) noexcept {
    auto* connections = static_cast<Connections*>(self);
    if (milliseconds < 0) {
        connections->deadline_.reset();
    } else {
        connections->set_deadline(std::chrono::milliseconds(milliseconds));
    }
    return 0;
}

/// libcurl moves its deadline with every step of a transfer, almost always away. The timer is
/// therefore only set anew for an earlier one; when it rings too early it is set again.
void Connections::set_deadline(std::chrono::milliseconds from_now) {
    deadline_ = Clock::now() + from_now;
    if (from_now.count() == 0) {
        kick_soon();
    } else if (!armed_ || *deadline_ < *armed_) {
        arm_timer();
    }
}

void Connections::kick_soon() {
    if (std::exchange(kicked_, true)) return;
    boost::asio::post(loop_, [weak = weak_from_this()] {
        const auto self = weak.lock();
        if (!self) return;
        self->kicked_ = false;
        self->serve_timer();
    });
}

void Connections::arm_timer() {
    armed_ = deadline_;
    timer_.expires_at(*deadline_);
    timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
        const auto self = weak.lock();
        if (!self || error) return;
        self->armed_.reset();
        self->serve_timer();
    });
}

void Connections::serve_timer() {
    if (!deadline_) return;
    if (*deadline_ > Clock::now()) {
        if (!armed_ || *deadline_ < *armed_) arm_timer();
        return;
    }
    deadline_.reset();
    act(CURL_SOCKET_TIMEOUT, 0);
    collect();
}

void Connections::act(curl_socket_t socket, int events) {
    int running = 0;
    curl_multi_socket_action(multi_, socket, events, &running);
}

void Connections::collect() {
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
        if (message->msg != CURLMSG_DONE) continue;
        CURL* const easy = message->easy_handle;
        const CURLcode result = message->data.result;  // the message dies with the removal
        remove(easy);
        finished_(easy, result);
    }
}

}  // namespace tributary::fetcher
