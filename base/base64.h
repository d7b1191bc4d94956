#pragma once

#include <string>
#include <string_view>

namespace tributary {

/// RFC 4648 4, with padding; of less than 2 GiB.
std::string base64(std::string_view bytes);

}  // namespace tributary
