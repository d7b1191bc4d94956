#include "bench/workload/language.h"

#include <array>
#include <string_view>

namespace tributary::bench {

Language::Language(std::uint64_t seed) {
    constexpr std::array<std::string_view, 24> syllables = {
        "ka",  "lo", "mer", "ti", "san", "du", "re",  "vol", "ni", "ba",  "stre", "qui",
        "for", "en", "ul",  "pa", "gro", "li", "che", "mo",  "ra", "tem", "si",   "öl"};
    Dice dice(seed, 0);
    for (int i = 0; i < 6000; ++i) {
        std::string word;
        for (int part = dice.between(1, 4); part > 0; --part)
            word += syllables[dice.next() % syllables.size()];
        words_.push_back(std::move(word));
    }
}

const std::string& Language::word(Dice& dice) const {
    const int range = dice.percent(45) ? 120 : static_cast<int>(words_.size());
    return words_[static_cast<std::size_t>(dice.below(range))];
}

std::string Language::words(Dice& dice, int count) const {
    std::string text;
    for (int i = 0; i < count; ++i) {
        if (i > 0) text += ' ';
        text += word(dice);
    }
    return text;
}

}  // namespace tributary::bench
