#include "daemon/commands/fetch_once.h"

#include <boost/asio/io_context.hpp>

#include "daemon/clock.h"
#include "daemon/engine.h"
#include "daemon/fetch_options.h"

namespace tributary::daemon {

namespace {

void hop(fetcher::Fetcher& fetcher, Engine& engine, boost::asio::io_context& loop, Visit& visit) {
    fetcher::Request request = visit.request;
    fetcher.start(std::move(request), [&](fetcher::Outcome outcome) {
        if (engine.follow(visit, std::move(outcome), now())) {
            hop(fetcher, engine, loop, visit);
        } else {
            loop.stop();
        }
    });
}

}  // namespace

Visit fetch_once(const config::Config& config, const std::string& url) {
    config::Subscription subscription;
    for (const auto& source : config.sources) {
        if (source.url == url) subscription = source;  // with its headers, its certificate ...
    }
    subscription.url = url;
    store::SourceState state;
    state.id = store::SourceId{1};
    state.url = url;
    Engine engine(0);
    engine.configure(config, {&subscription}, {state});
    engine.poll_once(now());
    Visit visit = std::move(engine.start(now()).front());

    boost::asio::io_context loop{1};
    fetcher::Fetcher fetcher(loop, fetch_options(config.poll));
    hop(fetcher, engine, loop, visit);
    loop.run();
    return visit;
}

}  // namespace tributary::daemon
