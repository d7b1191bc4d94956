#include "daemon/metrics.h"

#include <string>

#include "schedule/gaps.h"
#include "tests/daemon/desk.h"

namespace tributary::daemon {

using namespace testing;

TEST_CASE("metrics tell how many sources have gaps, and what became of them") {
    Desk desk({"https://a.example/1", "https://a.example/2"});
    const schedule::Gap gap{
        .from = noon, .to = noon + hour, .state = schedule::Gap::State::repaired};
    schedule::remember(desk.states[1].memory, "gap", schedule::to_notes(gap));
    desk.configure();
    const Hubs hubs(desk.engine, [] { return std::string("0"); });
    const std::string text = metrics(desk.engine, hubs, noon);
    CHECK(text.contains("tributary_gaps{state=\"repaired\"} 1\n"));
    CHECK(text.contains("tributary_gaps{state=\"lost\"} 0\n"));
}

TEST_CASE("metrics tell how many sources are how well, and what came of pushes") {
    Desk desk({"https://a.example/1", "https://a.example/2", "https://a.example/3"});
    desk.states[0].condition = store::Condition::ok;
    desk.states[1].condition = store::Condition::ok;
    desk.configure();
    Hubs hubs(desk.engine, [] { return std::string("0"); });
    hubs.counts.forged = 7;
    const std::string text = metrics(desk.engine, hubs, noon);
    for (const char* line :
         {"tributary_sources{state=\"ok\"} 2\n", "tributary_sources{state=\"new\"} 1\n",
          "# TYPE tributary_websub_pushes_total counter\n",
          "tributary_websub_pushes_total{result=\"forged\"} 7\n",
          "tributary_websub_subscriptions{state=\"active\"} 0\n"}) {
        CAPTURE(line);
        CHECK(text.find(line) != std::string::npos);
    }
    CHECK(text.ends_with('\n'));
}

}  // namespace tributary::daemon
