#pragma once
// A document as elements. A Tree holds the nodes of a text; an Element is a cheap view of one of
// them, which also knows its namespace, and the xml:base, xml:lang and namespace declarations in
// scope. Views live as long as their Tree, and that as long as its text. Nothing here recurses.

#include <cstddef>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "feed/namespaces.h"
#include "feed/warnings.h"
#include "feed/xml_scan.h"

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
    Element(const Node* node, const Scope* scope, const Scope* siblings, const Node* end);

    /// The first element of the nodes from `node` to `end`, which stand beside one another.
    static Element first_of(const Node* node, const Node* end, const Scope* siblings);

    std::span<const Attribute> attributes() const;
    /// The text directly in this element, trimmed: as it lies in memory, or as put into `joined`.
    std::string_view own_text(std::string& joined) const;
    /// A field of no more bytes than the limit.
    std::string_view bounded(std::string_view text) const;

    const Node* node_ = nullptr;
    const Node* end_ = nullptr;        // behind the last of its siblings
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

class Tree {
  public:
    explicit Tree(Warnings& warnings, const Limits& limits = {})
        : warnings_(warnings), limits_(limits) {}
    Tree(const Tree&) = delete;
    Tree& operator=(const Tree&) = delete;

    /// Reads UTF-8 text, which lives as long as the tree. False if it is not well-formed: what
    /// stands before the fault is there all the same.
    bool load(const std::string& text);
    const Stop& stop() const { return nodes_.stop; }

    /// The root element that `base` is the URL of; none if there is none.
    Element root(std::string_view base);

    /// How many elements have this name; tells which of two trees holds more.
    std::size_t count(std::string_view name, std::size_t most) const;

  private:
    friend class Element;
    Scope* open_scope(const Node& node, const Scope& parent);
    void set_base(Scope& scope, std::string base);
    Ns lookup(const Scope& from, std::string_view prefix);

    Nodes nodes_;
    std::deque<Scope> scopes_;
    std::deque<std::string> bases_;
    std::vector<std::string> warned_prefixes_;
    std::string markup_;  // room to write in, used again for each element
    Warnings& warnings_;
    Limits limits_;
};

}  // namespace tributary::feed::xml
