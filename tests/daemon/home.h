#pragma once
// A whole daemon and what it needs to run: a configuration file, state, a socket, an origin on
// loopback.

#include <filesystem>
#include <iostream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "config/config.h"
#include "daemon/daemon.h"
#include "daemon/log.h"
#include "tests/daemon/archive.h"
#include "tests/support/origin.h"

namespace tributary::daemon::testing {

/// A configuration file beside its state, its socket and its output.
struct Home {
    Home() { start_log("off", "text"); }

    /// `poll` is more of [poll], `more` other tables.
    std::filesystem::path configure(const std::vector<std::string>& urls,
                                    const std::string& more = {},
                                    const std::string& poll = {}) const {
        std::string text =
            "base_url = \"https://reader.example\"\n[server]\nlisten = [\"" + address() +
            "\"]\n[store]\npath = \"" + (folder / "state").string() +
            "\"\n[poll]\nallow_private_networks = [\"127.0.0.1\"]\nhost_spacing = \"100ms\"\n"
            "interval = \"200ms\"\nmin_interval = \"200ms\"\n" +
            poll + "[testing]\nfast_clock = true\n" + more;
        for (const auto& url : urls) text += "[[source]]\nurl = \"" + url + "\"\n";
        folder.write("tributary.toml", text);
        return folder / "tributary.toml";
    }
    std::string address() const { return "unix:" + (folder / "http").string(); }

    Folder folder;
};

/// `serve --once`: what it prints, and its exit code.
inline std::pair<std::string, int> serve_once(const std::filesystem::path& file) {
    std::ostringstream printed;
    auto* before = std::cout.rdbuf(printed.rdbuf());
    const int exit_code = Daemon(file, config::load(file)).serve_once();
    std::cout.rdbuf(before);
    return {printed.str(), exit_code};
}

inline test::Reply feed_reply(const std::vector<RssItem>& items, const std::string& etag) {
    return {.headers = {{"ETag", etag}}, .body = rss(items)};
}

}  // namespace tributary::daemon::testing
