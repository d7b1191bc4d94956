#pragma once
// What response headers mean (RFC 9110, RFC 9111). Pure. Absurd values never overflow: numbers
// saturate.

#include <optional>

#include "base/time.h"
#include "fetcher/request.h"

namespace tributary::fetcher {

/// For how long the response is fresh: Cache-Control max-age minus Age (RFC 9111 4.2.1, 4.2.3; any
/// case, quoted or not), else Expires minus Date (5.3). Nothing if no header says, or if it is
/// not positive, or with no-cache or no-store. Saturates at ten years.
std::optional<Duration> freshness(const Headers& headers, Timestamp now);

/// Retry-After (RFC 9110 10.2.3): delta-seconds or HTTP-date, a past date is zero. Also
/// X-RateLimit-Reset in seconds where Retry-After is absent. Saturates at ten years.
std::optional<Duration> retry_after(const Headers& headers, Timestamp now);

/// The response's validators, byte for byte; an ETag only if visible ASCII of at most 1,024 bytes,
/// Last-Modified likewise of at most 256.
Validators validators(const Headers& headers);

/// One value of a Link header, as written: the target is not resolved.
struct LinkValue {
    std::string target, relation, type, title;
    bool operator==(const LinkValue&) const = default;
};

/// What the Link headers say of this document (RFC 8288 3); those with an anchor speak of others.
std::vector<LinkValue> links(const Headers& headers);

/// The targets of those with this relation.
std::vector<std::string> link_targets(const Headers& headers, std::string_view rel);

}  // namespace tributary::fetcher
