#include "base/text.h"
#include "base/url.h"
#include "config/apply.h"
#include "config/apply_members.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>

namespace tributary::config {
namespace {

std::string file_url(const std::string& path) {
    static constexpr std::string_view digits = "0123456789ABCDEF";
    static constexpr std::string_view plain = "-._~/!$&'()*+,;=:@";
    std::string url = "file://";
    for (const char c : path) {
        const char lower = ascii_lower(c);
        const bool is_plain = (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') ||
                              plain.find(c) != std::string_view::npos;
        if (is_plain) {
            url += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        url += '%';
        url += digits[byte >> 4];
        url += digits[byte & 15];
    }
    return url;
}

// A path of a file that exists beside the configuration, as a file: URL.
std::optional<std::string> url_of_path(const std::string& text, const std::string& file) {
    std::error_code error;
    const auto path = std::filesystem::absolute(beside(file, text), error);
    if (error || has_scheme(text) || !std::filesystem::is_regular_file(path, error)) return {};
    return file_url(path.lexically_normal().string());
}

// Adds sources one by one and sees that each feed and each name stands there once.
class Collector {
  public:
    Collector(Config& config, Problems& problems) : config_(config), problems_(problems) {}

    // A source that the operator wrote in TOML: to have it twice is a mistake.
    void add(Subscription source, const Place& name_place) {
        std::string identity = source_identity(source.url);
        if (const auto* same = find(identity)) {
            const auto name = std::filesystem::path{same->place.file}.filename().string();
            problems_.error(source.place, "duplicate source: same feed as line " +
                                              std::to_string(same->place.line) + " of " + name +
                                              " (after normalization)");
            return;
        }
        if (const auto taken = names_.find(source.name); taken != names_.end()) {
            problems_.error(name_place, "duplicate name " + toml_string(source.name) +
                                            "; first at " + taken->second.file + ":" +
                                            std::to_string(taken->second.line));
            return;
        }
        if (!source.name.empty()) names_.emplace(source.name, name_place);
        keep(std::move(source), std::move(identity));
    }

    // A source of an OPML or urls-file: such lists overlap, so the tags are united.
    void add_listed(Subscription source) {
        source.url.resize(std::min(source.url.size(), source.url.find('#')));
        std::string identity = source_identity(source.url);
        if (auto* same = find(identity)) {
            problems_.warn(source.place, "same feed as " + same->place.file + ":" +
                                             std::to_string(same->place.line) + "; tags united");
            for (auto& tag : source.tags) {
                const bool has = std::ranges::find(same->tags, tag) != same->tags.end();
                if (!has) same->tags.push_back(std::move(tag));
            }
            return;
        }
        keep(std::move(source), std::move(identity));
    }

  private:
    Subscription* find(const std::string& identity) {
        const auto found = indices_.find(identity);
        return found == indices_.end() ? nullptr : &config_.sources[found->second];
    }

    void keep(Subscription source, std::string identity) {
        indices_.emplace(std::move(identity), config_.sources.size());
        config_.sources.push_back(std::move(source));
    }

    Config& config_;
    Problems& problems_;
    std::map<std::string, std::size_t> indices_;
    std::map<std::string, Place> names_;
};

// The URL that is fetched, or an error at its place.
std::optional<std::string> resolve_source(const PlacedText& said, std::string_view label,
                                          const Config& config, const Reading& reading) {
    const std::string text{trim(said.text)};
    if (web_url.accepts(text)) return text.substr(0, text.find('#'));
    const bool is_file = starts_with_ignoring_case(text, "file:");
    if (is_file && config.poll.allow_files) return text.substr(0, text.find('#'));
    if (config.poll.allow_files) {
        if (auto url = url_of_path(text, reading.file)) return url;
    }
    if (starts_with_ignoring_case(text, "exec:")) {
        reading.problems.error(said.place, std::string{label} + ": a program is written " +
                                               R"(command = ["PROGRAM", "ARGUMENT"])");
        return std::nullopt;
    }
    reading.problems.error(
        said.place,
        std::string{label} + ": " + toml_string(redacted_url(said.text)) +
            (is_file ? " needs [poll] allow_files = true" : " is not an absolute http(s) URL"));
    return std::nullopt;
}

bool has_userinfo(const std::string& text) {
    const auto url = Url::parse(text);
    return url && !url->userinfo.empty();
}

void add_short_form(const Member& member, const Config& config, Collector& collector,
                    const Reading& reading) {
    const Rule rule{.text = &source_url};
    for (const auto& said : read_texts(member.value, "sources", rule, reading)) {
        auto url = resolve_source(said, "sources", config, reading);
        if (!url) continue;
        Subscription source;
        source.url = std::move(*url);
        source.place = said.place;
        collector.add(std::move(source), said.place);
    }
}

// What is wrong with a source that is a program; empty: nothing.
std::string_view problem_with_program(const Subscription& source, const Config& config) {
    if (!config.poll.allow_exec) return "[[source]] command needs [poll] allow_exec = true";
    if (!source.url.empty()) return "[[source]] command conflicts with url";
    if (source.name.empty()) return R"([[source]] command needs a name; write name = "my-feed")";
    return {};
}

// A program that is not looked for in PATH stands beside the file that says it.
void settle_program(Subscription& source, const Reading& reading) {
    std::string& program = source.command.front();
    if (program.contains('/')) program = std::filesystem::absolute(beside(reading.file, program));
    source.url = "exec:" + source.name;
}

void add_long_form(const Node& node, const Config& config, Collector& collector,
                   const Reading& reading) {
    const auto* table = node.get<Node::Table>();
    if (table == nullptr) {
        reading.problems.error(reading.at(node), "source must be written [[source]]");
        return;
    }
    Subscription source;
    source.place = reading.at(node);
    Place name_place;
    bool has_url = false;
    for (const auto& member : *table) {
        has_url = has_url || member.key == "url";
        if (member.key == "url") source.place = reading.at(member.value);
        if (member.key == "name") name_place = reading.at(member.value);
        if (member.key == "command") source.place = reading.at(member.value);
        apply_member(member, "[source]", source, reading);
    }
    if (!source.command.empty()) {
        const auto problem = problem_with_program(source, config);
        if (!problem.empty()) return reading.problems.error(source.place, problem);
        settle_program(source, reading);
        return collector.add(std::move(source), name_place);
    }
    if (!has_url) {
        reading.problems.error(source.place, "[[source]] has no url; write url = \"https://...\"");
    }
    if (!has_url || source.url.empty()) return;
    auto url = resolve_source({source.url, source.place}, "[[source]] url", config, reading);
    if (!url) return;
    source.url = std::move(*url);
    if (source.auth.scheme != Auth::Scheme::none && has_userinfo(source.url)) {
        reading.problems.error(source.place, "[[source]] auth conflicts with the user in url");
    }
    collector.add(std::move(source), name_place);
}

}  // namespace

std::string source_identity(std::string_view url) {
    auto canonical = canonical_url(url);  // empty for what is no web address
    return canonical.empty() ? std::string{url.substr(0, url.find('#'))} : canonical;
}

void apply_sources(const std::vector<Document>& documents, Config& config, Problems& problems) {
    Collector collector{config, problems};
    for (const auto& document : documents) {
        const Reading reading{document.file, config.fast_clock, problems};
        for (const auto& member : document.root) {
            const auto* list = member.value.get<Node::List>();
            if (member.key == "sources") add_short_form(member, config, collector, reading);
            if (member.key != "source" || list == nullptr) continue;
            for (const auto& node : *list) add_long_form(node, config, collector, reading);
        }
    }
    for (const auto& document : documents) {
        for (const auto& source : document.listed) collector.add_listed(source);
    }
}

}  // namespace tributary::config
