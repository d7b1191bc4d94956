#include "serve/listen.h"

#include "base/text.h"
#include "serve/http.h"

#include <systemd/sd-daemon.h>

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <utility>

namespace tributary::serve {
namespace {

constexpr std::string_view unix_prefix = "unix:", descriptor_prefix = "fd:";
constexpr int backlog = 1024;  // a reader's burst at the full hour; the kernel caps it (somaxconn)

[[noreturn]] void fail(std::string_view address, std::string_view why) {
    throw ListenError("cannot listen on " + std::string(address) + ": " + std::string(why));
}

[[noreturn]] void fail_with_errno(std::string_view address) {
    fail(address, std::strerror(errno));
}

std::string internet_address(const sockaddr_storage& bound, socklen_t length) {
    std::array<char, NI_MAXHOST> host{};
    std::array<char, NI_MAXSERV> port{};
    const int error =
        ::getnameinfo(reinterpret_cast<const sockaddr*>(&bound), length, host.data(), host.size(),
                      port.data(), port.size(), NI_NUMERICHOST | NI_NUMERICSERV);
    if (error != 0) return {};
    const std::string name = host.data();
    return (bound.ss_family == AF_INET6 ? "[" + name + "]" : name) + ":" + port.data();
}

/// The address a socket is bound to, as an operator would write it.
std::string bound_address(int socket) {
    sockaddr_storage bound{};
    socklen_t length = sizeof bound;
    if (::getsockname(socket, reinterpret_cast<sockaddr*>(&bound), &length) != 0) return {};
    if (bound.ss_family != AF_UNIX) return internet_address(bound, length);
    const auto& local = reinterpret_cast<const sockaddr_un&>(bound);
    return std::string(unix_prefix) + local.sun_path;
}

void set_option(int socket, int level, int option) {
    const int on = 1;
    ::setsockopt(socket, level, option, &on, sizeof on);
}

void listen_on(const Listener& listener, std::string_view address) {
    // Accepted sockets inherit it: a response leaves in one piece, nothing is gained by waiting.
    if (listener.family() != AF_UNIX) set_option(listener.descriptor(), IPPROTO_TCP, TCP_NODELAY);
    if (::listen(listener.descriptor(), backlog) != 0) fail_with_errno(address);
}

Listener new_socket(int family, std::string_view address) {
    const int socket = ::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (socket < 0) fail_with_errno(address);
    return Listener(socket, std::string(address));
}

Listener open_internet(const addrinfo& wanted, std::string_view address) {
    Listener listener = new_socket(wanted.ai_family, address);
    set_option(listener.descriptor(), SOL_SOCKET, SO_REUSEADDR);
    if (wanted.ai_family == AF_INET6) {
        set_option(listener.descriptor(), IPPROTO_IPV6, IPV6_V6ONLY);
    }
    if (::bind(listener.descriptor(), wanted.ai_addr, wanted.ai_addrlen) != 0) {
        fail_with_errno(address);
    }
    listen_on(listener, address);
    std::string bound = bound_address(listener.descriptor());
    return Listener(listener.release(), std::move(bound));
}

/// "127.0.0.1" and "8080", "::1" and "0"; an empty host means every address.
std::pair<std::string, std::string> split_host_port(std::string_view address) {
    const std::size_t colon = address.rfind(':');
    if (colon == std::string_view::npos) fail(address, "a port is missing, e.g. 127.0.0.1:8080");
    std::string_view host = address.substr(0, colon);
    const std::string_view port = address.substr(colon + 1);
    const std::int64_t number = read_number(port);
    if (number < 0 || number > 65535) fail(address, "the port is not a number from 0 to 65535");
    if (host == "*") host = {};
    if (host.starts_with('[') && host.ends_with(']')) {
        host = host.substr(1, host.size() - 2);
    } else if (host.find(':') != std::string_view::npos) {
        fail(address, "an IPv6 address needs brackets, e.g. [::1]:8080");
    }
    return {std::string(host), std::string(port)};
}

std::vector<Listener> open_host_port(std::string_view address) {
    const auto [host, port] = split_host_port(address);
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
    addrinfo* found = nullptr;
    const int error =
        ::getaddrinfo(host.empty() ? nullptr : host.c_str(), port.c_str(), &hints, &found);
    if (error != 0) fail(address, ::gai_strerror(error));
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> addresses(found, ::freeaddrinfo);

    std::vector<Listener> listeners;
    for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
        listeners.push_back(open_internet(*each, address));
    }
    return listeners;
}

/// Whether a socket file stands there that nobody listens on: left behind by a killed process.
bool is_stale(const sockaddr_un& name, std::string_view address) {
    struct stat status{};
    if (::lstat(name.sun_path, &status) != 0 || !S_ISSOCK(status.st_mode)) return false;
    const Listener probe = new_socket(AF_UNIX, address);
    const int connected =
        ::connect(probe.descriptor(), reinterpret_cast<const sockaddr*>(&name), sizeof name);
    return connected != 0 && errno == ECONNREFUSED;
}

Listener open_unix(std::string_view address) {
    const std::string_view path = address.substr(unix_prefix.size());
    sockaddr_un name{};
    if (path.empty()) fail(address, "a path is missing, e.g. unix:/run/tributary/web.sock");
    if (path.size() >= sizeof name.sun_path) fail(address, "the path is longer than 107 bytes");
    name.sun_family = AF_UNIX;
    path.copy(name.sun_path, path.size());

    Listener listener = new_socket(AF_UNIX, address);
    if (is_stale(name, address)) ::unlink(name.sun_path);
    if (::bind(listener.descriptor(), reinterpret_cast<const sockaddr*>(&name), sizeof name) != 0) {
        fail_with_errno(address);
    }
    // Nobody can connect before listen(), so there is no moment with the wrong mode.
    if (::chmod(name.sun_path, S_IRUSR | S_IWUSR | S_IRGRP | S_IWGRP) != 0) {
        fail_with_errno(address);
    }
    listen_on(listener, address);
    return listener;
}

/// The sockets that systemd passed under `name`; all of them if `name` is empty.
std::vector<Listener> adopt_passed(std::string_view address, std::string_view name) {
    char** names = nullptr;
    const int count = ::sd_listen_fds_with_names(0, &names);
    std::vector<Listener> listeners;
    for (int i = 0; i < count; ++i) {
        const std::unique_ptr<char, decltype(&std::free)> given(names[i], std::free);
        const int socket = SD_LISTEN_FDS_START + i;
        if (!name.empty() && name != given.get()) continue;
        if (::sd_is_socket(socket, AF_UNSPEC, SOCK_STREAM, 1) <= 0) {
            fail(address, "descriptor " + std::to_string(socket) + " is no listening socket");
        }
        listeners.emplace_back(socket, bound_address(socket));
        listen_on(listeners.back(), address);
    }
    std::free(names);
    if (count < 0) fail(address, std::strerror(-count));
    if (listeners.empty()) fail(address, "systemd passed no such socket");
    return listeners;
}

}  // namespace

Listener::Listener(Listener&& other) noexcept
    : socket_(other.release()), address_(std::move(other.address_)) {}

Listener& Listener::operator=(Listener&& other) noexcept {
    std::swap(socket_, other.socket_);
    std::swap(address_, other.address_);
    return *this;
}

Listener::~Listener() {
    if (socket_ >= 0) ::close(socket_);
}

int Listener::family() const {
    int family = AF_UNSPEC;
    socklen_t length = sizeof family;
    ::getsockopt(socket_, SOL_SOCKET, SO_DOMAIN, &family, &length);
    return family;
}

int Listener::release() {
    return std::exchange(socket_, -1);
}

std::vector<Listener> open_listeners(std::string_view address) {
    if (address == "fd") return adopt_passed(address, {});
    if (address.starts_with(descriptor_prefix)) {
        return adopt_passed(address, address.substr(descriptor_prefix.size()));
    }
    if (!address.starts_with(unix_prefix)) return open_host_port(address);
    std::vector<Listener> listeners;
    listeners.push_back(open_unix(address));
    return listeners;
}

void remove_socket_file(std::string_view address) {
    if (!address.starts_with(unix_prefix)) return;
    ::unlink(std::string(address.substr(unix_prefix.size())).c_str());
}

}  // namespace tributary::serve
