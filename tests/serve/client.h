#pragma once
// A server on a loop of its own, and clients that write raw bytes and wait for what comes back.

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <doctest/doctest.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "serve/http.h"

namespace tributary::serve {

/// Answers everything at once with the path, unless told otherwise.
inline void echo_path(const Request& request, Respond respond) {
    auto owner = std::make_shared<const std::string>(request.path);
    Response response;
    response.head = "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(owner->size()) + "\r\n";
    response.body = *owner;
    response.owner = owner;
    respond(std::move(response));
}

class TestServer {
  public:
    /// Runs on the loop's thread and waits for it.
    template <typename Work>
    auto on_loop(Work work) {
        std::packaged_task<decltype(work())()> task(std::move(work));
        auto result = task.get_future();
        boost::asio::post(loop_, [&task] { task(); });
        return result.get();
    }

    explicit TestServer(ServerOptions options = {}, Handler handler = echo_path) {
        if (options.listen.empty()) options.listen = {"127.0.0.1:0"};
        server_ = std::make_unique<Server>(loop_, std::move(options), std::move(handler));
        addresses_ = server_->addresses();
        server_->start();
        thread_ = std::jthread([this] { loop_.run(); });
    }
    ~TestServer() {
        on_loop([this] { server_.reset(); });
        loop_.stop();
    }
    TestServer(const TestServer&) = delete;
    TestServer& operator=(const TestServer&) = delete;

    const std::string& address(std::size_t index = 0) const { return addresses_.at(index); }

    Server& server() { return *server_; }
    std::size_t connections() {
        return on_loop([this] { return server_->connections(); });
    }

  private:
    boost::asio::io_context loop_{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
        loop_.get_executor()};
    std::unique_ptr<Server> server_;
    std::vector<std::string> addresses_;
    std::jthread thread_;
};

/// One answer as it came.
struct Answer {
    std::string head, body;
    int status() const { return head.size() < 12 ? 0 : std::stoi(head.substr(9, 3)); }
    /// The value of a field written exactly so; empty if it is not there.
    std::string field(std::string_view name) const {
        const std::string start = "\r\n" + std::string(name) + ": ";
        const std::size_t at = head.find(start);
        if (at == std::string::npos) return {};
        const std::size_t begin = at + start.size();
        return head.substr(begin, head.find("\r\n", begin) - begin);
    }
};

/// A blocking client; nothing waits longer than ten seconds.
class Client {
  public:
    explicit Client(const std::string& address) {
        if (address.starts_with("unix:")) {
            connect_unix(address.substr(5));
        } else {
            connect_internet(address);
        }
        const timeval limit{.tv_sec = 10, .tv_usec = 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    }
    ~Client() { close(); }
    Client(Client&& other) noexcept
        : socket_(std::exchange(other.socket_, -1)), bytes_(std::move(other.bytes_)) {}
    Client& operator=(Client&&) = delete;

    /// False if the server has closed the connection.
    bool send(std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t count = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (count <= 0) return false;
            bytes.remove_prefix(static_cast<std::size_t>(count));
        }
        return true;
    }

    Answer receive(bool has_body = true) {
        Answer answer;
        while (bytes_.find("\r\n\r\n") == std::string::npos) {
            if (!receive_some()) return answer;
        }
        answer.head = take(bytes_.find("\r\n\r\n") + 4);
        const std::string length = answer.field("Content-Length");
        const std::size_t size = has_body && !length.empty() ? std::stoul(length) : 0;
        while (bytes_.size() < size && receive_some()) {
        }
        answer.body = take(std::min(size, bytes_.size()));
        return answer;
    }

    Answer get(const std::string& path, const std::string& fields = {}) {
        send("GET " + path + " HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n");
        return receive();
    }

    /// Everything up to the end of the connection.
    std::string receive_rest() {
        while (receive_some()) {
        }
        return std::exchange(bytes_, {});
    }
    /// Whether the server closes the connection before the ten seconds are over, sending nothing.
    bool is_closed_by_server() {
        char byte = 0;
        const ssize_t count = ::recv(socket_, &byte, 1, 0);
        return count == 0 || (count < 0 && errno == ECONNRESET);
    }
    void finish_sending() { ::shutdown(socket_, SHUT_WR); }
    void close() {
        if (socket_ >= 0) ::close(std::exchange(socket_, -1));
    }
    int descriptor() const { return socket_; }

  private:
    void connect_internet(const std::string& address) {
        sockaddr_in name{};
        const std::size_t colon = address.rfind(':');
        name.sin_family = AF_INET;
        name.sin_port = htons(static_cast<std::uint16_t>(std::stoi(address.substr(colon + 1))));
        REQUIRE(::inet_pton(AF_INET, address.substr(0, colon).c_str(), &name.sin_addr) == 1);
        socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        REQUIRE(::connect(socket_, reinterpret_cast<const sockaddr*>(&name), sizeof name) == 0);
    }
    void connect_unix(const std::string& path) {
        sockaddr_un name{};
        name.sun_family = AF_UNIX;
        path.copy(name.sun_path, sizeof name.sun_path - 1);
        socket_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        REQUIRE(::connect(socket_, reinterpret_cast<const sockaddr*>(&name), sizeof name) == 0);
    }
    bool receive_some() {
        char buffer[16'384];
        const ssize_t count = ::recv(socket_, buffer, sizeof buffer, 0);
        if (count > 0) bytes_.append(buffer, static_cast<std::size_t>(count));
        return count > 0;
    }
    std::string take(std::size_t count) {
        std::string taken = bytes_.substr(0, count);
        bytes_.erase(0, count);
        return taken;
    }

    int socket_ = -1;
    std::string bytes_;
};

}  // namespace tributary::serve
