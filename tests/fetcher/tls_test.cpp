#include <doctest/doctest.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "fetcher/exchange.h"

// HTTP/2 over TLS with a private authority, against a real nginx.

using namespace tributary;
using namespace tributary::test;
using namespace std::chrono_literals;
using Kind = fetcher::Failure::Kind;

extern char** environ;

namespace {

pid_t spawn(std::vector<std::string> words) {
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    for (const int output : {1, 2}) {
        posix_spawn_file_actions_addopen(&actions, output, "/dev/null", O_WRONLY, 0);
    }
    pid_t child = -1;
    const int error =
        posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    return error == 0 ? child : -1;
}

bool run(std::vector<std::string> words) {
    const pid_t child = spawn(std::move(words));
    int status = -1;
    return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

int free_port() {
    const int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    bind(probe, reinterpret_cast<sockaddr*>(&address), length);
    getsockname(probe, reinterpret_cast<sockaddr*>(&address), &length);
    close(probe);
    return ntohs(address.sin_port);
}

/// nginx in the foreground with a certificate of its own for "127.0.0.1".
class Nginx {
  public:
    Nginx() {
        std::string name = (std::filesystem::temp_directory_path() / "tributary-XXXXXX").string();
        directory_ = mkdtemp(name.data()) ? name : std::string();
        if (directory_.empty() || !make_certificate()) return;
        write_configuration();
        child_ = spawn({"nginx", "-p", directory_.string(), "-e", "stderr", "-c",
                        (directory_ / "nginx.conf").string()});
    }
    ~Nginx() {
        if (child_ > 0) {
            kill(child_, SIGTERM);
            waitpid(child_, nullptr, 0);
        }
        if (!directory_.empty()) std::filesystem::remove_all(directory_);
    }
    Nginx(const Nginx&) = delete;
    Nginx& operator=(const Nginx&) = delete;

    bool runs() const { return child_ > 0; }
    std::string certificate() const { return (directory_ / "cert.pem").string(); }
    std::string url(const std::string& path) const {
        return "https://127.0.0.1:" + std::to_string(port_) + path;
    }
    /// The same over HTTP/1.1: with HTTP/2 this nginx takes up no session.
    std::string plain_url(const std::string& path) const {
        return "https://127.0.0.1:" + std::to_string(plain_port_) + path;
    }

  private:
    bool make_certificate() {
        return run({"openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                    "-subj", "/CN=tributary test", "-addext", "subjectAltName=IP:127.0.0.1",
                    "-keyout", (directory_ / "key.pem").string(), "-out", certificate()});
    }
    void write_configuration() {
        std::filesystem::create_directory(directory_ / "files");
        std::ofstream(directory_ / "files" / "feed.xml") << "<rss/>";
        // $connection tells how many connections the requests shared.
        std::ofstream(directory_ / "nginx.conf")
            << "daemon off; master_process off; pid nginx.pid; error_log stderr;\n"
               "events {}\n"
               "http { access_log off; client_body_temp_path t1; proxy_temp_path t2;\n"
               "fastcgi_temp_path t3; uwsgi_temp_path t4; scgi_temp_path t5;\n"
               "server { listen 127.0.0.1:"
            << port_
            << " ssl http2;\n"
               "listen 127.0.0.1:"
            << plain_port_
            << " ssl; root files;\n"
               "ssl_certificate cert.pem; ssl_certificate_key key.pem;\n"
               "add_header X-Connection $connection always;\n"
               "add_header X-Reused $ssl_session_reused always; ssl_session_cache shared:S:1m;\n"
               "} }\n";
    }

    std::filesystem::path directory_;
    int port_ = free_port();
    int plain_port_ = free_port();
    pid_t child_ = -1;
};

/// The first fetch, again and again while nginx is still starting.
fetcher::Outcome first_fetch(Exchange& exchange, const fetcher::Request& request) {
    const auto deadline = std::chrono::steady_clock::now() + 10s;
    while (true) {
        auto outcome = exchange.fetch(request);
        const bool starting = failure(outcome).kind == Kind::connect;
        if (!starting || std::chrono::steady_clock::now() > deadline) return outcome;
        std::this_thread::yield();
    }
}

bool installed(const char* program) {
    return run({program, "-v"}) || run({program, "version"});
}

}  // namespace

TEST_CASE(
    "HTTP/2 over TLS with a private authority: one connection, and nobody else's certificate") {
    if (!installed("nginx") || !installed("openssl")) {
        MESSAGE("skipped: nginx or openssl is not installed");
        return;
    }
    const Nginx nginx;
    REQUIRE(nginx.runs());
    Exchange exchange;
    auto request = request_for(nginx.url("/feed.xml"));
    request.tls_ca = nginx.certificate();

    const auto first = first_fetch(exchange, request);
    CAPTURE(failure(first).message);
    REQUIRE(response(first).status == 200);
    CHECK(response(first).http_version == "2");
    CHECK(response(first).body == "<rss/>");

    request.validators = {.etag = response(first).headers.get("etag"), .last_modified = ""};
    const std::vector<fetcher::Request> again(20, request);
    for (const auto& outcome : exchange.fetch_all(again)) {
        CHECK(response(outcome).status == 304);
        CHECK(response(outcome).headers.get("x-connection") ==
              response(first).headers.get("x-connection"));
    }

    SUBCASE("a certificate that no known authority signed is refused") {
        request.tls_ca.clear();
        const auto stranger = failure(exchange.fetch(request));
        CHECK(stranger.kind == Kind::tls);
        CHECK(stranger.message.starts_with("TLS with 127.0.0.1: "));
    }
    SUBCASE("the version that is wanted is spoken, for that exchange alone") {
        Exchange other;
        request.validators = {};
        request.keep_connection = false;
        request.http_version = fetcher::HttpVersion::http_1_1;
        CHECK(response(other.fetch(request)).http_version == "1.1");
        request.http_version = fetcher::HttpVersion::http_2;
        CHECK(response(other.fetch(request)).http_version == "2");
        request.http_version = fetcher::HttpVersion::automatic;
        CHECK(response(other.fetch(request)).http_version == "2");
    }
    SUBCASE("a certificate for another name is refused") {
        fetcher::FetcherOptions options = loopback_allowed();
        Exchange other(options);
        request.url.replace(request.url.find("127.0.0.1"), 9, "localhost");
        CHECK(failure(other.fetch(request)).kind == Kind::tls);
    }
    SUBCASE("an authority file that is not there is told") {
        request.tls_ca = "/nonexistent/authority.pem";
        const auto failed = failure(exchange.fetch(request));
        CHECK(failed.kind == Kind::tls);
        CHECK(failed.message.find("/nonexistent/authority.pem") != std::string::npos);
    }
    SUBCASE("a TLS session is taken up again by a new connection") {
        request.url = nginx.plain_url("/feed.xml");
        request.keep_connection = false;
        CHECK(response(exchange.fetch(request)).headers.get("x-reused") == ".");
        CHECK(response(exchange.fetch(request)).headers.get("x-reused") == "r");
    }
}
