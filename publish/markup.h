#pragma once
// XML written as it is built, well-formed whatever it is given: text is mended and escaped here and
// nowhere else, so no writer can forget it. Elements close themselves at the end of their scope.

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "feed/model.h"

namespace tributary::publish {

/// `text` as XML 1.0 (2.2) and JSON both can carry it: ill-formed UTF-8, control characters and
/// U+FFFE/U+FFFF become U+FFFD; line breaks are single line feeds. `text` itself where nothing is
/// wrong, else a view of `mended`.
std::string_view clean(std::string_view text, std::string& mended);

/// The address as a link may carry it, or empty: http, https or mailto, with a host where there
/// must be one; trimmed; without control characters, blanks and quotes (percent-encoded: RFC
/// 3986 2.1). Never a script, never a file.
std::string web_url(std::string_view text);

/// An IRI that names something (a category's scheme): as web_url(), and the tag: and urn: schemes.
std::string identifier(std::string_view text);

/// The plain text of a text construct, on one line.
std::string plain_text(const feed::Text& text);

/// The part of a BCP 47 language tag's alphabet only, else empty: what xml:lang may hold.
std::string_view language_tag(std::string_view text);

/// The shortest decimal form that reads back as the same number.
std::string number(double value);

/// One element: attributes first, then text or children.
class Element {
  public:
    Element(std::string& out, std::string_view name);
    Element(Element& parent, std::string_view name);
    ~Element();
    Element(const Element&) = delete;
    Element& operator=(const Element&) = delete;

    /// Each leaves out what is absent.
    Element& attribute(std::string_view name, std::string_view value);
    Element& attribute(std::string_view name, std::optional<std::int64_t> value);
    Element& attribute(std::string_view name, std::optional<double> value);
    /// A template, so that no pointer turns into a truth.
    Element& attribute(std::string_view name, std::same_as<std::optional<bool>> auto value) {
        return value ? attribute(name, *value ? std::string_view("true") : "false") : *this;
    }
    /// An attribute that holds an address; left out unless web_url() accepts it.
    Element& url(std::string_view name, std::string_view value);

    void text(std::string_view value);
    /// Escaped twice: plain text where readers expect HTML.
    void text_as_html(std::string_view value);
    /// `&` and `<` in hexadecimal (RSS Advisory Board profile), and neither so that a reader who
    /// expects HTML would take it for a reference or a tag.
    void title(std::string_view value);

    /// A child with this text; nothing if the text is empty.
    void child(std::string_view name, std::string_view value);
    void child(std::string_view name, std::optional<std::int64_t> value);
    void child(std::string_view name, std::same_as<std::optional<bool>> auto value) {
        if (value) child(name, *value ? std::string_view("true") : "false");
    }
    /// A child with a title(): for words that people read.
    void child_title(std::string_view name, std::string_view value);
    /// A child whose text is an address; nothing unless web_url() accepts it.
    void child_url(std::string_view name, std::string_view value);

    /// For a root: its end tag is written elsewhere, after the items.
    void stay_open();

  private:
    std::string& begin_children();
    std::string& begin_text();

    std::string& out_;
    std::string name_;
    enum class State { attributes, text, children, left_open } state_ = State::attributes;
};

}  // namespace tributary::publish
