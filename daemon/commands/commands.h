#pragma once
// The commands of `tributary`, one file each. Every one answers with the exit code (sysexits.h).

#include <filesystem>
#include <string>
#include <vector>

namespace tributary::daemon {

struct ParseArguments {
    std::string file;  // path or "-"
    std::string base_url, content_type;
    bool batch = false;
};
/// `tributary parse`: the normalised model of one document, or of one a line (--batch). Exit 0
/// or 1.
int parse_command(const ParseArguments& arguments);

/// `tributary sanitize`: HTML from stdin to stdout; with `null_separated` many texts, a zero byte
/// between each two, going in and coming out.
int sanitize_command(const std::string& base_url, bool null_separated = false);

/// `tributary check-config`: reads and checks, starts nothing. `print`: the effective values;
/// `explain`: one option's help.
int check_config_command(const std::filesystem::path& file, bool print, const std::string& explain);

/// `tributary serve`: the daemon; with `once`, one round of polls.
int serve_command(const std::filesystem::path& file, bool once);

struct ListArguments {
    std::filesystem::path config;
    bool failing = false, moved = false, json = false;
    std::string tag;
};
/// `tributary list`: every source in one line. Reads the database beside a running daemon.
int list_command(const ListArguments& arguments);

/// `tributary status [SOURCE]`: the whole in a few lines, or one source with its last requests.
int status_command(const std::filesystem::path& config, const std::string& source, bool json);

/// `tributary move SOURCE`: where it has moved, and which line of the configuration to change. Exit
/// 1 if it has not moved.
int move_command(const std::filesystem::path& config, const std::string& source);

/// `tributary etiquette [SOURCE|HOST]`: how publishers were treated, from the ledger of requests.
int etiquette_command(const std::filesystem::path& config, const std::string& name, bool json);

/// `tributary preview URL`: what would be made of it; nothing is stored.
int preview_command(const std::filesystem::path& config, const std::string& url);

struct DiscoverArguments {
    std::filesystem::path config;
    std::string target;    // URL, path or "-"
    std::string base_url;  // of a file
    bool json = false;
};
/// `tributary discover URL|FILE`: the feeds that a page names, likeliest first.
int discover_command(const DiscoverArguments& arguments);

struct AddArguments {
    std::filesystem::path config;
    std::string url, name;
    std::vector<std::string> tags;
    int pick = 1;
    bool dry_run = false;
};
/// `tributary add URL`: finds the feed (also behind a page), appends it to sources.d/cli.toml
/// beside the configuration and has a running daemon reload.
int add_command(const AddArguments& arguments);

struct ItemsArguments {
    std::filesystem::path config;
    std::string source;
    int limit = 0;  // 0: all
    bool json = false;
};
/// `tributary items`: stored entries, newest first, one a line.
int items_command(const ItemsArguments& arguments);

}  // namespace tributary::daemon
