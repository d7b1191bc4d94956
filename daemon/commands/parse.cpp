#include "feed/parse.h"

#include "daemon/commands/commands.h"
#include "daemon/commands/document_file.h"
#include "feed/json.h"
#include "feed/model_json.h"

#include <cstdio>
#include <expected>
#include <iostream>
#include <string>

namespace tributary::daemon {
namespace {

struct Answer {
    std::string json;
    bool is_feed = false;
};

Answer answer(const ParseArguments& arguments) {
    auto bytes = read_document(arguments.file);
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
