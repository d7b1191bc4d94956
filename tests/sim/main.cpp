// tributary-sim: many worlds, one line for each that breaks a promise.

#include <unistd.h>

#include <charconv>
#include <filesystem>
#include <iostream>
#include <string>
#include <string_view>

#include "tests/sim/world.h"

namespace {

namespace sim = tributary::sim;

constexpr std::string_view usage =
    "tributary-sim --seeds A..B [--days N]\n"
    "Runs one world for each seed over N virtual days (14); one line for each that fails, with "
    "the\n"
    "command that reproduces it alone. Exit 1 if any failed.\n";

bool read_int(std::string_view text, std::uint64_t& number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size();
}

/// On a memory file system where there is one: the simulated fsyncs are many.
std::filesystem::path scratch() {
    const std::filesystem::path memory = "/dev/shm";
    const auto base =
        std::filesystem::exists(memory) ? memory : std::filesystem::temp_directory_path();
    return base / ("tributary-sim-" + std::to_string(getpid()));
}

}  // namespace

int main(int argc, char** argv) {
    std::uint64_t first = 1, last = 10, days = 14;
    for (int i = 1; i < argc; i += 2) {
        const std::string_view option = argv[i];
        const std::string_view value = i + 1 < argc ? argv[i + 1] : "";
        const auto dots = value.find("..");
        const bool is_seeds =
            option == "--seeds" && read_int(value.substr(0, dots), first) &&
            (dots == value.npos ? (last = first, true) : read_int(value.substr(dots + 2), last));
        const bool is_days = option == "--days" && read_int(value, days);
        if (!is_seeds && !is_days) {
            std::cerr << usage;
            return 64;
        }
    }
    const auto directory = scratch();
    std::filesystem::create_directories(directory);
    std::uint64_t failed = 0, requests = 0, restarts = 0, entries = 0, not_modified = 0;
    for (std::uint64_t seed = first; seed <= last; ++seed) {
        const auto result = sim::run(
            {.seed = seed, .days = static_cast<int>(days), .plant = {}, .directory = directory});
        requests += static_cast<std::uint64_t>(result.requests);
        not_modified += static_cast<std::uint64_t>(result.not_modified);
        restarts += static_cast<std::uint64_t>(result.restarts);
        entries += static_cast<std::uint64_t>(result.entries);
        if (result.breaches.empty()) continue;
        ++failed;
        std::cout << "seed " << seed << ": " << result.breaches.front() << "  ("
                  << result.breaches.size() << " breaches; tributary-sim --seeds " << seed << ".."
                  << seed << " --days " << days << ")\n";
        if (first != last) continue;
        for (const auto& breach : result.breaches) std::cout << "  " << breach << '\n';
    }
    std::filesystem::remove_all(directory);
    std::cout << last - first + 1 - failed << " seeds held, " << failed << " broke a promise; "
              << requests << " requests, " << not_modified << " of them 304, " << restarts
              << " restarts, " << entries << " entries\n";
    return failed == 0 ? 0 : 1;
}
