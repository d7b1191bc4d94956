#pragma once
// The feed documents among the fixtures.

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace tributary::feed {

inline std::string read_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    REQUIRE(file);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// All of them, or those of one format: each X.xml and X.json has X.expected beside it.
inline std::vector<std::filesystem::path> fixtures(const std::vector<std::string>& formats = {
                                                       "rss", "atom", "rdf", "extensions", "json",
                                                       "broken"}) {
    namespace fs = std::filesystem;
    std::vector<fs::path> found;
    for (const std::string& format : formats)
        for (const auto& file : fs::directory_iterator(fs::path(TRIBUTARY_FIXTURES) / format))
            if (file.path().extension() != ".expected") found.push_back(file.path());
    std::ranges::sort(found);
    return found;
}

}  // namespace tributary::feed
