#include "feed/json_repair.h"

#include "base/text.h"

#include <algorithm>

namespace tributary::feed {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

/// The UTF-16 unit of "\uXXXX" at the start of `text`; -1 if there is none.
int unit_at(std::string_view text) {
    if (text.size() < 6 || !text.starts_with("\\u")) return -1;
    int unit = 0;
    for (const char c : text.substr(2, 4)) {
        const char lower = ascii_lower(c);
        const bool is_digit = lower >= '0' && lower <= '9';
        if (!is_digit && (lower < 'a' || lower > 'f')) return -1;
        unit = unit * 16 + (is_digit ? lower - '0' : lower - 'a' + 10);
    }
    return unit;
}
bool is_high_surrogate(int unit) {
    return unit >= 0xD800 && unit < 0xDC00;
}
bool is_low_surrogate(int unit) {
    return unit >= 0xDC00 && unit < 0xE000;
}

class Mender {
  public:
    explicit Mender(std::string_view text) : text_(text) {
        if (text_.starts_with(byte_order_mark)) text_.remove_prefix(byte_order_mark.size());
        out_.reserve(text_.size() + 16);
    }

    MendedJson mend() {
        bool is_complete = false;
        while (at_ < text_.size() && !is_complete) is_complete = read_token();
        if (!is_complete) close_behind_last_value();
        return {.text = std::move(out_), .is_cut = !is_complete};
    }

  private:
    /// True when the outermost value is closed.
    bool read_token() {
        const char c = text_[at_];
        if (c == '"') {
            read_string();
            return false;
        }
        ++at_;
        if (c == ',' && is_trailing_comma()) return false;
        out_ += c;
        if (c == '{' || c == '[') open_ += c == '{' ? '}' : ']';
        if ((c != '}' && c != ']') || open_.empty()) return false;
        open_.pop_back();
        whole_size_ = out_.size();
        whole_depth_ = open_.size();
        return open_.empty();
    }

    bool is_trailing_comma() {
        const std::size_t next = text_.find_first_not_of(" \t\r\n", at_);
        const bool is_trailing =
            next != std::string_view::npos && (text_[next] == '}' || text_[next] == ']');
        if (next != std::string_view::npos) at_ = next;  // the white space is not looked at again
        return is_trailing;
    }

    void read_string() {
        out_ += text_[at_++];
        while (at_ < text_.size()) {
            const char c = text_[at_];
            if (c == '\\') {
                read_escape();
                continue;
            }
            ++at_;
            if (static_cast<unsigned char>(c) < 0x20) {
                append_control(c);
            } else {
                out_ += c;
            }
            if (c == '"') return;
        }
    }

    void append_control(char c) {
        constexpr std::string_view digits = "0123456789abcdef";
        out_ += "\\u00";
        out_ += digits[static_cast<unsigned char>(c) >> 4];
        out_ += digits[static_cast<unsigned char>(c) & 0xF];
    }

    void read_escape() {
        const std::string_view rest = text_.substr(at_);
        const int unit = unit_at(rest);
        if (unit >= 0) {
            const bool is_pair =
                is_high_surrogate(unit) && is_low_surrogate(unit_at(rest.substr(6)));
            const bool is_alone = !is_pair && (is_high_surrogate(unit) || is_low_surrogate(unit));
            const std::size_t length = is_pair ? 12 : 6;
            out_ += is_alone ? "\\ufffd" : rest.substr(0, length);
            at_ += length;
            return;
        }
        const char kind = rest.size() > 1 ? rest[1] : '\0';
        constexpr std::string_view known = "\"\\/bfnrt";
        const bool is_known = known.find(kind) != std::string_view::npos;
        out_ += is_known ? rest.substr(0, 2) : "";
        at_ += is_known ? 2 : 1;  // of an unknown escape the character stays
    }

    void close_behind_last_value() {
        if (whole_depth_ == 0) return;
        out_.resize(whole_size_);
        // Since that value was closed, brackets were only opened.
        open_.resize(whole_depth_);
        out_.append(open_.rbegin(), open_.rend());
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::string out_;
    std::string open_;             // the brackets that will close what is open
    std::size_t whole_size_ = 0;   // of the text up to the last closed bracket
    std::size_t whole_depth_ = 0;  // and how many were open there
};

}  // namespace

MendedJson mend_json(std::string_view text) {
    return Mender(text).mend();
}

}  // namespace tributary::feed
