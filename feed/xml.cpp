#include "feed/xml.h"

#include "base/text.h"
#include "base/url.h"
#include "feed/html.h"
#include "feed/lines.h"
#include "feed/xml_text.h"

#include <algorithm>
#include <array>

namespace tributary::feed::xml {
namespace {

// More declarations in scope than any feed needs; what a hostile one adds is not looked up.
constexpr std::size_t most_bindings = 128;
// Longer ones are no base of anything; each is copied into many fields.
constexpr std::size_t most_base_bytes = 1024;
constexpr std::size_t most_lang_bytes = 64;

struct QualifiedName {
    std::string_view prefix, local;
};

QualifiedName split_name(std::string_view name) {
    const std::size_t colon = name.find(':');
    if (colon == std::string_view::npos) return {{}, name};
    return {name.substr(0, colon), name.substr(colon + 1)};
}

bool is_element(const Node& node) {
    return node.kind == Node::Kind::element;
}

bool is_as_written(const Node& text) {
    return text.kind == Node::Kind::section || !text.text.contains('&');
}

void append_meant(std::string& out, const Node& text, Warnings& warnings) {
    if (text.kind == Node::Kind::section)
        out += text.text;
    else
        append_text(out, text.text, warnings);
}

constexpr std::array void_elements =
    std::to_array<std::string_view>({"area", "base", "br", "col", "embed", "hr", "img", "input",
                                     "link", "meta", "param", "source", "track", "wbr"});

/// Writes what is in an element as markup that an HTML parser reads the same way.
class MarkupWriter {
  public:
    MarkupWriter(const Nodes& nodes, std::string& out, Warnings& warnings)
        : nodes_(nodes), out_(out), warnings_(warnings) {}

    /// False if markup nested deeper than `most_depth` was left out.
    bool write(const Node& top, std::size_t most_depth) {
        bool is_whole = true;
        for (const Node* node = top.begin(); node != top.behind();) {
            const bool is_too_deep = open_.size() == most_depth && node->count > 1;
            is_whole &= !is_too_deep;
            if (is_element(*node))
                open(*node);
            else
                append_text_of(*node);
            node = is_too_deep ? node->behind() : node + 1;
            while (!open_.empty() && open_.back()->behind() == node) close();
        }
        return is_whole;
    }

  private:
    /// The name as HTML has it: prefixes mean nothing there.
    static std::string_view html_name(const Node& node) { return split_name(node.text).local; }

    static bool is_void(const Node& node) {
        return node.count == 1 &&
               std::ranges::find(void_elements, html_name(node)) != void_elements.end();
    }

    void append_text_of(const Node& node) {
        if (is_as_written(node)) return append_escaped(out_, node.text);
        std::string meant;
        append_meant(meant, node, warnings_);
        append_escaped(out_, meant);
    }

    void open(const Node& node) {
        out_ += '<';
        out_ += html_name(node);
        for (const Attribute& attribute : nodes_.attributes_of(node)) {
            if (attribute.name.starts_with("xmlns") && !keeps_declaration(attribute)) continue;
            out_ += ' ';
            out_ += attribute.name;
            out_ += "=\"";
            append_escaped(out_, attribute.value);
            out_ += '"';
        }
        if (is_void(node)) {
            out_ += " />";
            return;
        }
        out_ += '>';
        open_.push_back(&node);
    }

    void close() {
        out_ += "</";
        out_ += html_name(*open_.back());
        out_ += '>';
        open_.pop_back();
    }

    /// SVG and MathML keep their name; XHTML needs none in HTML.
    static bool keeps_declaration(const Attribute& attribute) {
        return attribute.name == "xmlns" && namespace_of_uri(attribute.value) != Ns::xhtml;
    }

    const Nodes& nodes_;
    std::string& out_;
    Warnings& warnings_;
    std::vector<const Node*> open_;
};

}  // namespace

Element::Element(const Node* node, const Scope* scope, const Scope* siblings, const Node* end)
    : node_(node), end_(end), scope_(scope), siblings_(siblings) {
    const QualifiedName name = split_name(node->text);
    name_ = name.local;
    ns_ = name.prefix.empty() ? scope->default_ns : scope->tree->lookup(*scope, name.prefix);
}

Element Element::first_of(const Node* node, const Node* end, const Scope* siblings) {
    while (node != end && !is_element(*node)) node = node->behind();
    if (node == end) return {};
    const Scope* scope = node->has_scope ? siblings->tree->open_scope(*node, *siblings) : siblings;
    return Element(node, scope, siblings, end);
}

std::span<const Attribute> Element::attributes() const {
    return scope_->tree->nodes_.attributes_of(*node_);
}

bool Element::is(Ns ns, std::string_view name) const {
    return ns_ == ns && equals_ignoring_case(name_, name);
}

std::string_view Element::attribute(std::string_view name) const {
    for (const Attribute& attribute : attributes())
        if (equals_ignoring_case(attribute.name, name)) return bounded(attribute.value);
    return {};
}

std::string_view Element::attribute(Ns ns, std::string_view name) const {
    for (const Attribute& attribute : attributes()) {
        const QualifiedName found = split_name(attribute.name);
        if (found.prefix.empty() || !equals_ignoring_case(found.local, name)) continue;
        if (scope_->tree->lookup(*scope_, found.prefix) == ns) return bounded(attribute.value);
    }
    return {};
}

bool Element::has_attribute(std::string_view name) const {
    return std::ranges::any_of(attributes(), [&](const Attribute& attribute) {
        return equals_ignoring_case(attribute.name, name);
    });
}

std::string_view Element::own_text(std::string& joined) const {
    const Node* only = nullptr;  // nearly always the white space around it is all that is beside it
    bool has_several = false;
    for (const Node* node = node_->begin(); node != node_->behind(); node = node->behind()) {
        if (is_element(*node) || trim(node->text).empty()) continue;
        has_several |= only != nullptr;
        only = node;
    }
    if (!only) return {};
    Warnings& warnings = scope_->tree->warnings_;
    if (!has_several) {
        const std::string_view text = trim(only->text);
        if (is_as_written(*only)) return text;
        append_text(joined, text, warnings);
        return trim(joined);
    }
    for (const Node* node = node_->begin(); node != node_->behind(); node = node->behind())
        if (!is_element(*node)) append_meant(joined, *node, warnings);
    return trim(joined);
}

std::string Element::text() const {
    std::string joined;
    const std::string_view text = bounded(own_text(joined));
    if (text.size() == joined.size()) return joined;
    return std::string(text);
}

std::string Element::line() const {
    std::string joined;
    return one_line(bounded(own_text(joined)));
}

std::string Element::content_line() const {
    std::string own = line();
    return own.empty() && has_elements() ? collapse(markup()) : own;
}

std::string Element::deep_line() const {
    std::string all;
    for (const Node* node = node_->begin(); node != node_->behind(); ++node)
        if (!is_element(*node)) append_meant(all, *node, scope_->tree->warnings_);
    return collapse(bounded(all));
}

bool Element::has_elements() const {
    const Node* node = node_->begin();
    while (node != node_->behind() && !is_element(*node)) ++node;
    return node != node_->behind();
}

Element Element::first_element() const {
    return node_ ? first_of(node_->begin(), node_->behind(), scope_) : Element();
}

Element Element::next_element() const {
    return first_of(node_->behind(), end_, siblings_);
}

Element Element::child(std::string_view name) const {
    for (const Element& child : children(*this))
        if (equals_ignoring_case(child.name(), name)) return child;
    return {};
}

std::string Element::markup() const {
    Tree& tree = *scope_->tree;
    tree.markup_.clear();
    const std::size_t most_depth = tree.limits_.depth;
    if (!MarkupWriter(tree.nodes_, tree.markup_, tree.warnings_).write(*node_, most_depth))
        warn("limit", beyond_limit("depth of markup", most_depth));
    return std::string(bounded(trim(tree.markup_)));
}

std::string Element::resolved(std::string_view reference) const {
    return reference.empty() ? std::string() : resolve_url(scope_->base, reference);
}

std::string Element::resolved_line() const {
    std::string joined;
    const std::string_view text = bounded(own_text(joined));
    return is_on_one_line(text) ? resolved(text) : resolved(one_line(text));
}

std::string_view Element::bounded(std::string_view text) const {
    const std::size_t most = scope_->tree->limits_.field_bytes;
    if (text.size() <= most) return text;
    warn("limit", beyond_limit("bytes in <" + printable(name_.substr(0, 40)) + ">", most));
    return truncate_utf8(text, most);
}

void Element::warn(std::string_view code, std::string message) const {
    scope_->tree->warnings_.add(code, std::move(message));
}

bool Tree::load(const std::string& text) {
    nodes_ = scan(text, warnings_);
    return nodes_.stop.reason.empty();
}

Element Tree::root(std::string_view base) {
    const Node* const node = std::find_if(nodes_.begin(), nodes_.end(), is_element);
    if (node == nodes_.end()) return {};
    scopes_.clear();
    Scope& top = scopes_.emplace_back();
    top.tree = this;
    top.base = base;
    top.bindings = {{"xml", Ns::xml}};
    Scope& scope = *open_scope(*node, top);
    // An Atom root without a namespace, or a root in one of the publisher's own, means the
    // format's.
    if (scope.default_ns == Ns::none || scope.default_ns == Ns::foreign) {
        const bool is_atom =
            equals_ignoring_case(node->text, "feed") || equals_ignoring_case(node->text, "entry");
        scope.default_ns = is_atom ? Ns::atom : Ns::none;
    }
    return Element(node, &scope, &top, nodes_.end());
}

std::size_t Tree::count(std::string_view name, std::size_t most) const {
    const auto has_name = [&](const Node& node) {
        return is_element(node) && equals_ignoring_case(split_name(node.text).local, name);
    };
    const auto found = std::ranges::count_if(nodes_.list, has_name);
    return std::min(most, static_cast<std::size_t>(found));
}

Scope* Tree::open_scope(const Node& node, const Scope& parent) {
    Scope& scope = scopes_.emplace_back();
    scope.parent = &parent;
    scope.tree = this;
    scope.depth = parent.depth;
    scope.default_ns = parent.default_ns;
    scope.has_own_base = parent.has_own_base;
    scope.base = parent.base;
    scope.lang = parent.lang;
    for (const auto& [name, value] : nodes_.attributes_of(node)) {
        if (name == "xmlns") {
            scope.default_ns = namespace_of_uri(value);
        } else if (name.starts_with("xmlns:") && scope.depth < most_bindings) {
            scope.bindings.push_back({name.substr(6), namespace_of_uri(value)});
            ++scope.depth;
        } else if (name == "xml:base") {
            set_base(scope, resolve_url(parent.base, value));
        } else if (name == "xml:lang" && value.size() <= most_lang_bytes) {
            scope.lang = trim(value);
        }
    }
    return &scope;
}

void Tree::set_base(Scope& scope, std::string base) {
    // Nothing is relative to "javascript:" or "urn:" (RFC 3986 5.1: a base is hierarchical).
    const bool is_opaque = has_scheme(base) && base.find("://") == std::string::npos;
    if (is_opaque || base.size() > most_base_bytes) return;
    scope.base = bases_.emplace_back(std::move(base));
    scope.has_own_base = true;
}

Ns Tree::lookup(const Scope& from, std::string_view prefix) {
    for (const Scope* scope = &from; scope; scope = scope->parent)
        for (const Scope::Binding& binding : scope->bindings)
            if (binding.prefix == prefix) return binding.ns;
    const Ns ns = namespace_of_prefix(prefix);
    if (ns != Ns::foreign &&
        std::ranges::find(warned_prefixes_, prefix) == warned_prefixes_.end()) {
        warned_prefixes_.emplace_back(prefix);
        warnings_.add("undeclared-prefix",
                      "the prefix '" + printable(prefix) + "' is used without being declared");
    }
    return ns;
}

}  // namespace tributary::feed::xml
