#include <arpa/inet.h>
#include <dlfcn.h>
#include <doctest/doctest.h>
#include <netdb.h>
#include <netinet/in.h>

#include <atomic>
#include <boost/asio/steady_timer.hpp>
#include <cstring>
#include <future>

#include "fetcher/exchange.h"
#include "support/origin.h"

// A resolver under control: this program's getaddrinfo comes before the C library's, for libcurl
// too. Names under .silent.test are never answered while a test holds the gate; "moving.test" is
// wherever the test says.

namespace {

std::atomic<int> asking = 0;  // threads that wait for .silent.test
std::atomic<const char*> moving = "127.0.0.1";
std::shared_future<void>* gate = nullptr;  // set before any thread asks

}  // namespace

extern "C" int getaddrinfo(const char* node, const char* service, const addrinfo* hints,
                           addrinfo** result) {
    using Resolve = int(const char*, const char*, const addrinfo*, addrinfo**);
    static auto* const real = reinterpret_cast<Resolve*>(dlsym(RTLD_NEXT, "getaddrinfo"));
    const std::string_view name = node ? node : "";
    if (name == "moving.test") return real(moving.load(), service, hints, result);
    if (!name.ends_with(".silent.test")) return real(node, service, hints, result);
    const std::shared_future<void> opens = *gate;
    ++asking;
    opens.wait();
    --asking;
    return EAI_AGAIN;
}

using namespace tributary;
using namespace tributary::test;
using namespace std::chrono_literals;
using Kind = fetcher::Failure::Kind;

namespace {

/// While it lives, .silent.test is silent; then every thread that asked is let go.
struct SilentResolver {
    std::promise<void> open;
    std::shared_future<void> opens = open.get_future().share();
    SilentResolver() { gate = &opens; }
    ~SilentResolver() {
        open.set_value();
        while (asking > 0) std::this_thread::yield();
    }
};

/// Ticks on the loop and remembers the longest wait between two ticks.
struct Heartbeat {
    boost::asio::steady_timer timer;
    std::chrono::steady_clock::time_point last = std::chrono::steady_clock::now();
    std::chrono::steady_clock::duration longest{0};
    int beats = 0;

    explicit Heartbeat(boost::asio::io_context& loop) : timer(loop) { beat(); }
    void beat() {
        timer.expires_after(5ms);
        timer.async_wait([this](const boost::system::error_code& error) {
            if (error) return;
            const auto now = std::chrono::steady_clock::now();
            longest = std::max(longest, now - std::exchange(last, now));
            ++beats;
            beat();
        });
    }
};

fetcher::Request silent_request(int number) {
    auto request = request_for("http://host" + std::to_string(number) + ".silent.test/");
    request.connect_timeout = Duration(200);
    return request;
}

}  // namespace

TEST_CASE("a resolver that never answers holds up nothing but its own fetches") {
    const SilentResolver silence;
    Origin origin;
    origin.on("/", Reply{.body = "x"});
    Exchange exchange;
    Heartbeat heartbeat(exchange.loop);
    int timed_out = 0;
    bool quick = false;
    for (int i = 0; i < 20; ++i) {
        exchange.fetcher->start(silent_request(i), [&](fetcher::Outcome outcome) {
            CHECK(quick);
            CHECK(failure(outcome).kind == Kind::timeout);
            CHECK(failure(outcome).message.ends_with(".silent.test within 200 ms"));
            ++timed_out;
        });
    }
    exchange.fetcher->start(request_for(origin.url("/")), [&](fetcher::Outcome outcome) {
        quick = response(outcome).body == "x";
    });
    exchange.run_until([&] { return timed_out == 20; });
    CHECK(timed_out == 20);
    CHECK(heartbeat.beats > 5);
    CHECK(heartbeat.longest < 50ms);
}

TEST_CASE("cancelling and ending wait for no resolver") {
    const SilentResolver silence;
    Exchange exchange;
    Heartbeat heartbeat(exchange.loop);
    int cancelled = 0;
    for (int i = 0; i < 10; ++i) {
        exchange.fetcher->start(silent_request(i), [&](fetcher::Outcome outcome) {
            if (failure(outcome).kind == Kind::cancelled) ++cancelled;
        });
    }
    exchange.run_until([&] { return asking == 10; });
    exchange.fetcher->cancel_all();
    exchange.run_until([&] { return cancelled == 10; });
    CHECK(cancelled == 10);

    for (int i = 10; i < 20; ++i)
        exchange.fetcher->start(silent_request(i), [](fetcher::Outcome) {});
    exchange.run_until([&] { return asking == 20; });
    const auto before = std::chrono::steady_clock::now();
    exchange.fetcher.reset();
    CHECK(std::chrono::steady_clock::now() - before < 50ms);
    CHECK(heartbeat.longest < 50ms);
}

TEST_CASE("a name without an address says so") {
    Exchange exchange;
    const auto failed = failure(exchange.fetch("http://nowhere.invalid./"));
    CHECK(failed.kind == Kind::resolve);
    CHECK(failed.message == "no address found for nowhere.invalid.");
}

TEST_CASE("an address is remembered, and its change seen once the multi handle is renewed") {
    Origin before("127.0.0.1");
    moving = "127.0.0.1";
    auto options = loopback_allowed();
    SUBCASE("remembered") {
        Exchange exchange(options);
        auto request = request_for("http://moving.test:" + std::to_string(before.port()) + "/");
        request.keep_connection = false;
        CHECK(response(exchange.fetch(request)).status == 404);
        moving = "127.0.0.2";
        CHECK(response(exchange.fetch(request)).status == 404);
        CHECK(before.connections() == 2);
    }
    SUBCASE("renewed") {
        options.renew_after = Duration(0);
        Exchange exchange(options);
        auto request = request_for("http://moving.test:" + std::to_string(before.port()) + "/");
        CHECK(response(exchange.fetch(request)).status == 404);
        moving = "127.0.0.2";  // nobody listens there
        CHECK(failure(exchange.fetch(request)).kind == Kind::connect);
        CHECK(before.connections() == 1);
    }
}

TEST_CASE("a name that turns to an inner address is refused, whatever it was before (R27)") {
    Origin canary;
    moving = "127.0.0.1";
    Exchange exchange((fetcher::FetcherOptions()));
    const auto outcome =
        exchange.fetch("http://moving.test:" + std::to_string(canary.port()) + "/");
    CHECK(failure(outcome).kind == Kind::refused_address);
    CHECK(canary.connections() == 0);
}
