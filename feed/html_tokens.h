#pragma once
// HTML cut into tags and text as browsers cut it (WHATWG HTML 13.2.5), without building a tree.
// Views into the input; one pass; comments, doctypes and the like are passed over.

#include <string_view>
#include <vector>

namespace tributary::feed {

struct HtmlAttribute {
    std::string_view name;   // as written
    std::string_view value;  // as written, references not decoded
};

struct HtmlToken {
    enum class Kind { text, start_tag, end_tag, end_of_input };
    Kind kind = Kind::end_of_input;
    std::string_view text;  // of a tag its name as written, else the text, references not decoded
    bool self_closing = false;
};

class HtmlTokens {
  public:
    explicit HtmlTokens(std::string_view html) : rest_(html) {}

    /// The next token. A tag that the input ends in is none, as in browsers.
    HtmlToken next();

    /// Of the last start tag, in order, possibly repeated.
    const std::vector<HtmlAttribute>& attributes() const { return attributes_; }

    /// The value of the first attribute called `name` (lower case); empty if there is none.
    std::string_view attribute(std::string_view name) const;

    /// Takes what stands before the end tag `name` as it is (script, style, title ...): the
    /// content. Without that end tag it is all the rest.
    std::string_view take_raw_text(std::string_view name);

  private:
    std::string_view take_text();
    bool skip_declaration();
    bool take_tag(HtmlToken& token);
    bool take_attributes(HtmlToken& token);
    bool take_attribute_value(HtmlAttribute& attribute);

    std::string_view rest_;
    std::vector<HtmlAttribute> attributes_;
};

/// Whether the content of the element is no markup for a browser without scripts: script, style,
/// title, textarea, iframe, xmp, noembed, noframes, plaintext. `name` in any case.
bool has_raw_text(std::string_view name);

}  // namespace tributary::feed
