#include "serve/connection.h"

#include "serve/routes.h"

#include <boost/asio/error.hpp>

#include <algorithm>
#include <utility>

namespace tributary::serve {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using std::chrono::steady_clock;

constexpr std::size_t spare_readers = 16;
constexpr Duration linger{2'000};  // for a refused client to stop sending
constexpr Duration shortest_tick{10}, longest_tick{1'000};

bool would_block(const error_code& error) {
    return error == asio::error::would_block || error == asio::error::try_again;
}

}  // namespace

ConnectionSet::ConnectionSet(asio::io_context& loop, const ServerOptions& options, Handler handler)
    : options_(options), handler_(std::move(handler)), timer_(loop) {}

ConnectionSet::~ConnectionSet() {
    close_all();
}

void ConnectionSet::add(Socket socket) {
    const bool full = size_ >= static_cast<std::size_t>(options_.max_connections);
    if (full && !evict()) return;
    auto connection = std::make_shared<Connection>(*this, std::move(socket));
    Connections& idle = in(Phase::idle);
    connection->place_ = idle.insert(idle.end(), connection);
    connection->since_ = steady_clock::now();
    ++size_;
    sweep_later();
    connection->start();
}

bool ConnectionSet::evict() {
    for (const Phase phase : {Phase::closing, Phase::idle, Phase::reading, Phase::writing}) {
        if (in(phase).empty()) continue;
        in(phase).front()->close();
        return true;
    }
    return false;
}

void ConnectionSet::drain() {
    draining_ = true;
    for (const auto& connection : Connections(in(Phase::idle))) {
        if (!connection->has_bytes_waiting()) connection->close();
    }
}

void ConnectionSet::close_all() {
    for (Connections& connections : by_phase_) {
        while (!connections.empty()) connections.front()->close();
    }
}

void ConnectionSet::move(Connection& connection, Phase to) {
    Connections& target = in(to);
    target.splice(target.end(), in(connection.phase_), connection.place_);
    connection.phase_ = to;
    connection.since_ = steady_clock::now();
}

void ConnectionSet::remove(Connection& connection) {
    in(connection.phase_).erase(connection.place_);
    --size_;
    if (size_ == 0) timer_.cancel();
}

std::optional<Duration> ConnectionSet::allowed(Phase phase) const {
    switch (phase) {
        case Phase::reading:
            return options_.request_timeout;
        case Phase::closing:
            return std::min(options_.request_timeout, linger);
        case Phase::idle:
        case Phase::writing:
            return options_.idle_timeout;
        case Phase::answering:
            break;
    }
    return std::nullopt;
}

/// Deadlines are kept to an eighth of the shortest one: a client cannot tell, and there is one
/// timer instead of one for every operation of every connection.
void ConnectionSet::sweep_later() {
    if (sweeping_ || size_ == 0) return;
    sweeping_ = true;
    const Duration shortest = std::min(options_.request_timeout, options_.idle_timeout);
    timer_.expires_after(std::clamp(shortest / 8, shortest_tick, longest_tick));
    timer_.async_wait([set = weak_from_this()](const error_code&) {
        const auto self = set.lock();
        if (!self) return;
        self->sweeping_ = false;
        self->sweep();
        self->sweep_later();
    });
}

void ConnectionSet::sweep() {
    const auto now = steady_clock::now();
    for (const Phase phase : {Phase::idle, Phase::reading, Phase::writing, Phase::closing}) {
        Connections& connections = in(phase);
        const Duration limit = *allowed(phase);
        while (!connections.empty() && connections.front()->since_ + limit <= now) {
            connections.front()->close();
        }
    }
}

RequestReader ConnectionSet::take_reader() {
    if (readers_.empty())
        return RequestReader({options_.max_header, options_.max_body, options_.large_bodies});
    RequestReader reader = std::move(readers_.back());
    readers_.pop_back();
    return reader;
}

void ConnectionSet::give_back(RequestReader reader) {
    if (readers_.size() >= spare_readers) return;
    reader.clear();
    readers_.push_back(std::move(reader));
}

std::string_view ConnectionSet::date_field() {
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    if (now != dated_) {
        dated_ = now;
        date_ = "Date: " + write_http_date(now) + "\r\n";
    }
    return date_;
}

void Connection::start() {
    error_code error;
    socket_->non_blocking(true, error);
    if (error) return close();
    wait(Socket::wait_read);
}

void Connection::close() {
    if (!socket_) return;
    socket_.reset();
    const auto self = shared_from_this();  // the set's list may hold the last owner
    set_.remove(*this);
}

void Connection::wait(Socket::wait_type what) {
    socket_->async_wait(what, [self = shared_from_this()](const error_code& error) {
        if (!self->socket_) return;
        if (error) return self->close();
        if (self->phase_ == Phase::closing) return self->discard();
        if (self->phase_ != Phase::writing) self->receive();
        self->advance();
    });
}

bool Connection::has_bytes_waiting() const {
    error_code error;
    return socket_->available(error) > 0;
}

/// What has arrived goes to the reader; nothing, if the wait was in vain.
void Connection::receive() {
    if (!reader_) reader_.emplace(set_.take_reader());
    const std::span<char> space = reader_->space();
    error_code error;
    const std::size_t count = socket_->read_some(asio::buffer(space.data(), space.size()), error);
    if (error && !would_block(error)) return close();
    reader_->received(count);
}

void Connection::advance() {
    const auto self = shared_from_this();
    advancing_ = true;
    while (socket_ && step() == Step::more) {
    }
    advancing_ = false;
}

Connection::Step Connection::step() {
    switch (phase_) {
        case Phase::idle:
        case Phase::reading:
            return read_request();
        case Phase::writing:
            return send();
        case Phase::answering:
        case Phase::closing:
            break;
    }
    return Step::waits;
}

Connection::Step Connection::read_request() {
    switch (reader_->parse()) {
        case RequestReader::State::complete:
            return hand_over();
        case RequestReader::State::refused:
            return refuse();
        case RequestReader::State::needs_more:
            break;
    }
    return await_bytes();
}

Connection::Step Connection::await_bytes() {
    const Phase phase = reader_->empty() ? Phase::idle : Phase::reading;
    if (phase == Phase::idle) {
        set_.give_back(std::move(*reader_));
        reader_.reset();
        if (set_.draining_) {
            close();
            return Step::waits;
        }
    }
    // More bytes of the same request do not renew its deadline.
    if (phase != phase_) set_.move(*this, phase);
    wait(Socket::wait_read);
    return Step::waits;
}

Connection::Step Connection::hand_over() {
    last_ = set_.draining_ || !reader_->keep_alive();
    set_.move(*this, Phase::answering);
    set_.handler_(reader_->request(), [self = shared_from_this()](Response response) {
        self->answer(std::move(response));
    });
    return Step::more;
}

/// The handler's answer: within its call, or any time later, when the client may have gone.
void Connection::answer(Response response) {
    if (!socket_ || phase_ != Phase::answering) return;
    if (reader_->request().method == "HEAD") response.body = {};
    prepare(std::move(response));
    if (!advancing_) advance();
}

Connection::Step Connection::refuse() {
    last_ = refused_ = true;
    const Refusal refusal{reader_->status(), std::string(reader_->reason())};
    prepare(respond({}, refusal));
    return Step::more;
}

/// Completes the head with what only the connection knows.
void Connection::prepare(Response response) {
    response_ = std::move(response);
    response_.head += set_.date_field();
    if (last_ || set_.draining_) {
        last_ = true;
        response_.head += "Connection: close\r\n";
    } else if (reader_->is_http_1_0()) {
        response_.head += "Connection: keep-alive\r\n";
    }
    response_.head += "\r\n";
    sent_ = 0;
    set_.move(*this, Phase::writing);
}

/// Head and body in one call: the body is never copied.
Connection::Step Connection::send() {
    const std::string_view head = response_.head, body = response_.body;
    const std::size_t head_sent = std::min(sent_, head.size());
    const std::array<asio::const_buffer, 2> rest{asio::buffer(head.substr(head_sent)),
                                                 asio::buffer(body.substr(sent_ - head_sent))};
    error_code error;
    const std::size_t count = socket_->write_some(rest, error);
    if (would_block(error)) {
        wait(Socket::wait_write);
        return Step::waits;
    }
    if (error) {
        close();
        return Step::waits;
    }
    sent_ += count;
    if (sent_ == head.size() + body.size()) return finish_answer();
    set_.move(*this, Phase::writing);  // it takes bytes, so it may have more time
    return Step::more;
}

Connection::Step Connection::finish_answer() {
    response_ = {};
    if (!last_) {
        reader_->next();
        set_.move(*this, Phase::idle);
        return Step::more;
    }
    if (!refused_) {
        close();
        return Step::waits;
    }
    // Closing with bytes unread would reset the connection and destroy the answer on its way.
    error_code ignored;
    socket_->shutdown(Socket::shutdown_send, ignored);
    set_.move(*this, Phase::closing);
    wait(Socket::wait_read);
    return Step::waits;
}

void Connection::discard() {
    std::array<char, 4096> bytes;
    error_code error;
    socket_->read_some(asio::buffer(bytes), error);
    if (error && !would_block(error)) return close();
    wait(Socket::wait_read);
}

}  // namespace tributary::serve
