#include "feed/lines.h"

#include "base/text.h"

namespace tributary::feed {

bool is_on_one_line(std::string_view text) {
    // Without a branch in the loop: where words end cannot be foretold.
    bool is_broken = false;
    char before = ' ';
    for (const char c : text) {
        const bool is_other_space = (c >= '\t') & (c <= '\r') & (c != '\v');
        is_broken |= is_other_space | ((c == ' ') & (before == ' '));
        before = c;
    }
    return !is_broken && (before != ' ' || text.empty());
}

std::string one_line(std::string_view text) {
    text = trim(text);
    return is_on_one_line(text) ? std::string(text) : collapse(text);
}

}  // namespace tributary::feed
