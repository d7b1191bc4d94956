#include "fetcher/local_file.h"

#include "base/descriptor.h"
#include "base/percent.h"
#include "base/text.h"

#include <boost/asio/post.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <system_error>
#include <utility>

namespace tributary::fetcher {
namespace {

Outcome failed(Failure::Kind kind, const std::string& path, std::string_view how) {
    Outcome outcome;
    outcome.result = Failure{kind, printable(path) + ' ' + std::string(how)};
    return outcome;
}

Outcome failed_by_errno(const std::string& path) {
    const std::string reason = std::generic_category().message(errno);
    return failed(Failure::Kind::file, path, "cannot be read: " + reason);
}

std::string hexadecimal(std::uint64_t number) {
    char digits[16];
    const auto end = std::to_chars(digits, digits + sizeof digits, number, 16).ptr;
    return {digits, end};
}

std::string etag_of(const struct stat& status) {
    const auto nanoseconds = static_cast<std::uint64_t>(status.st_mtim.tv_sec) * 1'000'000'000 +
                             static_cast<std::uint64_t>(status.st_mtim.tv_nsec);
    return '"' + hexadecimal(nanoseconds) + '-' +
           hexadecimal(static_cast<std::uint64_t>(status.st_size)) + '-' +
           hexadecimal(status.st_ino) + '"';
}

/// At most `limit` bytes; nothing (and errno) on an error.
std::optional<std::string> read_up_to(int descriptor, std::size_t limit, std::size_t expected) {
    std::string body(std::min(expected + 1, limit), '\0');
    std::size_t size = 0;
    while (true) {
        if (size == body.size()) {
            if (size == limit) break;
            body.resize(std::min(limit, 2 * size + 4096));
        }
        const ssize_t count = read(descriptor, body.data() + size, body.size() - size);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return std::nullopt;
        if (count == 0) break;
        size += static_cast<std::size_t>(count);
    }
    body.resize(size);
    return body;
}

}  // namespace

Outcome read_local_file(const Url& url, const Request& request) {
    std::string path;
    if (!percent_decode(url.path, path)) path = url.path;  // written without escapes
    if (!url.host.empty() && url.host != "localhost") {
        return failed(Failure::Kind::bad_url, url.host,
                      "is not this host: file: reads local files");
    }
    if (path.find('\0') != path.npos) {
        return failed(Failure::Kind::bad_url, path, "holds a zero byte");
    }
    // Non-blocking, so that opening a FIFO returns at once; on a regular file it has no effect.
    const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (!file.is_open()) return failed_by_errno(path);
    struct stat status{};
    if (fstat(file.number(), &status) != 0) return failed_by_errno(path);
    if (!S_ISREG(status.st_mode)) return failed(Failure::Kind::file, path, "is not a regular file");

    Outcome outcome;
    auto& response = std::get<Response>(outcome.result);
    response.status = 200;
    const std::string etag = etag_of(status);
    response.headers.fields.emplace_back("etag", etag);
    if (request.validators.etag == etag) {
        response.status = 304;
        return outcome;
    }
    const auto max_bytes = static_cast<std::size_t>(std::max<std::int64_t>(request.max_bytes, 0));
    const auto expected = static_cast<std::size_t>(std::max<off_t>(status.st_size, 0));
    auto body = read_up_to(file.number(), max_bytes + 1, expected);
    if (!body) return failed_by_errno(path);
    if (body->size() > max_bytes) {
        return failed(Failure::Kind::too_large, path,
                      "is larger than " + std::to_string(max_bytes) + " bytes");
    }
    response.body = std::move(*body);
    return outcome;
}

FileReader::FileReader(boost::asio::io_context& loop, Deliver deliver)
    : loop_(loop), deliver_(std::move(deliver)) {}

FileReader::~FileReader() {
    if (thread_) thread_->stop();
    thread_.reset();
}

void FileReader::start(const Url& url, const Request& request, Completion done) {
    const std::uint64_t number = ++last_;
    waiting_.emplace(number, Waiting{std::move(done), boost::asio::steady_timer(loop_)});
    give_up_after(number, request);
    const auto read = [this_weakly = std::weak_ptr(self_), &loop = loop_, url, request, number] {
        boost::asio::post(loop,
                          [this_weakly, number, outcome = read_local_file(url, request)]() mutable {
                              if (const auto self = this_weakly.lock())
                                  (*self)->finish(number, std::move(outcome));
                          });
    };
    if (!thread_) thread_.emplace(1);
    boost::asio::post(*thread_, read);
}

void FileReader::give_up_after(std::uint64_t number, const Request& request) {
    auto& deadline = waiting_.at(number).deadline;
    deadline.expires_after(request.timeout);
    deadline.async_wait([this, number, timeout = request.timeout](const auto& error) {
        if (error) return;
        Outcome outcome;
        outcome.result = Failure{Failure::Kind::timeout,
                                 "the file was not read within " + write_duration(timeout)};
        finish(number, std::move(outcome));
    });
}

void FileReader::finish(std::uint64_t number, Outcome outcome) {
    auto found = waiting_.extract(number);
    if (found) deliver_(std::move(found.mapped().done), std::move(outcome));
}

void FileReader::cancel_all() {
    while (!waiting_.empty()) {
        Outcome outcome;
        outcome.result = Failure{Failure::Kind::cancelled, "cancelled"};
        finish(waiting_.begin()->first, std::move(outcome));
    }
}

}  // namespace tributary::fetcher
