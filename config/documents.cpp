#include "config/documents.h"

#include "base/descriptor.h"
#include "base/text.h"
#include "config/opml.h"
#include "config/read_option.h"
#include "config/urls.h"

#include <fcntl.h>
#include <fnmatch.h>
#include <glob.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <set>
#include <utility>

namespace tributary::config {
namespace {

constexpr std::size_t largest_file = 32 << 20;
constexpr std::size_t most_files = 10'000;

struct Glob {
    glob_t found{};
    explicit Glob(const std::string& pattern) {
        if (::glob(pattern.c_str(), 0, nullptr, &found) != 0) found.gl_pathc = 0;
    }
    ~Glob() { ::globfree(&found); }
    Glob(const Glob&) = delete;
    Glob& operator=(const Glob&) = delete;
};

std::vector<std::string> matches(const std::string& pattern) {
    const Glob glob{pattern};
    return {glob.found.gl_pathv, glob.found.gl_pathv + glob.found.gl_pathc};
}

bool is_pattern(std::string_view text) {
    return text.find_first_of("*?[") != std::string_view::npos;
}

bool has_extension(const std::string& file, std::string_view extension) {
    return equals_ignoring_case(std::filesystem::path{file}.extension().string(), extension);
}

std::string identity(const std::string& file) {
    std::error_code error;
    const auto canonical = std::filesystem::weakly_canonical(file, error);
    return error ? file : canonical.string();
}

bool is_matched(const std::filesystem::path& file, const std::string& pattern) {
    const auto plain = [](const std::filesystem::path& path) {
        return std::filesystem::absolute(path).lexically_normal().string();
    };
    return ::fnmatch(plain(pattern).c_str(), plain(file).c_str(), FNM_PATHNAME | FNM_PERIOD) == 0;
}

struct Waiting {
    std::string file;
    Place included_at;
};

void queue_includes(const Document& document, const Draft* draft, std::vector<Waiting>& queue,
                    Problems& problems) {
    const Reading reading{document.file, false, problems};
    for (const auto& member : document.root) {
        if (member.key != "include") continue;
        for (const auto& [text, place] :
             read_texts(member.value, "include", {.text = &file_path}, reading)) {
            const auto pattern = beside(document.file, text);
            if (!is_pattern(text)) {
                queue.push_back({pattern, place});
                continue;
            }
            auto files = matches(pattern);
            if (draft && is_matched(draft->file, pattern)) files.push_back(draft->file.string());
            if (files.empty())
                problems.warn(place, "include " + toml_string(text) + " matches nothing");
            for (const auto& file : files) queue.push_back({file, place});
        }
    }
}

}  // namespace

std::expected<std::string, std::string> read_file(const std::string& file) {
    const Descriptor descriptor{::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
    struct stat status{};
    if (!descriptor.is_open() || ::fstat(descriptor.number(), &status) != 0) {
        return std::unexpected(cannot_read(file, errno));
    }
    if (S_ISDIR(status.st_mode)) return std::unexpected(cannot_read(file, EISDIR));
    std::string text;
    char buffer[64 << 10];
    for (;;) {
        const auto count = ::read(descriptor.number(), buffer, sizeof buffer);
        if (count == 0) return text;
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return std::unexpected(cannot_read(file, errno));
        text.append(buffer, static_cast<std::size_t>(count));
        if (text.size() > largest_file) return std::unexpected(cannot_read(file, EFBIG));
    }
}

Document parse_document(const std::string& file, std::string_view text, bool is_first,
                        Problems& problems) {
    Document document{.file = file, .root = {}, .listed = {}};
    if (is_first || has_extension(file, ".toml")) {
        auto root = read_toml(text);
        if (root)
            document.root = std::move(*root);
        else
            problems.error({file, root.error().line, root.error().column}, root.error().text);
    } else if (has_extension(file, ".opml") || has_extension(file, ".xml")) {
        document.listed = read_opml(text, file, problems);
    } else {
        document.listed = read_urls(text, file, problems);
    }
    return document;
}

std::vector<Document> read_documents(const std::filesystem::path& file, const Draft* draft,
                                     Problems& problems) {
    const auto drafted = draft ? identity(draft->file.string()) : std::string{};
    std::vector<Document> documents;
    std::vector<Waiting> queue{{file.string(), {file.string(), 0, 0}}};
    std::set<std::string> seen;
    for (std::size_t i = 0; i < queue.size(); ++i) {
        const auto [name, included_at] = queue[i];
        if (!seen.insert(identity(name)).second) continue;
        if (seen.size() > most_files) {
            problems.error(included_at, "more than 10000 files are included");
            break;
        }
        const bool is_drafted = draft && identity(name) == drafted;
        const std::expected<std::string, std::string> text =
            is_drafted ? draft->text : read_file(name);
        if (!text) {
            problems.error(included_at, text.error());
            continue;
        }
        documents.push_back(parse_document(name, *text, i == 0, problems));
        queue_includes(documents.back(), draft, queue, problems);
    }
    return documents;
}

std::string beside(const std::string& file, const std::string& path) {
    return (std::filesystem::path{file}.parent_path() / path).lexically_normal().string();
}

}  // namespace tributary::config
