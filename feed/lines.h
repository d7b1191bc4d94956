#pragma once
// Text on one line: nearly all names, titles and dates are so already, and are not written anew.

#include <string>
#include <string_view>

namespace tributary::feed {

/// Whether collapse() (base/text.h) leaves `text` as it is. Of text with control characters, which
/// is rare, it says no without looking further.
bool is_on_one_line(std::string_view text);

/// What collapse() gives, in fewer steps where there is little to do.
std::string one_line(std::string_view text);

}  // namespace tributary::feed
