#include "feed/xml_outline.h"

#include <charconv>

namespace tributary::feed::xml {
namespace {

// No character of a document (XML 1.0 2.2), so that no text begins with it by itself.
constexpr char mark = '\x01';
// A shorter text is not worth its mark.
constexpr std::size_t least_text = 32;

class Outliner {
  public:
    explicit Outliner(std::string_view xml) : xml_(xml) { outline_.xml.reserve(xml.size() / 2); }

    /// False if something is not understood.
    bool run() {
        at_ = xml_.find('<');
        while (at_ < xml_.size()) {
            if (!pass_markup()) return false;
            const std::size_t text = at_;
            at_ = std::min(xml_.find('<', at_), xml_.size());
            if (at_ < xml_.size() && !take_out(text, at_)) return false;
        }
        copy_to(xml_.size());
        return true;
    }
    Outline outline() && { return std::move(outline_); }

  private:
    void copy_to(std::size_t end) {
        outline_.xml.append(xml_, copied_, end - copied_);
        copied_ = end;
    }

    /// False if what stays would be taken for a mark.
    bool take_out(std::size_t begin, std::size_t end) {
        if (end - begin < least_text) return xml_[begin] != mark;
        copy_to(begin);
        outline_.xml += mark;
        outline_.xml += std::to_string(outline_.texts.size());
        outline_.texts.push_back(xml_.substr(begin, end - begin));
        copied_ = end;
        return true;
    }

    bool pass_markup() {
        const std::string_view here = xml_.substr(at_);
        if (here.starts_with("<?")) return pass("<?", "?>");
        if (here.starts_with("<!--")) return pass("<!--", "-->");
        if (here.starts_with("<![CDATA[")) return pass_section();
        return !here.starts_with("<!") && pass_tag();
    }

    bool pass_tag() {
        for (++at_; at_ < xml_.size(); ++at_) {
            const char c = xml_[at_];
            if (c == '>') return ++at_, true;
            if (c == '"' || c == '\'') at_ = std::min(xml_.find(c, at_ + 1), xml_.size());
        }
        return false;
    }

    bool pass_section() {
        constexpr std::string_view start = "<![CDATA[", ending = "]]>";
        const std::size_t content = at_ + start.size();
        if (!pass(start, ending)) return false;
        return take_out(content, at_ - ending.size());
    }

    bool pass(std::string_view start, std::string_view ending) {
        const std::size_t found = xml_.find(ending, at_ + start.size());
        if (found == std::string_view::npos) return false;
        at_ = found + ending.size();
        return true;
    }

    std::string_view xml_;
    Outline outline_;
    std::size_t copied_ = 0, at_ = 0;
};

}  // namespace

std::optional<Outline> outline_of(std::string_view xml) {
    Outliner outliner(xml);
    if (!outliner.run()) return std::nullopt;
    return std::move(outliner).outline();
}

std::string_view text_of(const Outline& outline, std::string_view value) {
    if (!value.starts_with(mark)) return value;
    std::size_t number = 0;
    const auto read = std::from_chars(value.data() + 1, value.data() + value.size(), number);
    const bool is_known = read.ec == std::errc{} && number < outline.texts.size();
    return is_known ? outline.texts[number] : value;
}

}  // namespace tributary::feed::xml
