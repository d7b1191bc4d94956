// Documents that are cut or damaged at any byte: what stands before the damage is always there, and
// what stands behind it wherever a mismatched tag has put it.

#include "feed/parse.h"
#include "tests/feed/fixtures.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <string_view>

using namespace tributary::feed;

namespace {

std::size_t entries_in(std::string document) {
    const auto parsed = parse({.bytes = std::move(document), .url = {}, .content_type = {}});
    return parsed ? parsed->feed.entries.size() : 0;
}

/// How many entries of XML end before `at`.
std::size_t closed_before(std::string_view xml, std::size_t at) {
    std::size_t found = 0;
    for (const std::string_view end : {"</item>", "</entry>"})
        for (std::size_t next = xml.find(end); next != std::string_view::npos && next < at;
             next = xml.find(end, next + end.size()))
            ++found;
    return found;
}

/// Places all over the document, not all of a long one.
std::size_t stride_of(std::string_view document) {
    constexpr std::size_t most_places = 300;
    return document.size() / most_places + 1;
}

std::string with_damage(std::string document, std::size_t at, std::string_view damage) {
    return document.insert(at, damage);
}

/// Behind the name of the root, without which a document is no feed.
std::size_t start_of_feed(std::string_view xml) {
    std::size_t start = std::string_view::npos;
    for (const std::string_view root : {"<rss", "<feed", "<entry", "<rdf:RDF"})
        start = std::min(start, xml.find(root));
    return xml.find_first_of(" >", start);
}

const std::vector<std::string> xml_folders = {"rss", "atom", "rdf", "extensions"};

}  // namespace

TEST_CASE("of every prefix of a fixture, all entries are found but the one that is cut") {
    for (const auto& path : fixtures()) {
        CAPTURE(path.string());
        const std::string whole = read_file(path);
        std::size_t most = 0;
        for (std::size_t length = 0; length <= whole.size(); ++length) {
            const std::string prefix = whole.substr(0, length);
            const std::size_t found = entries_in(prefix);
            if (found + 1 < most || found < closed_before(prefix, length))
                FAIL_CHECK("cut at " << length << ": " << found << " entries, before " << most);
            most = std::max(most, found);
        }
        CHECK(most == entries_in(whole));
    }
}

TEST_CASE("entries before any damage are there") {
    for (const auto& path : fixtures(xml_folders)) {
        CAPTURE(path.string());
        const std::string whole = read_file(path);
        for (const std::string_view damage :
             {"<![CDATA[", "<!--", "\"", "</", "</rss>", "\x01<?"}) {
            for (std::size_t at = 0; at < whole.size(); at += stride_of(whole)) {
                const std::size_t found = entries_in(with_damage(whole, at, damage));
                if (found < closed_before(whole, at))
                    FAIL_CHECK(damage << " at " << at << ": " << found << " entries");
            }
        }
    }
}

TEST_CASE("a stray tag or character costs one entry at most, wherever it stands") {
    for (const auto& path : fixtures(xml_folders)) {
        CAPTURE(path.string());
        const std::string whole = read_file(path);
        const std::size_t all = entries_in(whole);
        const std::size_t start = start_of_feed(whole);
        REQUIRE(start < whole.size());
        for (const std::string_view damage :
             {"<b>", "</b>", "<title>", "</title>", "&", "<", "\x02"}) {
            for (std::size_t at = start; at < whole.size(); at += stride_of(whole)) {
                const std::size_t found = entries_in(with_damage(whole, at, damage));
                if (found + 1 < all)
                    FAIL_CHECK(damage << " at " << at << ": " << found << " entries");
            }
        }
    }
}
