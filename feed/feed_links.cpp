#include "feed/feed_links.h"

#include "base/text.h"
#include "base/url.h"
#include "feed/html_tokens.h"
#include "feed/references.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <tuple>
#include <unordered_set>
#include <utility>

namespace tributary::feed {
namespace {

using TokenKind = HtmlToken::Kind;
using Kind = FeedLink::Kind;

/// More would be no page for people.
constexpr std::size_t most_links = 100;
constexpr std::size_t longest_label = 200;  // bytes of an anchor's text

constexpr std::array<std::string_view, 8> feed_types = {
    "application/atom+xml",   "application/rss+xml",
    "application/feed+json",  "application/rdf+xml",
    "application/x.atom+xml", "application/x-atom+xml",
    "application/x-rss+xml",  "text/rss+xml"};
/// Types that feeds are given, and much else.
constexpr std::array<std::string_view, 3> vague_types = {"application/xml", "text/xml",
                                                         "application/json"};

constexpr std::array<std::string_view, 3> feed_words = {"feed", "rss", "atom"};
/// "Comments" as blogs in many languages name that feed; beginnings of words, so that they fit
/// plurals, and without a first letter that has two cases beyond ASCII.
constexpr std::array<std::string_view, 8> comment_words = {
    "comment", "kommen", "coment", "koment", "reactie", "омментар", "コメント", "评论"};

/// What an address ends in, if it is that of a feed.
constexpr std::array<std::string_view, 5> feed_names = {"feed", "rss", "rss2", "atom", "rdf"};
constexpr std::array<std::string_view, 3> feed_extensions = {".rss", ".atom", ".rdf"};
constexpr std::array<std::string_view, 2> vague_extensions = {".xml", ".json"};

bool is_one_of(std::span<const std::string_view> names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

bool contains_one_of(std::string_view text, std::span<const std::string_view> words) {
    return std::ranges::any_of(words, [&](std::string_view word) { return text.contains(word); });
}

bool ends_in_one_of(std::string_view text, std::span<const std::string_view> ends) {
    return std::ranges::any_of(ends, [&](std::string_view end) { return text.ends_with(end); });
}

bool has_word(std::string_view words, std::string_view word) {
    while (!words.empty()) {
        const std::string_view head(words.begin(), std::ranges::find_if(words, is_space));
        if (head == word) return true;
        words.remove_prefix(std::min(head.size() + 1, words.size()));
    }
    return false;
}

/// Lower case, without parameters.
std::string media_type(std::string_view header) {
    return to_lower(trim(header.substr(0, header.find(';'))));
}

/// A link as it is found, its URL not yet resolved.
struct Candidate {
    FeedLink link;
    int doubts = 0;              // among those of one kind, the fewest first
    bool is_in_document = true;  // so the document's base counts
};

/// `url` without scheme and host, in lower case: what the publisher calls it. A site may be called
/// anything.
std::string name_of(std::string_view url) {
    const std::size_t slashes = url.find("//");
    const bool has_host = slashes != url.npos && slashes < url.find_first_of("?#");
    if (has_host) url.remove_prefix(std::min(url.find('/', slashes + 2), url.size()));
    return to_lower(url);
}

/// What a declared link says of itself; nothing if it is no feed. JSON that is none (a site's API,
/// oEmbed) is common, so plain JSON and XML must also call themselves a feed.
std::optional<Kind> judge(const std::string& relation, const FeedLink& link) {
    const bool is_feed_relation = has_word(relation, "feed");
    if (!is_feed_relation && !has_word(relation, "alternate")) return std::nullopt;
    if (has_word(relation, "stylesheet")) return std::nullopt;
    const std::string words = name_of(link.url) + ' ' + to_lower(link.title);
    const bool is_known = is_feed_relation || is_one_of(feed_types, link.type);
    const bool is_vague = is_one_of(vague_types, link.type) && contains_one_of(words, feed_words);
    if (!is_known && !is_vague) return std::nullopt;
    if (contains_one_of(words, comment_words)) return Kind::comments;
    return is_known ? Kind::feed : Kind::vague;
}

/// "?feed=rss2", "?format=atom"
bool asks_for_feed(std::string_view query) {
    return std::ranges::any_of(split(query, '&'), [](std::string_view parameter) {
        return is_one_of(feed_names, parameter.substr(parameter.find('=') + 1));
    });
}

/// Whether an address that nobody declared looks like that of a feed. One that holds another
/// address is a service's, which offers to subscribe to it.
bool looks_like_feed(std::string_view url) {
    if (starts_with_ignoring_case(url, "feed:")) return true;
    const std::string name = name_of(url.substr(0, url.find('#')));
    if (name.contains("://") || name.contains("%3a%2f%2f")) return false;
    const std::size_t question = name.find('?');
    if (question != name.npos && asks_for_feed(std::string_view(name).substr(question + 1)))
        return true;
    std::string_view path = std::string_view(name).substr(0, question);
    if (path.ends_with('/')) path.remove_suffix(1);
    const std::string_view last = path.substr(path.rfind('/') + 1);
    if (is_one_of(feed_names, last) || last == "index.xml") return true;
    return ends_in_one_of(last, feed_extensions) ||
           (ends_in_one_of(last, vague_extensions) && contains_one_of(last, feed_words));
}

/// "feed:https://example.org/f" and "feed://example.org/f" are what browsers handed to readers.
std::string without_feed_scheme(std::string url) {
    constexpr std::string_view scheme = "feed:";
    if (!starts_with_ignoring_case(url, scheme)) return url;
    url.erase(0, scheme.size());
    return url.starts_with("//") ? "http:" + url : url;
}

/// Reads a page from its beginning to its end.
class LinkReader {
  public:
    explicit LinkReader(std::string_view html) : tokens_(html) {}

    void run();
    std::vector<Candidate> declared, anchors;
    std::string base;  // as written

  private:
    void start_tag(const HtmlToken& token);
    void add_label(std::string_view raw);
    FeedLink read_link() const;
    std::string attribute(std::string_view name) const;

    HtmlTokens tokens_;
    std::optional<std::size_t> labelled_;  // the open anchor whose text is its title
};

void LinkReader::run() {
    for (HtmlToken token = tokens_.next(); token.kind != TokenKind::end_of_input;
         token = tokens_.next()) {
        if (token.kind == TokenKind::start_tag) start_tag(token);
        if (token.kind == TokenKind::text) add_label(token.text);
        if (token.kind == TokenKind::end_tag && equals_ignoring_case(token.text, "a"))
            labelled_.reset();
    }
}

void LinkReader::start_tag(const HtmlToken& token) {
    if (!token.self_closing && has_raw_text(token.text)) {
        tokens_.take_raw_text(token.text);
        return;
    }
    if (equals_ignoring_case(token.text, "base") && base.empty()) base = attribute("href");
    if (equals_ignoring_case(token.text, "img")) add_label(tokens_.attribute("alt"));
    const bool is_anchor = equals_ignoring_case(token.text, "a");
    if (is_anchor) labelled_.reset();
    if (!is_anchor && !equals_ignoring_case(token.text, "link")) return;

    FeedLink link = read_link();
    if (trim(link.url).empty()) return;
    if (const auto kind = judge(to_lower(attribute("rel")), link)) {
        link.kind = *kind;
        if (declared.size() < most_links) declared.push_back({.link = std::move(link)});
    } else if (is_anchor && anchors.size() < most_links && looks_like_feed(trim(link.url))) {
        link.kind = Kind::anchor;
        if (link.title.empty()) labelled_ = anchors.size();
        anchors.push_back({.link = std::move(link)});
    }
}

FeedLink LinkReader::read_link() const {
    return {.url = attribute("href"),
            .type = media_type(attribute("type")),
            .title = collapse(attribute("title"))};
}

void LinkReader::add_label(std::string_view raw) {
    if (!labelled_) return;
    std::string& title = anchors[*labelled_].link.title;
    if (title.size() >= longest_label) return;
    title += title.empty() ? "" : " ";
    append_decoded(title, raw, ReferenceIn::text);
    title = truncate_utf8(collapse(title), longest_label);
}

std::string LinkReader::attribute(std::string_view name) const {
    std::string value;
    append_decoded(value, tokens_.attribute(name), ReferenceIn::attribute);
    return value;
}

std::vector<Candidate> judge_beside(const std::vector<PageLink>& beside) {
    std::vector<Candidate> candidates;
    for (const PageLink& link : beside) {
        Candidate candidate{
            .link = {.url = link.url, .type = media_type(link.type), .title = collapse(link.title)},
            .is_in_document = false};
        const auto kind = judge(to_lower(link.relation), candidate.link);
        if (!kind || candidates.size() >= most_links) continue;
        candidate.link.kind = *kind;
        candidates.push_back(std::move(candidate));
    }
    return candidates;
}

/// A page links to its own feed rather than to another site's, and to its entries' rather than to
/// that of the comments.
int doubts_about(const FeedLink& anchor, const Url& target, std::string_view page) {
    const auto own = Url::parse(page);
    const std::string words = name_of(anchor.url) + ' ' + to_lower(anchor.title);
    return (own && own->host == target.host ? 0 : 1) +
           (contains_one_of(words, comment_words) ? 2 : 0);
}

}  // namespace

std::vector<FeedLink> feed_links(std::string_view html, std::string_view url,
                                 const std::vector<PageLink>& beside) {
    LinkReader reader(html);
    reader.run();
    std::vector<Candidate> candidates = std::move(reader.declared);
    std::ranges::move(judge_beside(beside), std::back_inserter(candidates));
    if (candidates.empty()) candidates = std::move(reader.anchors);

    const std::string base = reader.base.empty() ? std::string(url) : resolve_url(url, reader.base);
    std::erase_if(candidates, [&](Candidate& candidate) {
        FeedLink& link = candidate.link;
        const std::string_view from = candidate.is_in_document ? std::string_view(base) : url;
        link.url = without_feed_scheme(resolve_url(from, link.url));
        const auto target = Url::parse(link.url);
        if (!target || !target->is_http()) return true;
        if (link.kind == Kind::anchor) candidate.doubts = doubts_about(link, *target, url);
        return false;
    });
    std::ranges::stable_sort(candidates, {}, [](const Candidate& candidate) {
        return std::tuple(candidate.link.kind, candidate.doubts);
    });

    std::vector<FeedLink> links;
    std::unordered_set<std::string> seen;
    for (Candidate& candidate : candidates)
        if (seen.insert(candidate.link.url).second) links.push_back(std::move(candidate.link));
    return links;
}

}  // namespace tributary::feed
