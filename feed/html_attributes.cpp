#include "feed/html_attributes.h"

#include "base/text.h"
#include "base/url.h"
#include "feed/html_output.h"
#include "feed/references.h"

#include <algorithm>
#include <bit>
#include <optional>

namespace tributary::feed {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_number(std::string_view text) {
    constexpr std::size_t most_digits = 9;
    return !text.empty() && text.size() <= most_digits && std::ranges::all_of(text, is_digit);
}

bool is_integer(std::string_view text) {
    return is_number(text.starts_with('-') ? text.substr(1) : text);
}

/// "640", "640px" as "640", "50%"; anything else is none.
std::string_view length_of(std::string_view text) {
    if (text.ends_with("px")) text.remove_suffix(2);
    const std::string_view digits = text.ends_with('%') ? text.substr(0, text.size() - 1) : text;
    return is_number(digits) ? text : std::string_view();
}

template <typename... Words>
bool is_word(std::string_view text, Words... words) {
    return (... || (text == words));
}

bool is_language(std::string_view text) {
    constexpr std::size_t longest = 35;  // RFC 5646 4.4.1
    const auto fits = [](char c) {
        const char lower = ascii_lower(c);
        return is_digit(c) || c == '-' || (lower >= 'a' && lower <= 'z');
    };
    return !text.empty() && text.size() <= longest && std::ranges::all_of(text, fits);
}

bool is_media_type(std::string_view text) {
    const auto fits = [](char c) {
        constexpr std::string_view marks = "/+-._;= ";
        const char lower = ascii_lower(c);
        return is_digit(c) || (lower >= 'a' && lower <= 'z') || marks.contains(c);
    };
    return text.contains('/') && std::ranges::all_of(text, fits);
}

/// "image/png" and its like in a data: URL, in base64. SVG is not among them.
bool is_raster_data(std::string_view url) {
    constexpr std::array<std::string_view, 5> starts = {
        "data:image/png;base64,", "data:image/jpeg;base64,", "data:image/jpg;base64,",
        "data:image/gif;base64,", "data:image/webp;base64,"};
    const auto leads = [&](std::string_view start) {
        return starts_with_ignoring_case(url, start) && url.size() > start.size();
    };
    return std::ranges::any_of(starts, leads);
}

/// Data beyond this would crowd out the text around it.
constexpr std::size_t longest_data_url = 64 << 10;

bool is_control_or_space(char c) {
    return static_cast<unsigned char>(c) <= ' ' || c == '\x7f';
}

/// `url` with spaces escaped and controls, some of which browsers would pass over, left out. Only
/// a URL that is not http(s) or could not be resolved has any.
std::string without_controls(std::string_view url) {
    std::string out;
    for (const char c : url) {
        if (c == ' ') {
            out += "%20";
        } else if (!is_control_or_space(c)) {
            out += c;
        }
    }
    return out;
}

/// "//host" and "http://host", but not "http://".
bool has_host(std::string_view url) {
    const std::size_t slashes = url.find("//");
    if (slashes == std::string_view::npos) return false;
    const std::string_view rest = url.substr(slashes + 2);
    return rest.substr(0, rest.find_first_of("/?#")) != "";
}

/// Whether a parser could take the start of `url` for a scheme.
bool may_have_scheme(std::string_view url) {
    const std::size_t colon = url.find(':');
    return colon != std::string_view::npos && colon < url.find_first_of("/?#");
}

bool is_http(std::string_view url) {
    return starts_with_ignoring_case(url, "http://") || starts_with_ignoring_case(url, "https://");
}

bool is_safe(std::string_view url, UrlUse use) {
    if (is_http(url)) return has_host(url);
    if (starts_with_ignoring_case(url, "mailto:")) return use == UrlUse::link;
    return !url.empty() && !may_have_scheme(url);
}

bool is_descriptor(std::string_view text) {
    if (text.empty()) return true;
    const std::string_view number = text.substr(0, text.size() - 1);
    const auto fits = [](char c) { return is_digit(c) || c == '.'; };
    return is_word(text.substr(number.size()), "w", "x", "h") && !number.empty() &&
           std::ranges::all_of(number, fits);
}

std::string_view take_while(std::string_view& text, auto matches) {
    const std::string_view head(text.begin(), std::ranges::find_if_not(text, matches));
    text.remove_prefix(head.size());
    return head;
}

/// A comma at an end of a URL, bared when control characters are dropped, would be read as the end
/// of its candidate.
std::string_view without_outer_commas(std::string_view url) {
    while (url.starts_with(',')) url.remove_prefix(1);
    while (url.ends_with(',')) url.remove_suffix(1);
    return url;
}

/// A list of image candidates (WHATWG HTML 4.8.4.3.10), each resolved; unsafe ones are left out.
std::string candidates_of(std::string_view text, std::string_view base) {
    std::string out;
    while (true) {
        take_while(text, [](char c) { return is_space(c) || c == ','; });
        if (text.empty()) return out;
        std::string_view url = take_while(text, [](char c) { return !is_space(c); });
        std::string_view descriptor;
        if (url.ends_with(',')) {
            while (url.ends_with(',')) url.remove_suffix(1);
        } else {
            descriptor = trim(take_while(text, [](char c) { return c != ','; }));
        }
        const std::string resolved = safe_url(url, base, UrlUse::media);
        const std::string_view safe = without_outer_commas(resolved);
        if (safe.empty() || !is_descriptor(descriptor)) continue;
        if (!out.empty()) out += ", ";
        out += safe;
        if (!descriptor.empty()) out.append(" ") += descriptor;
    }
}

/// The value of an attribute as it is written; nothing if it may not be kept.
std::optional<std::string> clean_value(Element element, Attribute attribute, std::string text,
                                       std::string_view base) {
    const auto if_true = [&](bool keep) {
        return keep ? std::optional(std::move(text)) : std::nullopt;
    };
    const auto unless_empty = [](std::string value) {
        return value.empty() ? std::nullopt : std::optional(std::move(value));
    };
    switch (attribute) {
        case Attribute::href:
        case Attribute::cite:
            return unless_empty(safe_url(text, base, UrlUse::link));
        case Attribute::poster:
            return unless_empty(safe_url(text, base, UrlUse::media));
        case Attribute::src:
            return unless_empty(
                safe_url(text, base, element == Element::img ? UrlUse::image : UrlUse::media));
        case Attribute::srcset:
            return unless_empty(candidates_of(text, base));
        case Attribute::alt:
            return text;
        case Attribute::width:
        case Attribute::height:
            return unless_empty(std::string(length_of(trim(text))));
        case Attribute::lang:
        case Attribute::hreflang:
            return if_true(is_language(text));
        case Attribute::dir:
            return if_true(is_word(text, "ltr", "rtl", "auto"));
        case Attribute::preload:
            return if_true(is_word(text, "none", "metadata", "auto"));
        case Attribute::scope:
            return if_true(is_word(text, "row", "col", "rowgroup", "colgroup"));
        case Attribute::colspan:
        case Attribute::rowspan:
        case Attribute::span:
            return if_true(is_number(text));
        case Attribute::start:
        case Attribute::value:
            return if_true(is_integer(text));
        case Attribute::type:
            return if_true(element == Element::ol ? is_word(text, "1", "a", "A", "i", "I")
                                                  : is_media_type(text));
        case Attribute::controls:
        case Attribute::open:
        case Attribute::reversed:
            return "";
        default:
            return unless_empty(std::move(text));
    }
}

}  // namespace

TagAttributes::TagAttributes(const std::vector<HtmlAttribute>& attributes) {
    for (const HtmlAttribute& written : attributes) {
        const Attribute attribute = find_attribute(written.name);
        if (attribute != Attribute::none && !has(attribute)) set(attribute, written.value);
    }
}

std::string TagAttributes::text(Attribute attribute) const {
    std::string out;
    append_decoded(out, raw(attribute), ReferenceIn::attribute);
    return out;
}

void TagAttributes::set(Attribute attribute, std::string_view value) {
    values_[static_cast<std::size_t>(attribute)] = value;
    present_ |= set_of(attribute);
}

std::string safe_url(std::string_view text, std::string_view base, UrlUse use) {
    text = trim(text);
    if (use == UrlUse::image && text.size() <= longest_data_url && is_raster_data(text)) {
        return std::string(text);
    }
    std::string url = resolve_url(base, text);
    if (std::ranges::any_of(url, is_control_or_space)) {
        url = without_controls(url);
        // In an http URL only the host can still have had any, and then it is no host.
        if (is_http(url)) return {};
    }
    if (!is_safe(url, use)) url.clear();
    return url;
}

void adopt_lazy_sources(TagAttributes& attributes, std::string_view base) {
    const auto is_fetchable = [&](std::string_view url) {
        return !safe_url(url, base, UrlUse::media).empty();
    };
    if (attributes.has(Attribute::lazy_src) && is_fetchable(attributes.text(Attribute::lazy_src))) {
        attributes.set(Attribute::src, attributes.raw(Attribute::lazy_src));
    }
    if (attributes.has(Attribute::lazy_srcset) &&
        !candidates_of(attributes.text(Attribute::lazy_srcset), base).empty()) {
        attributes.set(Attribute::srcset, attributes.raw(Attribute::lazy_srcset));
    }
}

bool is_invisible(const TagAttributes& attributes) {
    const auto length = [&](Attribute side) {
        return std::string(length_of(trim(attributes.text(side))));
    };
    const auto is_tiny = [&](Attribute side) { return length(side) == "0" || length(side) == "1"; };
    const auto is_tiny_or_absent = [&](Attribute side) {
        return length(side).empty() || is_tiny(side);
    };
    if ((is_tiny(Attribute::width) && is_tiny_or_absent(Attribute::height)) ||
        (is_tiny(Attribute::height) && is_tiny_or_absent(Attribute::width))) {
        return true;
    }
    std::string css = to_lower(attributes.text(Attribute::style));
    std::erase_if(css, is_space);
    return css.contains("display:none") || css.contains("visibility:hidden") ||
           css.starts_with("width:1px;height:1px") || css.starts_with("height:1px;width:1px");
}

bool counts_readers(std::string_view url) {
    constexpr std::array<std::string_view, 18> places = {"b.scorecardresearch.com/",
                                                         "counter.theconversation.com/",
                                                         "facebook.com/tr?",
                                                         "feeds.feedburner.com/~ff/",
                                                         "feeds.feedburner.com/~r/",
                                                         "feeds.wordpress.com/1.0/",
                                                         "google-analytics.com/",
                                                         "googletagmanager.com/",
                                                         "medium.com/_/stat",
                                                         "pi.feedsportal.com/",
                                                         "pixel.quantserve.com/",
                                                         "pixel.wp.com/",
                                                         "px.ads.linkedin.com/",
                                                         "rss.feedsportal.com/",
                                                         "sb.scorecardresearch.com/",
                                                         "stats.wordpress.com/",
                                                         "t.co/i/adsct",
                                                         "tracking.feedpress.it/"};
    const std::size_t host = url.find("//");
    if (host == std::string_view::npos) return false;
    std::string_view place = url.substr(host + 2);
    if (place.starts_with("www.")) place.remove_prefix(4);
    const auto leads = [&](std::string_view start) { return place.starts_with(start); };
    return std::ranges::any_of(places, leads) || place.contains("/piwik.php?") ||
           place.contains("/matomo.php?");
}

std::string page_of_player(std::string_view url) {
    struct Player {
        std::string_view start, page;
    };
    constexpr std::array<Player, 5> players = {{
        {"youtube.com/embed/", "https://www.youtube.com/watch?v="},
        {"youtube.com/v/", "https://www.youtube.com/watch?v="},
        {"youtube-nocookie.com/embed/", "https://www.youtube.com/watch?v="},
        {"player.vimeo.com/video/", "https://vimeo.com/"},
        {"dailymotion.com/embed/video/", "https://www.dailymotion.com/video/"},
    }};
    const std::size_t host = url.find("//");
    if (host == std::string_view::npos) return std::string(url);
    std::string_view place = url.substr(host + 2);
    if (place.starts_with("www.")) place.remove_prefix(4);
    for (const auto& [start, page] : players) {
        if (!place.starts_with(start)) continue;
        place.remove_prefix(start.size());
        const std::string_view name = place.substr(0, place.find_first_of("?&#/"));
        if (!name.empty() && name != "videoseries") return std::string(page).append(name);
    }
    return std::string(url);
}

void append_attributes(std::string& out, Element element, const TagAttributes& attributes,
                       std::string_view base) {
    for (AttributeSet left = rule_of(element).attributes; left != 0; left &= left - 1) {
        const auto attribute = static_cast<Attribute>(std::countr_zero(left));
        if (!attributes.has(attribute)) continue;
        const auto value = clean_value(element, attribute, attributes.text(attribute), base);
        if (value) append_html_attribute(out, name_of(attribute), *value);
    }
}

}  // namespace tributary::feed
