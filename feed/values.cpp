#include "feed/values.h"

#include "base/text.h"
#include "base/time.h"
#include "feed/decimal.h"

#include <charconv>

namespace tributary::feed {
namespace {

std::optional<Timestamp> date_of(const xml::Element& element, const std::string& written) {
    if (written.empty()) return std::nullopt;
    auto date = read_date(written);
    if (!date)
        element.warn("bad-date", std::string(element.name()) + ": '" +
                                     printable(truncate_utf8(written, 80)) + "' is no date");
    return date;
}

}  // namespace

std::optional<std::int64_t> number_in(std::string_view text) {
    const std::int64_t number = read_number(text);
    if (number < 0) return std::nullopt;
    return number;
}

std::optional<double> decimal_in(std::string_view text) {
    text = trim(text);
    if (text.starts_with('+')) text.remove_prefix(1);
    double value = 0;
    const char* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, value);
    if (text.empty() || stopped != end || error != std::errc{}) return std::nullopt;
    return storable(value);
}

std::optional<double> seconds_in(std::string_view text) {
    text = trim(text);
    double seconds = 0;
    for (int parts = 0; parts < 4; ++parts) {
        const std::size_t colon = text.find(':');
        const auto part = decimal_in(text.substr(0, colon));
        if (!part || *part < 0) return std::nullopt;
        seconds = seconds * 60 + *part;
        if (colon == std::string_view::npos) return storable(seconds);
        text.remove_prefix(colon + 1);
    }
    return std::nullopt;
}

std::optional<bool> truth_in(std::string_view text) {
    const std::string word = to_lower(trim(text));
    if (word == "yes" || word == "true" || word == "explicit") return true;
    if (word == "no" || word == "false" || word == "clean") return false;
    return std::nullopt;
}

std::vector<std::string> keywords_in(std::string_view text) {
    constexpr std::size_t most = 1000;
    std::vector<std::string> words;
    for (const std::string_view word : split(text, ',')) {
        if (words.size() == most) break;
        words.push_back(collapse(word));
    }
    return words;
}

std::optional<Timestamp> date_in(const xml::Element& element) {
    return date_of(element, element.line());
}

void read_date_into(Draft<Feed>& draft, Slot slot, std::optional<Timestamp>& field,
                    const xml::Element& element) {
    offer(draft, slot, field, [&] { return date_in(element); });
}

void read_date_into(Draft<Entry>& draft, Slot slot, std::optional<Timestamp>& field,
                    const xml::Element& element) {
    std::string written = element.line();
    if (written.empty()) return;
    offer(draft, slot, field, [&] { return date_of(element, written); });
    if (slot != Slot::published && slot != Slot::updated) return;
    const int after_published = slot == Slot::published ? 0 : 1;
    std::uint8_t& taken = draft.taken_by(Slot::date_as_written);
    const auto precedence =
        static_cast<std::uint8_t>(after_published << 7 | static_cast<int>(draft.rank));
    if (precedence >= taken) return;
    draft.target.date_as_written = std::move(written);
    taken = precedence;
}

}  // namespace tributary::feed
