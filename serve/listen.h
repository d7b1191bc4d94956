#pragma once
// Listening sockets from addresses as an operator writes them: "127.0.0.1:8080", "[::1]:0",
// "*:8080" (every address), "unix:/run/tributary/web.sock", "fd:NAME" (a socket that systemd passes
// under FileDescriptorName=NAME) and "fd" (every one that it passes).

#include <string>
#include <string_view>
#include <vector>

namespace tributary::serve {

/// A socket that listens. Closed when it goes, unless released; movable only.
class Listener {
  public:
    Listener(int socket, std::string address) : socket_(socket), address_(std::move(address)) {}
    Listener(Listener&& other) noexcept;
    Listener& operator=(Listener&& other) noexcept;
    ~Listener();

    /// The address really bound: with the port that the system chose where port 0 was asked for.
    const std::string& address() const { return address_; }
    /// AF_INET, AF_INET6 or AF_UNIX.
    int family() const;
    int descriptor() const { return socket_; }
    /// Gives the descriptor to a new owner.
    int release();

  private:
    int socket_ = -1;
    std::string address_;
};

/// The sockets that `address` stands for, listening. Throws ListenError, which says which address
/// and why. A socket file left by a dead process is replaced; one that answers is not. Socket files
/// get mode 0660.
std::vector<Listener> open_listeners(std::string_view address);

/// Removes the socket file of an address such as "unix:/run/x.sock"; of others, nothing.
void remove_socket_file(std::string_view address);

}  // namespace tributary::serve
