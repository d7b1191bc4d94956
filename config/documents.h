#pragma once
// The files of a configuration: the first one and all that are included, each read once.

#include <expected>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "config/problems.h"
#include "config/toml.h"

namespace tributary::config {

struct Document {
    std::string file;
    Node::Table root;                  // of TOML
    std::vector<Subscription> listed;  // of OPML and urls-files
};

/// The whole of a regular file, at most 32 MiB; or why not, in the words of the errors.
std::expected<std::string, std::string> read_file(const std::string& file);

/// Parses `text` by the name of its file: .opml and .xml are OPML, .toml is TOML, everything else a
/// urls-file; the first file is TOML whatever its name.
Document parse_document(const std::string& file, std::string_view text, bool is_first,
                        Problems& problems);

/// `file` and what it includes, breadth first, the draft (if there is one) in place of its file.
/// Reports what cannot be read or parsed, and patterns that match nothing.
std::vector<Document> read_documents(const std::filesystem::path& file, const Draft* draft,
                                     Problems& problems);

/// `path` as seen from the folder of `file`.
std::string beside(const std::string& file, const std::string& path);

}  // namespace tributary::config
