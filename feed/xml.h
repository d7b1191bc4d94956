#pragma once
// The only door to pugixml. A Tree owns a parsed document; an Element is a cheap view of one of its
// elements, which also knows what pugixml does not: the namespace, and the xml:base, xml:lang and
// namespace declarations in scope. Views live as long as their Tree. Nothing here recurses.

#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "feed/namespaces.h"
#include "feed/warnings.h"
#include "feed/xml_sections.h"

namespace pugi {
class xml_document;
struct xml_node_struct;
}  // namespace pugi

namespace tributary::feed::xml {

class Tree;

/// What elements inherit: namespace declarations, xml:base (XML Base) and xml:lang (XML 1.0 2.12).
struct Scope {
    struct Binding {
        std::string_view prefix;
        Ns ns;
    };
    const Scope* parent = nullptr;
    Tree* tree = nullptr;
    std::vector<Binding> bindings;
    std::size_t depth = 0;  // bindings here and above
    Ns default_ns = Ns::none;
    bool has_own_base = false;  // an xml:base, here or above
    std::string_view base;      // absolute where it can be; the document's own URL at the top
    std::string_view lang;
};

class Element {
  public:
    Element() = default;
    Element(pugi::xml_node_struct* node, const Scope* parent);
    explicit operator bool() const { return node_ != nullptr; }

    Ns ns() const { return ns_; }
    std::string_view name() const { return name_; }  // without prefix, as written

    /// Whether this is element `name` (any case) of the namespace.
    bool is(Ns ns, std::string_view name) const;

    /// The value of an attribute without prefix, or of one in `ns`; names in any case. Empty if
    /// absent.
    std::string_view attribute(std::string_view name) const;
    std::string_view attribute(Ns ns, std::string_view name) const;
    bool has_attribute(std::string_view name) const;

    /// The text of this element alone, one level of escaping undone, trimmed.
    std::string text() const;
    /// The same on one line: runs of white space are one space.
    std::string line() const;
    /// The same, of markup in place the markup: "<p>Name</p>" where a name was due.
    std::string content_line() const;
    /// Text of this element and all below it, on one line.
    std::string deep_line() const;

    bool has_elements() const;
    Element first_element() const;
    Element next_element() const;
    /// The first child of that name, whatever its namespace.
    Element child(std::string_view name) const;

    /// The content as markup. XHTML elements lose their prefix and namespace declarations.
    std::string markup() const;

    std::string_view base() const { return scope_->base; }
    bool has_own_base() const { return scope_->has_own_base; }
    std::string_view lang() const { return scope_->lang; }
    Ns default_ns() const { return scope_->default_ns; }

    /// A URL of this element, resolved against the base in scope.
    std::string resolved(std::string_view reference) const;
    /// The URL that is the text of this element; empty if there is none.
    std::string resolved_line() const;

    void warn(std::string_view code, std::string message) const;

  private:
    friend class Tree;
    Element(pugi::xml_node_struct* node, const Scope* scope, const Scope* siblings);

    /// A field of no more bytes than the limit.
    std::string_view bounded(std::string_view text) const;

    pugi::xml_node_struct* node_ = nullptr;
    const Scope* scope_ = nullptr;     // for what is in this element
    const Scope* siblings_ = nullptr;  // for what stands beside it
    std::string_view name_;
    Ns ns_ = Ns::none;
};

/// The element children of an element: `for (const Element& child : children(element))`.
class Children {
  public:
    struct End {};
    class Iterator {
      public:
        explicit Iterator(Element element) : element_(element) {}
        const Element& operator*() const { return element_; }
        Iterator& operator++() {
            element_ = element_.next_element();
            return *this;
        }
        bool operator==(End) const { return !element_; }

      private:
        Element element_;
    };
    explicit Children(const Element& parent) : first_(parent.first_element()) {}
    Iterator begin() const { return Iterator(first_); }
    End end() const { return {}; }

  private:
    Element first_;
};
inline Children children(const Element& parent) {
    return Children(parent);
}

/// Where pugixml stopped, if it did.
struct Stop {
    std::string reason;
    std::size_t offset = 0;  // bytes
};

class Tree {
  public:
    explicit Tree(Warnings& warnings, const Limits& limits = {});
    ~Tree();
    Tree(const Tree&) = delete;
    Tree& operator=(const Tree&) = delete;

    /// Parses UTF-8 text, which stays as it is. False if it is not well-formed: what stands before
    /// the fault is there all the same.
    bool load(std::string_view text);
    /// The same, of text that lives as long as the tree: what it can it leaves there.
    bool load_borrowing(std::string_view text);
    bool has_borrowed() const { return !outline_.contents.empty(); }
    const Stop& stop() const { return stop_; }

    /// The root element that `base` is the URL of; none if there is none.
    Element root(std::string_view base);

    /// How many elements have this name; tells which of two trees holds more.
    std::size_t count(std::string_view name, std::size_t most) const;

  private:
    friend class Element;
    Scope* open_scope(pugi::xml_node_struct* node, const Scope& parent);
    void set_base(Scope& scope, std::string base);
    Ns lookup(const Scope& from, std::string_view prefix);

    Outline outline_;  // parsed in place, if something was borrowed
    std::unique_ptr<pugi::xml_document> document_;
    std::deque<Scope> scopes_;
    std::deque<std::string> bases_;
    std::vector<std::string> warned_prefixes_;
    std::string markup_;  // room to write in, used again for each element
    Stop stop_;
    Warnings& warnings_;
    Limits limits_;
};

}  // namespace tributary::feed::xml
