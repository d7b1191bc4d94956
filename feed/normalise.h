#pragma once
// What only the whole document tells: the feed's own link as the last base of relative URLs, and
// what stands twice.

#include "feed/model.h"
#include "feed/parse.h"

namespace tributary::feed {

/// Makes a feed that was read from XML complete; nothing is invented.
void normalise(Feed& feed, const Document& origin);

}  // namespace tributary::feed
