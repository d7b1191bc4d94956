#include "feed/lines.h"

#include "base/text.h"

namespace tributary::feed {
namespace {

bool is_break(char before, char c) {
    return (static_cast<unsigned char>(c) < ' ') | ((c == ' ') & (before == ' '));
}

}  // namespace

bool is_on_one_line(std::string_view text) {
    if (text.empty()) return true;
    if (text.front() == ' ' || text.back() == ' ') return false;
    // Without a branch for each byte: where words end cannot be foretold. Blocks are made vectors.
    constexpr std::size_t block_size = 16;
    unsigned char breaks = is_break('x', text.front());
    std::size_t at = 1;
    for (; at + block_size <= text.size(); at += block_size) {
        const char* const block = text.data() + at;
        for (std::size_t i = 0; i < block_size; ++i) breaks |= is_break((block + i)[-1], block[i]);
    }
    for (; at < text.size(); ++at) breaks |= is_break(text[at - 1], text[at]);
    return breaks == 0;
}

std::string one_line(std::string_view text) {
    text = trim(text);
    return is_on_one_line(text) ? std::string(text) : collapse(text);
}

}  // namespace tributary::feed
