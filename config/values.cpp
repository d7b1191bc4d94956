#include "config/values.h"

#include "base/text.h"
#include "base/url.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <limits>

namespace tributary::config {
namespace {

struct Unit {
    std::string_view name;
    std::int64_t amount;
};
constexpr std::array<Unit, 5> time_units{
    {{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}}};
constexpr std::array<Unit, 4> size_units{
    {{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}, {"B", 1}}};

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_control(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
}

bool is_name_character(char c) {
    return (c >= 'a' && c <= 'z') || is_digit(c) || c == '-';
}

bool is_plain_text(std::string_view text) {
    return is_utf8(text) && std::ranges::none_of(text, is_control);
}

bool is_web_url(std::string_view text) {
    if (std::ranges::any_of(text, [](char c) { return is_control(c) || c == ' '; })) return false;
    const auto url = Url::parse(text);
    return url && url->is_http() && !url->host.empty();
}

bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, is_name_character);
}

bool is_port(std::string_view text) {
    return !text.empty() && text.size() <= 5 && std::ranges::all_of(text, is_digit) &&
           read_number(text) <= 65'535;
}

bool is_ipv4(const std::string& text) {
    in_addr address{};
    return ::inet_pton(AF_INET, text.c_str(), &address) == 1;
}

bool is_ipv6(const std::string& text) {
    in6_addr address{};
    return ::inet_pton(AF_INET6, text.c_str(), &address) == 1;
}

bool is_host_name(std::string_view text) {
    const auto is_host_character = [](char c) {
        return is_name_character(ascii_lower(c)) || c == '.';
    };
    return !text.empty() && text.size() <= 253 && std::ranges::all_of(text, is_host_character);
}

bool is_host_and_port(std::string_view text) {
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos || !is_port(text.substr(colon + 1))) return false;
    const auto host = text.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) {
        return is_ipv6(std::string{host.substr(1, host.size() - 2)});
    }
    return is_host_name(host);
}

bool is_listen_address(std::string_view text) {
    if (text.starts_with("unix:")) return text.size() > 5 && is_plain_text(text);
    if (text.starts_with("fd:")) return text.size() > 3 && is_plain_text(text);
    return is_host_and_port(text);
}

bool is_proxy_url(std::string_view text) {
    constexpr std::array<std::string_view, 3> schemes{"http://", "https://", "socks5h://"};
    const auto scheme =
        std::ranges::find_if(schemes, [&](auto known) { return text.starts_with(known); });
    if (scheme == schemes.end()) return false;
    text.remove_prefix(scheme->size());
    if (text.ends_with('/')) text.remove_suffix(1);
    return is_host_and_port(text);
}

bool is_proxy_or_direct(std::string_view text) {
    return text == "direct" || is_proxy_url(text);
}

bool is_prefix(std::string_view text, std::int64_t most) {
    return !text.empty() && text.size() <= 3 && std::ranges::all_of(text, is_digit) &&
           read_number(text) <= most;
}

// ADDRESS[/PREFIX], without brackets.
bool is_network(std::string_view text) {
    const auto slash = text.find('/');
    const std::string address{text.substr(0, slash)};
    const bool narrow = is_ipv4(address);
    if (!narrow && !is_ipv6(address)) return false;
    return slash == std::string_view::npos || is_prefix(text.substr(slash + 1), narrow ? 32 : 128);
}

// "10.0.0.0/8:443", "[fd00::]/8:80": a port needs the brackets around IPv6 (RFC 3986 3.2.2).
bool is_address_range(std::string_view text) {
    if (is_network(text)) return true;
    std::string plain{text};
    const bool bracketed = text.starts_with('[');
    if (bracketed) {
        const auto close = plain.find(']');
        if (close == std::string::npos) return false;
        plain = plain.substr(1, close - 1) + plain.substr(close + 1);
        if (is_network(plain)) return true;
    }
    const auto colon = plain.rfind(':');
    return colon != std::string::npos && is_port(std::string_view{plain}.substr(colon + 1)) &&
           is_network(std::string_view{plain}.substr(0, colon)) &&
           (bracketed || is_ipv4(plain.substr(0, plain.find_first_of("/:"))));
}

bool is_path(std::string_view text) {
    return !text.empty() && text.size() < 4096 && std::ranges::none_of(text, is_control);
}

template <std::size_t count>
bool is_one_of(std::string_view text, const std::array<std::string_view, count>& words) {
    return std::ranges::find(words, text) != words.end();
}

bool is_content(std::string_view text) {
    return is_one_of(text, std::array<std::string_view, 3>{"full", "summary", "none"});
}
bool is_dedup(std::string_view text) {
    return is_one_of(text, std::array<std::string_view, 3>{"off", "id", "link"});
}
bool is_log_level(std::string_view text) {
    return is_one_of(text,
                     std::array<std::string_view, 5>{"error", "warn", "info", "debug", "trace"});
}
bool is_log_format(std::string_view text) {
    return is_one_of(text, std::array<std::string_view, 3>{"auto", "text", "json"});
}

bool is_http_version(std::string_view text) {
    return is_one_of(text, std::array<std::string_view, 3>{"auto", "1.1", "2"});
}

template <std::size_t count>
std::string in_largest_unit(std::int64_t amount, const std::array<Unit, count>& units) {
    for (const auto& unit : units) {
        const bool few_days = unit.name == "d" && amount < 3 * unit.amount;
        if (amount >= unit.amount && amount % unit.amount == 0 && !few_days) {
            return std::to_string(amount / unit.amount) + std::string{unit.name};
        }
    }
    return std::to_string(amount);
}

}  // namespace

std::string write_span(Duration duration) {
    return duration == Duration{} ? "0s" : in_largest_unit(duration.count(), time_units);
}

std::optional<std::int64_t> read_size(std::string_view text) {
    const auto end = std::ranges::find_if_not(text, is_digit);
    const auto number = read_number(std::string_view{text.begin(), end});
    const std::string_view unit = trim(std::string_view{end, text.end()});
    for (const auto& known : size_units) {
        if (!equals_ignoring_case(unit, known.name)) continue;
        if (number < 0 || number > std::numeric_limits<std::int64_t>::max() / known.amount) break;
        return number * known.amount;
    }
    return std::nullopt;
}

std::string write_size(std::int64_t bytes) {
    return bytes == 0 ? "0B" : in_largest_unit(bytes, size_units);
}

constinit const TextKind any_text{"text", "words", is_plain_text};
constinit const TextKind web_url{"an absolute http(s) URL", "https://example.org/", is_web_url};
constinit const TextKind source_url{"an absolute http(s) URL", "https://example.org/feed.xml",
                                    is_plain_text};
constinit const TextKind name_text{"1 to 64 of a-z, 0-9 and -", "my-feed", is_name};
constinit const TextKind listen_address{"HOST:PORT, unix:PATH or fd:NAME", "127.0.0.1:8080",
                                        is_listen_address};
constinit const TextKind address_range{"an address or CIDR with an optional port", "127.0.0.1:8080",
                                       is_address_range};
constinit const TextKind proxy_url{"http://, https:// or socks5h:// and HOST:PORT",
                                   "socks5h://127.0.0.1:9050", is_proxy_url};
constinit const TextKind proxy_or_direct{
    R"(http://, https:// or socks5h:// and HOST:PORT, or "direct")", "http://127.0.0.1:3128",
    is_proxy_or_direct};
constinit const TextKind host_name{"a host name", "feeds.example.org", is_host_name};
constinit const TextKind file_path{"a path", "/var/lib/tributary", is_path};
constinit const TextKind content_choice{R"("full", "summary" or "none")", "full", is_content};
constinit const TextKind dedup_choice{R"("off", "id" or "link")", "link", is_dedup};
constinit const TextKind log_level_choice{R"("error", "warn", "info", "debug" or "trace")", "info",
                                          is_log_level};
constinit const TextKind log_format_choice{R"("auto", "text" or "json")", "auto", is_log_format};
constinit const TextKind http_version_choice{R"("auto", "1.1" or "2")", "1.1", is_http_version};

std::string slug(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const char lower = ascii_lower(c);
        if (is_name_character(lower) && lower != '-') {
            out += lower;
        } else if (!out.empty() && out.back() != '-') {
            out += '-';
        }
        if (out.size() == 64) break;
    }
    while (out.ends_with('-')) out.pop_back();
    return out;
}

}  // namespace tributary::config
