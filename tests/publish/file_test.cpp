#include "publish/file.h"

#include "tests/support/folder.h"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>

using namespace tributary::publish;
namespace fs = std::filesystem;

namespace {

using tributary::testing::Folder;

std::string read(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// No file can grow past `bytes` meanwhile: a disk that is full.
struct FullDisk {
    rlimit before{};
    using Handler = void (*)(int);
    Handler handler = std::signal(SIGXFSZ, SIG_IGN);
    explicit FullDisk(rlim_t bytes) {
        ::getrlimit(RLIMIT_FSIZE, &before);
        const rlimit limit{bytes, before.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~FullDisk() {
        ::setrlimit(RLIMIT_FSIZE, &before);
        std::signal(SIGXFSZ, handler);
    }
    FullDisk(const FullDisk&) = delete;
    FullDisk& operator=(const FullDisk&) = delete;
};

}  // namespace

TEST_CASE("a file is made and then replaced, and nothing else is left beside it") {
    const Folder folder;
    const fs::path path = folder / "feed.atom";
    replace_file(path, "one");
    CHECK(read(path) == "one");
    const std::string large(3'000'000, 'x');
    replace_file(path, large);
    CHECK(read(path) == large);
    replace_file(path, "");
    CHECK(read(path).empty());
    CHECK(folder.files().size() == 1);
}

TEST_CASE("a file that holds the bytes already is not touched") {
    const Folder folder;
    const fs::path path = folder / "feed.atom";
    replace_file(path, "same");
    const auto long_ago = fs::file_time_type::clock::now() - std::chrono::hours(24);
    fs::last_write_time(path, long_ago);
    struct stat before{}, after{};
    REQUIRE(::stat(path.c_str(), &before) == 0);
    replace_file(path, "same");
    REQUIRE(::stat(path.c_str(), &after) == 0);
    CHECK(before.st_ino == after.st_ino);
    CHECK(before.st_mtim.tv_sec == after.st_mtim.tv_sec);

    replace_file(path, "sama");
    CHECK(read(path) == "sama");
}

TEST_CASE("who has the old file open reads it to its end") {
    const Folder folder;
    const fs::path path = folder / "feed.atom";
    replace_file(path, "the old one");
    std::ifstream reader(path);
    std::string word;
    reader >> word;
    replace_file(path, "new");
    std::string rest;
    std::getline(reader, rest);
    CHECK(rest == " old one");
}

TEST_CASE("where the new file cannot be written whole, the old one stays") {
    const Folder folder;
    const fs::path path = folder / "feed.atom";
    replace_file(path, "old");
    {
        const FullDisk disk(1024);
        CHECK_THROWS_AS(replace_file(path, std::string(100'000, 'x')), std::system_error);
    }
    CHECK(read(path) == "old");
    CHECK(folder.files().size() == 1);
}

TEST_CASE("an error names the path") {
    const Folder folder;
    const fs::path path = folder / "missing" / "feed.atom";
    try {
        replace_file(path, "x");
        FAIL("a file in a missing folder was written");
    } catch (const std::system_error& error) {
        CHECK(error.code() == std::errc::no_such_file_or_directory);
        CHECK(std::string(error.what()).find(path.parent_path().string()) != std::string::npos);
    }
}

TEST_CASE("a file left by a crash is no obstacle, and a link in its place is not followed") {
    const Folder folder;
    const fs::path path = folder / "feed.atom";
    std::ofstream(folder / "victim") << "untouched";
    fs::create_symlink(folder / "victim", folder / ".feed.atom.new");
    replace_file(path, "new");
    CHECK(read(path) == "new");
    CHECK(read(folder / "victim") == "untouched");
    CHECK(folder.files().size() == 2);
}
