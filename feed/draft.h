#pragma once
// A Feed, Entry or Source while its elements are read, and who wins when several elements give one
// field: the format's own beats Dublin Core, that iTunes, that Media RSS, whatever their order; of
// equals the first that says something.

#include <array>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "feed/model.h"
#include "feed/parse.h"
#include "feed/warnings.h"
#include "feed/xml.h"

namespace tributary::feed {

/// What is the same for all elements of one document.
struct Reading {
    Format format = Format::rss;
    const Limits& limits;
    Warnings& warnings;
};

/// Fields that several elements compete for.
enum class Slot : std::uint8_t {
    authors,
    comments,
    comments_count,
    content,
    contributors,
    created,
    date_as_written,
    expired,
    generator,
    geo,
    id,
    image,
    language,
    license,
    link,
    media_description,
    media_title,
    published,
    publisher,
    rights,
    source,
    subtitle,
    summary,
    title,
    updated,
};
inline constexpr std::size_t slot_count = static_cast<std::size_t>(Slot::updated) + 1;

/// Where a value comes from, best first.
enum class Rank : std::uint8_t { own, other_format, module, dublin_core, itunes, media, last };

template <typename Target>
struct Draft {
    Target& target;
    Reading& reading;
    Rank rank = Rank::own;  // of the element being read
    std::array<std::uint8_t, slot_count> taken = filled();
    bool is_inner = false;                      // of a group: what stands outside of it is better
    std::optional<double> latitude, longitude;  // geo:lat and geo:long stand apart

    Draft(Target& into, Reading& from) : target(into), reading(from) {}

    std::uint8_t& taken_by(Slot slot) { return taken[static_cast<std::size_t>(slot)]; }

    /// A finer order within a rank: 0 is best, at most 7.
    std::uint8_t precedence(int within = 0) const {
        return static_cast<std::uint8_t>((static_cast<int>(rank) << 4) | (is_inner ? 8 : 0) |
                                         within);
    }

  private:
    static constexpr std::array<std::uint8_t, slot_count> filled() {
        std::array<std::uint8_t, slot_count> all{};
        all.fill(0xFF);
        return all;
    }
};

inline bool is_absent(const std::string& value) {
    return value.empty();
}
inline bool is_absent(const Text& value) {
    return value.empty();
}
inline bool is_absent(const Content& value) {
    return value.empty();
}
template <typename Value>
    requires std::equality_comparable<Value> && std::is_aggregate_v<Value>
bool is_absent(const Value& value) {
    return value == Value{};
}
template <typename T>
bool is_absent(const std::optional<T>& value) {
    return !value;
}

/// Puts what `read()` gives into `field`, unless a better element gave it already or it is empty.
template <typename Target, typename Value, typename Read>
void offer(Draft<Target>& draft, Slot slot, Value& field, Read read, int within = 0) {
    const std::uint8_t precedence = draft.precedence(within);
    if (precedence >= draft.taken_by(slot)) return;
    auto value = read();
    if (is_absent(value)) return;
    field = std::move(value);
    draft.taken_by(slot) = precedence;
}

template <typename Target, typename Value, typename Read>
void offer(Draft<Target>& draft, Slot slot, Box<Value>& field, Read read, int within = 0) {
    std::optional<Value> taken;
    const auto value = [&]() -> std::optional<Value> {
        Value found = read();
        if (is_absent(found)) return std::nullopt;
        return found;
    };
    offer(draft, slot, taken, value, within);
    if (taken) field.make() = std::move(*taken);
}

/// Adds to a list of one kind of source: a better kind starts it anew, a worse one is not heard.
template <typename Target, typename Value>
void offer_to_list(Draft<Target>& draft, Slot slot, std::vector<Value>& list, Value value) {
    const std::uint8_t precedence = draft.precedence();
    if (precedence > draft.taken_by(slot) || is_absent(value)) return;
    if (precedence < draft.taken_by(slot)) list.clear();
    draft.taken_by(slot) = precedence;
    list.push_back(std::move(value));
}

}  // namespace tributary::feed
