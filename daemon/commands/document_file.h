#pragma once

#include <expected>
#include <string>

#include "feed/parse.h"

namespace tributary::daemon {

/// The bytes of the file, or with "-" of standard input; of an endless one, one byte more than a
/// document may have. The only error is `io`.
std::expected<std::string, feed::ParseError> read_document(const std::string& path);

}  // namespace tributary::daemon
