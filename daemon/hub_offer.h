#pragma once
// Which hubs a feed names, and under which address it is known to them (WebSub 4). Pure.

#include <string>
#include <vector>

#include "daemon/visit.h"
#include "websub/subscription.h"

namespace tributary::daemon {

/// Absolute http(s) URLs; the ones are of no use without the other.
struct HubOffer {
    std::vector<std::string> hubs;
    std::string topic;
};

/// What the last response of a visit offers: its Link headers first, then the document.
HubOffer offer_of(const Visit& visit);

/// The one of `hubs`, of which there are some, that is to be asked: that of `present` (if any), or
/// the one after it where it has failed and failed.
const std::string& choose_hub(const std::vector<std::string>& hubs,
                              const websub::Subscription* present);

}  // namespace tributary::daemon
