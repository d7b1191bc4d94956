#include "feed/xml_scan.h"

#include "feed/xml_outline.h"
#include "feed/xml_text.h"

#include <pugixml.hpp>

namespace tributary::feed::xml {
namespace {

// References are left as they are: what they mean is looked up where somebody reads them, and HTML
// has more of them than pugixml knows.
constexpr unsigned parse_options =
    pugi::parse_cdata | pugi::parse_ws_pcdata | pugi::parse_wconv_attribute;

/// What pugixml made of a text, and what its tree is made of.
struct Parsed {
    Outline outline;
    pugi::xml_document document;
    pugi::xml_parse_result result;

    explicit Parsed(std::string_view text) {
        if (auto made = outline_of(text)) {
            outline = std::move(*made);
            result = document.load_buffer_inplace(outline.xml.data(), outline.xml.size(),
                                                  parse_options, pugi::encoding_utf8);
        }
        if (result) return;
        outline = {};  // where the fault is, only the whole text can tell
        result = document.load_buffer(text.data(), text.size(), parse_options, pugi::encoding_utf8);
    }
};

/// Lists pugixml's tree in document order. Each call into pugixml is a real one, so that the fewer
/// the better: walking is left to it, and no handle asked whether it is one.
class Lister : public pugi::xml_tree_walker {
  public:
    Lister(const Outline& outline, Nodes& nodes, Warnings& warnings)
        : outline_(outline), nodes_(nodes), warnings_(warnings) {}

    bool for_each(pugi::xml_node& node) override {
        close_to(static_cast<std::size_t>(depth()));
        switch (node.type()) {
            case pugi::node_element:
                add(Node::Kind::element, node.name());
                add_attributes(node);
                open_.push_back(nodes_.list.size() - 1);
                break;
            case pugi::node_pcdata:
                add(Node::Kind::text, text_of(outline_, node.value()));
                break;
            case pugi::node_cdata:
                if (depth() > 0) add(Node::Kind::section, text_of(outline_, node.value()));
                break;
            default:
                break;
        }
        return true;
    }
    bool end(pugi::xml_node&) override {
        close_to(0);
        return true;
    }

  private:
    void add(Node::Kind kind, std::string_view text) {
        nodes_.list.push_back({.text = text, .kind = kind});
    }

    void add_attributes(const pugi::xml_node& node) {
        Node& element = nodes_.list.back();
        element.first_attribute = static_cast<std::uint32_t>(nodes_.attributes.size());
        for (auto attribute = node.first_attribute();; attribute = attribute.next_attribute()) {
            const std::string_view name = attribute.name();
            if (name.empty()) return;  // behind the last one
            element.has_scope |= name.starts_with("xml");
            ++element.attributes;
            nodes_.attributes.push_back({.name = name, .value = meant(attribute.value())});
        }
    }

    std::string_view meant(std::string_view value) {
        if (!value.contains('&')) return value;
        std::string& kept = nodes_.values.emplace_front();
        append_text(kept, value, warnings_);
        return kept;
    }

    /// Closes the elements that a node of this depth is not in.
    void close_to(std::size_t depth) {
        for (; open_.size() > depth; open_.pop_back())
            nodes_.list[open_.back()].count =
                static_cast<std::uint32_t>(nodes_.list.size() - open_.back());
    }

    const Outline& outline_;
    Nodes& nodes_;
    Warnings& warnings_;
    std::vector<std::size_t> open_;  // the elements around here
};

}  // namespace

Nodes scan(std::string_view text, Warnings& warnings) {
    const auto parsed = std::make_shared<Parsed>(text);
    Nodes nodes{.owner = parsed};
    constexpr std::size_t usual_node = 64, usual_attribute = 256;  // bytes of text for each
    nodes.list.reserve(text.size() / usual_node + 8);
    nodes.attributes.reserve(text.size() / usual_attribute + 8);
    if (!parsed->result)
        nodes.stop = {.reason = parsed->result.description(),
                      .offset = static_cast<std::size_t>(parsed->result.offset)};
    Lister lister(parsed->outline, nodes, warnings);
    parsed->document.traverse(lister);
    return nodes;
}

}  // namespace tributary::feed::xml
