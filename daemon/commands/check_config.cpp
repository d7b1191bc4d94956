#include "base/text.h"
#include "config/reference.h"
#include "config/toml.h"
#include "daemon/commands/commands.h"

#include <sysexits.h>
#include <unistd.h>

#include <fstream>
#include <iostream>

namespace tributary::daemon {

namespace {

/// The line that an error is about and a caret below the place; empty if it cannot be read.
std::string source_line(const config::Place& place) {
    std::ifstream file{place.file};
    std::string line;
    for (int number = 0; number < place.line && std::getline(file, line);) ++number;
    if (place.line == 0 || !file) return {};
    const auto before =
        std::min(line.size(), static_cast<std::size_t>(std::max(place.column, 1) - 1));
    return "  " + printable(line) + "\n  " +
           std::string(printable(line.substr(0, before)).size(), ' ') + "^\n";
}

void print_problems(const config::ConfigError& error) {
    const bool to_a_person = isatty(STDERR_FILENO) == 1;
    for (const auto& problem : error.problems) {
        std::cerr << problem.str() << '\n';
        if (to_a_person) std::cerr << source_line(problem.place);
    }
}

std::string counted(std::size_t count, const std::string& what) {
    return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

/// "FILE: ok. 412 sources (3 files), 6 feeds, listens on 127.0.0.1:8080".
std::string summary(const std::filesystem::path& file, const config::Config& config) {
    std::string listens;
    for (const auto& address : config.server.listen)
        listens += (listens.empty() ? "" : ", ") + address;
    return file.string() + ": ok. " + counted(config.sources.size(), "source") + " (" +
           counted(config.files.size(), "file") + "), " + counted(config.feeds.size(), "feed") +
           ", listens on " + listens;
}

int explain_option(const std::filesystem::path& file, const std::string& key) {
    config::Config config;
    std::error_code error;
    if (std::filesystem::exists(file, error)) config = config::load(file);
    const auto text = config::explain(key, std::move(config));
    if (!text) {
        std::cerr << "no option " << config::toml_string(key) << config::nearest_option(key)
                  << '\n';
        return EX_USAGE;
    }
    std::cout << *text;
    return EX_OK;
}

int check(const std::filesystem::path& file, bool print) {
    auto config = config::load(file);
    for (const auto& warning : config.warnings) std::cerr << warning << '\n';
    if (print) {
        std::cout << config::effective(std::move(config));
        return EX_OK;
    }
    std::cout << summary(file, config) << '\n';
    if (config.base_url.empty()) {
        std::cout << "warning: base_url is not set; self links will say "
                  << config.effective_base_url() << " (" << file.filename().string()
                  << ": base_url = \"https://...\")\n";
    }
    return EX_OK;
}

}  // namespace

int check_config_command(const std::filesystem::path& file, bool print,
                         const std::string& explain) {
    try {
        return explain.empty() ? check(file, print) : explain_option(file, explain);
    } catch (const config::ConfigError& error) {
        print_problems(error);
        return EX_CONFIG;
    }
}

}  // namespace tributary::daemon
