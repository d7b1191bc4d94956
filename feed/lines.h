#pragma once
// Text on one line: nearly all names, titles and dates are so already, and are not written anew.

#include <string>
#include <string_view>

namespace tributary::feed {

/// Whether collapse() (base/text.h) would leave `text` as it is.
bool is_on_one_line(std::string_view text);

/// What collapse() gives.
std::string one_line(std::string_view text);

}  // namespace tributary::feed
