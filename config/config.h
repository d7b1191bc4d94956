#pragma once
// The configuration: TOML files (with OPML and newsboat urls-files included) into one checked
// value. The files are the truth; nothing here writes them but `append_source`, to a file of its
// own.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"

namespace tributary::config {

/// Where something was said, for errors.
struct Place {
    std::string file;
    int line = 0, column = 0;
    std::string str() const;  // "/etc/tributary/tributary.toml:7:1"; without line only the file
    bool operator==(const Place&) const = default;
};

/// One thing said about the configuration.
struct Problem {
    Place place;
    std::string text;         // "error: ..." or "warning: ..."
    std::string str() const;  // "FILE:LINE:COLUMN: error: ..."
};

/// What opens a door: kept in a file, or handed over by systemd (LoadCredential=). It is read
/// whenever the configuration is.
struct Secret {
    std::string value;             // never shown
    std::string file, credential;  // where it is kept; both empty: in the configuration itself
    std::string problem;           // why it could not be read, in words; empty: it was
    bool operator==(const Secret&) const = default;
};

/// How a source or a proxy is told who asks.
struct Auth {
    enum class Scheme { none, basic, bearer };  // RFC 7617, RFC 6750
    Scheme scheme = Scheme::none;
    std::string user;  // of basic
    Secret secret;
    bool operator==(const Auth&) const = default;
};

/// A request header; its value may be secret.
struct Header {
    std::string name;
    Secret value;
    bool operator==(const Header&) const = default;
};

/// A source as the operator configured it.
struct Subscription {
    std::string url;  // absolute, without fragment; otherwise as written; "exec:NAME" of a program
    std::vector<std::string> command;  // the program and its arguments; empty: none
    std::string name;                  // empty: known by its URL
    std::string title;                 // empty: the feed's own
    std::vector<std::string> tags;
    std::optional<Duration> interval, timeout;
    std::optional<std::int64_t> max_size;
    std::string user_agent;
    Auth auth;
    std::vector<Header> headers;
    std::string proxy;  // empty: as for all; "direct": none
    Auth proxy_auth;
    std::string tls_ca, http_version;  // empty: the system's; as for all
    bool enabled = true;
    Place place;
};

/// A merged feed beside the main one: /f/NAME.
struct MergedFeed {
    std::string name, title, description;
    std::vector<std::string> tags, sources;  // entries of any of them; both empty: of all
    std::vector<std::string> exclude;        // tags or sources; a source is its name, else its URL
    std::optional<int> items;
    Place place;
};

struct Server {
    std::vector<std::string> listen{"127.0.0.1:8080"};
    int max_connections = 512;
    Duration request_timeout{10'000};
    bool operator==(const Server&) const = default;
};

struct Poll {
    std::optional<Duration> interval;  // nothing: "auto"
    Duration min_interval{900'000}, max_interval{86'400'000};
    int concurrency = 32, host_in_flight = 1;
    Duration timeout{30'000}, connect_timeout{10'000};
    std::int64_t max_size = 10 << 20;
    int max_redirects = 5;
    Duration host_spacing{1'000};
    Duration retry_after_cap{604'800'000};
    int redirect_sightings = 5;                  // of a permanent redirect, before it is learned
    Duration redirect_span{604'800'000};         // over which they must be spread
    Duration gone_confirm{43'200'000};           // between a 410 and the request that confirms it
    std::vector<std::string> pause_source_only;  // hosts that a 429 of one source does not pause
    std::optional<int> budget;                   // requests an hour; nothing: "auto"
    std::string user_agent;                      // empty: Tributary/VERSION (+contact)
    std::string contact;
    std::string proxy;  // empty: none
    Auth proxy_auth;
    std::string http_version = "auto";
    bool allow_private_all = false;
    std::vector<std::string> allow_private_networks;
    bool allow_files = false, allow_exec = false;
    bool operator==(const Poll&) const = default;
};

struct StoreOptions {
    std::string path;  // directory; empty: the state directory
    bool operator==(const StoreOptions&) const = default;
};

struct Output {
    int items = 100;
    Duration keep_at_least{48 * 3'600'000};
    int backfill = 10;
    std::string content = "full";
    std::int64_t max_content = 256 << 10;
    bool strip_trackers = true;
    Duration max_age{300'000};
    std::string directory;  // empty: none
    std::vector<std::string> hub;
};

struct WebSub {
    std::string callback_base;  // empty: off
};

struct Log {
    std::string level = "info", format = "auto";
};

struct Config {
    std::string title = "Tributary", description, language = "en", base_url;
    Server server;
    Poll poll;
    StoreOptions store;
    Output output;
    WebSub websub;
    Log log;
    std::string dedup_across = "link";
    bool fast_clock = false;            // [testing]
    std::vector<Subscription> sources;  // enabled and not, in file order, without duplicates
    std::vector<MergedFeed> feeds;
    std::vector<std::string> warnings;    // "file:line:column: warning: ..."
    std::vector<std::string> files;       // every file read, for watching and for messages
    std::map<std::string, Place> set_at;  // "poll.timeout": where; what is absent is a default

    /// `base_url`, or http:// and the first TCP listen address. Without a trailing slash.
    std::string effective_base_url() const;
    /// Tags used by any enabled source, sorted.
    std::vector<std::string> tags() const;
};

/// Everything wrong with the configuration at once, each line "file:line:column: error: ...".
struct ConfigError : std::runtime_error {
    explicit ConfigError(std::vector<Problem> found);
    std::vector<Problem> problems;
    std::vector<std::string> errors;  // the same as lines
};

/// Reads `file` and all it includes. Throws ConfigError, which names every error there is.
Config load(const std::filesystem::path& file);

/// A file as it is about to be.
struct Draft {
    std::filesystem::path file;
    std::string text;
};

/// As above, as if the draft stood in its file already.
Config load(const std::filesystem::path& file, const Draft& draft);

/// What all spellings of a source's URL have in common: two sources of one identity are one.
std::string source_identity(std::string_view url);

/// The file that is used when none is named: ./tributary.toml,
/// $XDG_CONFIG_HOME/tributary/tributary.toml, /etc/tributary/tributary.toml: the first that exists,
/// else the last.
std::filesystem::path default_file();

/// `file`, if it is there, and a [[source]] table below what stands in it. Throws ConfigError if
/// that would not be valid by itself.
Draft with_source(const std::filesystem::path& file, const Subscription& source);

/// Makes `file` (and its folder) what with_source() says; fsynced and renamed into place, what
/// stood there stays to the letter. Throws ConfigError if the result, or with it the whole
/// configuration whose first file is `main`, would not be valid: then nothing is changed.
void append_source(const std::filesystem::path& file, const Subscription& source,
                   const std::filesystem::path& main);

}  // namespace tributary::config
