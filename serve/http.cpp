#include "serve/http.h"

#include "serve/connection.h"
#include "serve/listen.h"

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/error.hpp>

#include <utility>

namespace tributary::serve {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using Acceptor = asio::basic_socket_acceptor<asio::generic::stream_protocol, Executor>;

constexpr std::chrono::milliseconds pause_without_descriptors{100};

bool is_out_of_resources(const error_code& error) {
    return error == asio::error::no_descriptors || error == asio::error::no_memory ||
           error == asio::error::no_buffer_space || error.value() == ENFILE;
}

struct Gate {
    Acceptor acceptor;
    std::string address;
};

}  // namespace

struct Server::Impl : std::enable_shared_from_this<Server::Impl> {
    Impl(asio::io_context& io, const ServerOptions& options, Handler handler)
        : loop(io),
          connections(std::make_shared<ConnectionSet>(io, options, std::move(handler))),
          pause(io),
          grace(io) {}
    ~Impl() { close_gates(); }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    void open(const std::vector<std::string>& addresses) {
        for (const std::string& address : addresses) {
            for (Listener& listener : open_listeners(address)) add_gate(listener);
        }
    }

    void add_gate(Listener& listener) {
        const asio::generic::stream_protocol protocol(listener.family(), 0);
        Gate gate{Acceptor(loop.get_executor()), listener.address()};
        gate.acceptor.assign(protocol, listener.release());
        gates.push_back(std::move(gate));
    }

    void accept(std::size_t index) {
        gates[index].acceptor.async_accept(
            [impl = weak_from_this(), index](const error_code& error, Socket socket) {
                const auto self = impl.lock();
                if (!self || error == asio::error::operation_aborted) return;
                self->accepted(index, error, std::move(socket));
            });
    }

    void accepted(std::size_t index, const error_code& error, Socket socket) {
        if (gates.empty()) return accepted_last(error, std::move(socket));
        if (is_out_of_resources(error)) return make_room(index);
        if (!error) connections->add(std::move(socket));
        accept(index);
    }

    /// A client that came just before the gates were closed is not sent away unheard: whoever
    /// inherits the listening socket will not see it.
    void accepted_last(const error_code& error, Socket socket) {
        if (error) return;
        connections->add(std::move(socket));
        drain();
    }

    void drain() {
        connections->drain();
        if (connections->size() > 0) close_after(patience);
    }

    /// Without descriptors accept() fails even if nobody waits. If somebody does, a client that can
    /// be spared gives its descriptor up; if none can, the loop does other things first.
    void make_room(std::size_t index) {
        gates[index].acceptor.async_wait(Acceptor::wait_read,
                                         [impl = weak_from_this(), index](const error_code& error) {
                                             const auto self = impl.lock();
                                             if (!self || error || self->gates.empty()) return;
                                             if (self->connections->evict())
                                                 return self->accept(index);
                                             self->accept_after_pause(index);
                                         });
    }

    void accept_after_pause(std::size_t index) {
        paused.push_back(index);
        if (paused.size() > 1) return;
        pause.expires_after(pause_without_descriptors);
        pause.async_wait([impl = weak_from_this()](const error_code& error) {
            const auto self = impl.lock();
            if (!self || error || self->gates.empty()) return;
            for (const std::size_t each : std::exchange(self->paused, {})) self->accept(each);
        });
    }

    void close_gates() {
        for (const Gate& gate : gates) remove_socket_file(gate.address);
        gates.clear();
        pause.cancel();
    }

    void close_after(Duration time) {
        grace.expires_after(time);
        grace.async_wait([set = std::weak_ptr(connections)](const error_code& error) {
            const auto self = set.lock();
            if (self && !error) self->close_all();
        });
    }

    asio::io_context& loop;
    std::shared_ptr<ConnectionSet> connections;
    std::vector<Gate> gates;
    std::vector<std::size_t> paused;  // gates that accept again after the pause
    asio::steady_timer pause, grace;
    Duration patience{0};  // with busy connections, once it stops
};

Server::Server(asio::io_context& loop, ServerOptions options, Handler handler)
    : impl_(std::make_shared<Impl>(loop, options, std::move(handler))) {
    impl_->open(options.listen);
}

Server::~Server() {
    impl_->close_gates();
    impl_->connections->close_all();
}

void Server::start() {
    for (std::size_t index = 0; index < impl_->gates.size(); ++index) impl_->accept(index);
}

void Server::stop(Duration grace) {
    impl_->patience = grace;
    impl_->close_gates();
    impl_->drain();
}

std::vector<std::string> Server::addresses() const {
    std::vector<std::string> addresses;
    for (const Gate& gate : impl_->gates) addresses.push_back(gate.address);
    return addresses;
}

std::size_t Server::connections() const {
    return impl_->connections->size();
}

}  // namespace tributary::serve
