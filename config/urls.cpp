#include "config/urls.h"

#include "base/text.h"
#include "config/toml.h"
#include "config/values.h"

#include <algorithm>
#include <utility>

namespace tributary::config {
namespace {

constexpr int most_lines = 100'000;

// The next word of the line, taken off its front; a quoted one may hold spaces and \" (newsboat,
// "Tagging").
std::string take_word(std::string_view& line) {
    line = trim(line);
    std::string word;
    bool quoted = false;
    std::size_t i = 0;
    for (; i < line.size() && (quoted || !is_space(line[i])); ++i) {
        if (line[i] == '"') {
            quoted = !quoted;
        } else if (line[i] == '\\' && quoted && i + 1 < line.size()) {
            word += line[++i];
        } else {
            word += line[i];
        }
    }
    line.remove_prefix(i);
    return word;
}

// "~Title" names the feed, "!" hides it in newsboat's list; everything else is a tag.
void read_labels(std::string_view line, Subscription& source, Problems& problems) {
    while (!trim(line).empty()) {
        const auto word = take_word(line);
        if (word.starts_with('#')) return;
        if (word.empty() || word == "!") continue;
        if (word.starts_with('~')) {
            source.title = collapse(to_valid_utf8(word.substr(1)));
            continue;
        }
        auto tag = slug(word);
        if (tag.empty())
            problems.warn(source.place, "tag " + toml_string(word) + " has no a-z or 0-9");
        if (!tag.empty() && std::ranges::find(source.tags, tag) == source.tags.end()) {
            source.tags.push_back(std::move(tag));
        }
    }
}

// Why newsboat's special line is not read; empty if it is none.
std::string_view special_line(std::string_view url) {
    if (url.starts_with("query:")) return "query: lines are not read; use [[feed]]";
    if (url.starts_with("exec:")) return "exec: lines are not run";
    if (url.starts_with("filter:")) return "filter: lines are not run";
    return {};
}

}  // namespace

std::vector<Subscription> read_urls(std::string_view text, const std::string& file,
                                    Problems& problems) {
    std::vector<Subscription> sources;
    for (int number = 1; !text.empty(); ++number) {
        auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        Subscription source;
        source.place = {file, number, 1};
        if (number > most_lines) {
            problems.warn(source.place, "more than 100000 lines; the rest is left out");
            break;
        }
        if (trim(line).empty() || trim(line).starts_with('#')) continue;
        source.url = take_word(line);
        if (const auto why = special_line(source.url); !why.empty()) {
            problems.warn(source.place, why);
        } else if (!web_url.accepts(source.url)) {
            problems.warn(source.place,
                          toml_string(source.url) + " is not an absolute http(s) URL; left out");
        } else {
            read_labels(line, source, problems);
            sources.push_back(std::move(source));
        }
    }
    return sources;
}

}  // namespace tributary::config
