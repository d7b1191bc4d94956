#include "support/origin.h"

#include "base/text.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <map>
#include <mutex>
#include <system_error>
#include <thread>

namespace tributary::test {
namespace {

[[noreturn]] void fail(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

struct Socket {
    int number = -1;
    explicit Socket(int of) : number(of) {}
    Socket(Socket&& other) noexcept : number(std::exchange(other.number, -1)) {}
    Socket& operator=(Socket&& other) noexcept {
        std::swap(number, other.number);
        return *this;
    }
    ~Socket() {
        if (number >= 0) close(number);
    }
};

Socket listen_on(const std::string& address) {
    const bool v6 = address.find(':') != address.npos;
    Socket listener(socket(v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (listener.number < 0) fail("socket");
    sockaddr_storage storage{};
    storage.ss_family = v6 ? AF_INET6 : AF_INET;
    void* bytes = v6 ? static_cast<void*>(&reinterpret_cast<sockaddr_in6*>(&storage)->sin6_addr)
                     : static_cast<void*>(&reinterpret_cast<sockaddr_in*>(&storage)->sin_addr);
    if (inet_pton(storage.ss_family, address.c_str(), bytes) != 1) fail("inet_pton");
    const socklen_t length = v6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
    if (bind(listener.number, reinterpret_cast<sockaddr*>(&storage), length) != 0) fail("bind");
    if (listen(listener.number, 1024) != 0) fail("listen");
    return listener;
}

int port_of(int listener) {
    sockaddr_storage storage{};
    socklen_t length = sizeof storage;
    if (getsockname(listener, reinterpret_cast<sockaddr*>(&storage), &length) != 0) {
        fail("getsockname");
    }
    const in_port_t port = storage.ss_family == AF_INET6
                               ? reinterpret_cast<sockaddr_in6*>(&storage)->sin6_port
                               : reinterpret_cast<sockaddr_in*>(&storage)->sin_port;
    return ntohs(port);
}

std::string head_of(const Reply& reply) {
    std::string head = reply.version + ' ' + std::to_string(reply.status) + " Scripted\r\n";
    for (const auto& [name, value] : reply.headers) head += name + ": " + value + "\r\n";
    const bool bodiless = reply.status == 304 || reply.status == 204 || reply.status < 200;
    if (reply.framing == Reply::Framing::chunked) {
        head += "Transfer-Encoding: chunked\r\n";
    } else if (reply.framing == Reply::Framing::length && !bodiless && !reply.endless) {
        head += "Content-Length: " + std::to_string(reply.body.size()) + "\r\n";
    }
    return head + "\r\n";
}

/// The body in two chunks, so that a boundary falls inside it.
std::string chunked(std::string_view body, std::string_view trailers) {
    std::string out;
    const std::size_t half = (body.size() + 1) / 2;
    for (const std::string_view part : {body.substr(0, half), body.substr(half)}) {
        if (part.empty()) continue;
        char size[20];
        std::snprintf(size, sizeof size, "%zx\r\n", part.size());
        out.append(size).append(part).append("\r\n");
    }
    return out.append("0\r\n").append(trailers).append("\r\n");
}

std::string wire_form(const Reply& reply) {
    if (!reply.raw.empty()) return reply.raw;
    if (reply.framing == Reply::Framing::chunked) {
        return head_of(reply) + chunked(reply.body, reply.trailers);
    }
    return head_of(reply) + reply.body;
}

/// Takes one whole request off the front of `in`; false if it has not all come.
bool take_request(std::string& in, Received& request) {
    const auto end = in.find("\r\n\r\n");
    if (end == in.npos) return false;
    request = {};
    std::string_view head = std::string_view(in).substr(0, end);
    bool is_first = true;
    while (!head.empty()) {
        const auto stop = std::min(head.find("\r\n"), head.size());
        const std::string_view line = head.substr(0, stop);
        head.remove_prefix(std::min(stop + 2, head.size()));
        if (std::exchange(is_first, false)) {
            const auto space = std::min(line.find(' '), line.size());
            const auto last = std::max(std::min(line.rfind(' '), line.size()), space);
            request.method = line.substr(0, space);
            if (last > space) request.target = line.substr(space + 1, last - space - 1);
        } else {
            const auto colon = std::min(line.find(':'), line.size());
            const auto value = line.substr(std::min(colon + 1, line.size()));
            request.headers.emplace_back(line.substr(0, colon), trim(value));
        }
    }
    const auto length = std::max<std::int64_t>(0, read_number(request.header("content-length")));
    const auto size = static_cast<std::size_t>(length);
    if (in.size() < end + 4 + size) return false;
    request.body = in.substr(end + 4, size);
    in.erase(0, end + 4 + size);
    return true;
}

struct Connection {
    Socket socket;
    int number = 0;
    std::string in;
    std::string out;
    std::size_t sent = 0;  // of `out`
    std::string again;     // sent for ever after `out`
    Reply::Then then = Reply::Then::keep;
    bool busy = false;  // a reply is on its way
    bool dead = false;
};

}  // namespace

std::string Received::header(std::string_view name) const {
    for (const auto& [field, value] : headers) {
        if (equals_ignoring_case(field, name)) return value;
    }
    return {};
}

bool Received::has(std::string_view name) const {
    return std::ranges::any_of(
        headers, [&](const auto& field) { return equals_ignoring_case(field.first, name); });
}

std::string Received::path() const {
    return target.substr(0, target.find('?'));
}

Reply Reply::redirect(int status, std::string location) {
    return {.status = status, .headers = {{"Location", std::move(location)}}};
}

struct Origin::Impl {
    explicit Impl(std::string the_address);
    ~Impl();

    void run();
    void accept_all();
    void serve(Connection& connection, short events);
    void receive(Connection& connection);
    void answer_next(Connection& connection);
    void send_more(Connection& connection);
    void reply_sent(Connection& connection);
    Reply reply_for(const Received& request);
    void changed();

    std::string address;
    Socket listener;
    Socket stop;
    int port;

    mutable std::mutex mutex;  // guards all that follows
    mutable std::condition_variable event;
    std::map<std::string, Script, std::less<>> scripts;
    std::vector<Received> requests;
    std::size_t accepted = 0;
    std::size_t open = 0;
    std::size_t bytes_sent = 0;

    std::vector<std::unique_ptr<Connection>> connections;  // of the thread alone
    std::thread thread;
};

Origin::Impl::Impl(std::string the_address)
    : address(std::move(the_address)),
      listener(listen_on(address)),
      stop(eventfd(0, EFD_CLOEXEC)),
      port(port_of(listener.number)),
      thread([this] { run(); }) {}

Origin::Impl::~Impl() {
    eventfd_write(stop.number, 1);
    thread.join();
}

void Origin::Impl::run() {
    while (true) {
        std::vector<pollfd> watched = {{stop.number, POLLIN, 0}, {listener.number, POLLIN, 0}};
        for (const auto& connection : connections) {
            const bool sending = connection->sent < connection->out.size();
            watched.push_back({connection->socket.number,
                               static_cast<short>(sending ? POLLIN | POLLOUT : POLLIN), 0});
        }
        if (poll(watched.data(), watched.size(), -1) < 0 && errno != EINTR) return;
        if (watched[0].revents) return;
        for (std::size_t i = 2; i < watched.size(); ++i) {
            if (watched[i].revents) serve(*connections[i - 2], watched[i].revents);
        }
        std::erase_if(connections, [](const auto& connection) { return connection->dead; });
        if (watched[1].revents) accept_all();
        changed();
    }
}

void Origin::Impl::changed() {
    const std::lock_guard lock(mutex);
    open = connections.size();
    event.notify_all();
}

void Origin::Impl::accept_all() {
    while (true) {
        Socket socket(accept4(listener.number, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
        if (socket.number < 0) return;
        const int on = 1;
        setsockopt(socket.number, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        // Small, so that what was sent tells what was taken.
        const int buffer = 64 * 1024;
        setsockopt(socket.number, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
        const std::lock_guard lock(mutex);
        const int number = static_cast<int>(++accepted);
        connections.push_back(std::make_unique<Connection>(std::move(socket), number));
    }
}

void Origin::Impl::serve(Connection& connection, short events) {
    if (events & (POLLIN | POLLHUP | POLLERR)) receive(connection);
    if (!connection.dead && (events & POLLOUT)) send_more(connection);
}

void Origin::Impl::receive(Connection& connection) {
    char buffer[16 * 1024];
    while (true) {
        const ssize_t count = recv(connection.socket.number, buffer, sizeof buffer, 0);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0 && errno == EAGAIN) break;
        if (count <= 0) {
            connection.dead = true;
            return;
        }
        connection.in.append(buffer, static_cast<std::size_t>(count));
    }
    if (!connection.busy) answer_next(connection);
}

void Origin::Impl::answer_next(Connection& connection) {
    Received request;
    if (!take_request(connection.in, request)) return;
    request.connection = connection.number;
    const Reply reply = reply_for(request);
    connection.busy = true;
    connection.out = wire_form(reply);
    connection.sent = 0;
    connection.then = reply.then;
    const bool ends_by_closing = reply.framing == Reply::Framing::until_close && !reply.endless;
    if (ends_by_closing && connection.then == Reply::Then::keep) {
        connection.then = Reply::Then::close;
    }
    if (reply.stop_after < connection.out.size()) connection.out.resize(reply.stop_after);
    connection.again = reply.endless ? reply.body : std::string();
    send_more(connection);
}

Reply Origin::Impl::reply_for(const Received& request) {
    Script script;
    {
        const std::lock_guard lock(mutex);
        requests.push_back(request);
        const auto found = scripts.find(request.path());
        if (found == scripts.end()) return {.status = 404};
        script = found->second;
    }
    return script(request);
}

void Origin::Impl::send_more(Connection& connection) {
    while (connection.sent < connection.out.size()) {
        const ssize_t count =
            send(connection.socket.number, connection.out.data() + connection.sent,
                 connection.out.size() - connection.sent, MSG_NOSIGNAL);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0 && errno == EAGAIN) return;
        if (count < 0) {
            connection.dead = true;
            return;
        }
        connection.sent += static_cast<std::size_t>(count);
        {
            const std::lock_guard lock(mutex);
            bytes_sent += static_cast<std::size_t>(count);
        }
        if (connection.sent == connection.out.size() && !connection.again.empty()) {
            connection.out = connection.again;
            connection.sent = 0;
        }
    }
    reply_sent(connection);
}

void Origin::Impl::reply_sent(Connection& connection) {
    if (connection.then == Reply::Then::stall) return;
    if (connection.then == Reply::Then::close) {
        connection.dead = true;
        return;
    }
    connection.busy = false;
    answer_next(connection);
}

Origin::Origin(std::string address) : impl_(std::make_unique<Impl>(std::move(address))) {}

Origin::~Origin() = default;

int Origin::port() const {
    return impl_->port;
}

std::string Origin::authority() const {
    const bool v6 = impl_->address.find(':') != std::string::npos;
    return (v6 ? '[' + impl_->address + ']' : impl_->address) + ':' + std::to_string(port());
}

std::string Origin::url(std::string_view target) const {
    return "http://" + authority() + std::string(target);
}

void Origin::on(std::string path, Reply reply) {
    on(std::move(path), [reply = std::move(reply)](const Received&) { return reply; });
}

void Origin::on(std::string path, std::vector<Reply> one_a_request) {
    on(std::move(path), [replies = std::move(one_a_request),
                         next = std::make_shared<std::size_t>(0)](const Received&) {
        const std::size_t index = std::min((*next)++, replies.size() - 1);
        return replies[index];
    });
}

void Origin::on(std::string path, Script script) {
    const std::lock_guard lock(impl_->mutex);
    impl_->scripts.insert_or_assign(std::move(path), std::move(script));
}

std::vector<Received> Origin::requests() const {
    const std::lock_guard lock(impl_->mutex);
    return impl_->requests;
}

std::vector<Received> Origin::requests(std::string_view path) const {
    std::vector<Received> found = requests();
    std::erase_if(found, [&](const Received& request) { return request.path() != path; });
    return found;
}

std::size_t Origin::connections() const {
    const std::lock_guard lock(impl_->mutex);
    return impl_->accepted;
}

std::size_t Origin::open_connections() const {
    const std::lock_guard lock(impl_->mutex);
    return impl_->open;
}

std::size_t Origin::bytes_sent() const {
    const std::lock_guard lock(impl_->mutex);
    return impl_->bytes_sent;
}

bool Origin::wait(const std::function<bool(const Origin&)>& true_now,
                  std::chrono::milliseconds limit) const {
    const auto deadline = std::chrono::steady_clock::now() + limit;
    while (!true_now(*this)) {
        if (std::chrono::steady_clock::now() >= deadline) return false;
        std::unique_lock lock(impl_->mutex);
        // An event may fall between the question and this wait: ask again soon all the same.
        impl_->event.wait_for(lock, std::chrono::milliseconds(20));
    }
    return true;
}

Origin::Script conditional(Reply full) {
    return [full = std::move(full)](const Received& request) {
        const Received as_request{.headers = full.headers};
        const std::string etag = as_request.header("etag");
        const std::string modified = as_request.header("last-modified");
        const std::string asked = request.header("if-none-match");
        const bool same = asked.empty()
                              ? !modified.empty() && request.header("if-modified-since") == modified
                              : asked == etag;
        if (!same) return full;
        Reply unchanged{.status = 304, .headers = full.headers};
        return unchanged;
    };
}

}  // namespace tributary::test
