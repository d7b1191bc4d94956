#include "fetcher/command.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <expected>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

extern "C" {  // glibc 2.36 forgets to say so
#include <sys/pidfd.h>
}

#include "base/descriptor.h"
#include "base/text.h"

namespace tributary::fetcher {
namespace {

using Pipe = boost::asio::posix::stream_descriptor;
using Error = boost::system::error_code;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds grace{2};  // from SIGTERM to SIGKILL
constexpr int longest_farewell = 1'000;   // milliseconds, for a killed one to be gone
constexpr std::size_t kept_of_errors = 4096, shown_of_errors = 300;

std::string in_words(int error) {
    return std::generic_category().message(error);
}

/// NAME=VALUE of our own environment, or with the default.
std::string variable(const char* name, const char* fallback) {
    const char* value = std::getenv(name);
    return std::string{name} + "=" + (value != nullptr ? value : fallback);
}

/// What a program is started with beside its arguments.
class Setting {
  public:
    Setting(int output, int errors) {
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
        posix_spawn_file_actions_adddup2(&actions, output, 1);
        posix_spawn_file_actions_adddup2(&actions, errors, 2);
        posix_spawn_file_actions_addchdir_np(&actions, "/");
        posix_spawn_file_actions_addclosefrom_np(&actions, 3);
        sigset_t none, all;
        sigemptyset(&none);
        sigfillset(&all);
        posix_spawnattr_init(&attributes);
        posix_spawnattr_setflags(
            &attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
        posix_spawnattr_setpgroup(&attributes, 0);  // its own
        posix_spawnattr_setsigmask(&attributes, &none);
        posix_spawnattr_setsigdefault(&attributes, &all);
    }
    ~Setting() {
        posix_spawn_file_actions_destroy(&actions);
        posix_spawnattr_destroy(&attributes);
    }
    Setting(const Setting&) = delete;
    Setting& operator=(const Setting&) = delete;

    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
};

/// The number of the process, or why there is none.
std::expected<pid_t, int> spawn(std::vector<std::string> words, int output, int errors) {
    std::vector<char*> arguments;
    for (auto& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    std::array<std::string, 2> variables{variable("PATH", "/usr/local/bin:/usr/bin:/bin"),
                                         variable("LANG", "C.UTF-8")};
    std::array<char*, 3> environment{variables[0].data(), variables[1].data(), nullptr};
    const Setting setting(output, errors);
    pid_t process = -1;
    const int error = posix_spawnp(&process, arguments[0], &setting.actions, &setting.attributes,
                                   arguments.data(), environment.data());
    if (error != 0) return std::unexpected(error);
    return process;
}

std::string last_line(std::string_view text) {
    text = trim(text);
    const auto line = trim(text.substr(text.rfind('\n') + 1));
    return printable(truncate_utf8(line, shown_of_errors));
}

}  // namespace

/// One that runs. Its handlers hold it weakly.
class Commands::Program : public std::enable_shared_from_this<Program> {
  public:
    Program(Commands& commands, const Request& request, Completion completion)
        : done(std::move(completion)),
          commands_(commands),
          request_(request),
          end_(commands.loop_),
          output_(commands.loop_),
          errors_(commands.loop_),
          deadline_(commands.loop_) {}

    /// Why it cannot be run; nothing if it does.
    std::optional<Failure> start();
    /// Its end is near: SIGTERM now, SIGKILL after a while.
    void end(Failure why);
    /// SIGKILL, and waits until it is gone.
    void kill_now();
    /// What came of it, once it has ended.
    Outcome outcome();

    Completion done;

  private:
    std::string words(std::string_view what) const {
        return printable(request_.command.front()) + ' ' + std::string(what);
    }
    void wait_for_end();
    void read_output();
    void read_errors();
    void take_output(std::size_t count);
    void take_errors(std::size_t count);
    void drain();
    void kill_after(std::chrono::milliseconds time, int signal);
    std::optional<Failure> judge(const siginfo_t& status) const;

    Commands& commands_;
    Request request_;
    pid_t group_ = -1;
    Pipe end_, output_, errors_;  // the process itself as a descriptor, and what it writes
    boost::asio::steady_timer deadline_;
    Clock::time_point started_ = Clock::now();
    std::array<char, 16 * 1024> output_buffer_{}, errors_buffer_{};
    std::string body_, tail_of_errors_;
    std::optional<Failure> failure_;  // why it is being ended
};

std::optional<Failure> Commands::Program::start() {
    const auto failed = [&](int error) {
        return Failure{Failure::Kind::command, words("cannot be run: " + in_words(error))};
    };
    int output[2], errors[2];
    if (::pipe2(output, O_CLOEXEC) != 0) return failed(errno);
    output_.assign(output[0]);
    const Descriptor output_end(output[1]);
    if (::pipe2(errors, O_CLOEXEC) != 0) return failed(errno);
    errors_.assign(errors[0]);
    const Descriptor errors_end(errors[1]);
    const auto process = spawn(request_.command, output[1], errors[1]);
    if (!process) return failed(process.error());
    group_ = *process;
    const int descriptor = ::pidfd_open(group_, 0);
    if (descriptor < 0) {
        const int error = errno;
        ::kill(-group_, SIGKILL);
        ::waitpid(group_, nullptr, 0);
        return failed(error);
    }
    end_.assign(descriptor);
    wait_for_end();
    read_output();
    read_errors();
    kill_after(request_.timeout, SIGTERM);
    return std::nullopt;
}

void Commands::Program::wait_for_end() {
    end_.async_wait(Pipe::wait_read, [weak = weak_from_this()](const Error& error) {
        const auto self = weak.lock();
        if (self && !error) self->commands_.ended(*self);
    });
}

void Commands::Program::read_output() {
    output_.async_read_some(boost::asio::buffer(output_buffer_),
                            [weak = weak_from_this()](const Error& error, std::size_t count) {
                                const auto self = weak.lock();
                                if (!self || error) return;
                                self->take_output(count);
                                self->read_output();
                            });
}

void Commands::Program::read_errors() {
    errors_.async_read_some(boost::asio::buffer(errors_buffer_),
                            [weak = weak_from_this()](const Error& error, std::size_t count) {
                                const auto self = weak.lock();
                                if (!self || error) return;
                                self->take_errors(count);
                                self->read_errors();
                            });
}

void Commands::Program::take_output(std::size_t count) {
    if (failure_) return;
    body_.append(output_buffer_.data(), count);
    if (static_cast<std::int64_t>(body_.size()) <= request_.max_bytes) return;
    end({Failure::Kind::too_large,
         words("writes more than " + std::to_string(request_.max_bytes) + " bytes")});
}

void Commands::Program::take_errors(std::size_t count) {
    tail_of_errors_.append(errors_buffer_.data(), count);
    if (tail_of_errors_.size() > kept_of_errors)
        tail_of_errors_.erase(0, tail_of_errors_.size() - kept_of_errors);
}

/// What it had written when it ended. Whatever may still write is not waited for.
void Commands::Program::drain() {
    Error error;
    output_.non_blocking(true, error);
    while (!failure_) {
        const std::size_t count = output_.read_some(boost::asio::buffer(output_buffer_), error);
        if (error || count == 0) break;
        take_output(count);
    }
    errors_.non_blocking(true, error);
    const std::size_t count = errors_.read_some(boost::asio::buffer(errors_buffer_), error);
    if (!error) take_errors(count);
}

void Commands::Program::end(Failure why) {
    if (!failure_) failure_ = std::move(why);
    ::kill(-group_, SIGTERM);
    kill_after(grace, SIGKILL);
}

void Commands::Program::kill_after(std::chrono::milliseconds time, int signal) {
    deadline_.expires_after(time);
    deadline_.async_wait([weak = weak_from_this(), signal](const Error& error) {
        const auto self = weak.lock();
        if (!self || error) return;
        if (signal == SIGKILL) {
            ::kill(-self->group_, SIGKILL);
        } else {
            self->end(
                {Failure::Kind::timeout,
                 self->words("did not end within " + write_duration(self->request_.timeout))});
        }
    });
}

void Commands::Program::kill_now() {
    ::kill(-group_, SIGKILL);
    pollfd gone{.fd = end_.native_handle(), .events = POLLIN, .revents = 0};
    ::poll(&gone, 1, longest_farewell);
    siginfo_t status{};
    ::waitid(P_PIDFD, static_cast<id_t>(end_.native_handle()), &status, WEXITED | WNOHANG);
}

std::optional<Failure> Commands::Program::judge(const siginfo_t& status) const {
    if (failure_) return failure_;
    const bool has_exited = status.si_code == CLD_EXITED;
    if (has_exited && status.si_status == 0) return std::nullopt;
    std::string text = has_exited
                           ? words("ended with code " + std::to_string(status.si_status))
                           : words("was ended by signal " + std::to_string(status.si_status) +
                                   " (" + ::strsignal(status.si_status) + ")");
    if (const auto said = last_line(tail_of_errors_); !said.empty()) text += ": " + said;
    return Failure{Failure::Kind::command, std::move(text)};
}

Outcome Commands::Program::outcome() {
    drain();
    ::kill(-group_, SIGKILL);  // what it has left behind; the group is ours until it is reaped
    siginfo_t status{};
    ::waitid(P_PIDFD, static_cast<id_t>(end_.native_handle()), &status, WEXITED);
    Outcome outcome;
    outcome.wire_bytes = static_cast<std::int64_t>(body_.size());
    outcome.timings.total = std::chrono::round<Duration>(Clock::now() - started_);
    if (auto failure = judge(status)) {
        outcome.result = std::move(*failure);
        return outcome;
    }
    auto& response = std::get<Response>(outcome.result);
    const std::string etag = '"' + std::to_string(hash64(body_)) + '"';
    const bool is_known = request_.validators.etag == etag;
    response.status = is_known ? 304 : 200;
    response.headers.fields.emplace_back("etag", etag);
    if (!is_known) response.body = std::move(body_);
    return outcome;
}

Commands::Commands(boost::asio::io_context& loop, Deliver deliver)
    : loop_(loop), deliver_(std::move(deliver)) {}

Commands::~Commands() {
    for (const auto& program : running_) program->kill_now();
}

void Commands::start(const Request& request, Completion done) {
    auto program = std::make_shared<Program>(*this, request, std::move(done));
    if (auto failure = program->start()) {
        Outcome outcome;
        outcome.result = std::move(*failure);
        deliver_(std::move(program->done), std::move(outcome));
        return;
    }
    running_.push_back(std::move(program));
}

void Commands::cancel_all() {
    for (const auto& program : running_) {
        if (!program->done) continue;
        const Failure cancelled{Failure::Kind::cancelled, "cancelled"};
        program->end(cancelled);
        Outcome outcome;
        outcome.result = cancelled;
        deliver_(std::exchange(program->done, nullptr), std::move(outcome));
    }
}

void Commands::ended(Program& program) {
    const auto self = program.shared_from_this();
    std::erase(running_, self);
    Outcome outcome = self->outcome();
    if (self->done) deliver_(std::move(self->done), std::move(outcome));
}

}  // namespace tributary::fetcher
