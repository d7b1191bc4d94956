#pragma once
// The attributes of one tag, cleaned: what is kept, with which values, and what they tell.

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "feed/html_elements.h"
#include "feed/html_tokens.h"

namespace tributary::feed {

/// The attributes of a tag that matter, as written; the first of each name counts.
class TagAttributes {
  public:
    explicit TagAttributes(const std::vector<HtmlAttribute>& attributes);

    bool has(Attribute attribute) const { return (present_ & set_of(attribute)) != 0; }
    std::string_view raw(Attribute attribute) const {
        return values_[static_cast<std::size_t>(attribute)];
    }
    /// The value with references decoded.
    std::string text(Attribute attribute) const;
    void set(Attribute attribute, std::string_view value);

  private:
    std::array<std::string_view, attribute_count> values_{};
    AttributeSet present_ = 0;
};

/// Where a URL is used decides which schemes are safe.
enum class UrlUse { link, media, image };

/// `text` resolved against `base`; empty if it is not safe in that place: links are http, https
/// and mailto, media http and https, images also data: of a raster format (never SVG, which
/// runs scripts). A relative URL stays only where there is no base to resolve it against.
std::string safe_url(std::string_view text, std::string_view base, UrlUse use);

/// Puts the addresses that pages keep for their scripts ("data-src") in the place of the
/// placeholders, if they can be fetched.
void adopt_lazy_sources(TagAttributes& attributes, std::string_view base);

/// Whether an image or frame is at most one pixel large, or hidden.
bool is_invisible(const TagAttributes& attributes);

/// Whether the URL is of a service that only counts readers.
bool counts_readers(std::string_view url);

/// The page that shows what an embedded player plays; other URLs come back as they are.
std::string page_of_player(std::string_view url);

/// Appends the attributes that `element` may have, in a fixed order.
void append_attributes(std::string& out, Element element, const TagAttributes& attributes,
                       std::string_view base);

}  // namespace tributary::feed
