#pragma once
// URLs that need no judgement: most are, and asking curl about each takes ten times as long. For
// base/ only: others use base/url.h.

#include <optional>
#include <string_view>

#include "base/url.h"

namespace tributary {

/// What Url::parse says of an http(s) URL with a plain host (a name that cannot be taken for a
/// number, or four decimal numbers), at most a port, and no byte that would have to be mended.
/// Nothing for any other text: that is to be judged by curl.
std::optional<Url> parse_plain_url(std::string_view text);

}  // namespace tributary
