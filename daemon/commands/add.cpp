#include <sysexits.h>

#include <algorithm>
#include <csignal>
#include <iostream>

#include "base/text.h"
#include "base/url.h"
#include "daemon/commands/commands.h"
#include "daemon/commands/discovery.h"
#include "daemon/state_directory.h"

namespace tributary::daemon {

namespace {

struct Found {
    std::string url, title;
    std::size_t entries = 0;
};

void print_choice(const Discovery& page, const std::string& asked, std::size_t pick) {
    const std::size_t count = page.feeds.size();
    std::cout << printable(redacted_url(asked)) << " is a web page; it offers " << count
              << (count == 1 ? " feed:\n" : " feeds:\n");
    for (std::size_t i = 0; i < count; ++i) {
        std::cout << "  " << i + 1 << "  " << printable(page.feeds[i].url) << "  "
                  << printable(page.feeds[i].title) << '\n';
    }
    if (count > 1) std::cout << "Taking " << pick + 1 << "; another one with --pick.\n";
}

/// The feed at the URL itself, or the one picked of those that the page there names.
Found find_feed(const config::Config& config, const AddArguments& arguments) {
    Discovery found = discover(config, arguments.url);
    if (!found.is_feed) {
        const auto pick = static_cast<std::size_t>(std::max(arguments.pick, 1)) - 1;
        print_choice(found, arguments.url, pick);
        if (pick >= found.feeds.size()) {
            throw Fatal(EX_USAGE,
                        "--pick " + std::to_string(arguments.pick) + ": there is no such feed");
        }
        found = discover(config, found.feeds[pick].url);
    }
    const feed::FeedLink& feed = found.feeds.front();
    if (!found.is_feed)
        throw Fatal(EX_DATAERR, printable(redacted_url(found.url)) + ": a web page, not a feed");
    return {.url = feed.url, .title = feed.title, .entries = found.entries};
}

bool is_included(const config::Config& config, const std::filesystem::path& file) {
    return std::ranges::any_of(config.files, [&](const std::string& read) {
        std::error_code error;
        return std::filesystem::equivalent(read, file, error);
    });
}

}  // namespace

int add_command(const AddArguments& given) {
    AddArguments arguments = given;
    arguments.url = with_scheme(arguments.url);
    const auto config = config::load(arguments.config);
    const auto identity = config::source_identity(arguments.url);
    const auto same = std::ranges::find(config.sources, identity, [](const auto& source) {
        return config::source_identity(source.url);
    });
    if (same != config.sources.end()) {
        std::cout << "already a source: " << same->place.str() << '\n';
        return EX_OK;
    }
    const Found found = find_feed(config, arguments);
    const auto file = arguments.config.parent_path() / "sources.d" / "cli.toml";
    config::Subscription source;
    source.url = found.url;
    source.name = arguments.name;
    source.tags = arguments.tags;
    if (arguments.dry_run) {
        config::load(arguments.config, config::with_source(file, source));
    } else {
        config::append_source(file, source, arguments.config);
    }
    std::cout << (arguments.dry_run ? "Would add " : "Added ") << printable(redacted_url(found.url))
              << "  \"" << printable(found.title) << "\", " << found.entries << " entries, to "
              << file.string() << '\n';
    if (arguments.dry_run) return EX_OK;
    if (!is_included(config::load(arguments.config), file)) {
        std::cout << "It is not read yet: put this line above the first [table] of "
                  << arguments.config.string() << ":\n  include = [\"sources.d/*.toml\"]\n";
        return EX_OK;
    }
    if (const int pid = lock_holder(state_directory(config)); pid > 0 && kill(pid, SIGHUP) == 0) {
        std::cout << "The daemon (pid " << pid << ") takes it over now.\n";
    }
    return EX_OK;
}

}  // namespace tributary::daemon
