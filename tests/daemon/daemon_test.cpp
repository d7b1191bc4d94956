#include "daemon/daemon.h"

#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sysexits.h>
#include <unistd.h>

#include <chrono>
#include <exception>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/daemon/home.h"
#include "tests/serve/client.h"
#include "tests/support/origin.h"

namespace tributary::daemon {

namespace {

using namespace testing;
using test::Origin;
using test::Reply;
using Titles = std::vector<std::string>;

bool accepts(const std::filesystem::path& socket_file) {
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    socket_file.string().copy(name.sun_path, sizeof name.sun_path - 1);
    const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const bool connected =
        ::connect(descriptor, reinterpret_cast<const sockaddr*>(&name), sizeof name) == 0;
    ::close(descriptor);
    return connected;
}

/// A daemon that serves on a thread of its own until it is told to end.
class Serving {
  public:
    explicit Serving(const Home& home) : home_(home) {
        const auto file = home.folder / "tributary.toml";
        auto daemon = std::make_unique<Daemon>(file, config::load(file));
        thread_ = std::jthread([this, daemon = std::move(daemon)]() mutable {
            try {
                const int exit_code = daemon->serve();
                daemon.reset();  // the state is free again
                exit_code_.set_value(exit_code);
            } catch (...) {
                exit_code_.set_exception(std::current_exception());
            }
        });
        wait_until([&] { return accepts(home.folder / "http"); });
        get("/healthz");  // its loop runs: signals reach it
    }
    ~Serving() {
        if (is_running()) kill(getpid(), SIGTERM);
    }
    Serving(const Serving&) = delete;
    Serving& operator=(const Serving&) = delete;

    bool is_running() const {
        return ended_.valid() &&
               ended_.wait_for(std::chrono::seconds(0)) != std::future_status::ready;
    }

    /// SIGTERM; the exit code.
    int end() {
        if (is_running()) kill(getpid(), SIGTERM);
        return ended_.get();
    }

    serve::Answer get(const std::string& path, const std::string& fields = {}) const {
        return serve::Client(home_.address()).get(path, fields);
    }

    /// Asks again until the answer is as expected.
    template <typename Expected>
    serve::Answer get_until(const std::string& path, Expected expected) const {
        serve::Client client(home_.address());
        serve::Answer answer;
        wait_until([&] {
            answer = client.get(path);
            return expected(answer);
        });
        return answer;
    }

  private:
    template <typename Holds>
    void wait_until(Holds holds) const {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        while (!holds()) {
            if (!is_running()) FAIL("the daemon has ended");
            if (std::chrono::steady_clock::now() > deadline) FAIL("waited too long");
            std::this_thread::yield();
        }
    }

    const Home& home_;
    std::promise<int> exit_code_;
    std::future<int> ended_ = exit_code_.get_future();
    std::jthread thread_;
};

}  // namespace

TEST_CASE(
    "what a publisher writes is in the feed of a reader, and costs a 304 until there is more") {
    Origin origin;
    origin.on("/feed", test::conditional(feed_reply({{"1", "One"}}, "\"1\"")));
    const Home home;
    home.configure({origin.url("/feed")});
    Serving daemon(home);
    REQUIRE(origin.wait([](const Origin& o) { return o.requests("/feed").size() >= 2; }));
    const auto asked = origin.requests("/feed");
    CHECK_FALSE(asked[0].has("If-None-Match"));
    CHECK(asked[1].header("If-None-Match") == "\"1\"");

    const auto first = daemon.get_until(
        "/feed.json", [](const auto& answer) { return answer.body.contains("\"One\""); });
    CHECK(first.status() == 200);
    CHECK(daemon.get("/feed.json", "If-None-Match: " + first.field("ETag") + "\r\n").status() ==
          304);
    CHECK(daemon.get("/readyz").status() == 200);

    origin.on("/feed", test::conditional(feed_reply({{"2", "Two"}, {"1", "One"}}, "\"2\"")));
    const auto second = daemon.get_until(
        "/feed.json", [](const auto& answer) { return answer.body.contains("\"Two\""); });
    CHECK(titles_in(second.body) == Titles{"Two", "One"});
    CHECK(daemon.get("/feed.json", "If-None-Match: " + first.field("ETag") + "\r\n").status() ==
          200);
    CHECK(daemon.end() == EX_OK);
}

TEST_CASE("a source that fails harms nobody else, and is shown for what it is") {
    Origin origin;
    origin.on("/good", feed_reply({{"1", "One"}}, "\"1\""));
    origin.on("/endless", {.body = "<rss>", .endless = true});
    origin.on("/silent", Reply::nothing(Reply::Then::stall));
    origin.on("/page", {.body = "<!doctype html><title>Just a moment</title>"});
    const Home home;
    home.configure({origin.url("/absent"), origin.url("/silent"), origin.url("/endless"),
                    origin.url("/page"), origin.url("/good")},
                   "", "host_in_flight = 8\nmax_size = \"64KiB\"\ntimeout = \"2s\"\n");
    Serving daemon(home);
    daemon.get_until("/feed.json",
                     [](const auto& answer) { return answer.body.contains("\"One\""); });
    daemon.get_until("/", [](const auto& answer) {
        return answer.body.contains("HTTP 404 (not found)") && answer.body.contains("not a feed");
    });
    CHECK(daemon.end() == EX_OK);
}

TEST_CASE("SIGHUP takes over what the file says now; a file that is wrong changes nothing") {
    Origin origin;
    origin.on("/a", feed_reply({{"1", "One"}}, "\"1\""));
    origin.on("/b", feed_reply({{"2", "Two"}}, "\"2\""));
    const Home home;
    home.configure({origin.url("/a")});
    Serving daemon(home);
    daemon.get_until("/feed.json",
                     [](const auto& answer) { return answer.body.contains("\"One\""); });

    home.configure({origin.url("/b")});
    kill(getpid(), SIGHUP);
    daemon.get_until("/feed.json", [](const auto& answer) {
        return answer.body.contains("\"Two\"") && !answer.body.contains("\"One\"");
    });

    home.folder.write("tributary.toml", "nonsense = true\n");
    const auto polls = origin.requests("/b").size();
    kill(getpid(), SIGHUP);
    CHECK(origin.wait([&](const Origin& o) { return o.requests("/b").size() >= polls + 2; }));
    CHECK(titles_in(daemon.get("/feed.json").body) == Titles{"Two"});
    CHECK(daemon.end() == EX_OK);
}

TEST_CASE(
    "polled once, every source is asked, what came is committed and written, and one line says "
    "so") {
    Origin origin;
    origin.on("/good", test::conditional(feed_reply({{"1", "One"}}, "\"1\"")));
    origin.on("/moved", Reply::redirect(301, "/new"));
    origin.on("/new", feed_reply({{"2", "Two"}}, "\"2\""));
    const Home home;
    const auto file =
        home.configure({origin.url("/good"), origin.url("/moved"), origin.url("/absent")},
                       "[output]\ndirectory = \"" + (home.folder / "site").string() + "\"\n");
    const auto [line, exit_code] = serve_once(file);
    CHECK(exit_code == EX_OK);
    CHECK(line == "3 sources, 1 failing, 2 new entries, 0 changed\n");
    for (const char* name : {"site/feed.atom", "site/feed.rss", "site/feed.json"}) {
        CHECK(titles_in(home.folder.read(name)).size() == 2);
    }

    // Once more, whatever the schedule says: validators were kept, nothing is new.
    CHECK(serve_once(file).first == "3 sources, 1 failing, 0 new entries, 0 changed\n");
    const auto asked = origin.requests("/good");
    REQUIRE(asked.size() == 2);
    CHECK(asked[1].header("If-None-Match") == "\"1\"");
}

TEST_CASE("polled once without sources, the empty feed is written all the same") {
    const Home home;
    const auto file =
        home.configure({}, "[output]\ndirectory = \"" + (home.folder / "site").string() + "\"\n");
    CHECK(serve_once(file) ==
          std::pair{std::string("0 sources, 0 failing, 0 new entries, 0 changed\n"), EX_OK});
    CHECK(titles_in(home.folder.read("site/feed.json")).empty());
}

TEST_CASE("an address that is taken ends the daemon with the reason, and it can begin again") {
    const Home home;
    const auto file = home.configure({});
    {
        const Home other;
        other.configure({});
        auto text = other.folder.read("tributary.toml");
        text.replace(text.find(other.address()), other.address().size(), "unix:/nowhere/at/all");
        other.folder.write("tributary.toml", text);
        Daemon daemon(other.folder / "tributary.toml",
                      config::load(other.folder / "tributary.toml"));
        CHECK_THROWS_AS(daemon.serve(), serve::ListenError);
    }
    Serving daemon(home);
    CHECK(daemon.end() == EX_OK);
    Serving again(home);
    CHECK(again.end() == EX_OK);
}

TEST_CASE("a second daemon on the same state is turned away") {
    const Home home;
    const auto file = home.configure({});
    const Daemon first(file, config::load(file));
    try {
        const Daemon second(file, config::load(file));
        FAIL("it was let in");
    } catch (const Fatal& fatal) {
        CHECK(fatal.exit_code == EX_TEMPFAIL);
        CHECK(std::string(fatal.what()).contains("pid " + std::to_string(getpid())));
    }
}

}  // namespace tributary::daemon
