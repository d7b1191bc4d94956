#pragma once
// Is it them, or is it us? When most hosts cannot be reached at once, our own network is down
// (R14): then no source's back-off grows, and once one host answers all of them resume. Judged by
// the last answers of the hosts that were asked last; a host counts once, however many sources it
// has. Pure.

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace tributary::schedule {

class Outage {
  public:
    /// What asking `host` has shown at `now`: `reached` if any answer came, whatever it said.
    void note(std::string_view host, bool reached, Timestamp now);

    /// Whether what fails now is our own network.
    bool is_on() const { return began_.has_value(); }

    /// When the present outage began: with the first of its failures.
    std::optional<Timestamp> began() const { return began_; }

  private:
    struct Witness {
        std::string host;
        bool reached = false;
        Timestamp at{};
        Timestamp failing_since{};  // without a break
    };

    std::deque<Witness> witnesses_;  // the hosts that were asked last, the newest at the end
    std::optional<Timestamp> began_;
};

}  // namespace tributary::schedule
