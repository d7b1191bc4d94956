#include "daemon/state_directory.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <thread>

#include "tests/support/folder.h"

namespace tributary::daemon {

namespace {

using tributary::testing::Folder;

/// An environment variable, set or unset until the end of the block.
class Variable {
  public:
    Variable(const char* name, const char* value) : name_(name) {
        if (const char* present = std::getenv(name)) before_ = present;
        value ? setenv(name, value, 1) : unsetenv(name);
    }
    ~Variable() { before_ ? setenv(name_, before_->c_str(), 1) : unsetenv(name_); }
    Variable(const Variable&) = delete;
    Variable& operator=(const Variable&) = delete;

  private:
    const char* name_;
    std::optional<std::string> before_;
};

struct Refusal {
    int exit_code = 0;
    std::string message;
};

Refusal refusal(const std::filesystem::path& directory) {
    try {
        const StateLock lock(directory);
    } catch (const Fatal& fatal) {
        return {fatal.exit_code, fatal.what()};
    }
    return {};
}

}  // namespace

TEST_CASE("the state directory is the configured one, else systemd's, else the user's") {
    config::Config config;
    const Variable home("HOME", "/home/me");
    const Variable no_systemd("STATE_DIRECTORY", nullptr);
    {
        const Variable no_xdg("XDG_STATE_HOME", nullptr);
        CHECK(state_directory(config) == "/home/me/.local/state/tributary");
    }
    const Variable xdg("XDG_STATE_HOME", "/state");
    CHECK(state_directory(config) == "/state/tributary");
    config.files = {"/etc/tributary/tributary.toml", "/etc/tributary/sources.d/cli.toml"};
    CHECK(state_directory(config) == "/var/lib/tributary");
    const Variable systemd("STATE_DIRECTORY", "/var/lib/other");
    CHECK(state_directory(config) == "/var/lib/other");
    config.store.path = "/srv/feeds";
    CHECK(state_directory(config) == "/srv/feeds");
    CHECK(database_file(config) == "/srv/feeds/tributary.db");
}

TEST_CASE("a second holder is refused with exit code 75 and the pid of the first") {
    const Folder folder;
    const auto directory = folder / "new/state";
    {
        const StateLock lock(directory);
        CHECK(lock_holder(directory) == getpid());
        const auto second = refusal(directory);
        CHECK(second.exit_code == EX_TEMPFAIL);
        CHECK(second.message == "another tributary (pid " + std::to_string(getpid()) +
                                    ") runs on " + directory.string());
    }
    CHECK(lock_holder(directory) == 0);
    CHECK(refusal(directory).message.empty());
}

TEST_CASE("a lock left behind by a process that died holds nobody off") {
    const Folder folder;
    std::ofstream(folder / "lock") << "999999999999\nrubbish";
    CHECK(lock_holder(folder.path()) == 0);
    const StateLock lock(folder.path());
    CHECK(lock_holder(folder.path()) == getpid());
    std::string text;
    std::getline(std::ifstream(folder / "lock"), text, '\0');
    CHECK(text == std::to_string(getpid()) + "\n");
}

TEST_CASE("whoever looks for the holder keeps nobody from becoming it") {
    const Folder folder;
    std::atomic<bool> is_over = false;
    std::thread looking([&] {
        while (!is_over) lock_holder(folder.path());
    });
    int refused = 0;
    for (int i = 0; i < 1000; ++i) refused += !refusal(folder.path()).message.empty();
    is_over = true;
    looking.join();
    CHECK(refused == 0);
}

TEST_CASE("nobody holds a directory that is not there") {
    const Folder folder;
    CHECK(lock_holder(folder / "absent") == 0);
}

TEST_CASE("a directory that cannot be made or written is refused with its path and the reason") {
    const Folder folder;
    std::ofstream(folder / "file") << "x";
    const auto no_directory = refusal(folder / "file/state");
    CHECK(no_directory.exit_code == EX_CANTCREAT);
    CHECK(no_directory.message == "cannot write the state directory " +
                                      (folder / "file/state").string() + ": Not a directory");

    if (geteuid() == 0) return;  // who may write everything is refused nothing
    std::filesystem::create_directory(folder / "closed");
    chmod((folder / "closed").c_str(), 0500);
    CHECK(refusal(folder / "closed").exit_code == EX_NOPERM);
    CHECK(refusal(folder / "closed/state").exit_code == EX_NOPERM);
    chmod((folder / "closed").c_str(), 0700);
}

}  // namespace tributary::daemon
