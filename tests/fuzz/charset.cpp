// Any bytes (from the second line on) with any Content-Type (the first line) to UTF-8.

#include "base/text.h"
#include "feed/encoding.h"
#include "target.h"

#include <algorithm>
#include <string>

namespace tributary::feed {
namespace {

using fuzz::require;

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::size_t widest = 4;  // bytes of UTF-8 that one byte may become

bool is_illegal_in_xml(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 && c != '\t' && c != '\n' && c != '\r';
}

void check_decoded(const Decoded& decoded, std::size_t bytes) {
    require(is_utf8(decoded.text), "decoded text is UTF-8");
    require(!decoded.text.starts_with(byte_order_mark), "a byte order mark is taken off");
    require(std::ranges::none_of(decoded.text, is_illegal_in_xml), "controls are taken out");
    require(decoded.text.size() <= widest * bytes, "decoding does not blow up");
    require(!decoded.encoding.empty() && to_lower(decoded.encoding) == decoded.encoding,
            "the encoding has a name in lower case");
    const auto again = to_utf8(decoded.text, "text/xml; charset=utf-8");
    require(again && again->text == decoded.text, "decoded text stays as it is");
}

}  // namespace
}  // namespace tributary::feed

void tributary::fuzz::check(std::string_view input) {
    const auto [content_type, bytes] = halves(input);
    const auto decoded = feed::to_utf8(std::string(bytes), content_type);
    if (decoded) {
        feed::check_decoded(*decoded, bytes.size());
    } else {
        require(!decoded.error().message.empty(), "an error says something");
    }
}
