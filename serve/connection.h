#pragma once
// One client, and all of them. A connection reads requests in order, hands each to the handler and
// writes its answer before it reads the next. It waits for its socket, then reads or writes what
// the socket takes without blocking; while idle it holds no buffer. What it waits for decides its
// deadline; connections that wait for the same thing stand in one list, oldest first, so one timer
// serves them all and the oldest idle one is found at once when room is needed.

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <array>
#include <chrono>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "serve/http.h"
#include "serve/request_reader.h"

namespace tributary::serve {

using Executor = boost::asio::io_context::executor_type;
using Socket = boost::asio::basic_stream_socket<boost::asio::generic::stream_protocol, Executor>;

/// What a connection waits for.
enum class Phase {
    idle,       // the first byte of a request
    reading,    // the rest of it: one deadline for all of it, however it drips
    answering,  // the handler; ours, so without deadline
    writing,    // a client that takes the answer; renewed while it takes some
    closing,    // the end of what a refused client still sends, so that it can read the refusal
};
inline constexpr std::size_t phase_count = 5;

class Connection;
using Connections = std::list<std::shared_ptr<Connection>>;

/// All connections of a server.
class ConnectionSet : public std::enable_shared_from_this<ConnectionSet> {
  public:
    ConnectionSet(boost::asio::io_context& loop, const ServerOptions& options, Handler handler);
    ~ConnectionSet();
    ConnectionSet(const ConnectionSet&) = delete;
    ConnectionSet& operator=(const ConnectionSet&) = delete;

    /// Serves a new client. If there are too many, one is evicted.
    void add(Socket socket);
    /// Closes the connection that can best be spared: the one idle longest, else the slowest to
    /// send its request, else the slowest to take its answer. False if all are being answered.
    bool evict();
    /// No further requests than those that have come: idle connections are closed, busy ones after
    /// their answer.
    void drain();
    void close_all();
    std::size_t size() const { return size_; }

  private:
    friend class Connection;

    Connections& in(Phase phase) { return by_phase_[static_cast<std::size_t>(phase)]; }
    void move(Connection& connection, Phase to);
    void remove(Connection& connection);
    /// How long a connection may stay in a phase; nothing: for ever.
    std::optional<Duration> allowed(Phase phase) const;
    void sweep_later();
    void sweep();
    RequestReader take_reader();
    void give_back(RequestReader reader);
    /// "Date: Fri, 20 Nov 2026 09:00:00 GMT\r\n" (RFC 9110 6.6.1), written once a second.
    std::string_view date_field();

    ServerOptions options_;
    Handler handler_;
    std::array<Connections, phase_count> by_phase_;
    std::size_t size_ = 0;
    boost::asio::steady_timer timer_;
    bool sweeping_ = false, draining_ = false;
    std::vector<RequestReader> readers_;  // for the next busy connections
    std::string date_;
    std::chrono::sys_seconds dated_{};
};

class Connection : public std::enable_shared_from_this<Connection> {
  public:
    Connection(ConnectionSet& set, Socket socket) : set_(set), socket_(std::move(socket)) {}

    void start();
    void close();

  private:
    friend class ConnectionSet;
    enum class Step { more, waits };

    /// Does all that can be done without waiting.
    void advance();
    Step step();
    Step read_request();
    Step await_bytes();
    Step hand_over();
    Step refuse();
    Step send();
    Step finish_answer();
    void wait(Socket::wait_type what);
    bool has_bytes_waiting() const;
    void receive();
    void discard();
    void answer(Response response);
    void prepare(Response response);

    ConnectionSet& set_;            // not to be touched once the socket is gone
    std::optional<Socket> socket_;  // nothing: closed
    Phase phase_ = Phase::idle;
    std::chrono::steady_clock::time_point since_{};  // when it entered the phase
    Connections::iterator place_{};
    std::optional<RequestReader> reader_;  // while a request is being read or answered
    Response response_;
    std::size_t sent_ = 0;  // bytes of head and body
    bool last_ = false;     // the connection ends with this answer
    bool refused_ = false;  // what the client sends now is not read as requests
    bool advancing_ = false;
};

}  // namespace tributary::serve
