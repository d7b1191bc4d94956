#include "fetcher/fetcher.h"

#include "base/text.h"
#include "base/url.h"
#include "fetcher/command.h"
#include "fetcher/connections.h"
#include "fetcher/local_file.h"
#include "fetcher/transfer.h"

#include <boost/asio/post.hpp>

#include <csignal>
#include <deque>
#include <new>
#include <utility>
#include <vector>

namespace tributary::fetcher {
namespace {

constexpr std::size_t most_addresses = 1024;

/// TLS sessions are shared by all handles (in a multi handle of this libcurl they are not); there
/// is one thread, so no locks.
struct FreeShare {
    void operator()(CURLSH* share) const { curl_share_cleanup(share); }
};
using SessionCache = std::unique_ptr<CURLSH, FreeShare>;

SessionCache make_session_cache() {
    SessionCache cache(curl_share_init());
    if (!cache) throw std::bad_alloc();
    curl_share_setopt(cache.get(), CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
    return cache;
}

/// Once a process. Without signals libcurl leaves SIGPIPE to us, and OpenSSL writes to sockets
/// whose peer may be gone.
void initialise_libcurl() {
    [[maybe_unused]] static const CURLcode initialised = [] {
        std::signal(SIGPIPE, SIG_IGN);
        return curl_global_init(CURL_GLOBAL_ALL);
    }();
}

Outcome failed(Failure::Kind kind, std::string message) {
    Outcome outcome;
    outcome.result = Failure{kind, std::move(message)};
    return outcome;
}

}  // namespace

/// Shared only with its own pending handler, which holds it weakly.
struct Fetcher::Impl : std::enable_shared_from_this<Fetcher::Impl> {
    struct Delivery {
        Completion done;
        Outcome outcome;
    };

    Impl(boost::asio::io_context& the_loop, FetcherOptions the_options)
        : loop(the_loop), options(std::move(the_options)) {}

    void start(const Request& request, Completion done);
    void start_program(const Request& request, Completion done);
    void start_file(const Request& request, const Url& url, Completion done);
    void start_transfer(const Request& request, const Url& url, Completion done);
    void cancel_all();
    void drop_everything();
    std::size_t in_flight() const {
        return active.size() + ready.size() + programs.running() + files.reading();
    }

    void renew_connections();
    void finished(CURL* easy, CURLcode result);
    std::unique_ptr<Transfer> take_idle();
    std::unique_ptr<Transfer> take_active(Transfer& transfer);
    void put_back(std::unique_ptr<Transfer> transfer);
    void deliver_soon(Completion done, Outcome outcome);
    void deliver();

    boost::asio::io_context& loop;
    FetcherOptions options;
    SessionCache session_cache = make_session_cache();
    std::shared_ptr<Connections> connections;            // of today
    std::vector<std::shared_ptr<Connections>> draining;  // older ones, until their last transfer
    std::vector<std::unique_ptr<Transfer>> active;       // each knows its place
    std::vector<std::unique_ptr<Transfer>> idle;
    std::deque<Delivery> ready;
    bool delivery_posted = false;
    Commands programs{loop, [this](Completion done, Outcome outcome) {
                          deliver_soon(std::move(done), std::move(outcome));
                      }};
    FileReader files{loop, [this](Completion done, Outcome outcome) {
                         deliver_soon(std::move(done), std::move(outcome));
                     }};
};

void Fetcher::Impl::start(const Request& request, Completion done) {
    if (!request.obstacle.empty()) {
        return deliver_soon(std::move(done), failed(Failure::Kind::not_sent, request.obstacle));
    }
    if (!request.command.empty()) return start_program(request, std::move(done));
    const auto url = Url::parse(request.url);
    if (!url || (!url->is_http() && url->scheme != "file")) {
        return deliver_soon(std::move(done), failed(Failure::Kind::bad_url,
                                                    printable(redacted_url(request.url)) +
                                                        " is not an http, https or file URL"));
    }
    if (url->is_http()) return start_transfer(request, *url, std::move(done));
    start_file(request, *url, std::move(done));
}

void Fetcher::Impl::start_program(const Request& request, Completion done) {
    if (options.allow_exec) return programs.start(request, std::move(done));
    deliver_soon(std::move(done), failed(Failure::Kind::command, "programs are not allowed"));
}

void Fetcher::Impl::start_file(const Request& request, const Url& url, Completion done) {
    if (options.allow_files) return files.start(url, request, std::move(done));
    deliver_soon(std::move(done), failed(Failure::Kind::file, "file: sources are not allowed"));
}

void Fetcher::Impl::start_transfer(const Request& request, const Url& url, Completion done) {
    renew_connections();
    auto transfer = take_idle();
    auto failure = transfer->prepare(request, url, options.addresses, session_cache.get());
    if (failure) {
        put_back(std::move(transfer));
        return deliver_soon(std::move(done), failed(failure->kind, std::move(failure->message)));
    }
    transfer->done = std::move(done);
    transfer->connections = connections.get();
    transfer->place = active.size();
    connections->add(transfer->easy());
    active.push_back(std::move(transfer));
}

/// libcurl is told never to forget an address, so from time to time all of them are forgotten; and
/// before they are too many, since it keeps them in 71 lists that it walks.
void Fetcher::Impl::renew_connections() {
    const bool is_fresh = connections && connections->started() < most_addresses &&
                          Connections::Clock::now() - connections->opened() < options.renew_after;
    if (is_fresh) return;
    if (connections && !connections->idle()) draining.push_back(std::move(connections));
    connections = Connections::open(
        loop, options.max_handles, [this](CURL* easy, CURLcode result) { finished(easy, result); });
}

void Fetcher::Impl::finished(CURL* easy, CURLcode result) {
    auto transfer = take_active(Transfer::of(easy));
    Outcome outcome = transfer->outcome(result);
    deliver_soon(std::move(transfer->done), std::move(outcome));
    put_back(std::move(transfer));
    std::erase_if(draining, [](const auto& old) { return old->idle(); });
}

void Fetcher::Impl::cancel_all() {
    while (!active.empty()) {
        auto transfer = take_active(*active.back());
        transfer->connections->remove(transfer->easy());
        deliver_soon(std::move(transfer->done), failed(Failure::Kind::cancelled, "cancelled"));
        put_back(std::move(transfer));
    }
    draining.clear();
    programs.cancel_all();
    files.cancel_all();
}

void Fetcher::Impl::drop_everything() {
    for (const auto& transfer : active) transfer->connections->remove(transfer->easy());
    active.clear();
    ready.clear();
}

std::unique_ptr<Transfer> Fetcher::Impl::take_idle() {
    if (idle.empty()) return std::make_unique<Transfer>();
    auto transfer = std::move(idle.back());
    idle.pop_back();
    return transfer;
}

std::unique_ptr<Transfer> Fetcher::Impl::take_active(Transfer& transfer) {
    const std::size_t place = transfer.place;
    active.back()->place = place;
    std::swap(active[place], active.back());
    auto taken = std::move(active.back());
    active.pop_back();
    return taken;
}

void Fetcher::Impl::put_back(std::unique_ptr<Transfer> transfer) {
    if (idle.size() >= options.max_handles) return;
    transfer->clear();
    idle.push_back(std::move(transfer));
}

void Fetcher::Impl::deliver_soon(Completion done, Outcome outcome) {
    ready.push_back({std::move(done), std::move(outcome)});
    if (std::exchange(delivery_posted, true)) return;
    boost::asio::post(loop, [weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->deliver();
    });
}

/// A completion may start more, cancel all, or destroy the Fetcher, which empties `ready`.
void Fetcher::Impl::deliver() {
    delivery_posted = false;
    for (std::size_t left = ready.size(); left > 0 && !ready.empty(); --left) {
        Delivery delivery = std::move(ready.front());
        ready.pop_front();
        delivery.done(std::move(delivery.outcome));
    }
}

Fetcher::Fetcher(boost::asio::io_context& loop, FetcherOptions options) {
    initialise_libcurl();
    impl_ = std::make_shared<Impl>(loop, std::move(options));
}

Fetcher::~Fetcher() {
    impl_->drop_everything();
}

void Fetcher::start(const Request& request, Completion done) {
    impl_->start(request, std::move(done));
}

void Fetcher::cancel_all() {
    impl_->cancel_all();
}

std::size_t Fetcher::in_flight() const {
    return impl_->in_flight();
}

}  // namespace tributary::fetcher
