#pragma once
// The loop: carries out what the engine decides. A visit fetches on the loop, is read by a worker,
// settled by the single writer (everything that waits goes into one transaction), and comes home.
// One thread owns all state but the database; visits move between threads, nothing is shared.

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/config.h"
#include "daemon/engine.h"
#include "daemon/hubs.h"
#include "daemon/press.h"
#include "daemon/state_directory.h"
#include "fetcher/fetcher.h"
#include "serve/http.h"
#include "store/store.h"

namespace tributary::daemon {

class Daemon {
  public:
    /// Locks the state directory, opens the store and takes in the configuration; starts nothing.
    /// Throws Fatal, StoreError.
    Daemon(std::filesystem::path config_file, config::Config config);
    ~Daemon();
    Daemon(const Daemon&) = delete;
    Daemon& operator=(const Daemon&) = delete;

    /// Serves and polls until SIGTERM or SIGINT; answers the exit code. Throws ListenError.
    int serve();

    /// Polls every source once, writes [output] directory, prints one line; answers the exit code.
    int serve_once();

  private:
    /// A visit under way: big, and handed on often.
    using VisitPtr = std::unique_ptr<Visit>;
    struct Recorded {
        std::vector<VisitPtr> visits;
        std::vector<std::string> failures;  // why it was rolled back, for each; empty: committed
    };
    /// What the store says of the configured sources.
    struct Known {
        std::vector<store::SourceState> states;
        std::string feed_id;
    };

    // The path of a visit.
    void tick();
    void watch_clock();
    void fetch(VisitPtr visit);
    void fetched(VisitPtr visit, fetcher::Outcome outcome);
    void write_soon(VisitPtr visit);
    void write();
    void gather_for(Duration time);
    void write_now();
    std::optional<schedule::Price> moved_price();
    void recorded(Recorded batch);
    void go_on();
    void note_store(const std::string& failure);
    void report(const Visit& visit, store::Condition before);

    // Hubs and their pushes (daemon/pushes.cpp).
    static std::string unguessable();
    std::shared_ptr<serve::LargeBodies> large_bodies();
    void answer_hub(const serve::Request& request, serve::Respond respond);
    int take_push(std::string_view key, const serve::Request& request);
    void push_read(std::unique_ptr<Push> push, bool is_signed);
    void push_recorded(const Visit& visit, const std::string& failure);
    void hub_answered(VisitPtr visit);
    void save_hubs();

    // Life (daemon/life.cpp).
    void answer(const serve::Request& request, serve::Respond respond);
    static Known sync(store::Store& store, const config::Config& config);
    void adopt(config::Config config, Known known);
    void reload();
    void take_over(config::Config fresh);
    void keep_old(const std::string& why);
    void on_signal();
    void keep_watch();
    void stop();
    void stop_if_idle();
    void join();
    void finish_once();
    std::string summary() const;

    std::filesystem::path config_file_;
    config::Config config_;
    StateLock lock_;
    store::Store store_;  // used on writer_ only once the loop runs
    Known initial_;       // until the loop runs
    boost::asio::io_context loop_{1};
    boost::asio::thread_pool workers_;
    boost::asio::thread_pool writer_{1};
    boost::asio::signal_set signals_;
    boost::asio::steady_timer timer_, watchdog_, gather_;
    Engine engine_;
    schedule::Price kept_price_;  // as it was last written
    Hubs hubs_{engine_, unguessable};
    Press press_;
    SitePtr site_;
    std::unique_ptr<fetcher::Fetcher> fetcher_;
    std::vector<std::unique_ptr<fetcher::Fetcher>>
        retired_;  // of an earlier configuration, still busy
    std::unique_ptr<serve::Server> server_;
    std::vector<VisitPtr> to_write_;
    std::size_t documents_to_write_ = 0;  // how many of them came with one
    std::size_t with_workers_ = 0, pushes_under_way_ = 0;
    bool writing_ = false, stopping_ = false, store_ok_ = true, once_ = false,
         reload_wanted_ = false, gathering_ = false, finishing_ = false;
    Duration clock_offset_{0};  // from time as it passes to the clock
    struct Totals {
        int polled = 0, failed = 0, added = 0, changed = 0;
    } totals_;
};

}  // namespace tributary::daemon
