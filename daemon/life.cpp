// How the daemon begins, reloads, keeps the watchdog quiet and ends.

#include <sysexits.h>

#include <boost/asio/post.hpp>
#include <csignal>
#include <iostream>
#include <utility>

#include "daemon/clock.h"
#include "daemon/daemon.h"
#include "daemon/log.h"
#include "daemon/metrics.h"
#include "daemon/notify.h"
#include "daemon/transaction.h"
#include "serve/routes.h"

namespace tributary::daemon {

namespace asio = boost::asio;

namespace {

constexpr Duration stop_grace{5'000};
constexpr Duration quiet_watch{30'000};  // how often the status is told where no watchdog is set

serve::ServerOptions server_options(const config::Server& server) {
    serve::ServerOptions options;
    options.listen = server.listen;
    options.max_connections = server.max_connections;
    options.request_timeout = server.request_timeout;
    return options;
}

}  // namespace

int Daemon::serve() {
    auto options = server_options(config_.server);
    options.large_bodies = large_bodies();
    server_ = std::make_unique<serve::Server>(
        loop_, std::move(options), [this](const serve::Request& request, serve::Respond respond) {
            answer(request, std::move(respond));
        });
    adopt(config::Config(config_), std::exchange(initial_, {}));
    server_->start();
    for (const int signal : {SIGTERM, SIGINT, SIGHUP}) signals_.add(signal);
    on_signal();
    for (const auto& address : server_->addresses()) log(Level::info, "listening on " + address);
    log(Level::info, "tributary " TRIBUTARY_VERSION " reads " + std::to_string(engine_.size()) +
                         " sources from " + config_file_.string());
    notify("READY=1\nSTATUS=" + summary());
    keep_watch();
    tick();
    loop_.run();
    join();
    return EX_OK;
}

void Daemon::answer(const serve::Request& request, serve::Respond respond) {
    const bool is_callback = request.path.starts_with(callback_path) && hubs_.is_on();
    const bool is_read = request.method == "GET" || request.method == "HEAD";
    if (is_callback) return answer_hub(request, std::move(respond));
    if (is_read && request.path == "/metrics")
        return respond(serve::respond_text(request, 200, metrics(engine_, hubs_, now())));
    press_.answer(request, std::move(respond));
}

int Daemon::serve_once() {
    once_ = true;
    adopt(config::Config(config_), std::exchange(initial_, {}));
    engine_.poll_once(now());
    for (const int signal : {SIGTERM, SIGINT}) signals_.add(signal);
    on_signal();
    tick();
    loop_.run();
    join();
    std::cout << summary();
    if (const std::size_t left_out = engine_.not_asked(); left_out > 0)
        std::cout << ", " << left_out << " not asked: their publishers want a pause";
    std::cout << '\n';
    if (!store_ok_) return EX_IOERR;
    return press_.output_failure().empty() ? EX_OK : EX_CANTCREAT;
}

void Daemon::finish_once() {
    if (std::exchange(finishing_, true)) return;
    if (config_.output.directory.empty()) {
        stop();
        return;
    }
    press_.adopt(site_);
    press_.when_idle([this] {
        if (!stopping_) stop();
    });
}

void Daemon::on_signal() {
    signals_.async_wait([this](boost::system::error_code error, int signal) {
        if (error) return;
        on_signal();  // first: what stop() cancels must not be begun again
        if (signal == SIGHUP) {
            reload();
        } else if (stopping_) {
            std::_Exit(128 + signal);  // asked twice: at once
        } else {
            log(Level::info, "stopping");
            stop();
        }
    });
}

void Daemon::reload() {
    if (writing_) {  // the store is the writer's now; go_on() comes back here
        reload_wanted_ = true;
        return;
    }
    reload_wanted_ = false;
    notify("RELOADING=1");
    try {
        auto fresh = config::load(config_file_);
        for (const auto& warning : fresh.warnings) log(Level::warning, warning);
        if (fresh.server != config_.server || fresh.store != config_.store)
            log(Level::warning, "changes of [server] and [store] take effect after a restart");
        fresh.server = config_.server;
        fresh.store = config_.store;
        start_log(fresh.log.level, fresh.log.format);
        take_over(std::move(fresh));
    } catch (const config::ConfigError& error) {
        for (const auto& line : error.errors) log(Level::error, line);
        keep_old("it has errors");
    }
}

/// The stored sources are made those of the configuration on the writer, then the rest on the loop.
void Daemon::take_over(config::Config fresh) {
    writing_ = true;
    asio::post(writer_, [this, fresh = std::move(fresh)]() mutable {
        Known known;
        const std::string failure = transaction(store_, [&] { known = sync(store_, fresh); });
        asio::post(loop_,
                   [this, fresh = std::move(fresh), known = std::move(known), failure]() mutable {
                       writing_ = false;
                       if (failure.empty()) {
                           adopt(std::move(fresh), std::move(known));
                           log(Level::info, "configuration taken over: " + summary());
                           notify("READY=1\nSTATUS=" + summary());
                       } else {
                           keep_old(failure);
                       }
                       go_on();
                   });
    });
}

void Daemon::keep_old(const std::string& why) {
    log(Level::error, "the configuration is refused, " + why + "; the old one stays");
    notify("READY=1\nSTATUS=" + summary());
}

void Daemon::keep_watch() {
    const auto interval = watchdog_interval();
    notify("WATCHDOG=1\nSTATUS=" + summary());
    watchdog_.expires_after(interval.value_or(quiet_watch));
    watchdog_.async_wait([this](boost::system::error_code error) {
        if (!error && !stopping_) keep_watch();
    });
}

void Daemon::stop() {
    stopping_ = true;
    notify("STOPPING=1");
    timer_.cancel();
    watchdog_.cancel();
    gather_.cancel();
    write_now();
    fetcher_->cancel_all();
    for (auto& fetcher : retired_) fetcher->cancel_all();
    if (server_) server_->stop(stop_grace);
    stop_if_idle();
}

void Daemon::stop_if_idle() {
    if (with_workers_ > 0 || writing_ || !to_write_.empty()) return;
    // Without these the loop runs out of work as soon as the last answer is sent.
    signals_.cancel();
    fetcher_.reset();
    retired_.clear();
    press_.stop();
}

void Daemon::join() {
    workers_.join();
    writer_.join();
    store_.checkpoint();
}

std::string Daemon::summary() const {
    std::size_t failing = 0;
    engine_.for_each_state([&](const store::SourceState& state) {
        failing += state.condition == store::Condition::failing ||
                           state.condition == store::Condition::gone
                       ? 1
                       : 0;
    });
    std::string text = std::to_string(engine_.size()) + " sources, " + std::to_string(failing) +
                       " failing, " + std::to_string(totals_.added) + " new entries, " +
                       std::to_string(totals_.changed) + " changed";
    return text;
}

}  // namespace tributary::daemon
