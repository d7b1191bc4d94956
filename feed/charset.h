#pragma once
// Character sets by the labels that documents carry. A label is never given to iconv: what the Web
// calls iso-8859-1 or shift_jis is not what the standards of those names say (WHATWG Encoding 4.2).

#include <string_view>

namespace tributary::feed {

struct Charset {
    enum class Kind {
        utf8,
        windows_1252,
        single_byte,  // ASCII below 0x80, one byte a character above
        multi_byte,   // ASCII below 0x80, sequences above
        stateful,     // escape sequences made of ASCII
        utf16,
        utf32,
    };
    std::string_view name;   // lower case, as reported
    const char* iconv_name;  // what decodes it in glibc
    Kind kind;
    std::string_view labels;  // all of them, lower case, with one space between

    bool is_ascii_compatible() const { return kind <= Kind::multi_byte; }
};

/// The charset that a label means; surrounding white space and case are ignored. Null if unknown.
const Charset* charset_of(std::string_view label);

}  // namespace tributary::feed
