#pragma once

#include <string>
#include <vector>

namespace tributary::bench {

struct File {
    std::string path, bytes;
};

/// The feeds in a folder that bench-workload wrote, at most `limit` of them, in order of name;
/// those in JSON only where they are wanted. Throws std::runtime_error if there are none.
std::vector<File> read_corpus(const std::string& folder, std::size_t limit, bool with_json);

}  // namespace tributary::bench
