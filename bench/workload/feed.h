#pragma once
// A made-up feed: what is decided once and for all, its items, and its document.

#include "bench/workload/language.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tributary::bench {

inline constexpr std::int64_t newest_date = 1'735'689'600;  // 2025-01-01; generation 0 ends there

enum class Kind { rss, atom, json, rdf };
/// What is decided of a feed once and for all.
struct Plan {
    int number = 0;
    Kind kind = Kind::rss;
    int items = 0;           // in the document
    bool full_text = false;  // else only a summary
    bool cdata = false;      // RSS: content in CDATA rather than escaped
    bool xhtml = false;      // Atom: content as elements
    int hours_between = 0;
    std::string site;
};

struct Item {
    std::string title, link, guid, author, html;
    std::int64_t date = 0;
};

/// Feed `number` of the workload.
Plan plan_of(std::uint64_t seed, int number);

/// How many items the feed has had in all when a generation is published: in each after the first
/// about one feed in 20 has one or two more.
int published_until(std::uint64_t seed, const Plan& plan, int generation);

/// Item `number` of the feed, the same in every generation.
Item make_item(std::uint64_t seed, const Language& language, const Plan& plan, int number);

/// The document with these items, newest first. None of its formats is written by the project's own
/// writers: they would only be measured with themselves.
std::string write_feed(const Plan& plan, const std::vector<Item>& items);

}  // namespace tributary::bench
