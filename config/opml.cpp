#include "config/opml.h"

#include "base/text.h"
#include "base/url.h"
#include "config/toml.h"
#include "config/values.h"
#include "feed/html.h"

#include <pugixml.hpp>

#include <algorithm>
#include <map>
#include <utility>

namespace tributary::config {
namespace {

constexpr int deepest_group = 64;
constexpr int most_outlines = 100'000;

// Attribute names as found in the wild: xmlUrl, xmlurl, XMLURL.
std::string attribute(const pugi::xml_node& node, std::string_view name) {
    for (const auto& candidate : node.attributes()) {
        if (equals_ignoring_case(candidate.name(), name)) {
            return to_valid_utf8(trim(candidate.value()));
        }
    }
    return {};
}

void add_tag(std::vector<std::string>& tags, std::string tag) {
    if (!tag.empty() && std::ranges::find(tags, tag) == tags.end()) tags.push_back(std::move(tag));
}

// Offsets in the buffer as lines and columns; asked for in rising order.
class LineCounter {
  public:
    LineCounter(std::string_view text, std::string file) : text_(text), file_(std::move(file)) {}

    Place at(std::ptrdiff_t offset) {
        const auto end =
            std::min(text_.size(), static_cast<std::size_t>(std::max<std::ptrdiff_t>(0, offset)));
        for (; position_ < end; ++position_) {
            if (text_[position_] != '\n') continue;
            ++line_;
            line_start_ = position_ + 1;
        }
        return {file_, line_, static_cast<int>(end - std::min(end, line_start_)) + 1};
    }

  private:
    std::string_view text_;
    std::string file_;
    std::size_t position_ = 0, line_start_ = 0;
    int line_ = 1;
};

// Visits the outlines in document order; pugixml's walk is a loop, so a file may nest as it likes.
class Reader : public pugi::xml_tree_walker {
  public:
    Reader(std::string_view text, const std::string& file, Problems& problems)
        : lines_(text, file), problems_(problems) {}

    bool for_each(pugi::xml_node& node) override {
        if (!equals_ignoring_case(node.name(), "outline")) return true;
        const Place place = lines_.at(node.offset_debug());
        if (++outlines_ > most_outlines) {
            problems_.warn(place, "more than 100000 outlines; the rest is left out");
            return false;
        }
        if (depth() >= deepest_group) {
            problems_.warn(place, "nested more than 64 deep; left out");
            return true;
        }
        visit(node, place);
        return true;
    }

    std::vector<Subscription> sources;

  private:
    void visit(const pugi::xml_node& node, const Place& place) {
        groups_.resize(static_cast<std::size_t>(depth()));
        const auto name = title_of(node);
        if (!attribute(node, "xmlUrl").empty()) {
            add_source(node, name, place);
        } else if (!node.first_child()) {
            problems_.warn(place, "outline " + toml_string(name) + " has no xmlUrl; left out");
        } else if (slug(name).empty()) {
            problems_.warn(place, "group " + toml_string(name) + " has no a-z or 0-9 for a tag");
        }
        groups_.push_back(slug(name));
    }

    void add_source(const pugi::xml_node& node, const std::string& name, const Place& place) {
        Subscription source;
        source.url = attribute(node, "xmlUrl");
        source.title = name;
        source.place = place;
        if (!web_url.accepts(source.url)) {
            problems_.warn(place,
                           toml_string(source.url) + " is not an absolute http(s) URL; left out");
            return;
        }
        // Liferea's way to pass a feed through a program.
        if (!attribute(node, "filtercmd").empty()) {
            problems_.warn(place, toml_string(source.url) +
                                      " has a filter command, which is not "
                                      "run; left out");
            return;
        }
        for (const auto& group : groups_) add_tag(source.tags, group);
        // "/Boston/Weather,/Harvard" (OPML 2.0, category).
        const auto category = attribute(node, "category");
        for (const auto part : split(category, ',')) add_tag(source.tags, slug(part));
        sources.push_back(std::move(source));
    }

    static std::string title_of(const pugi::xml_node& node) {
        auto title = collapse(attribute(node, "title"));
        return title.empty() ? collapse(attribute(node, "text")) : title;
    }

    LineCounter lines_;
    Problems& problems_;
    std::vector<std::string> groups_;  // the tags of the enclosing outlines, outermost first
    int outlines_ = 0;
};

bool is_public_feed(const Outline& outline) {
    const auto url = Url::parse(outline.xml_url);
    return url && url->is_http() && url->userinfo.empty() &&
           redacted_url(outline.xml_url).find("***") == std::string::npos;
}

void append_attribute(std::string& out, std::string_view name, std::string_view value) {
    if (value.empty()) return;
    out += ' ';
    out += name;
    out += "=\"";
    feed::append_escaped(out, value);
    out += '"';
}

void append_outline(std::string& out, std::string_view indent, const Outline& outline) {
    const auto& title = outline.title.empty() ? outline.xml_url : outline.title;
    std::string category;
    for (const auto& tag : outline.tags) category += (category.empty() ? "" : ",") + tag;
    out += indent;
    out += "<outline";
    append_attribute(out, "text", title);
    append_attribute(out, "title", title);
    append_attribute(out, "type", "rss");
    append_attribute(out, "xmlUrl", outline.xml_url);
    append_attribute(out, "htmlUrl", outline.html_url);
    append_attribute(out, "category", category);
    out += "/>\n";
}

}  // namespace

std::vector<Subscription> read_opml(std::string_view text, const std::string& file,
                                    Problems& problems) {
    pugi::xml_document document;
    const auto result = document.load_buffer(text.data(), text.size());
    if (!result) {
        const Place place = LineCounter{text, file}.at(result.offset);
        problems.error(place, std::string{"not well-formed XML: "} + result.description());
        return {};
    }
    const auto root = document.document_element();
    if (!equals_ignoring_case(root.name(), "opml")) {
        problems.error({file, 1, 1},
                       "not an OPML file: its root element is <" + std::string{root.name()} + ">");
        return {};
    }
    Reader reader{text, file, problems};
    root.child("body").traverse(reader);
    return std::move(reader.sources);
}

std::string write_opml(std::string_view title, std::span<const Outline> outlines,
                       std::optional<Timestamp> modified) {
    std::map<std::string, std::vector<const Outline*>> folders;
    for (const auto& outline : outlines) {
        if (!is_public_feed(outline)) continue;
        folders[outline.tags.empty() ? std::string{} : outline.tags.front()].push_back(&outline);
    }
    std::string out =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<opml version=\"2.0\">\n<head>\n<title>";
    feed::append_escaped(out, title);
    out += "</title>\n";
    if (modified) out += "<dateModified>" + write_rfc822(*modified) + "</dateModified>\n";
    out += "</head>\n<body>\n";
    for (const auto& [tag, feeds] : folders) {
        if (!tag.empty()) {
            out += "<outline";
            append_attribute(out, "text", tag);
            out += ">\n";
        }
        for (const auto* outline : feeds) append_outline(out, tag.empty() ? "" : "  ", *outline);
        if (!tag.empty()) out += "</outline>\n";
    }
    return out + "</body>\n</opml>\n";
}

}  // namespace tributary::config
