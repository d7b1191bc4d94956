#include "target.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace tributary::fuzz {

void require(bool holds, std::string_view sentence) {
    if (holds) return;
    std::fprintf(stderr, "broken: %.*s\n", static_cast<int>(sentence.size()), sentence.data());
    std::abort();
}

Halves halves(std::string_view input) {
    const std::size_t end = std::min(input.find('\n'), input.size());
    return {.first = input.substr(0, end), .second = input.substr(std::min(end + 1, input.size()))};
}

}  // namespace tributary::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

/// The door of libFuzzer.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    tributary::fuzz::check({reinterpret_cast<const char*>(data), size});
    return 0;
}
