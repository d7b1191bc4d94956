#pragma once
// The named character references of HTML (WHATWG HTML 13.5).

#include <cstddef>
#include <string_view>

namespace tributary::feed {

/// What a name stands for. Some old names count without the semicolon too ("&copy 2026").
struct Entity {
    std::string_view value;  // UTF-8, one or two code points; empty: unknown
    bool without_semicolon = false;
};

/// `name` is without & and semicolon, and case matters.
Entity find_entity(std::string_view name);

/// No name is longer.
inline constexpr std::size_t longest_entity_name = 31;
/// No name that counts without its semicolon is longer.
inline constexpr std::size_t longest_bare_entity_name = 6;

}  // namespace tributary::feed
