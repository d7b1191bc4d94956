#include "bench/corpus.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace tributary::bench {

std::vector<File> read_corpus(const std::string& folder, std::size_t limit, bool with_json) {
    std::vector<std::filesystem::path> paths;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        const auto extension = entry.path().extension();
        if (extension != ".gz" && (with_json || extension != ".json"))
            paths.push_back(entry.path());
    }
    if (paths.empty()) throw std::runtime_error(folder + " holds no feeds");
    std::ranges::sort(paths);
    paths.resize(std::min(paths.size(), limit));
    std::vector<File> files;
    for (const auto& path : paths) {
        std::ostringstream bytes;
        bytes << std::ifstream(path, std::ios::binary).rdbuf();
        files.push_back({path.string(), std::move(bytes).str()});
    }
    return files;
}

}  // namespace tributary::bench
