// How the daemon carries out what Hubs decides: callbacks are answered, pushes read by a worker and
// recorded by the writer, subscriptions stored.

#include <unistd.h>

#include <array>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <system_error>
#include <utility>

#include "base/url.h"
#include "daemon/clock.h"
#include "daemon/daemon.h"
#include "daemon/log.h"
#include "daemon/reading.h"
#include "daemon/transaction.h"
#include "serve/routes.h"
#include "websub/protocol.h"

namespace tributary::daemon {

namespace asio = boost::asio;

namespace {

constexpr std::size_t most_pushes = 16;  // under way; each may hold a whole document
constexpr std::size_t room_in_documents = 4;

std::string_view key_in(std::string_view path) {
    return path.substr(callback_path.size());
}

}  // namespace

/// 128 bits that nobody can guess, in hexadecimal.
std::string Daemon::unguessable() {
    std::array<unsigned char, 16> bytes{};
    if (getentropy(bytes.data(), bytes.size()) != 0)
        throw std::system_error(errno, std::generic_category(), "no randomness");
    std::string text;
    for (const unsigned char byte : bytes) {
        text += "0123456789abcdef"[byte >> 4];
        text += "0123456789abcdef"[byte & 15];
    }
    return text;
}

/// Whoever knows a callback may send a document to it, nobody else may send anything large.
std::shared_ptr<serve::LargeBodies> Daemon::large_bodies() {
    const auto limit = [this](std::string_view path) -> std::size_t {
        const bool is_known = path.starts_with(callback_path) && hubs_.knows(key_in(path));
        return is_known ? static_cast<std::size_t>(config_.poll.max_size) : 0;
    };
    const auto refused = [this](std::string_view path) {
        if (path.starts_with(callback_path)) ++hubs_.counts.refused;
    };
    const auto room = room_in_documents * static_cast<std::size_t>(config_.poll.max_size);
    return std::make_shared<serve::LargeBodies>(
        serve::LargeBodies{.limit = limit, .refused = refused, .room = room});
}

void Daemon::answer_hub(const serve::Request& request, serve::Respond respond) {
    const std::string_view key = key_in(request.path);
    if (request.method == "POST") {
        const int status = take_push(key, request);
        return respond(serve::respond_exactly(request, status, {}));
    }
    const auto challenge = request.method == "GET" ? hubs_.verify(key, request.query, now())
                                                   : std::optional<std::string>();
    if (!challenge)
        return respond(serve::respond_text(request, 404, "there is nothing at this address"));
    if (hubs_.knows(key)) log(Level::info, hubs_.describe(key, now()));
    respond(serve::respond_exactly(request, 200, *challenge));
    tick();
}

/// Work comes later: a hub waits for its answer, and learns nothing of what came of it (WebSub 7).
/// Answers the status.
int Daemon::take_push(std::string_view key, const serve::Request& request) {
    if (stopping_ || pushes_under_way_ >= most_pushes) {
        ++hubs_.counts.refused;
        return 503;
    }
    auto received =
        hubs_.receive(key, request.hub_signature, request.content_type, request.body, now());
    if (!received) return 404;
    ++with_workers_;
    ++pushes_under_way_;
    asio::post(workers_, [this, push = std::make_unique<Push>(std::move(*received))]() mutable {
        Visit& visit = push->visit;
        const auto& body = std::get<fetcher::Response>(visit.outcome.result).body;
        const bool is_signed = websub::is_signed(push->signature, push->secret, body);
        if (is_signed) visit.reading = read(visit);
        asio::post(loop_, [this, push = std::move(push), is_signed]() mutable {
            push_read(std::move(push), is_signed);
        });
    });
    return 202;
}

void Daemon::push_read(std::unique_ptr<Push> push, bool is_signed) {
    --with_workers_;
    if (is_signed && hubs_.is_content(*push, now())) {
        ++documents_to_write_;
        return write_soon(std::make_unique<Visit>(std::move(push->visit)));
    }
    if (!is_signed) ++(push->signature.empty() ? hubs_.counts.unsigned_ : hubs_.counts.forged);
    --pushes_under_way_;
    go_on();
}

void Daemon::push_recorded(const Visit& visit, const std::string& failure) {
    --pushes_under_way_;
    if (!failure.empty()) {
        ++hubs_.counts.lost;
        return;
    }
    hubs_.stored(visit);
    totals_.added += visit.changes.added;
    totals_.changed += visit.changes.changed;
    if (visit.changes.added + visit.changes.changed > 0)
        log(Level::info, redacted_url(visit.state.url) + ": " +
                             std::to_string(visit.changes.added) + " new, " +
                             std::to_string(visit.changes.changed) + " changed, by push");
}

void Daemon::hub_answered(VisitPtr visit) {
    const std::string key = visit->subscription;
    const bool was_refused = !hubs_.answered(std::move(*visit), now());
    if (was_refused) log(Level::warning, hubs_.describe(key, now()));
    tick();
}

void Daemon::save_hubs() {
    auto unsaved = hubs_.take_unsaved();
    if (unsaved.empty()) return;
    asio::post(writer_, [this, unsaved = std::move(unsaved)] {
        const auto save = [&] {
            for (const auto& subscription : unsaved.changed) store_.save_subscription(subscription);
            for (const auto& key : unsaved.forgotten) store_.forget_subscription(key);
            for (const auto& [source, row] : unsaved.requests) store_.append_ledger(source, row);
        };
        asio::post(loop_, [this, failure = transaction(store_, save)] { note_store(failure); });
    });
}

}  // namespace tributary::daemon
