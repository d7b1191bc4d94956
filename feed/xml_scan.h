#pragma once
// The only door to pugixml in this folder: a document as a flat list of nodes in document order,
// made of views of the text and of what pugixml keeps. What is in an element stands right behind
// it, so that walking down is going on, and walking past is a jump. No text is decoded before
// somebody asks for it; only values of attributes are ready to be read. No DTD is read and nothing
// expanded; no recursion; linear in time and memory.

#include <cstdint>
#include <forward_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "feed/warnings.h"

namespace tributary::feed::xml {

struct Attribute {
    std::string_view name;   // with its prefix
    std::string_view value;  // decoded
};

struct Node {
    enum class Kind : std::uint8_t { element, text, section };
    std::string_view text;    // the name of an element, with its prefix; else text as it is written
    std::uint32_t count = 1;  // this node and all that are in it
    std::uint32_t first_attribute = 0, attributes = 0;
    Kind kind = Kind::element;
    bool has_scope = false;  // an attribute "xml...": what is in it inherits something

    const Node* begin() const { return this + 1; }       // the first one in it
    const Node* behind() const { return this + count; }  // the first one that is not in it
};

/// Where the text ceases to be XML, if it does.
struct Stop {
    std::string reason;
    std::size_t offset = 0;  // bytes
};

struct Nodes {
    std::shared_ptr<const void> owner;  // of what the views show, beside the text
    std::vector<Node> list;
    std::vector<Attribute> attributes;
    std::forward_list<std::string> values;  // of attributes, where the text has them in other words
    Stop stop;                              // what stands before it is there all the same

    const Node* begin() const { return list.data(); }
    const Node* end() const { return list.data() + list.size(); }
    std::span<const Attribute> attributes_of(const Node& node) const {
        return std::span(attributes).subspan(node.first_attribute, node.attributes);
    }
};

/// `text` is UTF-8 whose line ends are line feeds (XML 1.0 2.11), of less than 4 GiB; it lives
/// as long as the nodes. More than one root is taken, and text outside of it left out.
Nodes scan(std::string_view text, Warnings& warnings);

}  // namespace tributary::feed::xml
