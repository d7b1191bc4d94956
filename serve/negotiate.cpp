#include "serve/negotiate.h"

#include "base/text.h"

#include <algorithm>
#include <optional>

namespace tributary::serve {
namespace {

/// "0.8" as 800; nothing if it is no qvalue (RFC 9110 12.4.2).
std::optional<int> read_qvalue(std::string_view text) {
    if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return std::nullopt;
    int value = (text[0] - '0') * 1000;
    if (text.size() > 1 && text[1] != '.') return std::nullopt;
    int weight = 100;
    for (const char digit : text.substr(std::min<std::size_t>(2, text.size()))) {
        if (digit < '0' || digit > '9') return std::nullopt;
        value += (digit - '0') * weight;
        weight /= 10;
    }
    return std::min(value, 1000);
}

struct Preference {
    std::string_view what;  // "gzip", "application/*"
    int quality = 1000;
};

/// One element of the list, its q found among the parameters. An unreadable q counts as 1: the
/// client has at least named it.
Preference read_preference(std::string_view element) {
    Preference preference;
    const std::size_t end = element.find(';');
    preference.what = trim(element.substr(0, end));
    while (element.find(';') != std::string_view::npos) {
        element.remove_prefix(element.find(';') + 1);
        const std::string_view parameter = trim(element.substr(0, element.find(';')));
        if (!starts_with_ignoring_case(parameter, "q=")) continue;
        preference.quality = read_qvalue(parameter.substr(2)).value_or(1000);
    }
    return preference;
}

template <typename Visit>
void for_each_preference(std::string_view list, Visit visit) {
    while (!list.empty()) {
        const std::size_t comma = std::min(list.find(','), list.size());
        const Preference preference = read_preference(list.substr(0, comma));
        if (!preference.what.empty()) visit(preference);
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
}

/// How narrowly a media range names a type: 3 by itself, 2 as XML or JSON at large, 1 by its tree,
/// 0 as anything, -1 not at all.
int match_media_range(std::string_view range, std::string_view type) {
    if (equals_ignoring_case(range, type)) return 3;
    const bool is_json = type.ends_with("json");
    const bool at_large = is_json ? equals_ignoring_case(range, "application/json")
                                  : equals_ignoring_case(range, "application/xml") ||
                                        equals_ignoring_case(range, "text/xml");
    if (at_large) return 2;
    if (equals_ignoring_case(range, "application/*")) return 1;
    return range == "*/*" ? 0 : -1;
}

/// The quality of the narrowest range that holds the type (RFC 9110 12.5.1); 0 if none does.
int quality_of_type(std::string_view accept, std::string_view type) {
    int narrowest = -1, quality = 0;
    for_each_preference(accept, [&](const Preference& preference) {
        const int match = match_media_range(preference.what, type);
        if (match <= narrowest) return;
        narrowest = match;
        quality = preference.quality;
    });
    return quality;
}

}  // namespace

int quality_of_coding(std::string_view accept_encoding, std::string_view coding) {
    std::optional<int> named, any;
    for_each_preference(accept_encoding, [&](const Preference& preference) {
        if (equals_ignoring_case(preference.what, coding)) named = preference.quality;
        if (preference.what == "*") any = preference.quality;
    });
    return named.value_or(any.value_or(0));
}

const publish::Writer& preferred_writer(std::string_view accept) {
    const auto offered = publish::writers();
    const auto quality = [accept](const publish::Writer* writer) {
        return quality_of_type(accept, type_of(*writer));
    };
    return **std::ranges::max_element(offered, {}, quality);
}

}  // namespace tributary::serve
