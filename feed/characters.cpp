#include "feed/characters.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

// With the widest vectors that the machine has, chosen when the program starts.
#if defined(__x86_64__) && !defined(__SANITIZE_THREAD__)
#define WIDEST_VECTORS [[gnu::target_clones("avx2", "default")]]
#else
#define WIDEST_VECTORS
#endif

namespace tributary::feed {
namespace {

// Each byte is judged by itself and the three before it, without a branch, so that the compiler
// makes vectors of it: hence bytes for truths, and & and | for "and" and "or".
using Byte = std::uint8_t;
constexpr std::size_t block_size = 64;
constexpr std::size_t bytes_before = 3;

Byte is_forbidden_control(Byte c) {
    return (c < 0x20) & (c != '\t') & (c != '\n') & (c != '\r');
}

/// U+0080 to U+009F.
Byte is_c1_control(Byte before, Byte c) {
    return (before == 0xC2) & (c < 0xA0);
}

/// E0, ED and above: leads that forbid some tails. C0 and C1: no leads. Controls but for three.
Byte is_doubtful(Byte byte) {
    const auto c = static_cast<signed char>(byte);
    const Byte is_white = (c == '\t') | (c == '\n') | (c == '\r');
    const Byte is_high_or_control = (c > -20) & (c < 0x20);
    return (is_high_or_control > is_white) | (c == -32) | ((byte & 0xFE) == 0xC0);
}

// A half of a block: gcc and clang know how to compare such on every machine, each byte by itself.
using Bytes [[gnu::vector_size(block_size / 2)]] = std::uint8_t;
using SignedBytes [[gnu::vector_size(block_size / 2)]] = signed char;

/// Marks bytes that are not plainly good: those that are only sometimes good are not looked into.
/// What doubtful bytes before `at` ask of the first ones is not seen.
[[gnu::always_inline]] inline void add_doubts(SignedBytes& doubts, const Byte* at) {
    Bytes c, before, second_before;
    std::memcpy(&c, at, sizeof c);
    std::memcpy(&before, at - 1, sizeof before);
    std::memcpy(&second_before, at - 2, sizeof second_before);
    const SignedBytes s = reinterpret_cast<SignedBytes>(c);
    const SignedBytes is_tail = s < -64;
    const SignedBytes is_tail_due = (before >= 0xC0) | (second_before >= 0xE0);
    const SignedBytes is_white = (c == '\t') | (c == '\n') | (c == '\r');
    const SignedBytes is_high_or_control = (s > -20) & (s < 0x20);
    const SignedBytes is_odd_lead = (c == 0xE0) | ((c & 0xFE) == 0xC0);
    const SignedBytes is_c1 = (before == 0xC2) & (s < -96);
    doubts |= (is_tail ^ is_tail_due) | (is_high_or_control & ~is_white) | is_odd_lead | is_c1;
}

[[gnu::always_inline]] inline bool is_plain(const Byte* block) {
    SignedBytes doubts{};
    add_doubts(doubts, block);
    add_doubts(doubts, block + block_size / 2);
    std::array<std::uint64_t, sizeof doubts / sizeof(std::uint64_t)> words;
    std::memcpy(words.data(), &doubts, sizeof doubts);
    std::uint64_t any = 0;
    for (const std::uint64_t word : words) any |= word;
    return any == 0;
}

/// How many blocks are plain, up to the first that is not.
WIDEST_VECTORS std::size_t count_plain(const Byte* block, std::size_t blocks) {
    for (std::size_t i = 1; i <= bytes_before; ++i)
        if (is_doubtful(*(block - i))) return 0;
    for (std::size_t count = 0; count < blocks; ++count)
        if (!is_plain(block + count * block_size)) return count;
    return blocks;
}

Characters examine_block(const Byte* block) {
    Byte ill_formed = 0, forbidden = 0;
    for (std::size_t i = 0; i < block_size; ++i) {
        const Byte* const at = block + i;
        const Byte c = at[0], before = at[-1], second_before = at[-2], third_before = at[-3];
        const Byte is_tail = (c & 0xC0) == 0x80;
        const Byte is_tail_due =
            (before >= 0xC0) | (second_before >= 0xE0) | (third_before >= 0xF0);
        const Byte is_bad_lead = ((c & 0xFE) == 0xC0) | (c >= 0xF5);
        // Overlong forms, surrogates and what lies past U+10FFFF show in the second byte.
        const Byte is_bad_second =
            ((before == 0xE0) & (c < 0xA0)) | ((before == 0xED) & (c >= 0xA0)) |
            ((before == 0xF0) & (c < 0x90)) | ((before == 0xF4) & (c >= 0x90));
        const Byte is_noncharacter = (second_before == 0xEF) & (before == 0xBF) & (c >= 0xBE);
        ill_formed |= is_tail != is_tail_due;
        ill_formed |= is_bad_lead;
        ill_formed |= is_bad_second;
        forbidden |= is_forbidden_control(c);
        forbidden |= is_c1_control(before, c);
        forbidden |= is_noncharacter;
    }
    return {.are_utf8 = ill_formed == 0, .are_xml = forbidden == 0};
}

/// Blocks one after the other; `found` is what all of them are.
class Examiner {
  public:
    /// `first` starts with whole blocks, and before it stand three more bytes.
    void look_at(const char* first, std::size_t blocks) {
        const auto* block = reinterpret_cast<const Byte*>(first);
        while (true) {
            const std::size_t plain = count_plain(block, blocks);
            if (plain == blocks) return;
            const Characters here = examine_block(block + plain * block_size);
            found.are_utf8 &= here.are_utf8;
            found.are_xml &= here.are_xml;
            block += (plain + 1) * block_size;
            blocks -= plain + 1;
        }
    }

    /// What may be shorter than a block, and what stands before it. Spaces around it change nothing
    /// but that a character cut short shows.
    void look_at_copy(std::string_view before, std::string_view part) {
        std::array<char, bytes_before + block_size> padded;
        padded.fill(' ');
        std::ranges::copy(before, padded.begin() + bytes_before - std::ssize(before));
        std::ranges::copy(part, padded.begin() + bytes_before);
        look_at(padded.data() + bytes_before, 1);
    }

    Characters found;
};

}  // namespace

Characters examine(std::string_view text) {
    Examiner examiner;
    examiner.look_at_copy({}, text.substr(0, block_size));
    if (text.size() < block_size) return examiner.found;
    const std::size_t blocks = text.size() / block_size - 1, end = (blocks + 1) * block_size;
    examiner.look_at(text.data() + block_size, blocks);
    examiner.look_at_copy(text.substr(end - bytes_before, bytes_before), text.substr(end));
    return examiner.found;
}

}  // namespace tributary::feed
