#include "base/percent.h"

#include "base/uri.h"

namespace tributary {

bool percent_decode(std::string_view text, std::string& out) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        if (i + 2 >= text.size()) return false;
        const int high = uri::hex_digit(text[i + 1]), low = uri::hex_digit(text[i + 2]);
        if (high < 0 || low < 0) return false;
        out += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return true;
}

void percent_encode(std::string_view text, std::string& out) {
    for (const char c : text) {
        if (uri::is_unreserved(c)) {
            out += c;
        } else {
            uri::append_escape(out, c);
        }
    }
}

}  // namespace tributary
