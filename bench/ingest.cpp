// Storing what was read, against the bare inserts of the same rows into one table: 64 feeds a
// commit on both sides, fresh databases side by side, in turn.
//     bench-ingest FOLDER LIMIT ROUNDS DIRECTORY
// Lines: "store-new CPU-SECONDS WALL-SECONDS FEEDS ENTRIES", the same for table-new, and for
// store-known and table-known, where every entry is stored already. The store also matches entries,
// mints ids and saves state and ledger of every source (daemon::settle).

#include "bench/clock.h"
#include "bench/corpus.h"
#include "bench/floor/items.h"
#include "daemon/refresh.h"

#include <filesystem>
#include <functional>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

namespace tributary::bench {
namespace {

constexpr std::size_t feeds_a_commit = 64;
constexpr Timestamp poll_time{std::chrono::milliseconds{1'760'000'000'000}};

/// A visit as the worker hands it to the writer: a document fetched and read.
daemon::Visit make_visit(const File& file, const store::SourceState& state) {
    daemon::Visit visit;
    visit.state = state;
    visit.started = poll_time;
    visit.request.url = state.url;
    fetcher::Response response;
    response.status = 200;
    response.headers.fields = {{"etag", "\"65c2a1f0-1e4a\""},
                               {"last-modified", "Wed, 01 Jan 2025 00:00:00 GMT"}};
    visit.outcome.result = std::move(response);
    visit.requests.push_back(
        {.at = poll_time, .url = state.url, .reason = "first poll", .status = 200});
    auto parsed = feed::parse({.bytes = file.bytes, .url = state.url, .content_type = ""});
    if (!parsed) throw std::runtime_error(file.path + ": " + parsed.error().message);
    visit.reading.kind = daemon::Reading::Kind::feed;
    visit.reading.parsed = std::make_unique<feed::Parsed>(std::move(*parsed));
    visit.reading.candidates = match::identify(visit.reading.parsed->feed);
    return visit;
}

std::string first_of(const std::string& one, const std::string& other) {
    return one.empty() ? other : one;
}

std::vector<Item> rows_of(const feed::Feed& feed) {
    std::vector<Item> rows;
    for (const feed::Entry& entry : feed.entries) {
        rows.push_back({.title = entry.title.value,
                        .link = entry.link,
                        .guid = first_of(entry.id, entry.link),
                        .date = entry.date_as_written,
                        .content = first_of(entry.content.text.value, entry.summary.value)});
    }
    return rows;
}

using Step = std::function<void(std::size_t feed)>;

/// All feeds, a commit after each 64 of them and a checkpoint at the end.
template <typename Store>
Cost in_batches(Store& store, std::size_t feeds, const Step& step) {
    Cost cost;
    Stopwatch watch;
    watch.start();
    store.begin();
    for (std::size_t feed = 0; feed < feeds; ++feed) {
        if (feed > 0 && feed % feeds_a_commit == 0) {
            store.commit();
            store.begin();
        }
        step(feed);
    }
    store.commit();
    store.checkpoint();
    watch.stop(cost);
    return cost;
}

void print(std::string_view name, const Cost& cost, std::size_t feeds, std::size_t entries) {
    std::cout << name << ' ' << cost.cpu << ' ' << cost.wall << ' ' << feeds << ' ' << entries
              << std::endl;
}

class Bench {
  public:
    Bench(std::vector<File> files, std::string directory)
        : files_(std::move(files)), directory_(std::move(directory)) {
        for (const File& file : files_) {
            const auto visit = make_visit(file, {.url = "https://origin.example/feed"});
            rows_.push_back(rows_of(visit.reading.parsed->feed));
            entries_ += rows_.back().size();
        }
    }

    void round() {
        remove_databases();
        ItemTable table(path("table.db"));
        store::Store store(path("store.db"));
        auto states = make_sources(store);
        fill(store, states, "store-new");
        fill(table, "table-new");
        fill(store, states, "store-known");
        fill(table, "table-known");
    }

    void remove_databases() const {
        for (const char* name : {"table.db", "store.db"}) {
            for (const char* suffix : {"", "-wal", "-shm"})
                std::filesystem::remove(path(name) + suffix);
        }
    }

  private:
    std::string path(const std::string& name) const { return directory_ + "/" + name; }

    std::vector<store::SourceState> make_sources(store::Store& store) const {
        std::vector<store::SourceSpec> specs;
        for (std::size_t i = 0; i < files_.size(); ++i)
            specs.push_back({.url = "https://origin.example/" + std::to_string(i), .name = {}});
        store.begin();
        auto states = store.sync_sources(specs, poll_time);
        store.commit();
        return states;
    }

    void fill(store::Store& store, std::vector<store::SourceState>& states, std::string_view name) {
        std::vector<daemon::Visit> visits;
        for (std::size_t i = 0; i < files_.size(); ++i)
            visits.push_back(make_visit(files_[i], states[i]));
        const auto cost = in_batches(store, visits.size(), [&](std::size_t i) {
            daemon::settle(store, visits[i], {}, poll_time);
        });
        for (std::size_t i = 0; i < visits.size(); ++i) states[i] = std::move(visits[i].state);
        print(name, cost, files_.size(), entries_);
    }

    void fill(ItemTable& table, std::string_view name) {
        const auto cost = in_batches(table, rows_.size(), [&](std::size_t i) {
            table.insert(static_cast<std::int64_t>(i), rows_[i]);
        });
        print(name, cost, rows_.size(), entries_);
    }

    std::vector<File> files_;
    std::string directory_;
    std::vector<std::vector<Item>> rows_;
    std::size_t entries_ = 0;
};

}  // namespace
}  // namespace tributary::bench

int main(int argc, char** argv) {
    if (argc != 5) {
        std::cerr << "usage: bench-ingest FOLDER LIMIT ROUNDS DIRECTORY\n";
        return 64;
    }
    try {
        using namespace tributary::bench;
        Bench bench(read_corpus(argv[1], std::stoul(argv[2]), true), argv[4]);
        for (int round = std::stoi(argv[3]); round > 0; --round) bench.round();
        bench.remove_databases();
    } catch (const std::exception& error) {
        std::cerr << "bench-ingest: " << error.what() << '\n';
        return 1;
    }
    return 0;
}
