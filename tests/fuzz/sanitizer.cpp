// Any text as HTML: what comes out is of the closed language and stays as it is when cleaned again,
// whole or cut.

#include "base/text.h"
#include "feed/html.h"
#include "feed/sanitize.h"
#include "target.h"
#include "tests/feed/closed_language.h"

#include <string>

namespace tributary::feed {
namespace {

using fuzz::require;

constexpr std::string_view base = "https://example.org/blog/post";

void check_cleaning(std::string_view html, const SanitizeOptions& options) {
    const std::string clean = sanitize(html, base, options);
    require(clean.size() <= options.max_bytes, "the output is no larger than asked");
    require(is_utf8(clean), "the output is UTF-8");
    const std::string fault = closed_language::fault_in(clean);
    require(fault.empty(), "the output is of the closed language, without: " + fault);
    require(sanitize(clean, base, options) == clean, "what is clean stays as it is");
}

void check_text(std::string_view html) {
    const std::string text = text_of_html(html);
    require(is_utf8(text), "the text of HTML is UTF-8");
    require(collapse(text) == text, "the text of HTML is on one line");
}

}  // namespace
}  // namespace tributary::feed

void tributary::fuzz::check(std::string_view input) {
    const std::string html = to_valid_utf8(input);
    feed::check_cleaning(html, {});
    feed::check_cleaning(html,
                         {.strip_trackers = false, .max_bytes = html.size() / 2, .read_on = {}});
    feed::check_cleaning(html, {.max_bytes = 300, .read_on = "https://example.org/post?a&b"});
    feed::check_text(html);
}
