#pragma once
// What hubs and subscribers say to each other (W3C WebSub, 2018-01): the form that asks a hub, the
// question that it puts to our callback, the signature of a push. Pure.

#include <optional>
#include <string>
#include <string_view>

#include "websub/subscription.h"

namespace tributary::websub {

/// The body of the request to the hub, application/x-www-form-urlencoded (5.1).
std::string request_form(const Subscription& subscription, const Terms& terms);

/// Reads the query of a hub's request to our callback (5.2, 5.3). Nothing if it is none of the
/// three modes, says one thing twice, or has no challenge that can be echoed: printable ASCII of at
/// most 1,024 bytes.
std::optional<Intent> read_intent(std::string_view query);

/// Whether X-Hub-Signature ("sha256=1a2b...", 7.1) is that of the body; sha1, sha256, sha384 and
/// sha512. It takes as long to be wrong as to be right.
bool is_signed(std::string_view signature, std::string_view secret, std::string_view body);

}  // namespace tributary::websub
