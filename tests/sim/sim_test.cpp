#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>

#include "tests/sim/world.h"

namespace tributary::sim {

namespace {

Result run_seed(std::uint64_t seed, Plant plant = Plant::none) {
    const auto directory =
        std::filesystem::temp_directory_path() / ("tributary-sim-test-" + std::to_string(getpid()));
    std::filesystem::create_directories(directory);
    auto result = run({.seed = seed, .days = 5, .plant = plant, .directory = directory});
    std::filesystem::remove_all(directory);
    return result;
}

}  // namespace

TEST_CASE("a few days with failing origins and restarts break no promise") {
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        const auto result = run_seed(seed);
        CHECK_MESSAGE(result.breaches.empty(), "seed ", seed, ": ",
                      result.breaches.empty() ? "" : result.breaches.front());
        CHECK(result.requests > 0);
        CHECK(result.entries > 0);
        CHECK(result.restarts > 0);
    }
}

TEST_CASE("the same seed gives the same world") {
    const auto one = run_seed(7);
    const auto two = run_seed(7);
    CHECK(one.requests == two.requests);
    CHECK(one.commits == two.commits);
    CHECK(one.entries == two.entries);
    CHECK(one.breaches == two.breaches);
}

TEST_CASE("an entry that is dropped is found out") {
    CHECK_FALSE(run_seed(2, Plant::lose_an_entry).breaches.empty());
}

TEST_CASE("an entry under two ids is found out") {
    CHECK_FALSE(run_seed(2, Plant::forget_ids).breaches.empty());
}

TEST_CASE("a request before its time is found out") {
    CHECK_FALSE(run_seed(2, Plant::poll_early).breaches.empty());
}

TEST_CASE("an unconditional request is found out") {
    CHECK_FALSE(run_seed(2, Plant::drop_validators).breaches.empty());
}

}  // namespace tributary::sim
