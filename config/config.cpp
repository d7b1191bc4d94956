#include "config/config.h"

#include "config/apply.h"
#include "config/documents.h"
#include "config/problems.h"

#include <algorithm>
#include <cstdlib>
#include <set>
#include <utility>

namespace tributary::config {
namespace {

std::vector<std::string> lines_of(const std::vector<Problem>& problems) {
    std::vector<std::string> lines;
    for (const auto& problem : problems) lines.push_back(problem.str());
    return lines;
}

std::string joined(const std::vector<std::string>& lines) {
    std::string text;
    for (const auto& line : lines) text += (text.empty() ? "" : "\n") + line;
    return text;
}

// In the order in which a person reads: file by file, top to bottom.
void sort_by_place(std::vector<Problem>& problems, const std::vector<std::string>& files) {
    std::map<std::string_view, std::size_t> order;
    for (const auto& file : files) order.emplace(file, order.size());
    const auto position = [&order](const Problem& problem) {
        const auto found = order.find(problem.place.file);
        const auto file = found == order.end() ? order.size() : found->second;
        return std::tuple{file, problem.place.line, problem.place.column};
    };
    std::ranges::stable_sort(problems, {}, position);
}

Config load_with(const std::filesystem::path& file, const Draft* draft) {
    Problems problems;
    const auto documents = read_documents(file, draft, problems);
    Config config;
    apply_settings(documents, config, problems);
    apply_sources(documents, config, problems);
    apply_feeds(documents, config, problems);
    sort_by_place(problems.errors, config.files);
    sort_by_place(problems.warnings, config.files);
    if (!problems.errors.empty()) throw ConfigError{std::move(problems.errors)};
    config.warnings = lines_of(problems.warnings);
    return config;
}

}  // namespace

ConfigError::ConfigError(std::vector<Problem> found)
    : std::runtime_error(joined(lines_of(found))),
      problems(std::move(found)),
      errors(lines_of(problems)) {}

Config load(const std::filesystem::path& file) {
    return load_with(file, nullptr);
}

Config load(const std::filesystem::path& file, const Draft& draft) {
    return load_with(file, &draft);
}

std::filesystem::path default_file() {
    std::vector<std::filesystem::path> candidates{"tributary.toml"};
    const char* home = std::getenv("HOME");
    if (const char* directory = std::getenv("XDG_CONFIG_HOME"); directory && *directory == '/') {
        candidates.push_back(std::filesystem::path{directory} / "tributary/tributary.toml");
    } else if (home != nullptr) {
        candidates.push_back(std::filesystem::path{home} / ".config/tributary/tributary.toml");
    }
    candidates.emplace_back("/etc/tributary/tributary.toml");
    const auto exists = [](const std::filesystem::path& path) {
        std::error_code error;
        return std::filesystem::exists(path, error);
    };
    const auto found = std::ranges::find_if(candidates, exists);
    return found == candidates.end() ? candidates.back() : *found;
}

std::string Config::effective_base_url() const {
    const auto is_tcp = [](const std::string& address) {
        return !address.starts_with("unix:") && !address.starts_with("fd:");
    };
    const auto tcp = std::ranges::find_if(server.listen, is_tcp);
    std::string url = base_url;
    if (url.empty()) url = "http://" + (tcp == server.listen.end() ? "localhost" : *tcp);
    while (url.ends_with('/')) url.pop_back();
    return url;
}

std::vector<std::string> Config::tags() const {
    std::set<std::string> tags;
    for (const auto& source : sources) {
        if (source.enabled) tags.insert(source.tags.begin(), source.tags.end());
    }
    return {tags.begin(), tags.end()};
}

}  // namespace tributary::config
