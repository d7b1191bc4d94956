#include "daemon/commands/document_file.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

namespace tributary::daemon {

namespace {

struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
};

feed::ParseError io_error(const std::string& path, int error) {
    return {.code = feed::ParseError::Code::io,
            .message = path + ": " + std::strerror(error),
            .line = 0,
            .column = 0};
}

std::string read_stream(std::FILE* file) {
    const std::size_t most = feed::Limits{}.bytes + 1;
    std::string bytes;
    std::size_t read = 1;
    while (read > 0 && bytes.size() < most) {
        const std::size_t before = bytes.size();
        bytes.resize(before + (1u << 16));
        read = std::fread(bytes.data() + before, 1, bytes.size() - before, file);
        bytes.resize(before + read);
    }
    return bytes;
}

}  // namespace

std::expected<std::string, feed::ParseError> read_document(const std::string& path) {
    if (path == "-") return read_stream(stdin);
    const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "rb"));
    if (!file) return std::unexpected(io_error(path, errno));
    std::string bytes = read_stream(file.get());
    if (std::ferror(file.get())) return std::unexpected(io_error(path, errno));
    return bytes;
}

}  // namespace tributary::daemon
