#include "fetcher/address.h"

#include "base/text.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <span>

namespace tributary::fetcher {
namespace {

using Bytes = std::array<std::uint8_t, 16>;

constexpr Bytes v4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d) {
    return {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, a, b, c, d};
}

constexpr Bytes v6(std::uint16_t a, std::uint16_t b, std::uint16_t c, std::uint16_t d) {
    const auto high = [](std::uint16_t group) { return static_cast<std::uint8_t>(group >> 8); };
    const auto low = [](std::uint16_t group) { return static_cast<std::uint8_t>(group & 0xff); };
    return {high(a), low(a), high(b), low(b), high(c), low(c), high(d), low(d)};
}

struct Network {
    Bytes prefix;
    int bits;
    std::string_view name;
};

// IANA IPv4 special-purpose registry (RFC 6890 and successors) with multicast and class E added.
constexpr Network special_v4[] = {
    {v4(0, 0, 0, 0), 96 + 8, "the network of this host"},
    {v4(10, 0, 0, 0), 96 + 8, "a private network"},
    {v4(100, 64, 0, 0), 96 + 10, "a carrier's shared network"},
    {v4(127, 0, 0, 0), 96 + 8, "the loopback network"},
    {v4(169, 254, 0, 0), 96 + 16, "a link-local network"},
    {v4(172, 16, 0, 0), 96 + 12, "a private network"},
    {v4(192, 0, 0, 0), 96 + 24, "a network for protocols"},
    {v4(192, 0, 2, 0), 96 + 24, "a documentation network"},
    {v4(192, 88, 99, 0), 96 + 24, "the 6to4 relay network"},
    {v4(192, 168, 0, 0), 96 + 16, "a private network"},
    {v4(198, 18, 0, 0), 96 + 15, "a benchmarking network"},
    {v4(198, 51, 100, 0), 96 + 24, "a documentation network"},
    {v4(203, 0, 113, 0), 96 + 24, "a documentation network"},
    {v4(224, 0, 0, 0), 96 + 4, "a multicast network"},
    {v4(240, 0, 0, 0), 96 + 4, "a reserved network"},
};

// IANA IPv6 special-purpose registry. Outside 2000::/3 nothing is public unicast at all (RFC 4291
// 2.4); the rows there only give the network its name.
constexpr Network special_v6[] = {
    {v6(0x0064, 0xff9b, 0x0001, 0), 48, "a local translation network"},
    {v6(0x0100, 0, 0, 0), 64, "the discard network"},
    {v6(0x2001, 0, 0, 0), 23, "a network for protocols"},
    {v6(0x2001, 0x0db8, 0, 0), 32, "a documentation network"},
    {v6(0x3fff, 0, 0, 0), 20, "a documentation network"},
    {v6(0xfc00, 0, 0, 0), 7, "a private network"},
    {v6(0xfe80, 0, 0, 0), 10, "a link-local network"},
    {v6(0xfec0, 0, 0, 0), 10, "a site-local network"},
    {v6(0xff00, 0, 0, 0), 8, "a multicast network"},
};

constexpr Bytes loopback_v6 = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

bool within(const Bytes& address, const Bytes& prefix, int bits) {
    const auto whole = static_cast<std::size_t>(bits / 8);
    if (!std::equal(address.begin(), address.begin() + bits / 8, prefix.begin())) return false;
    const int rest = bits % 8;
    return rest == 0 || ((address[whole] ^ prefix[whole]) >> (8 - rest)) == 0;
}

bool is_v4(const Bytes& address) {
    return within(address, v4(0, 0, 0, 0), 96);
}

Bytes embedded_v4(const Bytes& address, std::size_t offset, std::uint8_t flip = 0) {
    const auto byte = [&](std::size_t i) {
        return static_cast<std::uint8_t>(address[offset + i] ^ flip);
    };
    return v4(byte(0), byte(1), byte(2), byte(3));
}

std::string_view name_in(std::span<const Network> networks, const Bytes& address) {
    for (const Network& network : networks) {
        if (within(address, network.prefix, network.bits)) return network.name;
    }
    return {};
}

std::string_view name_v4(const Bytes& address) {
    return name_in(special_v4, address);
}

/// An address that carries IPv4 inside leads wherever that IPv4 address leads.
std::string_view name_v6(const Bytes& address) {
    if (address == Bytes{}) return "the network of this host";
    if (address == loopback_v6) return "the loopback network";
    if (within(address, Bytes{}, 96)) return name_v4(embedded_v4(address, 12));
    if (within(address, v6(0x0064, 0xff9b, 0, 0), 96)) return name_v4(embedded_v4(address, 12));
    if (within(address, v6(0x2002, 0, 0, 0), 16)) return name_v4(embedded_v4(address, 2));
    if (within(address, v6(0x2001, 0, 0, 0), 32)) {  // Teredo (RFC 4380 4): server, then client
        const std::string_view server = name_v4(embedded_v4(address, 4));
        return server.empty() ? name_v4(embedded_v4(address, 12, 0xff)) : server;
    }
    const std::string_view name = name_in(special_v6, address);
    if (!name.empty()) return name;
    return within(address, v6(0x2000, 0, 0, 0), 3) ? "" : "a reserved network";
}

struct Endpoint {
    Bytes address{};
    int port = 0;
};

/// Nothing for address families other than IPv4 and IPv6.
std::optional<Endpoint> endpoint(const sockaddr* address) {
    Endpoint result;
    if (address->sa_family == AF_INET) {
        sockaddr_in in;
        std::memcpy(&in, address, sizeof in);
        result.address = v4(0, 0, 0, 0);
        std::memcpy(&result.address[12], &in.sin_addr, 4);
        result.port = ntohs(in.sin_port);
        return result;
    }
    if (address->sa_family == AF_INET6) {
        sockaddr_in6 in;
        std::memcpy(&in, address, sizeof in);
        std::memcpy(result.address.data(), &in.sin6_addr, 16);
        result.port = ntohs(in.sin6_port);
        return result;
    }
    return std::nullopt;
}

std::optional<int> read_bounded(std::string_view text, int highest) {
    int value = -1;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    if (value < 0 || value > highest) return std::nullopt;
    return value;
}

void clear_host_bits(Bytes& address, int prefix) {
    for (int bit = prefix; bit < 128; ++bit) {
        auto& byte = address[static_cast<std::size_t>(bit / 8)];
        byte = static_cast<std::uint8_t>(byte & ~(0x80 >> (bit % 8)));
    }
}

/// Takes "[address]" or "address" from the front of `rest`; a bare IPv6 address ends at '/' only.
std::string_view take_address(std::string_view& rest) {
    std::string_view address;
    if (rest.starts_with('[')) {
        const auto close = rest.find(']');
        if (close == rest.npos) return {};
        address = rest.substr(1, close - 1);
        rest.remove_prefix(close + 1);
        return address.find(':') == address.npos ? std::string_view{} : address;
    }
    const bool bare_v6 = std::count(rest.begin(), rest.end(), ':') > 1;
    const auto end = std::min(rest.find_first_of(bare_v6 ? "/" : "/:"), rest.size());
    address = rest.substr(0, end);
    rest.remove_prefix(end);
    return address;
}

}  // namespace

std::optional<AddressRange> AddressRange::parse(std::string_view text) {
    std::string_view rest = trim(text);
    const std::string address(take_address(rest));
    AddressRange range;
    in_addr in;
    in6_addr in6;
    int bits = 128;
    if (inet_pton(AF_INET, address.c_str(), &in) == 1) {
        range.address = v4(0, 0, 0, 0);
        std::memcpy(&range.address[12], &in, 4);
        bits = 32;
    } else if (inet_pton(AF_INET6, address.c_str(), &in6) == 1) {
        std::memcpy(range.address.data(), &in6, 16);
    } else {
        return std::nullopt;
    }
    if (rest.starts_with('/')) {
        const auto end = std::min(rest.find(':'), rest.size());
        const auto prefix = read_bounded(rest.substr(1, end - 1), bits);
        if (!prefix) return std::nullopt;
        range.prefix = *prefix + 128 - bits;
        rest.remove_prefix(end);
    }
    if (rest.starts_with(':')) {
        const auto port = read_bounded(rest.substr(1), 65535);
        if (!port || *port == 0) return std::nullopt;
        range.port = *port;
        rest = {};
    }
    if (!rest.empty()) return std::nullopt;
    clear_host_bits(range.address, range.prefix);
    return range;
}

bool AddressPolicy::permits(const sockaddr* address) const {
    const auto target = endpoint(address);
    if (!target) return false;
    if (allow_all_private || is_public(address)) return true;
    return std::ranges::any_of(allowed, [&](const AddressRange& range) {
        return within(target->address, range.address, range.prefix) &&
               (range.port == 0 || range.port == target->port);
    });
}

std::string_view special_network(const sockaddr* address) {
    const auto target = endpoint(address);
    if (!target) return "no internet network";
    return is_v4(target->address) ? name_v4(target->address) : name_v6(target->address);
}

bool is_public(const sockaddr* address) {
    return special_network(address).empty();
}

std::string to_string(const sockaddr* address) {
    const auto target = endpoint(address);
    if (!target) return "?";
    char text[INET6_ADDRSTRLEN] = "";
    const bool old = address->sa_family == AF_INET;
    const void* bytes = old ? &target->address[12] : target->address.data();
    inet_ntop(address->sa_family, bytes, text, sizeof text);
    const std::string host = old ? std::string(text) : '[' + std::string(text) + ']';
    return host + ':' + std::to_string(target->port);
}

}  // namespace tributary::fetcher
