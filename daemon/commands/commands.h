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
/// `tributary parse`: the normalised model of one document, or of one a line (--batch). Exit 0 or 1.
int parse_command(const ParseArguments& arguments);

/// `tributary sanitize`: HTML from stdin to stdout.
int sanitize_command(const std::string& base_url);

}  // namespace tributary::daemon
