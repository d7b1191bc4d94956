#include "store/slug.h"

#include "base/text.h"
#include "base/url.h"

#include <algorithm>
#include <array>
#include <vector>

namespace tributary::store {
namespace {

constexpr std::size_t longest = 64;

constexpr bool is_word_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

std::string hyphenated(std::string_view text) {
    std::string slug;
    for (const char original : text) {
        const char c = ascii_lower(original);
        if (is_word_character(c)) {
            slug += c;
        } else if (!slug.empty() && slug.back() != '-') {
            slug += '-';
        }
        if (slug.size() == longest) break;
    }
    while (!slug.empty() && slug.back() == '-') slug.pop_back();
    return slug;
}

/// Whether a path segment says no more than "here is a feed".
bool is_feed_word(std::string_view segment) {
    static constexpr std::array words{"atom", "feed",  "feeds", "index", "json",
                                      "main", "posts", "rdf",   "rss",   "rss2"};
    const std::string_view stem = segment.substr(0, segment.find('.'));
    return std::ranges::any_of(words,
                               [&](const char* word) { return equals_ignoring_case(stem, word); });
}

std::string_view without_extension(std::string_view segment) {
    const std::size_t dot = segment.rfind('.');
    return dot == 0 || dot == std::string_view::npos ? segment : segment.substr(0, dot);
}

std::string from_url(const Url& url) {
    const std::vector<std::string_view> segments = split(url.path, '/');
    // The folders of a local file are nobody's business.
    if (!url.is_http())
        return segments.empty() ? "" : hyphenated(without_extension(segments.back()));
    std::string_view host = url.host;
    if (host.starts_with("www.")) host.remove_prefix(4);
    std::string text(host);
    for (const std::string_view segment : segments) {
        if (is_feed_word(segment)) continue;
        text += '-';
        text += segment.data() == segments.back().data() ? without_extension(segment) : segment;
    }
    return hyphenated(text);
}

}  // namespace

std::string slug_of(std::string_view name, std::string_view url) {
    std::string slug = hyphenated(name);
    if (slug.empty()) {
        const std::optional<Url> parsed = Url::parse(url);
        slug = parsed ? from_url(*parsed) : hyphenated(url);
    }
    return slug.empty() ? "source" : slug;
}

}  // namespace tributary::store
