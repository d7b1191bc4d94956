#include "serve/listen.h"

#include "client.h"
#include "tests/support/folder.h"

#include <doctest/doctest.h>

#include <fcntl.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace tributary::serve {
namespace {

namespace fs = std::filesystem;

using tributary::testing::Folder;

std::string error_of(std::string_view address) {
    try {
        open_listeners(address);
    } catch (const ListenError& error) {
        return error.what();
    }
    return {};
}

TEST_CASE("a port chosen by the system is told") {
    const auto listeners = open_listeners("127.0.0.1:0");
    REQUIRE(listeners.size() == 1);
    CHECK(listeners[0].address().starts_with("127.0.0.1:"));
    CHECK_FALSE(listeners[0].address().ends_with(":0"));
    CHECK(listeners[0].family() == AF_INET);
    CHECK(open_listeners("*:0").size() >= 1);
}

TEST_CASE("an address that cannot be used is named with the reason") {
    const auto taken = open_listeners("127.0.0.1:0");
    CHECK(error_of(taken[0].address()) ==
          "cannot listen on " + taken[0].address() + ": Address already in use");
    CHECK(error_of("127.0.0.1") ==
          "cannot listen on 127.0.0.1: a port is missing, e.g. 127.0.0.1:8080");
    CHECK(error_of("127.0.0.1:http").find("not a number") != std::string::npos);
    CHECK(error_of("127.0.0.1:65536").find("not a number") != std::string::npos);
    CHECK(error_of("::1:8080").find("brackets") != std::string::npos);
    CHECK(error_of("192.0.2.1:0") ==
          "cannot listen on 192.0.2.1:0: Cannot assign requested address");
    CHECK(error_of("unix:").find("a path is missing") != std::string::npos);
    CHECK(error_of("unix:/" + std::string(200, 'a')).find("longer") != std::string::npos);
    CHECK(error_of("unix:/nowhere/at/all") ==
          "cannot listen on unix:/nowhere/at/all: No such file or directory");
    CHECK(error_of("fd:web") == "cannot listen on fd:web: systemd passed no such socket");
}

TEST_CASE("a unix socket serves its owner and group, and goes with the server") {
    const Folder folder;
    const fs::path file = folder / "web.sock";
    {
        ServerOptions options;
        options.listen = {"unix:" + file.string()};
        TestServer server(options);
        CHECK(server.address() == "unix:" + file.string());
        CHECK(Client(server.address()).get("/feed.atom").body == "/feed.atom");
        struct stat status{};
        REQUIRE(::stat(file.c_str(), &status) == 0);
        CHECK((status.st_mode & 0777) == 0660);
    }
    CHECK_FALSE(fs::exists(file));
}

TEST_CASE(
    "a socket file left by a dead process is replaced, a living one and other files are not") {
    const Folder folder;
    const std::string file = (folder / "web.sock").string(), address = "unix:" + file;
    {
        const auto dead = open_listeners(address);
    }
    REQUIRE(fs::exists(file));
    const auto living = open_listeners(address);
    CHECK(error_of(address) == "cannot listen on " + address + ": Address already in use");
    CHECK(fs::exists(file));

    const std::string other = (folder / "notes").string();
    std::ofstream(other) << "precious";
    CHECK(error_of("unix:" + other).find("Address already in use") != std::string::npos);
    CHECK(fs::file_size(other) == 8);
}

TEST_CASE("several addresses are served at once") {
    const Folder folder;
    ServerOptions options;
    options.listen = {"127.0.0.1:0", "unix:" + (folder / "web.sock").string(), "127.0.0.2:0"};
    TestServer server(options);
    for (std::size_t i = 0; i < 3; ++i) CHECK(Client(server.address(i)).get("/a").body == "/a");
}

TEST_CASE("a server that cannot have all its addresses has none") {
    const Folder folder;
    const fs::path file = folder / "web.sock";
    boost::asio::io_context loop{1};
    ServerOptions options;
    options.listen = {"unix:" + file.string(), "192.0.2.1:0"};
    CHECK_THROWS_AS(Server(loop, options, echo_path), ListenError);
    CHECK_FALSE(fs::exists(file));
}

/// Puts a listening socket where systemd would: at descriptor 3, announced in the environment.
class PassedSocket {
  public:
    explicit PassedSocket(const char* name) : saved_(::fcntl(3, F_DUPFD_CLOEXEC, 10)) {
        auto listeners = open_listeners("127.0.0.1:0");
        address = listeners[0].address();
        const int socket = listeners[0].release();
        REQUIRE(::dup2(socket, 3) == 3);
        if (socket != 3) ::close(socket);
        ::setenv("LISTEN_PID", std::to_string(::getpid()).c_str(), 1);
        ::setenv("LISTEN_FDS", "1", 1);
        ::setenv("LISTEN_FDNAMES", name, 1);
    }
    ~PassedSocket() {
        for (const char* each : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"}) ::unsetenv(each);
        if (saved_ >= 0) ::dup2(saved_, 3);
        ::close(saved_ >= 0 ? saved_ : 3);
    }
    PassedSocket(const PassedSocket&) = delete;
    PassedSocket& operator=(const PassedSocket&) = delete;
    std::string address;

  private:
    int saved_;
};

TEST_CASE("a socket that systemd passes is found by its name") {
    for (const char* const wanted : {"fd:web", "fd"}) {
        const PassedSocket passed("web");
        ServerOptions options;
        options.listen = {wanted};
        TestServer server(options);
        CHECK(server.address() == passed.address);
        CHECK(Client(server.address()).get("/a").body == "/a");
    }
    const PassedSocket passed("web");
    CHECK(error_of("fd:other") == "cannot listen on fd:other: systemd passed no such socket");
}

}  // namespace
}  // namespace tributary::serve
