#include "config/reference.h"

#include "base/text.h"
#include "config/options.h"
#include "config/problems.h"
#include "config/secrets.h"
#include "config/toml.h"

#include <algorithm>
#include <vector>

namespace tributary::config {
namespace {

constexpr std::string_view introduction = R"(# Configuration

One TOML file; `tributary check-config` tells everything that is wrong with it. The shortest one:

```toml
title   = "My river"
sources = ["https://alpha.example/feed.xml",
           "https://beta.example/"]
```

The longer form of a source, and merged feeds beside the main one:

```toml
include = ["sources.d/*.toml"]

[[source]]
url  = "https://gamma.example/feed.xml"
name = "gamma"
tags = ["dev"]

[[source]]
url     = "https://delta.example/members.xml"
auth    = { user = "me", password = { file = "delta.password" } }
headers = { Accept-Language = "en", X-Api-Key = { credential = "delta-key" } }
proxy   = "socks5h://127.0.0.1:9050"

[[source]]
name    = "epsilon"
command = ["./scrape-epsilon", "--pages", "2"]

[poll]
allow_exec = true

[[feed]]
name  = "dev"
title = "Development"
tags  = ["dev"]
```

- A **duration** is a text with a unit: `"250ms"`, `"30s"`, `"15m"`, `"24h"`, `"7d"`.
- A **size** is a text with a unit: `"512B"`, `"256KiB"`, `"10MiB"`.
- A **list of text** may also be one text.
- A **secret** is `{ file = "beta.password" }` or `{ credential = "beta" }` (systemd's
  `LoadCredential=`). The file belongs to root or to the user of the service and is closed to
  everybody else; its last line break is cut off. It is read with the configuration, so also at a
  reload; one that cannot be read is the error of its source alone. A secret may also be the text
  itself, with a warning: configurations are shown around.
- A path is relative to the file that says it.
- `include` takes names and patterns. Files that end in `.toml` hold the same options as this one,
  `.opml` and `.xml` are OPML (folders become tags), everything else is a newsboat urls-file
  (`URL "tag" "~Title"`). Nothing in those two is ever run.
- A program as a source, with `[poll] allow_exec = true`, writes the feed to its standard output and
  ends with code 0; the last line that it writes to its standard error tells why it has not. At
  `timeout` it and all that it has started are ended. Its source is called `exec:NAME` wherever
  there would be a URL: arguments are not shown. A program can read whatever the daemon can,
  secrets among them.
)";

struct Heading {
    std::string_view table, title;
};
constexpr Heading headings[] = {
    {"", "Above all tables"},
    {"server", "[server]: who is served"},
    {"poll", "[poll]: how sources are asked"},
    {"store", "[store]: what is remembered"},
    {"output", "[output]: what is published"},
    {"websub", "[websub]: pushes from hubs"},
    {"dedup", "[dedup]: one entry in several sources"},
    {"log", "[log]: what is written to the log"},
    {"testing", "[testing]: for tests only"},
    {"[source]", "[[source]]: one source"},
    {"[feed]", "[[feed]]: one merged feed"},
};

// One option, whatever it belongs to, in words.
struct Row {
    std::string_view table, name;
    std::string help, value, takes, range;
};

template <typename Owner>
void add_rows(std::vector<Row>& rows, Owner owner) {
    for (const auto& option : options<Owner>()) {
        const Slot slot = option.slot(owner);
        rows.push_back({option.table, option.name, std::string{option.help},
                        show(slot, option.rule), describe_type(slot, option.rule),
                        describe_range(slot, option.rule)});
    }
}

std::vector<Row> all_rows(const Config& config) {
    std::vector<Row> rows;
    add_rows(rows, config);
    add_rows(rows, Subscription{});
    add_rows(rows, MergedFeed{});
    return rows;
}

std::string takes(const Row& row) {
    return row.takes + (row.range.empty() ? "" : ", " + row.range);
}

std::string origin(const Config& config, const Row& row) {
    const auto key = row.table.empty() ? std::string{row.name}
                                       : std::string{row.table} + "." + std::string{row.name};
    const auto place = config.set_at.find(key);
    if (place == config.set_at.end()) return "default";
    return place->second.file + ":" + std::to_string(place->second.line);
}

template <typename Owner>
void append_elements(std::string& out, const std::vector<Owner>& owners) {
    for (auto owner : owners) {
        out += "\n[" + std::string{options<Owner>().front().table} + "]  # " + owner.place.file +
               ":" + std::to_string(owner.place.line) + "\n";
        for (const auto& option : options<Owner>()) {
            const auto value = show(option.slot(owner), option.rule);
            if (!value.empty()) out += std::string{option.name} + " = " + value + "\n";
        }
    }
}

bool names(std::string_view key, const Row& row) {
    const auto plain = [](std::string_view text) {
        std::string out;
        for (const char c : text) {
            if (c == '.' || is_space(c))
                out += '.';
            else if (c != '[' && c != ']')
                out += c;
        }
        return out;
    };
    const auto said = plain(trim(key));
    return said == row.name || said == plain(label(row.table, row.name));
}

}  // namespace

std::string manual() {
    std::string out{introduction};
    const auto rows = all_rows({});
    for (const auto& heading : headings) {
        out += "\n## " + std::string{heading.title} + "\n\n";
        out += "| option | default | takes | meaning |\n|---|---|---|---|\n";
        for (const auto& row : rows) {
            if (row.table != heading.table) continue;
            const auto value = row.value.empty() ? "" : "`" + row.value + "`";
            out += "| `" + std::string{row.name} + "` | " + value + " | " + takes(row) + " | " +
                   row.help + " |\n";
        }
    }
    return out;
}

std::string effective(Config config) {
    redact(config);
    std::string out;
    std::string_view table;
    std::vector<Row> rows;
    add_rows(rows, config);
    for (const auto& row : rows) {
        if (row.table != table) out += "\n[" + std::string{row.table} + "]\n";
        table = row.table;
        if (row.value.empty()) continue;
        out += std::string{row.name} + " = " + row.value + "  # " + origin(config, row) + "\n";
    }
    append_elements(out, config.sources);
    append_elements(out, config.feeds);
    return out;
}

std::optional<std::string> explain(std::string_view key, Config config) {
    redact(config);
    std::string out;
    for (const auto& row : all_rows(config)) {
        if (!names(key, row)) continue;
        if (!out.empty()) out += "\n";
        out += label(row.table, row.name);
        if (!row.value.empty()) out += " = " + row.value;
        if (!row.table.starts_with('[')) out += "  (" + origin(config, row) + ")";
        out += "\n  " + row.help + "\n  Takes: " + takes(row) + "\n";
    }
    if (out.empty()) return std::nullopt;
    return out;
}

std::string nearest_option(std::string_view key) {
    std::vector<std::string_view> candidates;
    const auto rows = all_rows({});
    for (const auto& row : rows) candidates.push_back(row.name);
    return did_you_mean(key, candidates);
}

}  // namespace tributary::config
