#include "feed/charset_guess.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace tributary::feed {
namespace {

using Byte = std::uint8_t;

constexpr std::size_t most_looked_at = 256u << 10;
// Less than this says nothing.
constexpr std::size_t least_pairs = 6;
constexpr std::size_t least_letters = 20;

constexpr bool is_in(Byte c, int first, int last) {
    return c >= first && c <= last;
}

/// A charset whose characters beyond ASCII take two bytes, and which of them most text consists of.
struct PairCharset {
    std::string_view name;
    bool (*is_lead)(Byte);
    bool (*is_trail)(Byte);
    bool (*is_single)(Byte);            // beyond ASCII, yet one byte
    bool (*is_typical)(Byte, Byte);     // of the language
    std::size_t least_typical_percent;  // of all pairs
};

bool is_high(Byte c) {
    return is_in(c, 0xA1, 0xFE);
}
bool is_none(Byte) {
    return false;
}

// Japanese is known by its kana, Korean by its syllables, Chinese by its common characters. GB 2312
// has them in the rows where Korean has its syllables, and in twice as many.
constexpr std::array pair_charsets = std::to_array<PairCharset>({
    {"euc-jp", [](Byte c) { return is_high(c) || c == 0x8E; }, is_high, is_none,
     [](Byte lead, Byte) { return lead == 0xA4 || lead == 0xA5; }, 25},
    {"shift_jis", [](Byte c) { return is_in(c, 0x81, 0x9F) || is_in(c, 0xE0, 0xFC); },
     [](Byte c) { return is_in(c, 0x40, 0xFC) && c != 0x7F; },
     [](Byte c) { return is_in(c, 0xA1, 0xDF); },
     [](Byte lead, Byte trail) { return (lead == 0x82 && trail >= 0x9F) || lead == 0x83; }, 25},
    {"euc-kr", is_high, is_high, is_none, [](Byte lead, Byte) { return is_in(lead, 0xB0, 0xC8); },
     85},
    {"gb18030", is_high, is_high, is_none, [](Byte lead, Byte) { return is_in(lead, 0xB0, 0xD7); },
     65},
    {"big5", [](Byte c) { return is_in(c, 0xA1, 0xF9); },
     [](Byte c) { return is_in(c, 0x40, 0x7E) || is_high(c); }, is_none,
     [](Byte lead, Byte) { return is_in(lead, 0xA4, 0xC6); }, 65},
});

/// Whether all bytes are of the charset, and what they say is of its language. Its words are whole:
/// most characters stand beside another one, which those of Latin scripts seldom do.
bool fits(const PairCharset& charset, std::string_view bytes) {
    std::size_t pairs = 0, typical = 0, beside = 0, behind_last = 0;
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        const auto lead = static_cast<Byte>(bytes[at]);
        if (lead < 0x80 || charset.is_single(lead)) continue;
        if (!charset.is_lead(lead)) return false;
        if (at + 1 == bytes.size()) break;  // cut off
        const auto trail = static_cast<Byte>(bytes[at + 1]);
        if (!charset.is_trail(trail)) return false;
        ++pairs;
        if (charset.is_typical(lead, trail)) ++typical;
        if (at == behind_last) ++beside;
        behind_last = at + 2;
        ++at;
    }
    return pairs >= least_pairs && beside * 2 >= pairs &&
           typical * 100 >= pairs * charset.least_typical_percent;
}

/// The letters of a single-byte charset, which have the upper quarter of the codes.
struct Letters {
    std::array<std::size_t, 256> count{};
    std::size_t all = 0;
    std::size_t in_words = 0;  // of three letters and more

    std::size_t between(int first, int last) const {
        std::size_t sum = 0;
        for (int c = first; c <= last; ++c) sum += count[static_cast<std::size_t>(c)];
        return sum;
    }
};

Letters letters_in(std::string_view bytes) {
    constexpr std::size_t least_word = 3;
    Letters letters;
    std::size_t word = 0;
    for (const char c : bytes) {
        const auto byte = static_cast<Byte>(c);
        if (byte < 0xC0) {
            if (word >= least_word) letters.in_words += word;
            word = 0;
            continue;
        }
        ++letters.count[byte];
        ++letters.all;
        ++word;
    }
    return letters;
}

/// In Latin scripts letters beyond ASCII stand alone; elsewhere whole words consist of them. Small
/// letters are many: they tell which half of the codes is theirs.
std::string_view guess_single_byte(std::string_view bytes) {
    const Letters letters = letters_in(bytes);
    const auto is_at_least = [&](std::size_t count, std::size_t percent) {
        return count * 100 >= letters.all * percent;
    };
    if (letters.all < least_letters || !is_at_least(letters.in_words, 70)) return "windows-1252";
    const std::size_t lower_half = letters.between(0xC0, 0xDF);
    // Hebrew has neither capitals nor a letter behind tav.
    if (!is_at_least(lower_half, 1) && !is_at_least(letters.between(0xFB, 0xFF), 1))
        return "windows-1255";
    if (is_at_least(lower_half, 50)) return "koi8-r";
    // Greek's accented vowels are where the rarest capitals of Russian are.
    return is_at_least(letters.between(0xDC, 0xDF), 4) ? "windows-1253" : "windows-1251";
}

}  // namespace

std::string_view guess_charset(std::string_view bytes) {
    bytes = bytes.substr(0, most_looked_at);
    for (const PairCharset& charset : pair_charsets)
        if (fits(charset, bytes)) return charset.name;
    return guess_single_byte(bytes);
}

}  // namespace tributary::feed
