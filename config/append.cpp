#include "base/descriptor.h"
#include "base/text.h"
#include "config/apply.h"
#include "config/documents.h"
#include "config/options.h"
#include "config/problems.h"
#include "config/toml.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace tributary::config {
namespace {

[[noreturn]] void fail(const std::string& file, std::string_view what, int error) {
    const auto text = "error: " + std::string{what} + " " + file + ": " + std::strerror(error);
    throw ConfigError{{Problem{{file, 0, 0}, text}}};
}

// Every option that is not as it would be without being said.
std::string source_table(Subscription source) {
    std::string text = "[[source]]\n";
    Subscription untouched;
    for (const auto& option : options<Subscription>()) {
        const auto value = show(option.slot(source), option.rule);
        if (value.empty() || value == show(option.slot(untouched), option.rule)) continue;
        text += std::string{option.name} + " = " + value + "\n";
    }
    return text;
}

// Reads the text as the loader would, but alone: what other files say is not known here.
void check(const std::string& file, const std::string& text) {
    Problems problems;
    Config config;
    const std::vector<Document> documents{parse_document(file, text, true, problems)};
    apply_settings(documents, config, problems);
    config.poll.allow_files = config.poll.allow_exec = true;
    apply_sources(documents, config, problems);
    if (!problems.errors.empty()) throw ConfigError{std::move(problems.errors)};
}

// Written beside and renamed, with the mode and owner of the file that it replaces.
void replace(const std::string& file, const std::string& text, int directory) {
    struct stat status{};
    const bool exists = ::stat(file.c_str(), &status) == 0;
    const std::string beside_file = file + ".new";
    const Descriptor out{
        ::open(beside_file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640)};
    if (!out.is_open()) fail(file, "cannot write", errno);
    const bool kept = !exists || (::fchown(out.number(), status.st_uid, status.st_gid) == 0 &&
                                  ::fchmod(out.number(), status.st_mode & 07777) == 0);
    if (!kept || !write_all(out, text) || ::fsync(out.number()) != 0 ||
        ::rename(beside_file.c_str(), file.c_str()) != 0 || ::fsync(directory) != 0) {
        const int error = errno;
        ::unlink(beside_file.c_str());
        fail(file, "cannot write", error);
    }
}

}  // namespace

Draft with_source(const std::filesystem::path& file, const Subscription& source) {
    std::error_code error;
    std::string text;
    if (std::filesystem::exists(file, error)) {
        auto read = read_file(file.string());
        if (!read) throw ConfigError{{Problem{{file.string(), 0, 0}, "error: " + read.error()}}};
        text = std::move(*read);
    }
    if (!text.empty() && !text.ends_with('\n')) text += '\n';
    if (!text.empty()) text += '\n';
    text += source_table(source);
    check(file.string(), text);
    return {file, std::move(text)};
}

void append_source(const std::filesystem::path& file, const Subscription& source,
                   const std::filesystem::path& main) {
    std::error_code error;
    // A symbolic link stays one: what it points to is replaced.
    const auto target = std::filesystem::weakly_canonical(file, error);
    const std::string name = error ? file.string() : target.string();
    const auto folder = std::filesystem::path{name}.parent_path();
    std::filesystem::create_directory(folder, error);
    const Descriptor directory{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    // The lock lets two `add` at once both have their source in the file.
    if (!directory.is_open() || ::flock(directory.number(), LOCK_EX) != 0) {
        fail(folder.string(), "cannot open", errno);
    }
    const Draft draft = with_source(file, source);
    load(main, draft);
    replace(name, draft.text, directory.number());
}

}  // namespace tributary::config
