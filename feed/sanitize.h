#pragma once
// HTML from a feed made safe: an allow-list of elements and attributes, written out again so that
// every HTML5 parser reads it in one way (never a comment, doctype, raw-text element or foreign
// content; attributes quoted; `<>&"` escaped; tags balanced and properly nested). Linear time.

#include <string>
#include <string_view>

namespace tributary::feed {

struct SanitizeOptions {
    bool strip_trackers = true;          // 1x1 images and known counting pixels
    std::size_t max_bytes = 256u << 10;  // of output; cut at an element boundary
    std::string_view read_on;            // where a cut text links to; empty: no link
};

/// `html` cleaned; relative URLs resolved against `base` (may be empty). Idempotent.
std::string sanitize(std::string_view html, std::string_view base, const SanitizeOptions& = {});

}  // namespace tributary::feed
