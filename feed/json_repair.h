#pragma once
// Small faults of JSON mended in one linear pass, only after the parser refused the text.

#include <string>
#include <string_view>

namespace tributary::feed {

struct MendedJson {
    std::string text;
    bool is_cut = false;  // the end was missing: closed behind the last value that was whole
};

/// Mends a byte order mark, raw control characters, lone surrogates and wrong escapes in strings,
/// trailing commas, text behind the end, and an end that was cut off.
MendedJson mend_json(std::string_view text);

}  // namespace tributary::feed
