#include "feed/parse.h"
#include "daemon/commands/commands.h"
#include "feed/json.h"
#include "feed/model_json.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <expected>
#include <iostream>
#include <memory>
#include <string>

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

/// The bytes of a stream, at most one more than a document may have.
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

std::expected<std::string, feed::ParseError> read_file(const std::string& path) {
    if (path == "-") return read_stream(stdin);
    const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "rb"));
    if (!file) return std::unexpected(io_error(path, errno));
    std::string bytes = read_stream(file.get());
    if (std::ferror(file.get())) return std::unexpected(io_error(path, errno));
    return bytes;
}

struct Answer {
    std::string json;
    bool is_feed = false;
};

Answer answer(const ParseArguments& arguments) {
    auto bytes = read_file(arguments.file);
    if (!bytes) return {.json = feed::to_json(bytes.error()), .is_feed = false};
    const auto parsed = feed::parse({.bytes = std::move(*bytes),
                                     .url = arguments.base_url,
                                     .content_type = arguments.content_type});
    if (!parsed) return {.json = feed::to_json(parsed.error()), .is_feed = false};
    return {.json = feed::to_json(*parsed), .is_feed = true};
}

/// A request line: a path, or an object that names it with what the server said.
std::expected<ParseArguments, feed::ParseError> request_in(const std::string& line) {
    if (!line.starts_with('{'))
        return ParseArguments{.file = line, .base_url = {}, .content_type = {}, .batch = false};
    constexpr std::size_t deepest = 8;
    const auto json = feed::Json::parse(line, deepest);
    if (!json) return std::unexpected(json.error());
    const auto root = json->root();
    return ParseArguments{.file = root["file"].text(),
                          .base_url = root["base_url"].text(),
                          .content_type = root["content_type"].text(),
                          .batch = false};
}

void print_line(const std::string& line) {
    std::fwrite(line.data(), 1, line.size(), stdout);
    std::fputc('\n', stdout);
    std::fflush(stdout);
}

int parse_batch() {
    for (std::string line; std::getline(std::cin, line);) {
        const auto request = request_in(line);
        print_line(request ? answer(*request).json : feed::to_json(request.error()));
    }
    return 0;
}

}  // namespace

int parse_command(const ParseArguments& arguments) {
    if (arguments.batch) return parse_batch();
    const Answer result = answer(arguments);
    print_line(result.json);
    return result.is_feed ? 0 : 1;
}

}  // namespace tributary::daemon
