#pragma once
// Keyed hashes (RFC 2104), for messages whose sender proves that he knows a secret.

#include <string>
#include <string_view>

namespace tributary {

enum class Digest { sha1, sha256, sha384, sha512 };

/// The HMAC of `message`, in lower-case hexadecimal.
std::string hmac_hex(Digest digest, std::string_view key, std::string_view message);

/// Whether both are the same bytes. How long it takes tells nothing of where they differ.
bool is_same_secret(std::string_view one, std::string_view other);

}  // namespace tributary
