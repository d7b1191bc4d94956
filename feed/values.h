#pragma once
// The small values that elements and attributes hold.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "feed/draft.h"

namespace tributary::feed {

/// A whole number, or nothing.
std::optional<std::int64_t> number_in(std::string_view text);

/// A finite decimal number, or nothing.
std::optional<double> decimal_in(std::string_view text);

/// Seconds: "1:02:03", "62:03", "3723", "12.5".
std::optional<double> seconds_in(std::string_view text);

/// yes, true, explicit are true; no, false, clean are false; anything else says nothing.
std::optional<bool> truth_in(std::string_view text);

/// Words separated by commas.
std::vector<std::string> keywords_in(std::string_view text);

/// A date; what cannot be read is absent and warned about.
std::optional<Timestamp> date_in(const xml::Element& element);

/// Offers a date to `field`; of an entry, what was written is kept too, even if it cannot be read.
void read_date_into(Draft<Feed>& draft, Slot slot, std::optional<Timestamp>& field,
                    const xml::Element& element);
void read_date_into(Draft<Entry>& draft, Slot slot, std::optional<Timestamp>& field,
                    const xml::Element& element);

/// An Atom link's attributes; rel is "alternate" where the element says none.
Link atom_link(const xml::Element& element);

/// A link of a kind that matters goes to its field also: alternate, self, hub, enclosure, paging.
void add_link(Draft<Feed>& draft, Link link, const xml::Element& element);
void add_link(Draft<Entry>& draft, Link link, const xml::Element& element);

}  // namespace tributary::feed
