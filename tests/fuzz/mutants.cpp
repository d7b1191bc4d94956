// Reads mutants of real documents, each in a process of its own: whatever the document, the answer
// is a feed or an error in words.
//
//     tributary-mutants [--count 1000] [--seed 1] [--seconds S] [--mebibytes M]
//                       [--program build/release/tributary --every 20] FOLDER...
//
// With --program each so-manieth mutant is read by `tributary parse`, the others by the library.
// --seconds bounds the processor time of one, for a machine that is not busy otherwise.

#include "feed/model_json.h"
#include "feed/parse.h"
#include "mutant.h"

#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace fs = std::filesystem;
using namespace tributary;

namespace {

struct Options {
    std::uint64_t count = 1000, seed = 1, every = 20;
    double seconds = 0;           // 0: only what no document can need
    std::uint64_t mebibytes = 0;  // of address space; 0: no bound
    std::string program;
    std::vector<fs::path> folders;
};

constexpr rlim_t hopeless_seconds = 120;  // even with sanitizers on a busy machine

Options read_options(int count, char** arguments) {
    Options options;
    for (int i = 1; i < count; ++i) {
        const std::string_view name = arguments[i];
        const bool has_value = name.starts_with("--") && i + 1 < count;
        const char* const value = has_value ? arguments[++i] : arguments[i];
        if (name == "--count") options.count = std::strtoull(value, nullptr, 10);
        if (name == "--seed") options.seed = std::strtoull(value, nullptr, 10);
        if (name == "--every") options.every = std::strtoull(value, nullptr, 10);
        if (name == "--seconds") options.seconds = std::strtod(value, nullptr);
        if (name == "--mebibytes") options.mebibytes = std::strtoull(value, nullptr, 10);
        if (name == "--program") options.program = value;
        if (!name.starts_with("--")) options.folders.emplace_back(value);
    }
    return options;
}

std::string read_file(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> originals_in(const std::vector<fs::path>& folders) {
    std::vector<fs::path> paths;
    for (const fs::path& folder : folders)
        for (const auto& file : fs::recursive_directory_iterator(folder))
            if (file.is_regular_file() && file.path().extension() != ".expected")
                paths.push_back(file.path());
    std::ranges::sort(paths);
    std::vector<std::string> originals;
    for (const fs::path& path : paths) originals.push_back(read_file(path));
    return originals;
}

/// A file in memory that a child process inherits.
class MemoryFile {
  public:
    explicit MemoryFile(std::string_view content) : descriptor_(memfd_create("document", 0)) {
        if (::write(descriptor_, content.data(), content.size()) !=
            static_cast<ssize_t>(content.size()))
            std::perror("memfd"), std::exit(2);
        ::lseek(descriptor_, 0, SEEK_SET);
    }
    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;
    ~MemoryFile() { ::close(descriptor_); }

    int descriptor() const { return descriptor_; }
    std::string beginning() const {
        std::string bytes(200, '\0');
        const ssize_t read = ::pread(descriptor_, bytes.data(), bytes.size(), 0);
        bytes.resize(static_cast<std::size_t>(std::max<ssize_t>(read, 0)));
        return bytes;
    }

  private:
    int descriptor_;
};

void bound(int resource, rlim_t most) {
    const rlimit limit = {.rlim_cur = most, .rlim_max = most};
    if (::setrlimit(static_cast<__rlimit_resource>(resource), &limit) != 0)
        std::perror("setrlimit"), std::_Exit(2);
}

[[noreturn]] void answer_as_program(const std::string& program) {
    ::execl(program.c_str(), program.c_str(), "parse", "-", nullptr);
    std::perror(program.c_str());
    std::_Exit(2);
}

[[noreturn]] void answer_as_library(std::string document) {
    const auto parsed = feed::parse({.bytes = std::move(document), .url = {}, .content_type = {}});
    const std::string json = parsed ? to_json(*parsed) : to_json(parsed.error());
    std::fwrite(json.data(), 1, json.size(), stdout);
    std::fflush(stdout);
    std::_Exit(parsed ? 0 : 1);
}

struct Answer {
    int status = 0;
    std::string beginning;
    double seconds = 0;
    long mebibytes = 0;  // that were resident at most
};

/// What a process of its own answers to `document`.
Answer answer(const std::string& document, bool to_program, const Options& options) {
    const MemoryFile input(document);
    const MemoryFile output("");
    const pid_t child = ::fork();
    if (child < 0) std::perror("fork"), std::exit(2);
    if (child == 0) {
        bound(RLIMIT_CORE, 0);
        bound(RLIMIT_CPU, hopeless_seconds);
        if (options.mebibytes > 0) bound(RLIMIT_AS, options.mebibytes << 20);
        ::dup2(input.descriptor(), STDIN_FILENO);
        ::dup2(output.descriptor(), STDOUT_FILENO);
        if (to_program) answer_as_program(options.program);
        answer_as_library(document);
    }
    int status = 0;
    rusage usage{};
    ::wait4(child, &status, 0, &usage);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return {.status = status,
            .beginning = output.beginning(),
            .seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime),
            .mebibytes = usage.ru_maxrss >> 10};
}

/// What is wrong with an answer; nothing if it is as it must be.
std::string fault_of(const Answer& answer, const Options& options) {
    if (WIFSIGNALED(answer.status)) return "signal " + std::to_string(WTERMSIG(answer.status));
    const int code = WEXITSTATUS(answer.status);
    const bool is_feed = code == 0 && answer.beginning.starts_with("{\"feed\":{");
    const bool is_error = code == 1 && answer.beginning.starts_with("{\"error\":{\"code\":\"") &&
                          answer.beginning.contains("\"message\":\"") &&
                          !answer.beginning.contains("\"message\":\"\"");
    if (!is_feed && !is_error) return "exit " + std::to_string(code) + ": " + answer.beginning;
    if (options.seconds > 0 && answer.seconds > options.seconds)
        return std::to_string(answer.seconds) + " s";
    return {};
}

/// Keeps a finding, and tells it.
void report(const std::string& document, std::uint64_t index, const Options& options,
            const std::string& fault) {
    const std::string path = "mutant-" + std::to_string(options.seed) + "-" + std::to_string(index);
    std::ofstream(path, std::ios::binary) << document;
    std::printf("%s: %s\n", path.c_str(), fault.c_str());
}

}  // namespace

int main(int argument_count, char** arguments) {
    const Options options = read_options(argument_count, arguments);
    const std::vector<std::string> originals = originals_in(options.folders);
    if (originals.empty()) return std::fputs("no documents to change\n", stderr), 2;
    std::uint64_t feeds = 0, errors = 0, faults = 0;
    double slowest = 0;
    long largest = 0;
    for (std::uint64_t index = 0; index < options.count; ++index) {
        const std::string document = fuzz::mutant(originals, options.seed, index);
        const bool to_program = !options.program.empty() && index % options.every == 0;
        const Answer given = answer(document, to_program, options);
        slowest = std::max(slowest, given.seconds);
        largest = std::max(largest, given.mebibytes);
        const std::string fault = fault_of(given, options);
        if (!fault.empty()) {
            report(document, index, options, fault);
            ++faults;
        } else {
            ++(WEXITSTATUS(given.status) == 0 ? feeds : errors);
        }
    }
    std::printf(
        "%zu documents, %zu mutants: %zu feeds, %zu errors in words, %zu faults; "
        "slowest %.2f s, largest %ld MiB\n",
        originals.size(), options.count, feeds, errors, faults, slowest, largest);
    return faults == 0 ? 0 : 1;
}
