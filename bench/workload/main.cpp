// Writes feeds to measure with: made up from a seed, the same bytes on every machine.
//     bench-workload DIRECTORY FEEDS GENERATIONS SEED
// DIRECTORY/0/f/000042.rss and .rss.gz are feed 42 in generation 0. In each later generation about
// one feed in 20 has one or two new items on top; the others are hard links to the same files.
// DIRECTORY/feeds names every feed and its host, one a line: "127.0.1.7 /f/000042.rss".

#include "bench/workload/feed.h"

#include <libdeflate.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace tributary::bench {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 4> extensions = {"rss", "atom", "json", "rdf"};
constexpr int big_hosts = 4;  // with one feed in ten

class Gzip {
  public:
    std::string operator()(const std::string& bytes) {
        std::string out(libdeflate_gzip_compress_bound(compressor_.get(), bytes.size()), '\0');
        out.resize(libdeflate_gzip_compress(compressor_.get(), bytes.data(), bytes.size(),
                                            out.data(), out.size()));
        return out;
    }

  private:
    struct Free {
        void operator()(libdeflate_compressor* compressor) const {
            libdeflate_free_compressor(compressor);
        }
    };
    std::unique_ptr<libdeflate_compressor, Free> compressor_{libdeflate_alloc_compressor(6)};
};

/// The time is part of nginx's ETag: it depends on the generation alone.
void write_file(const fs::path& path, const std::string& bytes, int generation) {
    std::ofstream file(path, std::ios::binary);
    if (!file.write(bytes.data(), static_cast<std::streamsize>(bytes.size())))
        throw std::runtime_error(path.string() + " cannot be written");
    file.close();
    const auto time = std::chrono::sys_seconds(std::chrono::seconds(newest_date)) +
                      std::chrono::hours(generation);
    fs::last_write_time(path, std::chrono::file_clock::from_sys(time));
}

/// One feed in ten lives on one of a few big hosts, the others on hosts of one to five feeds.
std::string host_of(std::uint64_t seed, int number, int feeds) {
    Dice dice(seed, 999, static_cast<std::uint64_t>(number));
    const int small = std::max(1, feeds / 2);
    const int host = dice.below(10) == 0 ? dice.below(big_hosts) : big_hosts + dice.below(small);
    return "127.0." + std::to_string(1 + host / 250) + "." + std::to_string(1 + host % 250);
}

struct Workload {
    fs::path directory;
    int feeds = 0, generations = 0;
    std::uint64_t seed = 0;
    Language language{seed};
    Gzip gzip;

    fs::path path(int generation, const Plan& plan) const {
        std::array<char, 16> name{};
        std::snprintf(name.data(), name.size(), "%06d.", plan.number);
        return directory / std::to_string(generation) / "f" /
               (name.data() + std::string(extensions[static_cast<std::size_t>(plan.kind)]));
    }

    std::string document(const Plan& plan, int until) const {
        std::vector<Item> items;
        for (int number = until; number > until - plan.items; --number)
            items.push_back(make_item(seed, language, plan, number));
        return write_feed(plan, items);
    }

    void write(const Plan& plan) {
        int before = -1;
        for (int generation = 0; generation < generations; ++generation) {
            const fs::path file = path(generation, plan);
            const int until = published_until(seed, plan, generation);
            if (until == before) {
                const fs::path old = path(generation - 1, plan);
                fs::create_hard_link(old, file);
                fs::create_hard_link(old.string() + ".gz", file.string() + ".gz");
                continue;
            }
            before = until;
            const std::string bytes = document(plan, until);
            write_file(file, bytes, generation);
            write_file(file.string() + ".gz", gzip(bytes), generation);
        }
    }

    void write_all() {
        for (int generation = 0; generation < generations; ++generation)
            fs::create_directories(directory / std::to_string(generation) / "f");
        std::ofstream index(directory / "feeds");
        for (int number = 0; number < feeds; ++number) {
            const Plan plan = plan_of(seed, number);
            write(plan);
            index << host_of(seed, number, feeds) << " /f/" << path(0, plan).filename().string()
                  << '\n';
        }
    }
};

}  // namespace
}  // namespace tributary::bench

int main(int argc, char** argv) {
    if (argc != 5) {
        std::cerr << "usage: bench-workload DIRECTORY FEEDS GENERATIONS SEED\n";
        return 64;
    }
    try {
        tributary::bench::Workload workload{.directory = argv[1],
                                            .feeds = std::stoi(argv[2]),
                                            .generations = std::stoi(argv[3]),
                                            .seed = std::stoull(argv[4])};
        workload.write_all();
    } catch (const std::exception& error) {
        std::cerr << "bench-workload: " << error.what() << '\n';
        return 1;
    }
    return 0;
}
