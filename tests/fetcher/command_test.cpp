#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <vector>

#include "fetcher/exchange.h"
#include "tests/support/folder.h"

// Programs as sources. The tests use a shell as their program; the fetcher uses none.

using namespace tributary;
using namespace tributary::test;
using tributary::testing::Folder;
using Kind = fetcher::Failure::Kind;

namespace {

Exchange programs_allowed() {
    fetcher::FetcherOptions options;
    options.allow_exec = true;
    return Exchange(std::move(options));
}

fetcher::Request run(std::vector<std::string> command) {
    fetcher::Request request = request_for("exec:test");
    request.command = std::move(command);
    return request;
}

fetcher::Request script(const std::string& text) {
    return run({"sh", "-c", text});
}

/// Whether the process of that number is there, be it as a zombie.
bool exists(const std::string& number) {
    return ::kill(std::stoi(number), 0) == 0 || errno != ESRCH;
}

/// Whether this process has a child that nobody has waited for.
bool has_children() {
    siginfo_t status{};
    return ::waitid(P_ALL, 0, &status, WEXITED | WNOHANG | WNOWAIT) == 0 || errno != ECHILD;
}

}  // namespace

TEST_CASE("what a program writes is an answer, and the same output is not modified") {
    auto exchange = programs_allowed();
    auto request = run({"printf", "%s|%s|", "a b; $(false)", "c"});
    const auto first = exchange.fetch(request);
    REQUIRE(response(first).status == 200);
    CHECK(response(first).body == "a b; $(false)|c|");  // no shell has seen it
    request.validators.etag = response(first).headers.get("etag");
    CHECK(response(exchange.fetch(request)).status == 304);
    request.command.push_back("d");
    CHECK(response(exchange.fetch(request)).status == 200);
    CHECK_FALSE(has_children());
}

TEST_CASE("a program inherits nothing but PATH and LANG") {
    ::setenv("CREDENTIALS_DIRECTORY", "/secret", 1);
    const int open_file = ::open("/dev/null", O_RDONLY);  // without O_CLOEXEC
    auto exchange = programs_allowed();
    const auto environment = response(exchange.fetch(run({"env"}))).body;
    ::unsetenv("CREDENTIALS_DIRECTORY");
    CHECK(environment.starts_with("PATH="));
    CHECK(environment.find("\nLANG=") != std::string::npos);
    CHECK(std::count(environment.begin(), environment.end(), '\n') == 2);

    const auto facts = response(
        exchange.fetch(script("pwd; readlink /proc/self/fd/0; "
                              "test $(ps -o pgid= -p $$) = $$ && echo own group; grep SigIgn "
                              "/proc/$$/status | tail -c 8")));
    const auto descriptors = response(exchange.fetch(run({"ls", "/proc/self/fd"}))).body;
    ::close(open_file);
    CHECK(descriptors == "0\n1\n2\n3\n");  // the last is ls's own
    CHECK(facts.body == "/\n/dev/null\nown group\n0000000\n");
}

TEST_CASE("a program that fails is told in words, with the last that it has said") {
    auto exchange = programs_allowed();
    struct Case {
        fetcher::Request request;
        std::string message;
    };
    const Case cases[] = {
        {script("echo '<rss/>'; echo first >&2; echo no such site >&2; exit 3"),
         "sh ended with code 3: no such site"},
        {script("exit 1"), "sh ended with code 1"},
        {script("printf 'a\\033[31mb' >&2; exit 1"), "sh ended with code 1: a\\x1b[31mb"},
        {script("kill -SEGV $$"), "sh was ended by signal 11 (Segmentation fault)"},
        {run({"/nonexistent/program"}),
         "/nonexistent/program cannot be run: No such file or directory"},
        {run({"/etc/passwd"}), "/etc/passwd cannot be run: Permission denied"},
        {script("yes >&2 & sleep 0.1; exit 1"), "sh ended with code 1: y"},
    };
    for (const auto& [request, message] : cases) {
        const auto failed = failure(exchange.fetch(request));
        CHECK(failed.kind == Kind::command);
        CHECK(failed.message == message);
    }
    CHECK_FALSE(has_children());
}

TEST_CASE("a program is not run unless that is allowed") {
    const Folder folder;
    Exchange exchange;
    const auto failed = failure(exchange.fetch(run({"touch", (folder / "trace").string()})));
    CHECK(failed.kind == Kind::command);
    CHECK(failed.message == "programs are not allowed");
    CHECK(folder.files().empty());
}

TEST_CASE("at its time a program is ended, with all that it has started and whatever it heeds") {
    const Folder folder;
    auto exchange = programs_allowed();
    // It ignores SIGTERM, and so does the one that it starts.
    auto request = script("trap '' TERM; sleep 600 & echo $! > " + (folder / "child").string() +
                          "; while :; do sleep 600; done");
    request.timeout = Duration(300);
    const auto failed = failure(exchange.fetch(request));
    CHECK(failed.kind == Kind::timeout);
    CHECK(failed.message == "sh did not end within 300 ms");
    exchange.run_until([&] { return !exists(folder.read("child")); });
    CHECK_FALSE(exists(folder.read("child")));
    CHECK_FALSE(has_children());
}

TEST_CASE("what a program leaves behind is ended with it, and not waited for") {
    const Folder folder;
    auto exchange = programs_allowed();
    const auto outcome =
        exchange.fetch(script("sleep 600 & echo $! | tee " + (folder / "child").string()));
    CHECK(response(outcome).body == folder.read("child"));
    exchange.run_until([&] { return !exists(folder.read("child")); });
    CHECK_FALSE(exists(folder.read("child")));
}

TEST_CASE("a program that writes without end is ended at the limit") {
    auto exchange = programs_allowed();
    auto request = run({"yes"});
    request.max_bytes = 100'000;
    const auto failed = failure(exchange.fetch(request));
    CHECK(failed.kind == Kind::too_large);
    CHECK(failed.message == "yes writes more than 100000 bytes");
    CHECK_FALSE(has_children());
}

TEST_CASE("a program is ended when everything is cancelled, and with the fetcher") {
    for (const bool cancelled : {true, false}) {
        const Folder folder;
        auto exchange = programs_allowed();
        bool done = false;
        exchange.fetcher->start(
            script("echo $$ > " + (folder / "new").string() + "; mv " + (folder / "new").string() +
                   " " + (folder / "self").string() + "; trap '' TERM; while :; do sleep 1; done"),
            [&](fetcher::Outcome outcome) { done = failure(outcome).kind == Kind::cancelled; });
        exchange.run_until([&] { return !folder.read("self").empty(); });
        if (cancelled) exchange.fetcher->cancel_all();
        if (cancelled) exchange.run_until([&] { return done; });
        CHECK(done == cancelled);
        exchange.fetcher.reset();
        CHECK_FALSE(exists(folder.read("self")));
        CHECK_FALSE(has_children());
    }
}
