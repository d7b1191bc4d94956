#include "feed/sanitize.h"

#include "base/text.h"
#include "feed/characters.h"
#include "feed/html_attributes.h"
#include "feed/html_tree.h"

#include <string>

namespace tributary::feed {
namespace {

using Kind = HtmlToken::Kind;

/// Reads one text of HTML and writes what may stay.
class Sanitizer {
  public:
    Sanitizer(std::string_view html, std::string_view base, const SanitizeOptions& options,
              std::size_t max_bytes)
        : tokens_(html), base_(base), options_(options), tree_(max_bytes) {
        tree_.reserve(html.size() + html.size() / 16);  // most of it stays
    }

    void run();
    bool is_cut() const { return tree_.is_full(); }
    std::string finish() { return tree_.finish(); }

  private:
    void start_tag(const HtmlToken& token);
    void end_tag(const HtmlToken& token);
    void keep(const HtmlToken& token, Element element);
    void keep_image(TagAttributes attributes);
    void keep_anchor(const TagAttributes& attributes);
    void link_to_embedded(const HtmlToken& token);
    void drop_content(const HtmlToken& token);

    HtmlTokens tokens_;
    std::string_view base_;
    const SanitizeOptions& options_;
    HtmlTree tree_;
    bool is_in_alternative_ = false;  // noscript
    std::string last_image_;          // its URL, so that a noscript does not show it twice
    std::string last_embedded_;       // likewise for object with an embed inside
};

void Sanitizer::run() {
    while (!tree_.is_full()) {
        const HtmlToken token = tokens_.next();
        switch (token.kind) {
            case Kind::text:
                tree_.text(token.text);
                break;
            case Kind::start_tag:
                start_tag(token);
                break;
            case Kind::end_tag:
                end_tag(token);
                break;
            case Kind::end_of_input:
                return;
        }
    }
}

void Sanitizer::start_tag(const HtmlToken& token) {
    const Verdict verdict = judge_element(token.text);
    switch (verdict.treatment) {
        case Treatment::keep:
            return keep(token, verdict.element);
        case Treatment::unwrap:
            return;
        case Treatment::drop:
            return drop_content(token);
        case Treatment::alternative:
            is_in_alternative_ = true;
            return;
        case Treatment::link:
            link_to_embedded(token);
            return drop_content(token);
        case Treatment::link_unwrap:
            return link_to_embedded(token);
    }
}

void Sanitizer::end_tag(const HtmlToken& token) {
    const Verdict verdict = judge_element(token.text);
    if (verdict.treatment == Treatment::alternative) is_in_alternative_ = false;
    if (verdict.treatment != Treatment::keep) return;
    if (verdict.element == Element::br) return tree_.open(Element::br, {});  // </br>, as browsers
    tree_.close(verdict.element);
}

void Sanitizer::keep(const HtmlToken& token, Element element) {
    TagAttributes attributes(tokens_.attributes());
    if (element == Element::img) return keep_image(attributes);
    if (element == Element::a) {
        keep_anchor(attributes);
    } else {
        if (element == Element::source || element == Element::video || element == Element::audio) {
            adopt_lazy_sources(attributes, base_);
        }
        // Without scripts and autoplay nothing plays that has no controls.
        if (element == Element::video || element == Element::audio) {
            attributes.set(Attribute::controls, "");
        }
        std::string text;
        append_attributes(text, element, attributes, base_);
        if (element == Element::source && !text.starts_with(" src")) return;
        tree_.open(element, text);
    }
    // "<a name=x/>" is empty in XHTML, and few who write it in HTML mean anything else.
    if (token.self_closing && !rule_of(element).is_void) tree_.close(element);
}

void Sanitizer::keep_image(TagAttributes attributes) {
    adopt_lazy_sources(attributes, base_);
    const std::string url = safe_url(attributes.text(Attribute::src), base_, UrlUse::image);
    if (options_.strip_trackers && (is_invisible(attributes) || counts_readers(url))) return;
    if (is_in_alternative_ && !url.empty() && url == last_image_) return;
    last_image_ = url;
    std::string text;
    append_attributes(text, Element::img, attributes, base_);
    const bool has_source = text.starts_with(" src");
    if (has_source) return tree_.open(Element::img, text);
    tree_.text(attributes.raw(Attribute::alt));
}

/// An anchor that leads nowhere is left out; it still ends the one before it, as in browsers.
void Sanitizer::keep_anchor(const TagAttributes& attributes) {
    std::string text;
    append_attributes(text, Element::a, attributes, base_);
    if (text.starts_with(" href")) return tree_.open(Element::a, text);
    tree_.close(Element::a);
}

/// Frames and players run scripts of others; a link says where they are.
void Sanitizer::link_to_embedded(const HtmlToken& token) {
    TagAttributes attributes(tokens_.attributes());
    adopt_lazy_sources(attributes, base_);
    const Attribute source =
        equals_ignoring_case(token.text, "object") ? Attribute::data : Attribute::src;
    const std::string written = attributes.text(source);
    const std::string url = safe_url(written, base_, UrlUse::media);
    if (trim(written).empty() || url.empty() || url == last_embedded_) return;
    if (options_.strip_trackers && (is_invisible(attributes) || counts_readers(url))) return;
    last_embedded_ = url;
    tree_.link(page_of_player(url), collapse(attributes.text(Attribute::title)));
}

/// Passes over everything up to the element's end tag.
void Sanitizer::drop_content(const HtmlToken& start) {
    if (start.self_closing) return;
    if (has_raw_text(start.text)) {
        tokens_.take_raw_text(start.text);
        return;
    }
    for (int depth = 1; depth > 0;) {
        const HtmlToken token = tokens_.next();
        if (token.kind == Kind::end_of_input) return;
        if (token.kind == Kind::text) continue;
        const bool is_start = token.kind == Kind::start_tag;
        if (equals_ignoring_case(token.text, start.text)) {
            if (!token.self_closing) depth += is_start ? 1 : -1;
        } else if (is_start && !token.self_closing && has_raw_text(token.text)) {
            tokens_.take_raw_text(token.text);
        }
    }
}

std::string read_on_link(std::string_view url) {
    HtmlTree tree(std::string::npos);
    tree.open(Element::p, {});
    tree.link(safe_url(url, {}, UrlUse::link), "Read on");
    return tree.finish();
}

std::string sanitize_valid(std::string_view html, std::string_view base,
                           const SanitizeOptions& options) {
    Sanitizer whole(html, base, options, options.max_bytes);
    whole.run();
    if (!whole.is_cut() || options.read_on.empty()) return whole.finish();
    // Only what is cut needs room for the link, so that cleaning twice does not cut twice.
    const std::string link = read_on_link(options.read_on);
    if (link.size() > options.max_bytes) return whole.finish();
    Sanitizer part(html, base, options, options.max_bytes - link.size());
    part.run();
    return part.finish() + link;
}

}  // namespace

std::string sanitize(std::string_view html, std::string_view base, const SanitizeOptions& options) {
    return examine(html).are_utf8 ? sanitize_valid(html, base, options)
                                  : sanitize_valid(to_valid_utf8(html), base, options);
}

}  // namespace tributary::feed
