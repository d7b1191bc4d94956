#include "feed/html_tree.h"

#include "base/text.h"
#include "feed/html.h"
#include "feed/html_output.h"

#include <algorithm>
#include <utility>

namespace tributary::feed {
namespace {

/// Parsers have limits too (512 in browsers), and recursive readers crash beyond theirs.
constexpr std::size_t deepest = 256;

/// "</>" and the name.
std::size_t end_tag_size(Element element) {
    return rule_of(element).name.size() + 3;
}

bool is_heading(Element element) {
    return element >= Element::h1 && element <= Element::h6;
}

/// Elements that an end tag outside of them does not close (WHATWG HTML 13.2.4.2, "scope").
bool bounds_scope(Element element) {
    return element == Element::td || element == Element::th || element == Element::caption ||
           element == Element::table;
}

/// Elements in which only parts of a table may stand.
bool holds_table_parts_only(Element element) {
    switch (element) {
        case Element::table:
        case Element::tbody:
        case Element::thead:
        case Element::tfoot:
        case Element::tr:
        case Element::colgroup:
            return true;
        default:
            return false;
    }
}

bool is_row_group(Element element) {
    return element == Element::tbody || element == Element::thead || element == Element::tfoot;
}

/// Where each part of a table stands.
bool is_parent_of(Element parent, Element part) {
    switch (part) {
        case Element::td:
        case Element::th:
            return parent == Element::tr;
        case Element::tr:
            return is_row_group(parent);
        case Element::col:
            return parent == Element::colgroup;
        default:
            return parent == Element::table;
    }
}

/// Elements whose end tag is implied (WHATWG HTML 13.2.6.3).
bool has_implied_end(Element element) {
    switch (element) {
        case Element::p:
        case Element::li:
        case Element::dd:
        case Element::dt:
        case Element::rp:
        case Element::rt:
            return true;
        default:
            return false;
    }
}

/// The "formatting" elements (WHATWG HTML 13.2.4.3), for whose end tags parsers go to great length.
bool is_formatting(Element element) {
    switch (element) {
        case Element::a:
        case Element::b:
        case Element::code:
        case Element::em:
        case Element::i:
        case Element::s:
        case Element::small:
        case Element::strong:
        case Element::u:
            return true;
        default:
            return false;
    }
}

/// Parsers remember no more of the same inside each other ("Noah's Ark"), and differ in what they
/// then do.
constexpr std::uint16_t most_alike = 3;

}  // namespace

bool HtmlTree::is_in_scope(Element element) const {
    if (!has_open(element)) return false;
    const bool is_of_table = element == Element::table || rule_of(element).is_table_part;
    for (auto open = open_.rbegin(); open != open_.rend(); ++open) {
        if (*open == element) return true;
        if (is_of_table ? *open == Element::table : bounds_scope(*open)) return false;
    }
    return false;
}

/// Whether an end tag closes something: most do not reach past a special element. Those of
/// formatting elements do, as near as one gets to the adoption agency without moving anything.
bool HtmlTree::can_close(Element element) const {
    if (!is_in_scope(element)) return false;
    if (is_formatting(element) || rule_of(element).is_special) return true;
    const auto stops = [&](Element open) { return open == element || rule_of(open).is_special; };
    return *std::find_if(open_.rbegin(), open_.rend(), stops) == element;
}

void HtmlTree::forget_innermost() {
    const Element element = open_.back();
    open_.pop_back();
    places_.pop_back();
    --open_counts_[static_cast<std::size_t>(element)];
    closing_bytes_ -= end_tag_size(element);
}

void HtmlTree::pop() {
    out_.append("</").append(rule_of(innermost()).name) += '>';
    forget_innermost();
}

void HtmlTree::pop_through(Element element) {
    while (innermost() != element) pop();
    pop();
}

/// Closes the list item that a new one follows: the search goes past the elements that are often
/// left open, and stops at those that could hold a list.
void HtmlTree::close_list_item(Element one, Element other) {
    if (!has_open(one) && !has_open(other)) return;
    for (auto open = open_.rbegin(); open != open_.rend(); ++open) {
        if (*open == one || *open == other) return pop_through(*open);
        const bool is_passed =
            *open == Element::address || *open == Element::div || *open == Element::p;
        if (rule_of(*open).is_special && !is_passed) return;
    }
}

/// Closes what a start tag of `element` ends without saying so.
void HtmlTree::close_implied(Element element) {
    if (rule_of(element).closes_paragraph && is_in_scope(Element::p)) pop_through(Element::p);
    switch (element) {
        case Element::li:
            return close_list_item(Element::li, Element::li);
        case Element::dd:
        case Element::dt:
            return close_list_item(Element::dd, Element::dt);
        case Element::a:
            return close(Element::a);
        case Element::rp:
        case Element::rt:
            if (!is_in_scope(Element::ruby)) return;
            while (has_implied_end(innermost())) pop();
            return;
        default:
            if (is_heading(element) && is_heading(innermost())) pop();
    }
}

/// Closes and opens elements until `part` of a table can stand here; false if there is no table.
bool HtmlTree::enter_table(Element part) {
    if (!has_open(Element::table)) return false;
    const auto is_fit = [&](Element parent) {
        if (is_parent_of(parent, part)) return true;
        const bool may_lack_group = part == Element::tr || part == Element::td ||
                                    part == Element::th || part == Element::col;
        const bool may_lack_row = part == Element::td || part == Element::th;
        return (may_lack_group && parent == Element::table) ||
               (may_lack_row && is_row_group(parent));
    };
    while (!is_fit(innermost())) pop();
    if (is_parent_of(innermost(), part)) return true;
    if (part == Element::col) {
        write_start_tag(Element::colgroup, {});
        return true;
    }
    if (innermost() == Element::table) write_start_tag(Element::tbody, {});
    if (part != Element::tr) write_start_tag(Element::tr, {});
    return true;
}

/// Gives what stands in a table but in no cell a cell; parsers would move it before the table.
void HtmlTree::enter_cell() {
    enter_table(Element::td);
    write_start_tag(Element::td, {});
}

void HtmlTree::write_start_tag(Element element, std::string_view attributes) {
    const ElementRule& rule = rule_of(element);
    const std::size_t start = out_.size();
    out_ += '<';
    out_ += rule.name;
    out_ += attributes;
    out_ += '>';
    const std::size_t closing = closing_bytes_ + (rule.is_void ? 0 : end_tag_size(element));
    if (is_full_ || out_.size() > max_bytes_ || closing > max_bytes_ - out_.size()) {
        out_.resize(start);
        is_full_ = true;
        return;
    }
    if (rule.is_void) return;
    closing_bytes_ = closing;
    open_.push_back(element);
    places_.push_back({start, out_.size()});
    ++open_counts_[static_cast<std::size_t>(element)];
}

void HtmlTree::open(Element element, std::string_view attributes) {
    is_after_pre_ = false;
    const ElementRule& rule = rule_of(element);
    if (rule.is_table_part) {
        if (!enter_table(element)) return;
    } else {
        if (element == Element::table && holds_table_parts_only(innermost())) {
            pop_through(Element::table);
        } else if (holds_table_parts_only(innermost())) {
            enter_cell();
        }
        close_implied(element);
        constexpr std::size_t parts = 3;  // a table has room for tbody, tr and td
        if (!rule.is_void && open_.size() + parts >= deepest) return;
        if (is_formatting(element) && open_count(element) >= most_alike) return;
    }
    write_start_tag(element, attributes);
    if (element != Element::pre) return;
    pre_start_ = out_.size();
    is_after_pre_ = true;
}

void HtmlTree::close(Element element) {
    is_after_pre_ = false;
    if (can_close(element)) return pop_through(element);
    if (!is_heading(element)) return;
    // </h2> ends an h1 as well.
    for (Element heading = Element::h1; heading <= Element::h6;
         heading = static_cast<Element>(static_cast<std::uint8_t>(heading) + 1)) {
        if (is_in_scope(heading)) return pop_through(heading);
    }
}

void HtmlTree::text(std::string_view raw) {
    if (raw.empty() || is_full_) return;
    if (holds_table_parts_only(innermost()) && !std::ranges::all_of(raw, is_space)) enter_cell();
    if (is_full_) return;
    const std::size_t start = out_.size();
    append_html_text(out_, raw);
    if (start == pre_start_) mend_start_of_pre(start);
    is_after_pre_ = false;
    fit_text(start);
}

/// Parsers drop one line feed after <pre>: one that was written for that goes, one that is meant
/// gets another before it.
void HtmlTree::mend_start_of_pre(std::size_t start) {
    if (is_after_pre_ && out_[start] == '\n') out_.erase(start, 1);
    if (start < out_.size() && out_[start] == '\n') out_.insert(start, 1, '\n');
}

/// Takes text back that does not fit: all of it, so that the cut is between elements, unless there
/// would be little left.
void HtmlTree::fit_text(std::size_t start) {
    if (out_.size() + closing_bytes_ <= max_bytes_) return;
    is_full_ = true;
    std::size_t end = start;
    if (start < max_bytes_ / 2) {
        const std::size_t space = out_.rfind(' ', max_bytes_ - closing_bytes_);
        if (space != std::string::npos && space > start) end = space;
    }
    out_.resize(end);
}

void HtmlTree::link(std::string_view url, std::string_view label) {
    std::string attribute;
    append_html_attribute(attribute, "href", url);
    open(Element::a, attribute);
    std::string shown;
    append_escaped(shown, label.empty() ? url : label);
    text(shown);
    close(Element::a);
}

std::string HtmlTree::finish() {
    // What was opened for something that then did not fit is taken back.
    while (is_full_ && !open_.empty() && places_.back().content == out_.size()) {
        out_.resize(places_.back().tag);
        forget_innermost();
    }
    while (!open_.empty()) pop();
    return std::move(out_);
}

}  // namespace tributary::feed
