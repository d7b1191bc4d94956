#include "feed/parse.h"

#include "base/text.h"
#include "feed/encoding.h"
#include "feed/fields.h"
#include "feed/format.h"
#include "feed/html.h"
#include "feed/json_feed.h"
#include "feed/normalise.h"
#include "feed/repair.h"
#include "feed/xml.h"

#include <algorithm>
#include <array>
#include <memory>
#include <string>

namespace tributary::feed {
namespace {

constexpr std::array<const XmlFormat*, 3> formats = {&rss, &atom, &rdf};

// Names with which entries begin, to tell which of two trees holds more.
constexpr std::array<std::string_view, 2> entry_names = {"item", "entry"};

ParseError error(ParseError::Code code, std::string message) {
    return {.code = code, .message = std::move(message)};
}

/// The beginning of a document, as a person may read it.
std::string glimpse(std::string_view text) {
    constexpr std::size_t shown = 60;
    return "'" + printable(collapse(truncate_utf8(trim(text), shown))) + "'";
}

ParseError at_stop(ParseError error, std::string_view text, const xml::Stop& stop) {
    if (stop.reason.empty()) return error;
    const std::string_view before = text.substr(0, std::min(stop.offset, text.size()));
    error.line = static_cast<int>(std::ranges::count(before, '\n')) + 1;
    error.column = static_cast<int>(before.size() - (before.rfind('\n') + 1)) + 1;
    return error;
}

std::string page_in_words(std::string_view html) {
    constexpr std::size_t shown = 120;
    const std::string title = html_title(html);
    if (!title.empty()) return "an HTML page: '" + printable(truncate_utf8(title, shown)) + "'";
    constexpr std::size_t looked_at = 16u << 10;
    const std::string text = text_of_html(html.substr(0, looked_at));
    return "an HTML page without a title: " + glimpse(text.empty() ? html : text);
}

/// What the document is instead, with the first of what was seen.
ParseError not_a_feed(std::string_view text, const xml::Element& root, const xml::Stop& stop) {
    if (looks_like_html(text)) return error(ParseError::Code::not_a_feed, page_in_words(text));
    const std::string kind = root ? "XML with the root element '" +
                                        printable(truncate_utf8(root.name(), 60)) +
                                        "', which is no feed: "
                                  : std::string("neither XML nor JSON: ");
    return at_stop(error(ParseError::Code::not_a_feed, kind + glimpse(text)), text, stop);
}

ParseError with_glimpse(ParseError error, std::string_view text) {
    if (error.code == ParseError::Code::not_a_feed) error.message += ": " + glimpse(text);
    return error;
}

bool looks_like_json(std::string_view text) {
    text = trim(text);
    return text.starts_with('{') || text.starts_with('[');
}

/// What the tree would hold too much of, counted before it takes the memory: nothing, or the words
/// that say so. Half of the < and = is an upper bound of elements and attributes; what stands in
/// text counts too.
std::string too_much(std::string_view text, const Limits& limits) {
    const auto half_of = [&](char c) {
        return static_cast<std::size_t>(std::ranges::count(text, c)) / 2;
    };
    const std::size_t smallest = std::min(limits.elements, limits.attributes);
    if (text.size() / 2 <= smallest) return {};
    if (half_of('<') > limits.elements) return beyond_limit("elements", limits.elements);
    if (half_of('=') > limits.attributes) return beyond_limit("attributes", limits.attributes);
    return {};
}

const XmlFormat* format_of(const xml::Element& root) {
    if (!root) return nullptr;
    const auto found = std::ranges::find_if(
        formats, [&](const XmlFormat* format) { return format->is_root(root); });
    return found == formats.end() ? nullptr : *found;
}

/// An element that cannot be anything but a feed: not an <entry> or <channel> of something else.
bool is_whole_feed(const xml::Element& element) {
    const bool is_named = equals_ignoring_case(element.name(), "rss") ||
                          equals_ignoring_case(element.name(), "RDF") ||
                          element.is(xml::Ns::atom, "feed") || element.is(xml::Ns::atom03, "feed");
    return is_named && element.has_elements();
}

/// The root of a feed; also of one that stands in an HTML page, or after what a server printed.
xml::Element feed_root(const xml::Element& root) {
    if (format_of(root)) return root;
    std::vector<xml::Element> waiting = {root};
    constexpr int most_visited = 2000;
    for (int visited = 0; !waiting.empty() && visited < most_visited; ++visited) {
        const xml::Element element = waiting.back();
        waiting.pop_back();
        if (!element) continue;
        if (is_whole_feed(element)) return element;
        waiting.push_back(element.next_element());
        waiting.push_back(element.first_element());
    }
    return {};
}

struct Reader {
    const Document& origin;
    const Limits& limits;
    Warnings warnings;
    bool last_entry_is_cut = false;
    Repaired repaired;  // of broken text; the tree is made of views of it
};

std::size_t entries_in(const xml::Tree& tree, const Limits& limits) {
    std::size_t most = 0;
    for (const std::string_view name : entry_names)
        most = std::max(most, tree.count(name, limits.entries));
    return most;
}

/// The tree of the text; of broken text the better of what stands before the fault and what the
/// repair makes of it. `stop` says where the fault is.
std::unique_ptr<xml::Tree> tree_of(const std::string& text, Reader& reader, xml::Stop& stop) {
    auto tree = std::make_unique<xml::Tree>(reader.warnings, reader.limits);
    if (tree->load(text)) return tree;
    stop = tree->stop();
    reader.repaired = repair_xml(text);
    const Repaired& repaired = reader.repaired;
    if (!too_much(repaired.xml, reader.limits).empty()) return tree;
    auto second = std::make_unique<xml::Tree>(reader.warnings, reader.limits);
    const bool is_whole = second->load(repaired.xml);
    reader.warnings.add(repaired.warnings);
    reader.last_entry_is_cut = repaired.cuts_an_entry;
    if (repaired.warnings.empty()) reader.warnings.add("not-wellformed", stop.reason);
    const bool first_knows = format_of(feed_root(tree->root({}))) != nullptr;
    const bool second_knows = format_of(feed_root(second->root({}))) != nullptr;
    if (first_knows != second_knows) return first_knows ? std::move(tree) : std::move(second);
    if (is_whole || entries_in(*second, reader.limits) >= entries_in(*tree, reader.limits))
        return second;
    return tree;
}

/// The text with the entities expanded that it declares itself.
std::string with_own_entities(std::string text, Warnings& warnings) {
    constexpr std::size_t prolog_bytes = 4096;
    const bool has_doctype = std::string_view(text).substr(0, prolog_bytes).contains("!DOCTYPE");
    if (!has_doctype || !text.contains("<!ENTITY")) return text;
    Repaired expanded = expand_internal_entities(text);
    warnings.add(std::move(expanded.warnings));
    return expanded.xml.empty() ? std::move(text) : std::move(expanded.xml);
}

/// The text with every line end a line feed (XML 1.0 2.11).
std::string with_line_feeds(std::string text) {
    std::size_t end = text.find('\r');
    if (end == std::string::npos) return text;
    std::string lines;
    lines.reserve(text.size());
    std::size_t begin = 0;
    for (; end < text.size(); end = text.find('\r', begin)) {
        lines.append(text, begin, end - begin) += '\n';
        begin = end + (text.compare(end, 2, "\r\n") == 0 ? 2 : 1);
    }
    return lines.append(text, begin);
}

/// Entries behind the root, which closed too early.
void read_behind(const xml::Element& root, Draft<Feed>& draft) {
    for (xml::Element next = root.next_element(); next; next = next.next_element()) {
        if (!is_entry(next)) continue;
        draft.reading.warnings.add("not-wellformed", "entries behind the end of the feed");
        read_entry(draft, next);
    }
}

std::expected<Feed, ParseError> read_xml(const std::string& text, Reader& reader) {
    xml::Stop stop;
    const auto tree = tree_of(text, reader, stop);
    const xml::Element top = tree->root(reader.origin.url);
    const xml::Element root = feed_root(top);
    const XmlFormat* format = format_of(root);
    if (!format) return std::unexpected(not_a_feed(text, top, stop));

    Feed feed;
    Reading reading{.format = format->format, .limits = reader.limits, .warnings = reader.warnings};
    Draft<Feed> draft(feed, reading);
    feed.language = root.lang();
    if (root.has_own_base()) feed.base = root.base();
    format->read(root, draft);
    read_behind(root, draft);
    normalise(feed, reader.origin);
    return feed;
}

}  // namespace

std::string_view to_string(ParseError::Code code) {
    switch (code) {
        case ParseError::Code::empty:
            return "empty";
        case ParseError::Code::not_a_feed:
            return "not-a-feed";
        case ParseError::Code::encoding:
            return "encoding";
        case ParseError::Code::limit:
            return "limit";
        case ParseError::Code::io:
            return "io";
    }
    return "io";
}

std::string beyond_limit(std::string_view what, std::size_t limit) {
    return "more " + std::string(what) + " than the limit of " + std::to_string(limit);
}

std::expected<Parsed, ParseError> parse(Document document, const Limits& limits) {
    if (document.bytes.size() > limits.bytes)
        return std::unexpected(error(ParseError::Code::limit, beyond_limit("bytes", limits.bytes)));
    auto decoded = to_utf8(std::move(document.bytes), document.content_type);
    if (!decoded) return std::unexpected(std::move(decoded.error()));
    if (trim(decoded->text).empty())
        return std::unexpected(error(ParseError::Code::empty, "an empty document"));

    Reader reader{.origin = document, .limits = limits};
    reader.warnings.add(std::move(decoded->warnings));
    if (looks_like_json(decoded->text)) {
        auto parsed = read_json_feed(decoded->text, document, limits);
        if (!parsed) return std::unexpected(with_glimpse(std::move(parsed.error()), decoded->text));
        parsed->feed.encoding = std::move(decoded->encoding);
        reader.warnings.add(std::move(parsed->warnings));
        parsed->warnings = reader.warnings.take();
        return parsed;
    }
    const std::string text =
        with_line_feeds(with_own_entities(std::move(decoded->text), reader.warnings));
    if (std::string reason = too_much(text, limits); !reason.empty())
        return std::unexpected(error(ParseError::Code::limit, std::move(reason)));
    auto feed = read_xml(text, reader);
    if (!feed) return std::unexpected(std::move(feed.error()));
    feed->encoding = std::move(decoded->encoding);
    return Parsed{std::move(*feed), reader.warnings.take(), reader.last_entry_is_cut};
}

}  // namespace tributary::feed
