#pragma once
// What a client prefers (RFC 9110 12.4, 12.5): qualities in thousandths, so that nothing rounds.

#include <string_view>

#include "publish/writer.h"

namespace tributary::serve {

/// How much an Accept-Encoding field likes a coding: 0 to 1000; what neither it nor "*" names is 0
/// (identity is always there to fall back on).
int quality_of_coding(std::string_view accept_encoding, std::string_view coding);

/// The writer whose format an Accept field likes best. The first (Atom) on a tie, for "*/*", for an
/// empty field and where nothing fits: an answer in another format helps more than a 406.
const publish::Writer& preferred_writer(std::string_view accept);

}  // namespace tributary::serve
