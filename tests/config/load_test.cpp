#include "config/config.h"

#include "tests/support/folder.h"

#include <doctest/doctest.h>

using namespace tributary;
using namespace std::chrono_literals;
using config::Config;
using testing::Folder;

namespace {

Config load(const Folder& folder, std::string_view text) {
    return config::load(folder.write("tributary.toml", text));
}

Config load(std::string_view text) {
    const Folder folder;
    return load(folder, text);
}

// The errors, a line each, without the folder's path.
std::string errors(const Folder& folder, std::string_view text) {
    try {
        load(folder, text);
        return "";
    } catch (const config::ConfigError& error) {
        return folder.shortened(error.what());
    }
}

std::string errors(std::string_view text) {
    const Folder folder;
    return errors(folder, text);
}

std::string warnings(const Folder& folder, std::string_view text) {
    std::string lines;
    for (const auto& line : load(folder, text).warnings) {
        lines += (lines.empty() ? "" : "\n") + line;
    }
    return folder.shortened(lines);
}

}  // namespace

TEST_CASE("three lines are a configuration") {
    const auto config = load(R"(title   = "My river"
sources = ["https://alpha.example/feed.xml",
           "https://beta.example/"]
)");
    CHECK(config.title == "My river");
    REQUIRE(config.sources.size() == 2);
    CHECK(config.sources[0].url == "https://alpha.example/feed.xml");
    CHECK(config.sources[1].url == "https://beta.example/");
    CHECK(config.sources[1].place.line == 3);
    CHECK(config.sources[1].enabled);
    CHECK(config.warnings.empty());
}

TEST_CASE("an empty file is a configuration of defaults") {
    const auto config = load("");
    CHECK(config.title == "Tributary");
    CHECK(config.poll.timeout == 30s);
    CHECK(config.poll.max_size == 10 << 20);
    CHECK(config.effective_base_url() == "http://127.0.0.1:8080");
}

TEST_CASE("every setting is read into its field") {
    const auto config = load(R"(
title = "T"
description = "D"
language = "de"
base_url = "https://river.example/"
[server]
listen = ["127.0.0.1:0", "[::1]:8080", "unix:/run/x.sock", "fd:http"]
max_connections = 100
request_timeout = "2s"
[poll]
interval = "30m"
min_interval = "20m"
max_interval = "2d"
concurrency = 8
host_in_flight = 2
host_spacing = "0s"
timeout = "45s"
connect_timeout = "5s"
max_size = "2MiB"
max_redirects = 3
retry_after_cap = "1d"
redirect_sightings = 3
redirect_span = "3d"
gone_confirm = "6h"
budget = 600
user_agent = "Reader/1"
contact = "mailto:me@river.example"
allow_private_networks = ["127.0.0.1:18080", "127.0.1.0/24:18080", "fd00::/8", "[fd00::]/8:80"]
[store]
path = "state"
[output]
items = 50
keep_at_least = "24h"
backfill = 0
content = "summary"
max_content = "64KiB"
strip_trackers = false
max_age = "1m"
directory = "/srv/feeds"
hub = "https://hub.example/"
[websub]
callback_base = "https://river.example/websub"
[dedup]
across_sources = "off"
[log]
level = "debug"
format = "json"
)");
    CHECK(config.effective_base_url() == "https://river.example");
    CHECK(config.server.listen.size() == 4);
    CHECK(config.server.request_timeout == 2s);
    CHECK(config.poll.interval == std::chrono::minutes{30});
    CHECK(config.poll.host_spacing == 0s);
    CHECK(config.poll.budget == 600);
    CHECK(config.poll.max_size == 2 << 20);
    CHECK_FALSE(config.poll.allow_private_all);
    CHECK(config.poll.allow_private_networks.size() == 4);
    CHECK(config.store.path.ends_with("/state"));
    CHECK(config.store.path.starts_with("/"));
    CHECK(config.output.content == "summary");
    CHECK(config.output.directory == "/srv/feeds");
    CHECK(config.output.hub == std::vector<std::string>{"https://hub.example/"});
    CHECK(config.websub.callback_base == "https://river.example/websub");
    CHECK(config.dedup_across == "off");
    CHECK(config.log.format == "json");
    CHECK(config.set_at.at("poll.timeout").line > 1);
    CHECK_FALSE(config.set_at.contains("poll.allow_files"));
}

TEST_CASE("a source has a long form") {
    const auto config = load(R"([[source]]
url = "https://gamma.example/feed.xml#top"
name = "gamma"
title = "Gamma"
tags = ["dev", "dev", "cpp"]
interval = "1h"
timeout = "10s"
max_size = "1MiB"
user_agent = "X"
headers = { Accept-Language = "en", X-Key = "a, b" }
enabled = false
[[source]]
url = "https://delta.example/"
tags = "news"
)");
    REQUIRE(config.sources.size() == 2);
    const auto& gamma = config.sources[0];
    CHECK(gamma.url == "https://gamma.example/feed.xml");
    CHECK(gamma.tags == std::vector<std::string>{"dev", "cpp"});
    CHECK(gamma.interval == std::chrono::hours{1});
    CHECK(gamma.max_size == 1 << 20);
    CHECK(gamma.headers[1] == config::Header{"X-Key", {.value = "a, b"}});
    CHECK_FALSE(gamma.enabled);
    CHECK(config.tags() == std::vector<std::string>{"news"});
}

TEST_CASE("a merged feed names tags and sources") {
    const auto config = load(R"(
[[feed]]
name = "dev"
title = "Dev"
tags = ["dev"]
sources = ["alpha", "https://beta.example/"]
exclude = ["alpha"]
items = 20
[[source]]
url = "https://alpha.example/"
name = "alpha"
tags = ["dev"]
[[source]]
url = "https://beta.example"
)");
    REQUIRE(config.feeds.size() == 1);
    CHECK(config.feeds[0].sources == std::vector<std::string>{"alpha", "https://beta.example"});
    CHECK(config.feeds[0].items == 20);
}

TEST_CASE("all errors are told at once, in the order of the file") {
    CHECK(errors(R"(titel = "x"

[poll]
intervall = "5m"
timeout     = "30"
concurrency = 5000
[[source]]
url = "ftp://alpha.example/"
)") == R"(tributary.toml:1:1: error: unknown key "titel"; did you mean "title"?
tributary.toml:4:1: error: unknown key "intervall" in [poll]; did you mean "interval"?
tributary.toml:5:15: error: [poll] timeout = "30" has no unit; write "30s" (allowed: 1s to 5m)
tributary.toml:6:15: error: [poll] concurrency = 5000 is out of range; allowed: 1 to 2048
tributary.toml:8:7: error: [[source]] url: "ftp://alpha.example/" is not an absolute http(s) URL)");
}

TEST_CASE("each mistake has its own words") {
    struct Case {
        const char *text, *error;
    };
    const Case cases[] = {
        {"title = 5", R"(1:9: error: title = 5: expected text, e.g. "words")"},
        {"title = \"a\\u0007b\"", R"(1:9: error: title = "a\u0007b": expected text, e.g. "words")"},
        {"[poll]\ntimeout = 30",
         R"(2:11: error: [poll] timeout = 30 has no unit; write "30s" (allowed: 1s to 5m))"},
        {"[poll]\nmin_interval = 15",
         R"(2:16: error: [poll] min_interval = 15 has no unit; write "15m" (allowed: 1m to 7d))"},
        {"[poll]\ntimeout = \"soon\"",
         R"(2:11: error: [poll] timeout = "soon": expected a duration, e.g. "30s")"},
        {"[poll]\ntimeout = \"10m\"",
         R"(2:11: error: [poll] timeout = "10m" is out of range; allowed: 1s to 5m)"},
        {"[poll]\nmax_size = 10",
         R"(2:12: error: [poll] max_size = 10 has no unit; write "10MiB" (allowed: 64KiB to 256MiB))"},
        {"[poll]\nmax_size = \"10MB\"",
         R"(2:12: error: [poll] max_size = "10MB": expected a size, e.g. "10MiB")"},
        {"[poll]\nmax_size = \"1KiB\"",
         R"(2:12: error: [poll] max_size = "1KiB" is out of range; allowed: 64KiB to 256MiB)"},
        {"[poll]\nallow_files = 1",
         "2:15: error: [poll] allow_files = 1: expected true or false, e.g. true"},
        {"[poll]\nconcurrency = 1.5",
         "2:15: error: [poll] concurrency = 1.5: expected a whole number, e.g. 32"},
        {"[poll]\nallow_private_networks = [\"10.0.0.0/99\"]",
         R"(2:27: error: [poll] allow_private_networks = "10.0.0.0/99": expected an address or CIDR with an optional port, e.g. "127.0.0.1:8080")"},
        {"[poll]\nallow_private_networks = \"yes\"",
         R"(2:26: error: [poll] allow_private_networks = "yes": expected true, false or a list of addresses, e.g. ["127.0.0.1:8080"])"},
        {"[server]\nlisten = 8080",
         R"(2:10: error: [server] listen = 8080: expected a list of text, e.g. ["127.0.0.1:8080"])"},
        {"[server]\nlisten = [\"127.0.0.1\"]",
         R"(2:11: error: [server] listen = "127.0.0.1": expected HOST:PORT, unix:PATH or fd:NAME, e.g. "127.0.0.1:8080")"},
        {"[output]\ncontent = \"ful\"",
         R"(2:11: error: [output] content = "ful": expected "full", "summary" or "none", e.g. "full")"},
        {"[dedup]\nacross_sources = \"content\"",
         R"(2:18: error: [dedup] across_sources = "content": expected "off", "id" or "link", e.g. "link")"},
        {"base_url = \"river.example\"",
         R"(1:12: error: base_url: "river.example" is not an absolute http(s) URL)"},
        {"[pol]\ntimeout = \"3s\"", R"(1:2: error: unknown table [pol]; did you mean "poll"?)"},
        {"timeout = \"30s\"", R"(1:1: error: unknown key "timeout"; it belongs in [poll])"},
        {"[[poll]]\ntimeout = \"3s\"", "1:3: error: [[poll]] must be written [poll]"},
        {"[source]\nurl = \"https://a.example/\"",
         "1:2: error: [source] must be written [[source]]"},
        {"[[source]]\nname = \"a\"",
         R"(1:1: error: [[source]] has no url; write url = "https://...")"},
        {"[[source]]\nurl = \"https://a.example/\"\nname = \"A b\"",
         R"(3:8: error: [[source]] name = "A b": expected 1 to 64 of a-z, 0-9 and -, e.g. "my-feed")"},
        {"[[source]]\nurl = \"https://a.example/\"\nheaders = { \"X Y\" = \"1\" }",
         R"(3:21: error: [[source]] headers.X Y = "1": expected a header name and text, e.g. { Accept-Language = "en" })"},
        {"[[feed]]\ntitle = \"x\"", R"(1:1: error: [[feed]] has no name; write name = "my-feed")"},
        {"sources = [\"file:///x.xml\"]",
         R"(1:12: error: sources: "file:///x.xml" needs [poll] allow_files = true)"},
        {"[poll]\nsources = [\"https://a.example/\"]",
         R"(2:1: error: "sources" stands below [poll], so TOML reads it as poll.sources; move it above the first [table])"},
        {"[poll]\nmin_interval = \"2h\"\nmax_interval = \"1h\"",
         "2:16: error: [poll] min_interval conflicts with [poll] max_interval (tributary.toml:3)"},
    };
    for (const auto& [text, error] : cases) {
        CAPTURE(text);
        CHECK(errors(text) == "tributary.toml:" + std::string{error});
    }
}

TEST_CASE("what is no TOML is one error at its place") {
    CHECK(errors("title = \"x\"\nsources = [\n").starts_with("tributary.toml:2:13: error: "));
}

TEST_CASE("a file that cannot be read is named with the reason") {
    const Folder folder;
    const auto missing = folder / "absent.toml";
    try {
        config::load(missing);
        FAIL("it does not exist");
    } catch (const config::ConfigError& error) {
        const auto text = folder.shortened(error.what());
        CHECK(
            text.starts_with("absent.toml: error: cannot read absent.toml: No such file or "
                             "directory (running as "));
    }
    const auto text = errors(folder, "include = [\"sources.d\"]\n[poll]\ntimeout = \"1h\"");
    CHECK(text.find("1:12: error: cannot read sources.d: No such file") != std::string::npos);
    CHECK(text.find("3:11: error: [poll] timeout") != std::string::npos);
}

TEST_CASE("a feed or a name that stands there twice is an error") {
    const Folder folder;
    folder.write("sources.d/a.toml",
                 "[[source]]\nname = \"b\"\nurl = \"http://www.alpha.example\"\n");
    CHECK(errors(folder, R"(include = "sources.d/*.toml"
[[source]]
url = "https://alpha.example/"
name = "alpha"
[[source]]
url = "https://beta.example/"
name = "alpha"
[[feed]]
name = "dev"
[[feed]]
name = "dev"
)") == R"(tributary.toml:7:8: error: duplicate name "alpha"; first at tributary.toml:4
tributary.toml:11:8: error: duplicate name "dev"; first at tributary.toml:9
sources.d/a.toml:3:7: error: duplicate source: same feed as line 3 of tributary.toml (after normalization))");
}

TEST_CASE("a merged feed that names what is not there is told the near match") {
    CHECK(errors(R"([[feed]]
name = "dev"
tags = ["dve"]
sources = ["alhpa"]
exclude = ["nothing-like-it"]
[[source]]
url = "https://alpha.example/"
name = "alpha"
tags = ["dev"]
)") == R"(tributary.toml:3:9: error: unknown tag "dve" in [[feed]]; did you mean "dev"?
tributary.toml:4:12: error: unknown source "alhpa" in [[feed]]; did you mean "alpha"?
tributary.toml:5:12: error: unknown tag or source "nothing-like-it" in [[feed]])");
}

TEST_CASE("files are included relative to the file that includes them, each once") {
    const Folder folder;
    folder.write("sources.d/a.toml",
                 "include = [\"more/*.toml\", \"../tributary.toml\"]\n"
                 "sources = [\"https://a.example/\"]\n");
    folder.write("sources.d/more/b.toml", "sources = [\"https://b.example/\"]\n");
    folder.write("urls", "https://c.example/#top \"News Today\"\n");
    folder.write("subs.opml", R"(<opml version="2.0"><body><outline text="Tech">
<outline text="D" xmlUrl="https://d.example/"/></outline></body></opml>)");
    const auto config = load(folder, "include = [\"sources.d/*.toml\", \"subs.opml\", \"urls\"]\n");
    REQUIRE(config.sources.size() == 4);
    CHECK(config.sources[0].url == "https://a.example/");
    CHECK(config.sources[1].url == "https://b.example/");
    CHECK(config.sources[2].title == "D");
    CHECK(config.sources[3].url == "https://c.example/");
    CHECK(config.tags() == std::vector<std::string>{"news-today", "tech"});
    CHECK(config.files.size() == 5);
    CHECK(config.warnings.empty());
}

TEST_CASE("a pattern that matches nothing is a warning") {
    const Folder folder;
    CHECK(warnings(folder, "include = [\"sources.d/*.toml\"]\n") ==
          "tributary.toml:1:12: warning: include \"sources.d/*.toml\" matches nothing");
}

TEST_CASE("the same setting in two files is a conflict") {
    const Folder folder;
    folder.write("more.toml", "title = \"B\"\n");
    CHECK(errors(folder, "title = \"A\"\ninclude = [\"more.toml\"]\n") ==
          "more.toml:1:1: error: title conflicts with title (tributary.toml:1)");
}

TEST_CASE("lists of others may overlap: their tags are united") {
    const Folder folder;
    folder.write("urls", "http://www.alpha.example/ two\nhttps://beta.example/ three\n");
    const auto text =
        "include = \"urls\"\n[[source]]\nurl = \"https://alpha.example/\"\ntags = [\"one\"]\n";
    CHECK(warnings(folder, text) ==
          "urls:1:1: warning: same feed as tributary.toml:3; tags united");
    const auto config = load(folder, text);
    REQUIRE(config.sources.size() == 2);
    CHECK(config.sources[0].tags == std::vector<std::string>{"one", "two"});
}

TEST_CASE("files are sources only where that is allowed, and may be named beside the file") {
    const Folder folder;
    folder.write("samples/the river.xml", "<rss/>");
    const auto config = load(folder,
                             "sources = [\"file:///x.xml\", \"samples/the river.xml\"]\n"
                             "[poll]\nallow_files = true\n");
    REQUIRE(config.sources.size() == 2);
    CHECK(config.sources[0].url == "file:///x.xml");
    CHECK(config.sources[1].url.starts_with("file:///"));
    CHECK(config.sources[1].url.ends_with("/samples/the%20river.xml"));
    CHECK(errors(folder, "sources = [\"samples/absent.xml\"]\n[poll]\nallow_files = true\n") ==
          "tributary.toml:1:12: error: sources: \"samples/absent.xml\" is not an absolute "
          "http(s) URL");
}

TEST_CASE("the fast clock lifts the lower bounds of durations and says so") {
    const Folder folder;
    const auto text =
        "[poll]\ninterval = \"200ms\"\nmin_interval = \"100ms\"\n"
        "max_interval = \"5s\"\n[testing]\nfast_clock = true\n";
    CHECK(warnings(folder, text) ==
          "tributary.toml:6:14: warning: [testing] fast_clock allows any "
          "duration from 100ms; for tests only");
    CHECK(load(folder, text).poll.interval == Duration{200});
    CHECK(errors("[poll]\ninterval = \"50ms\"\n[testing]\nfast_clock = true\n") ==
          "tributary.toml:2:12: error: [poll] interval = \"50ms\" is out of range; allowed: 100ms "
          "to 7d");
}

TEST_CASE("hubs cannot call back to this machine alone, but those of tests can") {
    for (const std::string host :
         {"localhost", "a.localhost", "127.0.0.1:8080", "127.1", "[::1]:80"}) {
        CAPTURE(host);
        const std::string text = "[websub]\ncallback_base = \"http://" + host + "\"\n";
        CHECK(errors(text).find("which no hub can reach") != std::string::npos);
        CHECK(load("[testing]\nfast_clock = true\n" + text).websub.callback_base ==
              "http://" + host);
    }
    CHECK(load("[websub]\ncallback_base = \"http://10.0.0.1\"\n").websub.callback_base ==
          "http://10.0.0.1");
}

TEST_CASE("a limit that is only a default gives way to one that was said") {
    const auto config = load("[poll]\nmax_interval = \"5m\"\n");
    CHECK(config.poll.min_interval == std::chrono::minutes{5});
    CHECK(load("[poll]\ninterval = \"2d\"\n").poll.max_interval == std::chrono::days{2});
}

TEST_CASE("private networks are allowed altogether or by range") {
    CHECK(load("[poll]\nallow_private_networks = true\n").poll.allow_private_all);
    CHECK_FALSE(load("[poll]\nallow_private_networks = false\n").poll.allow_private_all);
}

TEST_CASE("no configuration, however mangled, does more than be refused") {
    const std::string text = R"(title = "x"
sources = ["https://a.example/"]
[poll]
timeout = "30s"
max_size = "1MiB"
[[source]]
url = "https://b.example/"
tags = ["dev"]
[[feed]]
name = "dev"
tags = ["dev"]
)";
    const Folder folder;
    for (std::size_t i = 0; i < text.size(); ++i) {
        errors(folder, text.substr(0, i));
        for (const char c : {'"', '[', '=', '\n', '9', '\x01', '\xff'}) {
            std::string mutant = text;
            mutant[i] = c;
            errors(folder, mutant);
        }
    }
}

TEST_CASE("hosts are named without scheme and path") {
    const auto config = load("[poll]\npause_source_only = [\"feeds.example.org\"]\n");
    CHECK(config.poll.pause_source_only == std::vector<std::string>{"feeds.example.org"});
    CHECK(errors("[poll]\npause_source_only = \"https://feeds.example.org/\"\n") ==
          "tributary.toml:2:21: error: [poll] pause_source_only = \"https://feeds.example.org/\": "
          "expected a host name, e.g. \"feeds.example.org\"");
}

TEST_CASE("a program is a source where that is allowed, known by its name") {
    const Folder folder;
    const auto config = load(folder, R"([poll]
allow_exec = true
[[source]]
name = "epsilon"
command = ["bin/scrape", "-v", "-v", "; rm -rf /"]
[[source]]
name = "zeta"
command = "scrape"
)");
    REQUIRE(config.sources.size() == 2);
    CHECK(config.sources[0].url == "exec:epsilon");
    CHECK(config.sources[0].command ==
          std::vector<std::string>{(folder / "bin/scrape").string(), "-v", "-v", "; rm -rf /"});
    CHECK(config.sources[1].command == std::vector<std::string>{"scrape"});
}

TEST_CASE("a program that is not allowed, or not written as one, is an error") {
    constexpr std::string_view source = "[[source]]\nname = \"x\"\ncommand = [\"y\"]\n";
    const std::string allowed = "[poll]\nallow_exec = true\n";
    CHECK(errors(source) ==
          "tributary.toml:3:11: error: [[source]] command needs [poll] allow_exec = true");
    CHECK(errors(allowed + "[[source]]\ncommand = [\"y\"]\n") ==
          "tributary.toml:4:11: error: [[source]] command needs a name; write name = \"my-feed\"");
    CHECK(errors(allowed + std::string{source} + "url = \"https://a.example/\"\n") ==
          "tributary.toml:6:7: error: [[source]] command conflicts with url");
    CHECK(errors(allowed + "[[source]]\nname = \"x\"\ncommand = []\n") ==
          "tributary.toml:5:11: error: [[source]] has no url; write url = \"https://...\"");
    CHECK(errors("sources = [\"exec:ls\"]\n" + allowed) ==
          "tributary.toml:1:12: error: sources: a program is written command = [\"PROGRAM\", "
          "\"ARGUMENT\"]");
}

TEST_CASE("lists from elsewhere bring no program, even where programs are allowed") {
    const Folder folder;
    folder.write("subs.opml",
                 "<opml version='2.0'><body><outline text='x' xmlUrl='exec:ls'/></body></opml>");
    folder.write("urls", "exec:ls\n\"filter:ls:https://a.example/\"\n");
    const auto config =
        load(folder, "include = [\"subs.opml\", \"urls\"]\n[poll]\nallow_exec = true\n");
    CHECK(config.sources.empty());
}
