#pragma once
// What every test of the Fetcher needs: a loop, a Fetcher that may reach loopback, and one exchange
// or many run to their ends.

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "fetcher/fetcher.h"

namespace tributary::test {

inline fetcher::FetcherOptions loopback_allowed() {
    fetcher::FetcherOptions options;
    options.addresses.allowed.push_back(*fetcher::AddressRange::parse("127.0.0.0/8"));
    options.addresses.allowed.push_back(*fetcher::AddressRange::parse("::1"));
    return options;
}

inline fetcher::Request request_for(std::string url) {
    fetcher::Request request;
    request.url = std::move(url);
    request.user_agent = "Tributary/test";
    request.timeout = Duration(10'000);
    return request;
}

class Exchange {
  public:
    explicit Exchange(fetcher::FetcherOptions options = loopback_allowed())
        : fetcher(std::in_place, loop, std::move(options)) {}

    fetcher::Outcome fetch(fetcher::Request request) {
        std::optional<fetcher::Outcome> outcome;
        fetcher->start(std::move(request),
                       [&](fetcher::Outcome came) { outcome = std::move(came); });
        run_until([&] { return outcome.has_value(); });
        return outcome ? std::move(*outcome) : fetcher::Outcome{};
    }
    fetcher::Outcome fetch(std::string url) { return fetch(request_for(std::move(url))); }

    std::vector<fetcher::Outcome> fetch_all(std::vector<fetcher::Request> requests) {
        std::vector<fetcher::Outcome> outcomes;
        const std::size_t expected = requests.size();
        for (auto& request : requests) {
            fetcher->start(std::move(request),
                           [&](fetcher::Outcome came) { outcomes.push_back(std::move(came)); });
        }
        run_until([&] { return outcomes.size() == expected; });
        return outcomes;
    }

    /// Runs the loop until `done` or 30 s have passed.
    template <typename Done>
    void run_until(Done done) {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        loop.restart();
        while (!done() && std::chrono::steady_clock::now() < deadline) {
            loop.run_one_until(deadline);
        }
    }

    boost::asio::io_context loop;
    std::optional<fetcher::Fetcher> fetcher;
};

inline const fetcher::Response& response(const fetcher::Outcome& outcome) {
    static const fetcher::Response none;
    const auto* found = std::get_if<fetcher::Response>(&outcome.result);
    return found ? *found : none;
}

/// The failure; one that says so if there is none.
inline fetcher::Failure failure(const fetcher::Outcome& outcome) {
    const auto* found = std::get_if<fetcher::Failure>(&outcome.result);
    return found ? *found : fetcher::Failure{fetcher::Failure::Kind::bad_url, "(no failure)"};
}

}  // namespace tributary::test
