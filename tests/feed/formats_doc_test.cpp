// docs/FORMATS.md says which element gives which field; it must say what the tables say.

#include "feed/fields.h"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <string>

using namespace tributary::feed;

namespace {

template <typename Target>
std::string table_of(std::span<const std::span<const Row<Target>>> tables) {
    std::string out = "| element | field |\n|---|---|\n";
    for (const auto& table : tables) {
        for (const Row<Target>& row : table) {
            std::string prefix(xml::to_string(row.ns));
            if (row.ns == xml::Ns::rss) prefix.clear();
            if (!prefix.empty()) prefix += ':';
            out +=
                "| `" + prefix + std::string(row.name) + "` | " + std::string(row.field) + " |\n";
        }
    }
    return out;
}

}  // namespace

TEST_CASE("docs/FORMATS.md holds the tables that the code uses") {
    std::ifstream file(TRIBUTARY_SOURCE_DIR "/docs/FORMATS.md", std::ios::binary);
    REQUIRE(file);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    for (const std::string& table : {table_of(feed_rows()), table_of(entry_rows())}) {
        INFO(table);
        CHECK(text.find(table) != std::string::npos);
    }
}
