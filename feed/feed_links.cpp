#include "feed/html.h"

#include "base/text.h"
#include "base/url.h"
#include "feed/html_tokens.h"
#include "feed/references.h"

#include <algorithm>
#include <array>
#include <span>
#include <unordered_set>
#include <utility>

namespace tributary::feed {
namespace {

using Kind = HtmlToken::Kind;

/// More would be no page for people.
constexpr std::size_t most_links = 100;

constexpr std::array<std::string_view, 8> feed_types = {
    "application/atom+xml",   "application/rss+xml",
    "application/feed+json",  "application/rdf+xml",
    "application/x.atom+xml", "application/x-atom+xml",
    "application/x-rss+xml",  "text/rss+xml"};
/// Types that feeds are given, and much else.
constexpr std::array<std::string_view, 3> vague_types = {"application/xml", "text/xml",
                                                         "application/json"};

/// Where a link stands among the others: the smaller, the likelier it is what a reader wants.
enum class Likelihood { feed, vague_feed, comments, none };

struct Candidate {
    FeedLink link;
    Likelihood likelihood = Likelihood::none;
};

std::string attribute_of(const HtmlTokens& tokens, std::string_view name) {
    std::string value;
    append_decoded(value, tokens.attribute(name), ReferenceIn::attribute);
    return value;
}

bool has_word(std::string_view words, std::string_view word) {
    while (!words.empty()) {
        const std::string_view head(words.begin(), std::ranges::find_if(words, is_space));
        if (head == word) return true;
        words.remove_prefix(std::min(head.size() + 1, words.size()));
    }
    return false;
}

bool is_one_of(std::span<const std::string_view> names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

/// What a link says of itself. JSON that is no feed (a site's API, oEmbed) is common, so plain
/// JSON and XML must also call themselves a feed.
Likelihood judge(const std::string& relation, const FeedLink& link) {
    const bool is_feed_relation = has_word(relation, "feed");
    if (!is_feed_relation && !has_word(relation, "alternate")) return Likelihood::none;
    if (has_word(relation, "stylesheet")) return Likelihood::none;
    const std::string words = to_lower(link.url + ' ' + link.title);
    const bool is_known = is_one_of(feed_types, link.type) || is_feed_relation;
    const bool calls_itself_feed =
        words.contains("feed") || words.contains("rss") || words.contains("atom");
    const bool is_vague = is_one_of(vague_types, link.type) && calls_itself_feed;
    if (!is_known && !is_vague) return Likelihood::none;
    if (words.contains("comment")) return Likelihood::comments;
    return is_known ? Likelihood::feed : Likelihood::vague_feed;
}

/// The candidate that the last start tag is; its URL as written.
Candidate read_candidate(const HtmlTokens& tokens) {
    Candidate candidate;
    const std::string relation = to_lower(attribute_of(tokens, "rel"));
    if (relation.empty()) return candidate;
    const std::string type = to_lower(attribute_of(tokens, "type"));
    candidate.link.type = trim(type.substr(0, type.find(';')));
    candidate.link.url = attribute_of(tokens, "href");
    candidate.link.title = collapse(attribute_of(tokens, "title"));
    if (trim(candidate.link.url).empty()) return candidate;
    candidate.likelihood = judge(relation, candidate.link);
    return candidate;
}

}  // namespace

std::vector<FeedLink> feed_links(std::string_view html, std::string_view url) {
    std::vector<Candidate> candidates;
    std::string base(url);
    bool has_base = false;
    HtmlTokens tokens(html);
    for (HtmlToken token = tokens.next(); token.kind != Kind::end_of_input; token = tokens.next()) {
        if (token.kind != Kind::start_tag) continue;
        if (!token.self_closing && has_raw_text(token.text)) {
            tokens.take_raw_text(token.text);
        } else if (!has_base && equals_ignoring_case(token.text, "base")) {
            const std::string href = attribute_of(tokens, "href");
            has_base = !href.empty();
            if (has_base) base = resolve_url(url, href);
        } else if (equals_ignoring_case(token.text, "link") ||
                   equals_ignoring_case(token.text, "a")) {
            Candidate candidate = read_candidate(tokens);
            if (candidate.likelihood == Likelihood::none) continue;
            if (candidates.size() < most_links) candidates.push_back(std::move(candidate));
        }
    }
    std::ranges::stable_sort(candidates, {}, &Candidate::likelihood);

    std::vector<FeedLink> links;
    std::unordered_set<std::string> seen;
    for (Candidate& candidate : candidates) {
        candidate.link.url = resolve_url(base, candidate.link.url);
        const auto absolute = Url::parse(candidate.link.url);
        if (!absolute || !absolute->is_http()) continue;
        if (seen.insert(candidate.link.url).second) links.push_back(std::move(candidate.link));
    }
    return links;
}

}  // namespace tributary::feed
