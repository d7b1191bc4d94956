#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <random>
#include <thread>

#include "store/database.h"
#include "tests/store/documents.h"

using namespace tributary;
using namespace tributary::store::testing;
using store::Database;
using store::Seq;
using store::SourceId;
using store::SourceState;
using store::Store;
using store::StoreError;
using Names = std::vector<std::string>;

namespace {

StoreError::Kind kind_of_opening(const std::filesystem::path& path,
                                 Store::Mode mode = Store::Mode::write) {
    try {
        Store store(path, mode);
    } catch (const StoreError& error) {
        CHECK(std::string(error.what()).find(path.string()) != std::string::npos);
        return error.kind;
    }
    FAIL("opened: " << path.string());
    return StoreError::Kind::unusable;
}

/// For a scope this process is nobody, where it was root and so above all permissions.
class AsNobody {
  public:
    AsNobody() : was_root_(geteuid() == 0) {
        if (was_root_) REQUIRE(seteuid(65534) == 0);
    }
    ~AsNobody() {
        if (was_root_) REQUIRE(seteuid(0) == 0);
    }
    AsNobody(const AsNobody&) = delete;
    AsNobody& operator=(const AsNobody&) = delete;

  private:
    bool was_root_;
};

/// Stores one entry a transaction, and writes its number to the pipe once it is committed.
[[noreturn]] void ingest_until_killed(const std::filesystem::path& path, int pipe, int round) {
    try {
        Store store(path);
        const SourceId blog = subscribe(store, {"blog"})[0];
        for (int i = 0;; ++i) {
            const std::string name = std::to_string(round) + "-" + std::to_string(i);
            store.begin();
            show(store, blog, {entry(name)}, noon + i * second);
            SourceState state = store.source(blog)->state;
            state.etag = "\"" + name + "\"";
            store.save_state(state);
            const Seq seq = store.latest({}, {.items = 1, .keep_at_least = Duration(0)})[0].seq;
            store.commit();
            if (write(pipe, &seq, sizeof seq) != sizeof seq) _exit(1);
        }
    } catch (...) {
        _exit(2);
    }
}

/// Runs the writer for about `time`, kills it, and answers the last number it had committed.
Seq last_acknowledged(const std::filesystem::path& path, int round,
                      std::chrono::microseconds time) {
    int ends[2];
    REQUIRE(pipe2(ends, O_CLOEXEC) == 0);
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) ingest_until_killed(path, ends[1], round);
    close(ends[1]);
    Seq last{0}, seq{};
    // The first commit starts the clock, however slow the machine is.
    if (read(ends[0], &seq, sizeof seq) == sizeof seq) last = seq;
    std::this_thread::sleep_for(time);
    kill(child, SIGKILL);
    while (read(ends[0], &seq, sizeof seq) == sizeof seq) last = seq;
    close(ends[0]);
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    CHECK(WIFSIGNALED(status));
    return last;
}

}  // namespace

TEST_CASE("entries and validators commit together or not at all") {
    Store store(":memory:");
    const SourceId blog = subscribe(store, {"blog"})[0];
    const auto visit = [&] {
        store.begin();
        show(store, blog, {entry("a")}, noon);
        SourceState state = store.source(blog)->state;
        state.etag = "\"1\"";
        store.save_state(state);
    };
    visit();
    store.rollback();
    CHECK(latest_titles(store).empty());
    CHECK(store.source(blog)->state.etag.empty());
    visit();
    store.commit();
    CHECK(latest_titles(store) == Names{"a"});
    CHECK(store.source(blog)->state.etag == "\"1\"");
    store.rollback();  // nothing is open: nothing happens
    CHECK(latest_titles(store) == Names{"a"});
}

TEST_CASE("a store that is opened again has everything, and numbers go on") {
    const Folder folder;
    const auto path = folder / "tributary.db";
    Seq last{};
    {
        Store store(path);
        show(store, subscribe(store, {"blog"})[0], {entry("b"), entry("a")}, noon);
        last = store.latest({}, {})[0].seq;
    }
    Store store(path);
    CHECK(latest_titles(store) == Names{"b", "a"});
    CHECK_FALSE(show(store, subscribe(store, {"blog"})[0], {entry("b"), entry("a")}, noon).any());
    show(store, subscribe(store, {"blog"})[0], {entry("c")}, noon);
    CHECK(store.latest({}, {})[0].seq > last);
}

TEST_CASE("what was committed before a kill is there after it") {
    const Folder folder;
    const auto path = folder / "tributary.db";
    std::mt19937 random(3);
    std::uniform_int_distribution<int> microseconds(0, 15'000);
    for (int round = 0; round < 50; ++round) {
        CAPTURE(round);
        const Seq last =
            last_acknowledged(path, round, std::chrono::microseconds(microseconds(random)));
        Store store(path);
        REQUIRE(store.entry(last));
        const auto newest = store.latest({}, {.items = 1, .keep_at_least = Duration(0)})[0];
        CHECK(newest.seq >= last);
        // The validator belongs to the newest entry: they went in together.
        const std::string name = newest.id.substr(newest.id.rfind(':') + 1);
        CHECK(store.source(newest.owner)->state.etag == "\"" + name + "\"");
    }
    Database database(path, Database::Access::read);
    store::Rows rows = database.query("PRAGMA integrity_check");
    REQUIRE(rows.next());
    CHECK(rows.text(0) == "ok");
}

TEST_CASE("a reader beside the writer sees what was committed and waits for nobody") {
    const Folder folder;
    Store writer(folder / "tributary.db");
    const SourceId blog = subscribe(writer, {"blog"})[0];
    show(writer, blog, {entry("a")}, noon);
    Store reader(folder / "tributary.db", Store::Mode::read);
    writer.begin();
    show(writer, blog, {entry("b"), entry("a")}, noon);
    const auto start = std::chrono::steady_clock::now();
    CHECK(latest_titles(reader) == Names{"a"});
    CHECK(reader.sources().size() == 1);
    // A reader that was blocked would give up after the busy timeout of ten seconds.
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(5));
    writer.commit();
    CHECK(latest_titles(reader) == Names{"b", "a"});
    writer.checkpoint();
    CHECK(latest_titles(reader) == Names{"b", "a"});
    CHECK_FALSE(reader.writable());
    CHECK_THROWS_AS(show(reader, blog, {entry("c")}, noon), StoreError);
}

TEST_CASE("a database that cannot be opened says so in words") {
    const Folder folder;
    CHECK(kind_of_opening(folder / "missing" / "tributary.db") == StoreError::Kind::unusable);
    CHECK(kind_of_opening(folder / "tributary.db", Store::Mode::read) ==
          StoreError::Kind::unusable);

    std::ofstream(folder / "garbage.db") << std::string(8192, 'x');
    CHECK(kind_of_opening(folder / "garbage.db") == StoreError::Kind::corrupt);
    CHECK(kind_of_opening(folder / "garbage.db", Store::Mode::read) == StoreError::Kind::corrupt);
}

TEST_CASE("a folder that cannot be written to is a matter of permission") {
    const Folder folder;
    {
        Store store(folder / "tributary.db");
    }
    REQUIRE(chmod(folder.path().c_str(), 0555) == 0);
    REQUIRE(chmod((folder / "tributary.db").c_str(), 0444) == 0);
    {
        const AsNobody nobody;
        CHECK(kind_of_opening(folder / "new.db") == StoreError::Kind::permission);
        CHECK(kind_of_opening(folder / "tributary.db") == StoreError::Kind::permission);
    }
    REQUIRE(chmod(folder.path().c_str(), 0755) == 0);
}

TEST_CASE("a full disk leaves everything as it was, and passes") {
    const Folder folder;
    const auto path = folder / "tributary.db";
    Store store(path);
    const SourceId blog = subscribe(store, {"blog"})[0];
    show(store, blog, {entry("a")}, noon);
    // Pages are what a disk that is full has none of.
    store.limit_pages(60);
    feed::Entry huge = entry("huge");
    huge.content.text.value.assign(1 << 20, 'x');
    try {
        store.begin();
        SourceState state = store.source(blog)->state;
        state.etag = "\"1\"";
        store.save_state(state);
        show(store, blog, {huge}, noon);
        FAIL("stored");
    } catch (const StoreError& error) {
        CHECK(error.kind == StoreError::Kind::full);
        store.rollback();
    }
    CHECK(latest_titles(store) == Names{"a"});
    CHECK(store.source(blog)->state.etag.empty());
    store.limit_pages(1 << 20);
    CHECK(store.writable());
    show(store, blog, {huge, entry("a")}, noon);
    CHECK(latest_titles(store) == Names{"huge", "a"});
}
