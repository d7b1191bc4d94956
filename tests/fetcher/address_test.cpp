#include "fetcher/address.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>

#include <cstring>
#include <string>

using namespace tributary::fetcher;

namespace {

struct Address {
    sockaddr_storage storage{};
    explicit Address(const std::string& text, int port = 443) {
        auto* v4 = reinterpret_cast<sockaddr_in*>(&storage);
        auto* v6 = reinterpret_cast<sockaddr_in6*>(&storage);
        const auto network_port = htons(static_cast<std::uint16_t>(port));
        if (inet_pton(AF_INET, text.c_str(), &v4->sin_addr) == 1) {
            v4->sin_family = AF_INET;
            v4->sin_port = network_port;
            return;
        }
        REQUIRE(inet_pton(AF_INET6, text.c_str(), &v6->sin6_addr) == 1);
        v6->sin6_family = AF_INET6;
        v6->sin6_port = network_port;
    }
    const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

// Both ends of each network, and the neighbours outside.
const char* const special[] = {
    "0.0.0.0",
    "0.0.0.1",
    "0.255.255.255",
    "10.0.0.0",
    "10.1.2.3",
    "10.255.255.255",
    "100.64.0.0",
    "100.100.100.200",
    "100.127.255.255",
    "127.0.0.0",
    "127.0.0.1",
    "127.0.1.1",
    "127.255.255.255",
    "169.254.0.0",
    "169.254.169.254",
    "169.254.255.255",
    "172.16.0.0",
    "172.20.1.1",
    "172.31.255.255",
    "192.0.0.0",
    "192.0.0.170",
    "192.0.0.255",
    "192.0.2.0",
    "192.0.2.255",
    "192.88.99.0",
    "192.88.99.1",
    "192.88.99.255",
    "192.168.0.0",
    "192.168.1.1",
    "192.168.255.255",
    "198.18.0.0",
    "198.19.255.255",
    "198.51.100.0",
    "198.51.100.255",
    "203.0.113.0",
    "203.0.113.255",
    "224.0.0.0",
    "224.0.0.251",
    "239.255.255.255",
    "240.0.0.0",
    "254.1.2.3",
    "255.255.255.255",
    "::",
    "::1",
    "::2",
    "::127.0.0.1",
    "::10.0.0.1",
    "::192.168.1.1",
    "::ffff:0.0.0.0",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:192.168.0.1",
    "::ffff:100.64.0.1",
    "::ffff:255.255.255.255",
    "::ffff:0:0:1",
    "::ffff:0:127.0.0.1",
    "64:ff9b::",
    "64:ff9b::127.0.0.1",
    "64:ff9b::10.0.0.1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:0:0:0:1::",
    "64:ff9b:1::",
    "64:ff9b:1::8.8.8.8",
    "64:ff9b:1:ffff:ffff:ffff:ffff:ffff",
    "100::",
    "100::1",
    "100:0:0:1::1",
    "1::1",
    "2001::",
    "2001::7f00:1",
    "2001:0:7f00:1::f7f7:f7f7",
    "2001:0:808:808::80ff:fffe",
    "2001:0:808:808::f5ff:fffe",
    "2001:1::1",
    "2001:2::1",
    "2001:3::1",
    "2001:4:112::1",
    "2001:10::1",
    "2001:20::1",
    "2001:30::1",
    "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff",
    "2001:db8::",
    "2001:db8::1",
    "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
    "2002::",
    "2002:7f00:1::",
    "2002:7f00:1::1",
    "2002:a00:1::1",
    "2002:c0a8:101::1",
    "2002:a9fe:a9fe::",
    "2002:e000:1::",
    "3fff::",
    "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff",
    "4000::1",
    "5f00::1",
    "8000::1",
    "fc00::",
    "fc00::1",
    "fd00::1",
    "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "fe00::1",
    "fe80::",
    "fe80::1",
    "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "fec0::1",
    "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "ff00::",
    "ff02::1",
    "ff0e::1",
    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
};

const char* const open_internet[] = {
    "1.0.0.0",
    "1.1.1.1",
    "8.8.8.8",
    "9.255.255.255",
    "11.0.0.0",
    "93.184.216.34",
    "100.63.255.255",
    "100.128.0.0",
    "126.255.255.255",
    "128.0.0.0",
    "169.253.255.255",
    "169.255.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "191.255.255.255",
    "192.0.1.0",
    "192.0.3.0",
    "192.31.196.1",
    "192.52.193.1",
    "192.88.98.255",
    "192.88.100.0",
    "192.167.255.255",
    "192.169.0.0",
    "192.175.48.1",
    "198.17.255.255",
    "198.20.0.0",
    "198.51.99.255",
    "198.51.101.0",
    "203.0.112.255",
    "203.0.114.0",
    "223.255.255.255",
    "2000::1",
    "2001:200::1",
    "2001:4860:4860::8888",
    "2001:db7:ffff::1",
    "2001:db9::1",
    "2003::1",
    "2400:cb00::1",
    "2606:4700:4700::1111",
    "2620:4f:8000::1",
    "2a00:1450::1",
    "3ffe::1",
    "3fff:1000::1",
    "::ffff:8.8.8.8",
    "::8.8.8.8",
    "64:ff9b::8.8.8.8",
    "2002:808:808::1",
    "2001:0:808:808::f7f7:f7f7",
};

bool permitted(const AddressPolicy& policy, const char* address, int port) {
    return policy.permits(Address(address, port).get());
}

AddressPolicy allowing(const char* range) {
    AddressPolicy policy;
    policy.allowed.push_back(AddressRange::parse(range).value());
    return policy;
}

}  // namespace

TEST_CASE("special-purpose addresses are not public, in whatever form they come") {
    static_assert(std::size(special) + std::size(open_internet) >= 120);
    for (const char* text : special) {
        CAPTURE(text);
        CHECK_FALSE(is_public(Address(text).get()));
        CHECK_FALSE(special_network(Address(text).get()).empty());
        CHECK_FALSE(AddressPolicy{}.permits(Address(text).get()));
    }
}

TEST_CASE("addresses of the open internet are public, their neighbours notwithstanding") {
    for (const char* text : open_internet) {
        CAPTURE(text);
        CHECK(is_public(Address(text).get()));
        CHECK(AddressPolicy{}.permits(Address(text).get()));
    }
}

TEST_CASE("an address that is neither IPv4 nor IPv6 is never permitted") {
    sockaddr unix_socket{};
    unix_socket.sa_family = AF_UNIX;
    AddressPolicy policy;
    policy.allow_all_private = true;
    CHECK_FALSE(policy.permits(&unix_socket));
    CHECK_FALSE(is_public(&unix_socket));
}

TEST_CASE("an allowed range opens its addresses and its port, and nothing beside them") {
    CHECK(permitted(allowing("127.0.0.1"), "127.0.0.1", 80));
    CHECK(permitted(allowing("127.0.0.1"), "::ffff:127.0.0.1", 80));
    CHECK_FALSE(permitted(allowing("127.0.0.1"), "127.0.0.2", 80));
    CHECK_FALSE(permitted(allowing("127.0.0.1"), "::1", 80));
    CHECK(permitted(allowing("127.0.0.1:18080"), "127.0.0.1", 18080));
    CHECK_FALSE(permitted(allowing("127.0.0.1:18080"), "127.0.0.1", 18081));
    CHECK(permitted(allowing("127.0.1.0/24:18080"), "127.0.1.255", 18080));
    CHECK_FALSE(permitted(allowing("127.0.1.0/24:18080"), "127.0.2.0", 18080));
    CHECK(permitted(allowing("10.0.0.0/9:443"), "10.127.255.255", 443));
    CHECK_FALSE(permitted(allowing("10.0.0.0/9:443"), "10.128.0.0", 443));
    CHECK(permitted(allowing("fd00::/8"), "fdff::1", 1));
    CHECK_FALSE(permitted(allowing("fd00::/8"), "fc00::1", 1));
    CHECK(permitted(allowing("[fd00::]/8:80"), "fd12::1", 80));
    CHECK_FALSE(permitted(allowing("[fd00::]/8:80"), "fd12::1", 81));
    CHECK(permitted(allowing("[::1]:80"), "::1", 80));
    CHECK(permitted(allowing("0.0.0.0/0"), "10.0.0.1", 1));
    CHECK_FALSE(permitted(allowing("0.0.0.0/0"), "::1", 1));
}

TEST_CASE("with all private networks allowed everything is permitted") {
    AddressPolicy policy;
    policy.allow_all_private = true;
    CHECK(permitted(policy, "127.0.0.1", 1));
    CHECK(permitted(policy, "fe80::1", 1));
}

TEST_CASE("a range drops the host bits that are written with it") {
    CHECK(AddressRange::parse("127.0.1.9/24") == AddressRange::parse("127.0.1.0/24"));
    CHECK(AddressRange::parse(" 127.0.0.1 ") == AddressRange::parse("::ffff:127.0.0.1"));
}

TEST_CASE("what is no address, prefix or port is no range") {
    for (const char* text : {"",
                             ":",
                             "localhost",
                             "127.0.0.1:",
                             "127.0.0.1:0",
                             "127.0.0.1:65536",
                             "127.0.0.1:-1",
                             "127.0.0.1/33",
                             "127.0.0.1/",
                             "127.0.0.1/x",
                             "127.0.0.1/8/9",
                             "127.0.0.1:80/8",
                             "127.1",
                             "0x7f.0.0.1",
                             "2130706433",
                             "::1/129",
                             "[::1",
                             "[::1]80",
                             "[::1]:",
                             "[127.0.0.1]:80",
                             "fd00::/8:",
                             "fd00::/8:99999",
                             "127.0.0.1 :80",
                             "256.0.0.1",
                             "*"}) {
        CAPTURE(text);
        CHECK_FALSE(AddressRange::parse(text).has_value());
    }
}

TEST_CASE("an address is written with its port") {
    CHECK(to_string(Address("8.8.4.4", 443).get()) == "8.8.4.4:443");
    CHECK(to_string(Address("2001:db8::1", 80).get()) == "[2001:db8::1]:80");
}
