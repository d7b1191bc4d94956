#pragma once
// What a piece of work cost this thread: seconds of CPU (user and system) and on the wall.

#include <time.h>

namespace tributary::bench {

struct Cost {
    double cpu = 0, wall = 0;
};

class Stopwatch {
  public:
    void start() {
        cpu_ = seconds(CLOCK_THREAD_CPUTIME_ID);
        wall_ = seconds(CLOCK_MONOTONIC);
    }
    void stop(Cost& total) const {
        total.cpu += seconds(CLOCK_THREAD_CPUTIME_ID) - cpu_;
        total.wall += seconds(CLOCK_MONOTONIC) - wall_;
    }

  private:
    static double seconds(clockid_t clock) {
        timespec time{};
        clock_gettime(clock, &time);
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
    }

    double cpu_ = 0, wall_ = 0;
};

}  // namespace tributary::bench
