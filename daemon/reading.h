#pragma once
// Steps 1-3 of the path of one datum: what the last response of a visit holds. CPU only, pure.

#include <string>

#include "daemon/visit.h"

namespace tributary::daemon {

/// What the visit's last response holds; its body is consumed. Encoded bytes that are those of last
/// time are neither decoded nor parsed.
Reading read(Visit& visit);

/// Whether reading costs less than handing the visit to a worker: a failure, an answer without a
/// body, or with the bytes of last time.
bool is_quickly_read(const Visit& visit);

/// Whether what came is the feed, or says that it is unchanged.
bool is_good(Reading::Kind kind);

/// "HTTP 404 (not found)".
std::string status_in_words(int status);

}  // namespace tributary::daemon
