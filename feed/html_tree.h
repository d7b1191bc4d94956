#pragma once
// HTML written so that the tags say the whole tree: every end tag is there, and nothing stands
// where a parser would move it or close something for it (WHATWG HTML 13.2.6). There is no tree in
// memory, only the elements that are open.

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "feed/html_elements.h"

namespace tributary::feed {

class HtmlTree {
  public:
    /// The document never grows past `max_bytes`, end tags included.
    explicit HtmlTree(std::size_t max_bytes) : max_bytes_(max_bytes) {}

    /// Makes room for as many bytes at once.
    void reserve(std::size_t bytes) { out_.reserve(std::min(bytes, max_bytes_)); }

    /// A start tag: first closes and opens what a parser would imply. `attributes` is written as
    /// it is. Left out where it cannot stand, or too deep inside others.
    void open(Element element, std::string_view attributes);

    /// An end tag: closes the nearest such element and all inside it, if a parser would.
    void close(Element element);

    /// Text as it stands between tags, references not decoded.
    void text(std::string_view raw);

    /// A link that is seen as `label`, or as its URL if that is empty; both are text, not HTML.
    void link(std::string_view url, std::string_view label);

    /// Whether something did not fit; from then on nothing more is taken.
    bool is_full() const { return is_full_; }

    /// Closes what is open; the document.
    std::string finish();

  private:
    std::uint16_t open_count(Element element) const {
        return open_counts_[static_cast<std::size_t>(element)];
    }
    bool has_open(Element element) const { return open_count(element) > 0; }
    Element innermost() const { return open_.empty() ? Element::none : open_.back(); }
    bool is_in_scope(Element element) const;
    bool can_close(Element element) const;
    void forget_innermost();
    void pop();
    void pop_through(Element element);
    void close_implied(Element element);
    void close_list_item(Element one, Element other);
    bool enter_table(Element part);
    void enter_cell();
    void write_start_tag(Element element, std::string_view attributes);
    void fit_text(std::size_t start);
    void mend_start_of_pre(std::size_t start);

    std::string out_;
    std::size_t max_bytes_;
    std::size_t closing_bytes_ = 0;  // of the end tags still to come
    /// Where a start tag and what is inside the element begin in `out_`.
    struct Place {
        std::size_t tag = 0, content = 0;
    };
    std::vector<Element> open_;
    std::vector<Place> places_;  // of the open elements
    std::array<std::uint16_t, element_count> open_counts_{};
    std::size_t pre_start_ = std::string::npos;  // where the content of the last pre begins
    bool is_after_pre_ = false;                  // directly after its start tag
    bool is_full_ = false;
};

}  // namespace tributary::feed
