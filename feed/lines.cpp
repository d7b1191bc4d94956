#include "feed/lines.h"

#include "base/text.h"

#include <algorithm>

namespace tributary::feed {
namespace {

/// Whether a line may be broken here: after a space by another one, or by any control character.
bool is_break(char before, char c) {
    return (static_cast<unsigned char>(c) < ' ') | ((c == ' ') & (before == ' '));
}

/// Where the first break stands, from `at` on, which is not the first byte; the end if there is
/// none. Most blocks are passed over without a branch for each byte: where words end cannot be
/// foretold.
std::size_t find_break(std::string_view text, std::size_t at) {
    constexpr std::size_t block_size = 16;
    const auto has_break = [&](const char* block) {
        unsigned char found = 0;  // no bool: the compiler makes vectors of bytes only
        for (std::size_t i = 0; i < block_size; ++i) found |= is_break((block + i)[-1], block[i]);
        return found != 0;
    };
    while (at + block_size <= text.size() && !has_break(text.data() + at)) at += block_size;
    // The last bytes too are one block, some of them seen twice.
    if (at > block_size && at + block_size > text.size() &&
        !has_break(text.data() + text.size() - block_size))
        return text.size();
    while (at < text.size() && !is_break(text[at - 1], text[at])) ++at;
    return std::min(at, text.size());
}

}  // namespace

bool is_on_one_line(std::string_view text) {
    if (text.empty()) return true;
    return !is_space(text.front()) && !is_space(text.back()) && find_break(text, 1) == text.size();
}

std::string one_line(std::string_view text) {
    text = trim(text);
    std::size_t at = find_break(text, 1);
    if (at == text.size()) return std::string(text);
    std::string out;
    std::size_t copied = 0;
    for (; at < text.size(); at = find_break(text, at + 1)) {
        if (!is_space(text[at])) continue;
        const std::size_t end_of_word = text[at - 1] == ' ' ? at - 1 : at;
        if (copied == 0) out.reserve(text.size());
        out.append(text, copied, end_of_word - copied) += ' ';
        while (is_space(text[at])) ++at;  // ends, for the text is trimmed
        copied = at;
    }
    return out.append(text.substr(copied));
}

}  // namespace tributary::feed
