#include "config/config.h"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>

using namespace tributary;

namespace {

std::string read(const std::filesystem::path& path) {
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

}  // namespace

TEST_CASE("the example configuration is valid") {
    const auto config = config::load(TRIBUTARY_SOURCE_DIR "/config/tributary.toml");
    CHECK(config.sources.empty());
    CHECK(config.warnings.size() == 1);  // sources.d is empty before the first `add`
}

TEST_CASE("the samples are a configuration of files beside it, one entry in three of them") {
    const std::filesystem::path folder{TRIBUTARY_SOURCE_DIR "/config/samples"};
    const auto config = config::load(folder / "tributary.toml");
    CHECK(config.warnings.empty());
    CHECK(config.sources.size() == 7);
    CHECK(config.feeds.size() == 2);
    int with_the_bridge = 0;
    for (const auto& source : config.sources) {
        CHECK(source.url.starts_with("file:///"));
        const auto text = read(folder / std::filesystem::path{source.url}.filename());
        CHECK_FALSE(text.empty());
        if (text.find("/2026/millers-bridge-opens") != std::string::npos) ++with_the_bridge;
    }
    CHECK(with_the_bridge == 3);
}
