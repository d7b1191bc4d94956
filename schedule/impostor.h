#pragma once
// What answers in a feed's place: a wall against robots, a domain that is parked, the login page of
// the network that we are in, a page that says "not found" with status 200. Each is a condition of
// its own, with the evidence that was seen and advice in words; entries and validators stay as they
// are. Looked at only after it was no feed. Pure, bounded, and blind to anything but well-known
// marks: what is not recognised is nothing of the kind.

#include <string>
#include <string_view>

namespace tributary::schedule {

enum class Impostor { none, bot_wall, parked_domain, captive_portal, login_page, not_found_page };

/// A response that is no feed; headers as they came, empty if absent.
struct Page {
    int status = 0;
    std::string_view cf_mitigated, server, waf_action, datadome, sucuri_block;
    std::string_view body;  // decoded; its beginning is enough
};

struct Identified {
    Impostor kind = Impostor::none;
    std::string evidence;  // what it was recognised by: "the header cf-mitigated: challenge"
    bool operator==(const Identified&) const = default;
};

Identified identify(const Page& page);

/// "a wall against robots", "a parked domain", ...; empty for none.
std::string_view in_words(Impostor kind);

/// What the operator can do about it, in a sentence; empty for none.
std::string_view advice(Impostor kind);

}  // namespace tributary::schedule
