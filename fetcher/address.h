#pragma once
// Which addresses may be connected: the wall between feeds and the inner network (SSRF). Judged on
// the socket address itself, after DNS, on each hop; embedded IPv4 (mapped, compatible, NAT64,
// 6to4, Teredo) is decoded and judged again.

#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tributary::fetcher {

/// One allowed range: "127.0.0.1", "127.0.0.1:18080", "10.0.0.0/8:443", "[fd00::]/8:80",
/// "fd00::/8".
struct AddressRange {
    std::array<std::uint8_t, 16> address{};  // IPv4 as ::ffff:a.b.c.d
    int prefix = 128;                        // in bits of the 16-byte form
    int port = 0;                            // 0: any
    /// Nothing if `text` is not an address or CIDR with an optional port.
    static std::optional<AddressRange> parse(std::string_view text);
    bool operator==(const AddressRange&) const = default;
};

struct AddressPolicy {
    bool allow_all_private = false;
    std::vector<AddressRange> allowed;

    /// Whether a connection to this address and port may be made.
    bool permits(const sockaddr* address) const;
};

/// Whether the address belongs to the public internet (IANA special-purpose registries).
bool is_public(const sockaddr* address);

/// The special-purpose network that holds the address, in words: "the loopback network", "a private
/// network". Empty if the address is public.
std::string_view special_network(const sockaddr* address);

/// "203.0.113.7:443" or "[2001:db8::1]:443".
std::string to_string(const sockaddr* address);

}  // namespace tributary::fetcher
