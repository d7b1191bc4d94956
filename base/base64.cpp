#include "base/base64.h"

#include <algorithm>
#include <cstdint>

namespace tributary {

std::string base64(std::string_view bytes) {
    static constexpr std::string_view digits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    for (; !bytes.empty(); bytes.remove_prefix(std::min<std::size_t>(3, bytes.size()))) {
        std::uint32_t group = 0;
        for (std::size_t i = 0; i < 3; ++i) {
            group = group << 8 | (i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0u);
        }
        for (std::size_t i = 0; i < 4; ++i) {
            out += i <= bytes.size() ? digits[group >> (18 - 6 * i) & 63] : '=';
        }
    }
    return out;
}

}  // namespace tributary
