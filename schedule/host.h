#pragma once

#include <string>
#include <string_view>

namespace tributary::schedule {

/// Whose patience a request to `host` (ASCII, lower case) spends: the registrable domain by the
/// public suffix list ("feeds.example.co.uk" -> "example.co.uk"); an address or a bare name is
/// itself.
std::string host_key(std::string_view host);

}  // namespace tributary::schedule
