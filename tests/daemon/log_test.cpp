#include "daemon/log.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <functional>
#include <string>

#include "base/time.h"
#include "tests/support/folder.h"

namespace tributary::daemon {

namespace {

/// What is written to the standard error meanwhile.
std::string stderr_of(const std::function<void()>& action) {
    const tributary::testing::Folder folder;
    const auto path = folder / "stderr";
    const int before = dup(STDERR_FILENO);
    const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    dup2(file, STDERR_FILENO);
    action();
    std::fflush(stderr);
    dup2(before, STDERR_FILENO);
    close(before);
    close(file);
    std::ifstream stream(path);
    return {std::istreambuf_iterator<char>(stream), {}};
}

std::string logged(const std::string& format, std::string_view line) {
    const char* journal = std::getenv("JOURNAL_STREAM");
    const std::string stream = journal ? journal : "";
    unsetenv("JOURNAL_STREAM");
    setenv("TZ", "EAST-05", 1);  // not the time of the log
    tzset();
    const std::string text = stderr_of([&] {
        start_log("info", format);
        log(Level::info, line);
    });
    unsetenv("TZ");
    tzset();
    if (journal) setenv("JOURNAL_STREAM", stream.c_str(), 1);
    return text;
}

Duration age(std::string_view time) {
    const auto read = read_date(time);
    REQUIRE(read);
    return std::chrono::floor<Duration>(std::chrono::system_clock::now()) - *read;
}

}  // namespace

TEST_CASE("a line of JSON is one object, whatever a publisher has written into its text") {
    const std::string text = R"(x: error: ","level":"error","text":"forged\)";
    const std::string line = logged("json", text + "\n{\"level\":\"error\"}");
    REQUIRE(line.find('\n') == line.size() - 1);
    const boost::json::object object = boost::json::parse(line).as_object();
    CHECK(object.size() == 3);
    CHECK(object.at("level") == "info");
    CHECK(std::string_view(object.at("text").as_string()).starts_with(text));
    CHECK(age(object.at("time").as_string()) < std::chrono::minutes(1));
    CHECK(age(object.at("time").as_string()) >= Duration{0});
}

TEST_CASE("a line of text starts with its time in UTC") {
    const std::string line = logged("text", "hello");
    CHECK(line.ends_with("Z info: hello\n"));
    CHECK(age(line.substr(0, line.find(' '))) < std::chrono::minutes(1));
    CHECK(age(line.substr(0, line.find(' '))) > std::chrono::minutes(-1));
}

}  // namespace tributary::daemon
