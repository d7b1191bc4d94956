#include "publish/file.h"

#include "base/descriptor.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>
#include <utility>

namespace tributary::publish {
namespace {

[[noreturn]] void fail(const char* what, const std::filesystem::path& path) {
    const int error = errno;
    throw std::system_error(error, std::generic_category(),
                            std::string(what) + ' ' + path.string());
}

bool holds(const std::filesystem::path& path, std::string_view bytes) {
    std::error_code error;
    if (std::filesystem::file_size(path, error) != bytes.size() || error) return false;
    std::ifstream file(path, std::ios::binary);
    const std::string present{std::istreambuf_iterator<char>(file), {}};
    return file && present == bytes;
}

/// The bytes in a new file, on the disk. One left by a crash is replaced, never followed.
void write_file(const std::filesystem::path& path, std::string_view bytes) {
    ::unlink(path.c_str());
    Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    if (!file.is_open()) fail("cannot create", path);
    if (!write_all(file, bytes)) fail("cannot write", path);
    if (::fsync(file.number()) != 0) fail("cannot sync", path);
    if (file.close() != 0) fail("cannot close", path);
}

void sync_folder(const std::filesystem::path& folder) {
    Descriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!descriptor.is_open()) fail("cannot open", folder);
    if (::fsync(descriptor.number()) != 0) fail("cannot sync", folder);
}

}  // namespace

void replace_file(const std::filesystem::path& path, std::string_view bytes) {
    if (holds(path, bytes)) return;
    const auto folder = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
    // Hidden, so that a web server does not offer it.
    const auto beside = folder / ("." + path.filename().string() + ".new");
    try {
        write_file(beside, bytes);
        if (::rename(beside.c_str(), path.c_str()) != 0) fail("cannot replace", path);
    } catch (const std::system_error&) {
        ::unlink(beside.c_str());
        throw;
    }
    sync_folder(folder);
}

}  // namespace tributary::publish
