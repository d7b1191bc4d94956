#include "feed/xml.h"

#include "base/text.h"
#include "base/url.h"
#include "feed/html.h"
#include "feed/lines.h"

#include <pugixml.hpp>

#include <algorithm>
#include <array>
#include <cstring>

namespace tributary::feed::xml {
namespace {

// More declarations in scope than any feed needs; what a hostile one adds is not looked up.
constexpr std::size_t most_bindings = 128;
// Longer ones are no base of anything; each is copied into many fields.
constexpr std::size_t most_base_bytes = 1024;
constexpr std::size_t most_lang_bytes = 64;

constexpr unsigned parse_options = pugi::parse_default | pugi::parse_ws_pcdata;

struct QualifiedName {
    std::string_view prefix, local;
};

QualifiedName split_name(const char* name) {
    const std::string_view whole(name);
    const std::size_t colon = whole.find(':');
    if (colon == std::string_view::npos) return {{}, whole};
    return {whole.substr(0, colon), whole.substr(colon + 1)};
}

// pugixml's functions are not inlined, and these run for every node: the fewer calls the better.
bool is_text(pugi::xml_node_type type) {
    return type == pugi::node_pcdata || type == pugi::node_cdata;
}

bool is_text(const pugi::xml_node& node) {
    return is_text(node.type());
}

pugi::xml_node element_from(pugi::xml_node node) {
    for (auto type = node.type(); type != pugi::node_element && type != pugi::node_null;
         type = node.type())
        node = node.next_sibling();
    return node;
}

/// A section has no place in an attribute: its mark is none either.
std::string_view value_of(const pugi::xml_attribute& attribute) {
    const std::string_view value = attribute.value();
    return has_mark(value) ? std::string_view() : value;
}

/// Whether the element says anything that its content inherits.
bool opens_scope(const pugi::xml_node& node) {
    for (auto attribute = node.first_attribute(); attribute; attribute = attribute.next_attribute())
        if (std::strncmp(attribute.name(), "xml", 3) == 0) return true;
    return false;
}

/// The text directly in `node`: the one piece as it lies in memory, else the pieces joined.
std::string_view own_text(const pugi::xml_node& node, const Outline& outline, std::string& joined) {
    std::string_view only;
    bool has_one = false;
    for (auto child = node.first_child(); child; child = child.next_sibling()) {
        if (!is_text(child)) continue;
        const std::string_view piece = content_of(outline, child.value());
        if (!has_one) {
            only = piece;
            has_one = true;
            continue;
        }
        if (joined.empty()) joined = only;
        joined += piece;
    }
    return joined.empty() ? only : std::string_view(joined);
}

/// The node behind `node` and all that is in it, below `top`; none at the end. `closed` is called
/// for each element that is left on the way.
template <typename Closed>
pugi::xml_node next_behind(const pugi::xml_node& top, pugi::xml_node node, Closed closed) {
    while (node != top) {
        closed(node);
        if (const auto sibling = node.next_sibling()) return sibling;
        node = node.parent();
    }
    return {};
}

/// The same in document order: first what is in `node`.
template <typename Closed>
pugi::xml_node next_in(const pugi::xml_node& top, pugi::xml_node node, Closed closed) {
    if (const auto child = node.first_child()) return child;
    return next_behind(top, node, closed);
}

constexpr std::array void_elements =
    std::to_array<std::string_view>({"area", "base", "br", "col", "embed", "hr", "img", "input",
                                     "link", "meta", "param", "source", "track", "wbr"});

/// Writes what is in an element as markup that an HTML parser reads the same way.
class MarkupWriter {
  public:
    MarkupWriter(const Outline& outline, std::string& out) : outline_(outline), out_(out) {}

    /// False if markup nested deeper than `most_depth` was left out.
    bool write(const pugi::xml_node& top, std::size_t most_depth) {
        bool is_whole = true;
        std::size_t depth = 0;
        const auto leave = [&](const pugi::xml_node& left) {
            if (left.type() != pugi::node_element) return;
            if (left.first_child()) --depth;
            close(left);
        };
        for (pugi::xml_node node = top.first_child(); node;) {
            const bool is_element = node.type() == pugi::node_element;
            if (is_text(node)) append_escaped(out_, content_of(outline_, node.value()));
            if (is_element) open(node);
            if (is_element && node.first_child()) ++depth;
            const bool is_too_deep = depth > most_depth;
            is_whole &= !is_too_deep;
            node = is_too_deep ? next_behind(top, node, leave) : next_in(top, node, leave);
        }
        return is_whole;
    }

  private:
    /// The name as HTML has it: prefixes mean nothing there.
    static std::string_view html_name(const pugi::xml_node& node) {
        return split_name(node.name()).local;
    }

    static bool is_void(const pugi::xml_node& node) {
        return !node.first_child() &&
               std::ranges::find(void_elements, html_name(node)) != void_elements.end();
    }

    void open(const pugi::xml_node& node) {
        out_ += '<';
        out_ += html_name(node);
        for (auto attribute = node.first_attribute(); attribute;
             attribute = attribute.next_attribute()) {
            const std::string_view name = attribute.name();
            if (name.starts_with("xmlns") && !keeps_declaration(node, name)) continue;
            out_ += ' ';
            out_ += name;
            out_ += "=\"";
            append_escaped(out_, value_of(attribute));
            out_ += '"';
        }
        out_ += is_void(node) ? " />" : ">";
    }

    void close(const pugi::xml_node& node) {
        if (is_void(node)) return;
        out_ += "</";
        out_ += html_name(node);
        out_ += '>';
    }

    /// SVG and MathML keep their name; XHTML needs none in HTML.
    static bool keeps_declaration(const pugi::xml_node& node, std::string_view name) {
        return name == "xmlns" && namespace_of_uri(node.attribute("xmlns").value()) != Ns::xhtml;
    }

    const Outline& outline_;
    std::string& out_;
};

}  // namespace

Element::Element(pugi::xml_node_struct* node, const Scope* scope, const Scope* siblings)
    : node_(node), scope_(scope), siblings_(siblings) {
    const QualifiedName name = split_name(pugi::xml_node(node).name());
    name_ = name.local;
    ns_ = name.prefix.empty() ? scope->default_ns : scope->tree->lookup(*scope, name.prefix);
}

Element::Element(pugi::xml_node_struct* node, const Scope* parent) {
    if (!node) return;
    const Scope* scope =
        opens_scope(pugi::xml_node(node)) ? parent->tree->open_scope(node, *parent) : parent;
    *this = Element(node, scope, parent);
}

bool Element::is(Ns ns, std::string_view name) const {
    return ns_ == ns && equals_ignoring_case(name_, name);
}

std::string_view Element::attribute(std::string_view name) const {
    for (auto attribute = pugi::xml_node(node_).first_attribute(); attribute;
         attribute = attribute.next_attribute())
        if (equals_ignoring_case(attribute.name(), name)) return bounded(value_of(attribute));
    return {};
}

std::string_view Element::attribute(Ns ns, std::string_view name) const {
    for (auto attribute = pugi::xml_node(node_).first_attribute(); attribute;
         attribute = attribute.next_attribute()) {
        const QualifiedName found = split_name(attribute.name());
        if (found.prefix.empty() || !equals_ignoring_case(found.local, name)) continue;
        if (scope_->tree->lookup(*scope_, found.prefix) == ns) return bounded(value_of(attribute));
    }
    return {};
}

bool Element::has_attribute(std::string_view name) const {
    for (auto attribute = pugi::xml_node(node_).first_attribute(); attribute;
         attribute = attribute.next_attribute())
        if (equals_ignoring_case(attribute.name(), name)) return true;
    return false;
}

std::string Element::text() const {
    std::string joined;
    return std::string(
        bounded(trim(own_text(pugi::xml_node(node_), scope_->tree->outline_, joined))));
}

std::string Element::line() const {
    std::string joined;
    return one_line(bounded(own_text(pugi::xml_node(node_), scope_->tree->outline_, joined)));
}

std::string Element::content_line() const {
    std::string own = line();
    return own.empty() && has_elements() ? collapse(markup()) : own;
}

std::string Element::deep_line() const {
    const pugi::xml_node top(node_);
    std::string all;
    for (pugi::xml_node node = top.first_child(); node;
         node = next_in(top, node, [](const pugi::xml_node&) {}))
        if (is_text(node)) all += content_of(scope_->tree->outline_, node.value());
    return collapse(bounded(all));
}

bool Element::has_elements() const {
    return static_cast<bool>(element_from(pugi::xml_node(node_).first_child()));
}

Element Element::first_element() const {
    if (!node_) return {};
    const auto child = element_from(pugi::xml_node(node_).first_child());
    return Element(child.internal_object(), scope_);
}

Element Element::next_element() const {
    const auto next = element_from(pugi::xml_node(node_).next_sibling());
    return Element(next.internal_object(), siblings_);
}

Element Element::child(std::string_view name) const {
    for (const Element& child : children(*this))
        if (equals_ignoring_case(child.name(), name)) return child;
    return {};
}

std::string Element::markup() const {
    std::string& written = scope_->tree->markup_;
    written.clear();
    const std::size_t most_depth = scope_->tree->limits_.depth;
    if (!MarkupWriter(scope_->tree->outline_, written).write(pugi::xml_node(node_), most_depth))
        warn("limit", beyond_limit("depth of markup", most_depth));
    return std::string(bounded(trim(written)));
}

std::string Element::resolved(std::string_view reference) const {
    return reference.empty() ? std::string() : resolve_url(scope_->base, reference);
}

std::string Element::resolved_line() const {
    std::string joined;
    const auto text =
        bounded(trim(own_text(pugi::xml_node(node_), scope_->tree->outline_, joined)));
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

Tree::Tree(Warnings& warnings, const Limits& limits)
    : document_(std::make_unique<pugi::xml_document>()), warnings_(warnings), limits_(limits) {}

Tree::~Tree() = default;

bool Tree::load_borrowing(std::string_view text) {
    outline_ = outline_of(text);
    std::string& outline = outline_.text;
    if (has_borrowed() && document_->load_buffer_inplace(outline.data(), outline.size(),
                                                         parse_options, pugi::encoding_utf8))
        return true;
    outline_ = {};
    return load(text);
}

bool Tree::load(std::string_view text) {
    const pugi::xml_parse_result result =
        document_->load_buffer(text.data(), text.size(), parse_options, pugi::encoding_utf8);
    if (result) return true;
    stop_ = {result.description(),
             static_cast<std::size_t>(std::max<std::ptrdiff_t>(result.offset, 0))};
    return false;
}

Element Tree::root(std::string_view base) {
    const auto node = element_from(document_->first_child());
    if (!node) return {};
    scopes_.clear();
    Scope& top = scopes_.emplace_back();
    top.tree = this;
    top.base = base;
    top.bindings = {{"xml", Ns::xml}};
    Scope& scope = *open_scope(node.internal_object(), top);
    // An Atom root without a namespace, or a root in one of the publisher's own, means the
    // format's.
    if (scope.default_ns == Ns::none || scope.default_ns == Ns::foreign) {
        const std::string_view name = node.name();
        const bool is_atom =
            equals_ignoring_case(name, "feed") || equals_ignoring_case(name, "entry");
        scope.default_ns = is_atom ? Ns::atom : Ns::none;
    }
    return Element(node.internal_object(), &scope, &top);
}

std::size_t Tree::count(std::string_view name, std::size_t most) const {
    std::size_t found = 0;
    const pugi::xml_node top = *document_;
    for (pugi::xml_node node = top.first_child(); node && found < most;
         node = next_in(top, node, [](const pugi::xml_node&) {}))
        if (equals_ignoring_case(split_name(node.name()).local, name)) ++found;
    return found;
}

Scope* Tree::open_scope(pugi::xml_node_struct* node, const Scope& parent) {
    Scope& scope = scopes_.emplace_back();
    scope.parent = &parent;
    scope.tree = this;
    scope.depth = parent.depth;
    scope.default_ns = parent.default_ns;
    scope.has_own_base = parent.has_own_base;
    scope.base = parent.base;
    scope.lang = parent.lang;
    for (auto attribute = pugi::xml_node(node).first_attribute(); attribute;
         attribute = attribute.next_attribute()) {
        const std::string_view name = attribute.name();
        const std::string_view value = value_of(attribute);
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
