#pragma once
// The charset of bytes that nobody labelled: what scripts other than Latin look like in the
// charsets that feeds were written in before UTF-8.

#include <string_view>

namespace tributary::feed {

/// The name of a charset that the bytes, which are no UTF-8, are plainly written in: a Japanese,
/// Korean, Chinese, Cyrillic, Greek or Hebrew one. "windows-1252" in doubt. Looks at no more than
/// the first 256 KiB.
std::string_view guess_charset(std::string_view bytes);

}  // namespace tributary::feed
