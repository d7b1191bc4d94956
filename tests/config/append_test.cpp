#include "config/config.h"
#include "tests/support/folder.h"

#include <sys/stat.h>

#include <doctest/doctest.h>

using namespace tributary;
using config::Subscription;
using testing::Folder;

namespace {

Subscription source(std::string url) {
    Subscription made;
    made.url = std::move(url);
    return made;
}

/// To a file that is the whole configuration.
void append(const std::filesystem::path& file, const Subscription& added) {
    config::append_source(file, added, file);
}

}  // namespace

TEST_CASE("a source is appended and what stood there stays to the letter") {
    const Folder folder;
    const std::string before =
        "# my own words\n[[source]]   # odd  spacing\nurl='https://a.example/'";
    const auto file = folder.write("cli.toml", before);
    auto added = source("https://b.example/\"x\"");
    added.name = "b";
    added.title = "Say \"b\" \\ c";
    added.tags = {"dev", "cpp"};
    added.interval = std::chrono::minutes{30};
    added.headers = {{"X-Key", {.value = "v"}}};
    added.enabled = false;
    append(file, added);
    const auto text = folder.read("cli.toml");
    CHECK(text.starts_with(before + "\n\n[[source]]\n"));
    const auto config = config::load(file);
    REQUIRE(config.sources.size() == 2);
    auto read = config.sources[1];
    CHECK(read.url == added.url);
    CHECK(read.name == added.name);
    CHECK(read.title == added.title);
    CHECK(read.tags == added.tags);
    CHECK(read.interval == added.interval);
    CHECK(read.headers == added.headers);
    CHECK_FALSE(read.enabled);
}

TEST_CASE("a file that is not there is made, readable by the group only") {
    const Folder folder;
    append(folder / "cli.toml", source("https://a.example/"));
    CHECK(folder.read("cli.toml") == "[[source]]\nurl = \"https://a.example/\"\n");
    struct stat status{};
    REQUIRE(::stat((folder / "cli.toml").c_str(), &status) == 0);
    CHECK((status.st_mode & 07) == 0);
}

TEST_CASE("a result that would not be valid changes nothing") {
    const Folder folder;
    const std::string before = "[[source]]\nurl = \"https://a.example/\"\nname = \"a\"\n";
    const auto file = folder.write("cli.toml", before);
    auto same_name = source("https://b.example/");
    same_name.name = "a";
    auto bad_name = source("https://b.example/");
    bad_name.name = "A b";
    for (const auto& bad : {source("http://a.example"), source("ftp://b.example/"),
                            source("https://x.example/\n[poll]"), same_name, bad_name}) {
        CHECK_THROWS_AS(append(file, bad), config::ConfigError);
        CHECK(folder.read("cli.toml") == before);
    }
}

TEST_CASE("a source that the other files do not agree with changes nothing") {
    const Folder folder;
    const auto main = folder.write("tributary.toml",
                                   "include = [\"sources.d/*.toml\"]\n"
                                   "[[source]]\nurl = \"https://a.example/\"\nname = \"a\"\n");
    const auto file = folder / "sources.d/cli.toml";
    auto added = source("https://b.example/");
    added.name = "a";
    for (const std::string before : {"", "[[source]]\nurl = \"https://c.example/\"\n"}) {
        if (!before.empty()) folder.write("sources.d/cli.toml", before);
        CHECK_THROWS_AS(config::append_source(file, added, main), config::ConfigError);
        CHECK_THROWS_AS(config::append_source(file, source("http://a.example"), main),
                        config::ConfigError);
        CHECK(std::filesystem::exists(file) == !before.empty());
        if (!before.empty()) CHECK(folder.read("sources.d/cli.toml") == before);
    }
    added.name = "b";
    config::append_source(file, added, main);
    CHECK(config::load(main).sources.size() == 3);
}

TEST_CASE("two spellings of a URL are one source; two files are two") {
    CHECK(config::source_identity("https://www.a.example/feed/#top") ==
          config::source_identity("http://a.example/feed"));
    CHECK(config::source_identity("file:///a.xml#x") == config::source_identity("file:///a.xml"));
    CHECK(config::source_identity("file:///a.xml") != config::source_identity("file:///b.xml"));
}

TEST_CASE("a symbolic link stays one and the mode stays") {
    const Folder folder;
    const auto file = folder.write("real/cli.toml", "");
    REQUIRE(::chmod(file.c_str(), 0600) == 0);
    std::filesystem::create_symlink(file, folder / "cli.toml");
    append(folder / "cli.toml", source("https://a.example/"));
    CHECK(std::filesystem::is_symlink(folder / "cli.toml"));
    struct stat status{};
    REQUIRE(::stat(file.c_str(), &status) == 0);
    CHECK((status.st_mode & 07777) == 0600);
    CHECK(config::load(file).sources.size() == 1);
    CHECK_FALSE(std::filesystem::exists(folder / "real/cli.toml.new"));
}

TEST_CASE("the folder is made, but not those above it") {
    const Folder folder;
    append(folder / "sources.d/cli.toml", source("https://a.example/"));
    CHECK(config::load(folder / "sources.d/cli.toml").sources.size() == 1);
    try {
        append(folder / "absent/sources.d/cli.toml", source("https://a.example/"));
        FAIL("the folder above does not exist");
    } catch (const config::ConfigError& error) {
        CHECK(folder.shortened(error.what()) ==
              "absent/sources.d: error: cannot open absent/sources.d: No such file or directory");
    }
}
