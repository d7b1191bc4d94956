#include "base/url.h"
#include "config/apply.h"
#include "config/apply_members.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace tributary::config {
namespace {

// What a [[feed]] may name.
struct Known {
    std::set<std::string, std::less<>> tags;
    std::map<std::string, std::string, std::less<>> sources;  // name or URL -> name, else URL

    explicit Known(const Config& config) {
        for (const auto& source : config.sources) {
            tags.insert(source.tags.begin(), source.tags.end());
            const auto& key = source.name.empty() ? source.url : source.name;
            sources.emplace(key, key);
            sources.emplace(source.url, key);
            sources.emplace(canonical_url(source.url), key);
        }
        sources.erase("");
    }

    // The source's name, else its URL; empty if there is no such source.
    std::string source(const std::string& text) const {
        auto found = sources.find(text);
        if (found == sources.end()) found = sources.find(canonical_url(text));
        return found == sources.end() ? "" : found->second;
    }

    std::vector<std::string_view> tag_names() const { return {tags.begin(), tags.end()}; }
    std::vector<std::string_view> source_names() const {
        std::vector<std::string_view> names;
        for (const auto& [name, key] : sources) names.push_back(name);
        return names;
    }
};

enum class Names { tags, sources, both };

struct Reference {
    std::string_view option;
    Names names;
    std::vector<std::string> MergedFeed::* list;
};
constexpr Reference references[] = {
    {"tags", Names::tags, &MergedFeed::tags},
    {"sources", Names::sources, &MergedFeed::sources},
    {"exclude", Names::both, &MergedFeed::exclude},
};

void report_unknown(const PlacedText& said, Names names, const Known& known, Problems& problems) {
    auto candidates = names == Names::sources ? known.source_names() : known.tag_names();
    if (names == Names::both) {
        const auto more = known.source_names();
        candidates.insert(candidates.end(), more.begin(), more.end());
    }
    const std::string_view what = names == Names::tags      ? "tag "
                                  : names == Names::sources ? "source "
                                                            : "tag or source ";
    problems.error(said.place, "unknown " + std::string{what} + toml_string(said.text) +
                                   " in [[feed]]" + did_you_mean(said.text, candidates));
}

// Each text of the list as its tag or its source's key; the unknown ones are reported.
std::vector<std::string> resolve(const std::vector<PlacedText>& texts, Names names,
                                 const Known& known, Problems& problems) {
    std::vector<std::string> resolved;
    for (const auto& said : texts) {
        const bool is_tag = names != Names::sources && known.tags.contains(said.text);
        auto key = is_tag ? said.text : names == Names::tags ? "" : known.source(said.text);
        if (key.empty()) {
            report_unknown(said, names, known, problems);
        } else if (std::ranges::find(resolved, key) == resolved.end()) {
            resolved.push_back(std::move(key));
        }
    }
    return resolved;
}

void apply_feed_member(const Member& member, MergedFeed& feed, const Known& known,
                       const Reading& reading) {
    if (!apply_member(member, "[feed]", feed, reading)) return;
    if (member.key == "name") feed.place = reading.at(member.value);
    for (const auto& [option, names, list] : references) {
        if (member.key != option) continue;
        const auto texts = read_texts(member.value, member.key, Rule{}, reading);
        feed.*list = resolve(texts, names, known, reading.problems);
    }
}

void apply_feed(const Node& node, Config& config, const Known& known, const Reading& reading) {
    const auto* table = node.get<Node::Table>();
    if (table == nullptr) {
        reading.problems.error(reading.at(node), "feed must be written [[feed]]");
        return;
    }
    MergedFeed feed;
    feed.place = reading.at(node);
    const auto has_name = std::ranges::find(*table, "name", &Member::key) != table->end();
    for (const auto& member : *table) apply_feed_member(member, feed, known, reading);
    if (!has_name) {
        reading.problems.error(feed.place, "[[feed]] has no name; write name = \"my-feed\"");
    }
    if (feed.name.empty()) return;
    const auto first = std::ranges::find(config.feeds, feed.name, &MergedFeed::name);
    if (first != config.feeds.end()) {
        reading.problems.error(feed.place, "duplicate name " + toml_string(feed.name) +
                                               "; first at " + first->place.file + ":" +
                                               std::to_string(first->place.line));
        return;
    }
    config.feeds.push_back(std::move(feed));
}

}  // namespace

void apply_feeds(const std::vector<Document>& documents, Config& config, Problems& problems) {
    const auto has_feeds = [](const Document& document) {
        return std::ranges::any_of(document.root,
                                   [](const auto& member) { return member.key == "feed"; });
    };
    if (std::ranges::none_of(documents, has_feeds)) return;  // names need not be known then
    const Known known{config};
    for (const auto& document : documents) {
        const Reading reading{document.file, config.fast_clock, problems};
        for (const auto& member : document.root) {
            const auto* list = member.value.get<Node::List>();
            if (member.key != "feed" || list == nullptr) continue;
            for (const auto& node : *list) apply_feed(node, config, known, reading);
        }
    }
}

}  // namespace tributary::config
