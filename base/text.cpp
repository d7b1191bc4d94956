#include "base/text.h"

#include <openssl/evp.h>
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <limits>

namespace tributary {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

unsigned char byte_at(std::string_view text, std::size_t at) {
    return static_cast<unsigned char>(text[at]);
}

/// Where the first byte that is not ASCII stands, from `at` on; the end if there is none.
std::size_t skip_ascii(std::string_view text, std::size_t at) {
    constexpr std::uint64_t high_bits = 0x8080808080808080;
    while (at + 32 <= text.size()) {
        std::array<std::uint64_t, 4> words;
        std::memcpy(words.data(), text.data() + at, sizeof words);
        if ((words[0] | words[1] | words[2] | words[3]) & high_bits) break;
        at += 32;
    }
    while (at < text.size() && byte_at(text, at) < 0x80) ++at;
    return at;
}

struct Sequence {
    std::size_t length;  // of the character, or of the ill-formed maximal subpart
    bool well_formed;
};

/// The UTF-8 sequence at `at` (RFC 3629 4); ill-formed ones as WHATWG Encoding cuts them.
Sequence sequence_at(std::string_view text, std::size_t at) {
    const unsigned char lead = byte_at(text, at);
    if (lead < 0x80) return {1, true};
    if (lead < 0xC2 || lead > 0xF4) return {1, false};
    const std::size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    // The second byte alone decides against overlong forms, surrogates and what lies past U+10FFFF.
    unsigned char lowest = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    unsigned char highest = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    for (std::size_t i = 1; i < length; ++i) {
        if (at + i >= text.size()) return {i, false};
        const unsigned char next = byte_at(text, at + i);
        if (next < lowest || next > highest) return {i, false};
        lowest = 0x80;
        highest = 0xBF;
    }
    return {length, true};
}

char32_t decode(std::string_view sequence) {
    const unsigned char lead = byte_at(sequence, 0);
    if (sequence.size() == 1) return lead;
    char32_t code_point = lead & (0xFFu >> (sequence.size() + 1));
    for (std::size_t i = 1; i < sequence.size(); ++i)
        code_point = code_point << 6 | (byte_at(sequence, i) & 0x3Fu);
    return code_point;
}

/// How much of trimmed text has one space between words already; it does not end in a space.
std::size_t collapsed_length(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size() &&
           (!is_space(text[at]) || (text[at] == ' ' && !is_space(text[at + 1]))))
        ++at;
    return at;
}

bool is_bidirectional_control(char32_t c) {
    return c == 0x061C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) ||
           (c >= 0x2066 && c <= 0x2069);
}

void append_hexadecimal(std::string& out, char32_t value, int digits) {
    constexpr std::string_view alphabet = "0123456789abcdef";
    while (digits-- > 0) out += alphabet[value >> (4 * digits) & 0xF];
}

void append_escape(std::string& out, char32_t c) {
    switch (c) {
        case '\n':
            out += "\\n";
            return;
        case '\r':
            out += "\\r";
            return;
        case '\t':
            out += "\\t";
            return;
        default:
            break;
    }
    out += c < 0x100 ? "\\x" : "\\u";
    append_hexadecimal(out, c, c < 0x100 ? 2 : 4);
}

int hexadecimal_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    c = ascii_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/// The 16 bytes that a "urn:uuid:" string spells.
std::array<unsigned char, 16> uuid_bytes(std::string_view urn) {
    std::array<unsigned char, 16> bytes{};
    std::size_t digits = 0;
    if (starts_with_ignoring_case(urn, "urn:uuid:")) urn.remove_prefix(9);
    for (const char c : urn) {
        const int digit = hexadecimal_digit(c);
        if (digit < 0 || digits == 32) continue;
        auto& byte = bytes[digits++ / 2];
        byte = static_cast<unsigned char>(byte << 4 | digit);
    }
    return bytes;
}

}  // namespace

std::string_view trim(std::string_view text) {
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
    return text;
}

std::string collapse(std::string_view text) {
    text = trim(text);
    std::string out(text.substr(0, collapsed_length(text)));
    if (out.size() == text.size()) return out;
    out.reserve(text.size());
    for (const char c : text.substr(out.size())) {
        if (!is_space(c)) {
            out += c;
        } else if (out.back() != ' ') {
            out += ' ';
        }
    }
    return out;
}

std::string to_lower(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), ascii_lower);
    return out;
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
    return a.size() == b.size() && starts_with_ignoring_case(a, b);
}

bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) {
    if (text.size() < prefix.size()) return false;
    // Nearly always the case is the same too.
    for (std::size_t i = 0; i < prefix.size(); ++i)
        if (text[i] != prefix[i] && ascii_lower(text[i]) != ascii_lower(prefix[i])) return false;
    return true;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find(separator, at), text.size());
        if (const auto part = trim(text.substr(at, end - at)); !part.empty()) parts.push_back(part);
        at = end + 1;
    }
    return parts;
}

bool is_ascii(std::string_view text) {
    return skip_ascii(text, 0) == text.size();
}

bool is_utf8(std::string_view text) {
    for (std::size_t at = skip_ascii(text, 0); at < text.size();) {
        const Sequence sequence = sequence_at(text, at);
        if (!sequence.well_formed) return false;
        at += sequence.length;
        if (at < text.size() && byte_at(text, at) < 0x80) at = skip_ascii(text, at);
    }
    return true;
}

std::string to_valid_utf8(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    std::size_t copied = 0;
    for (std::size_t at = skip_ascii(text, 0); at < text.size(); at = skip_ascii(text, at)) {
        const Sequence sequence = sequence_at(text, at);
        if (!sequence.well_formed) {
            out.append(text, copied, at - copied).append(replacement);
            copied = at + sequence.length;
        }
        at += sequence.length;
    }
    return out.append(text, copied);
}

void append_utf8(std::string& out, char32_t code_point) {
    const auto tail = [&](int shift) {
        out += static_cast<char>(0x80u | (code_point >> shift & 0x3Fu));
    };
    if (code_point < 0x80) {
        out += static_cast<char>(code_point);
    } else if (code_point < 0x800) {
        out += static_cast<char>(0xC0u | code_point >> 6);
        tail(0);
    } else if (code_point > 0x10FFFF || (code_point >= 0xD800 && code_point < 0xE000)) {
        out += replacement;
    } else if (code_point < 0x10000) {
        out += static_cast<char>(0xE0u | code_point >> 12);
        tail(6);
        tail(0);
    } else {
        out += static_cast<char>(0xF0u | code_point >> 18);
        tail(12);
        tail(6);
        tail(0);
    }
}

std::string_view truncate_utf8(std::string_view text, std::size_t max_bytes) {
    if (text.size() <= max_bytes) return text;
    std::size_t end = max_bytes;
    while (end > 0 && max_bytes - end < 3 && (byte_at(text, end) & 0xC0) == 0x80) --end;
    // Three continuation bytes without a lead byte are no character: nothing to keep whole.
    if ((byte_at(text, end) & 0xC0) == 0x80) end = max_bytes;
    return text.substr(0, end);
}

std::string printable(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const Sequence sequence = sequence_at(text, at);
        const std::string_view bytes = text.substr(at, sequence.length);
        at += sequence.length;
        if (!sequence.well_formed) {
            out += replacement;
            continue;
        }
        const char32_t c = decode(bytes);
        if (c < 0x20 || (c >= 0x7F && c < 0xA0) || is_bidirectional_control(c)) {
            append_escape(out, c);
        } else {
            out += bytes;
        }
    }
    return out;
}

std::int64_t read_number(std::string_view text) {
    text = trim(text);
    if (text.empty() || !std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; }))
        return -1;
    std::int64_t number = 0;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), number);
    return result.ec == std::errc{} ? number : std::numeric_limits<std::int64_t>::max();
}

std::uint64_t hash64(std::string_view bytes) {
    return XXH3_64bits(bytes.data(), bytes.size());
}

std::uint64_t hash64(std::string_view bytes, std::uint64_t seed) {
    return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

std::string uuid_v5(std::string_view name_space, std::string_view name) {
    const auto prefix = uuid_bytes(name_space);
    std::string message(prefix.begin(), prefix.end());
    message += name;
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    EVP_Digest(message.data(), message.size(), digest.data(), nullptr, EVP_sha1(), nullptr);
    digest[6] = static_cast<unsigned char>((digest[6] & 0x0F) | 0x50);  // version 5
    digest[8] = static_cast<unsigned char>((digest[8] & 0x3F) | 0x80);  // the RFC's variant
    std::string out = "urn:uuid:";
    for (std::size_t i = 0; i < 16; ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) out += '-';
        append_hexadecimal(out, digest[i], 2);
    }
    return out;
}

}  // namespace tributary
