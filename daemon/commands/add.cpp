#include <sysexits.h>

#include <algorithm>
#include <csignal>
#include <iostream>

#include "base/text.h"
#include "base/url.h"
#include "daemon/commands/commands.h"
#include "daemon/commands/fetch_once.h"
#include "daemon/refresh.h"
#include "daemon/state_directory.h"
#include "feed/html.h"
#include "fetcher/decode.h"

namespace tributary::daemon {

namespace {

struct Found {
    std::string url, title;
    std::size_t entries = 0;
};

std::string with_scheme(const std::string& url) {
    return has_scheme(url) ? url : "https://" + url;
}

/// The page's HTML, if that is what came.
std::string html_of(const Visit& visit, const std::string& body) {
    const auto* response = std::get_if<fetcher::Response>(&visit.outcome.result);
    if (!response) return {};
    auto html = fetcher::decode(body, response->headers.get("content-encoding"),
                                static_cast<std::size_t>(visit.request.max_bytes));
    return html && feed::looks_like_html(*html) ? std::move(*html) : std::string();
}

Found found_feed(const Visit& visit, const Reading& reading) {
    return {.url = visit.request.url,
            .title = reading.parsed.feed.title.value,
            .entries = reading.parsed.feed.entries.size()};
}

/// The feed at the URL itself, or the one picked of those that the page there names.
Found find_feed(const config::Config& config, const AddArguments& arguments) {
    Visit visit = fetch_once(config, arguments.url);
    const auto* response = std::get_if<fetcher::Response>(&visit.outcome.result);
    const std::string body = response ? response->body : std::string();
    const Reading reading = read(visit);
    if (reading.kind == Reading::Kind::feed) {
        Found found = found_feed(visit, reading);
        found.url = arguments.url;  // as the operator wrote it: a move is learned, never guessed
        return found;
    }
    const auto links = feed::feed_links(html_of(visit, body), visit.request.url);
    if (links.empty())
        throw Fatal(EX_DATAERR, redacted_url(arguments.url) + ": " + printable(reading.error));
    std::cout << printable(redacted_url(arguments.url)) << " is a web page; it offers "
              << links.size() << (links.size() == 1 ? " feed:\n" : " feeds:\n");
    for (std::size_t i = 0; i < links.size(); ++i) {
        std::cout << "  " << i + 1 << "  " << printable(links[i].url) << "  "
                  << printable(links[i].title) << '\n';
    }
    const auto pick = static_cast<std::size_t>(std::max(arguments.pick, 1)) - 1;
    if (pick >= links.size())
        throw Fatal(EX_USAGE,
                    "--pick " + std::to_string(arguments.pick) + ": there is no such feed");
    Visit second = fetch_once(config, links[pick].url);
    const Reading second_reading = read(second);
    if (second_reading.kind != Reading::Kind::feed) {
        throw Fatal(EX_DATAERR, links[pick].url + ": " + printable(second_reading.error));
    }
    Found found = found_feed(second, second_reading);
    found.url = links[pick].url;
    return found;
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
