#include "schedule/gaps.h"

#include <algorithm>

#include "base/text.h"
#include "base/url.h"
#include "schedule/host.h"

namespace tributary::schedule {
namespace {

constexpr int most_pages = 20;
constexpr std::size_t longest_address = 8000;  // RFC 9110 4.1
// A feed of one entry never overlaps with itself: that tells nothing.
constexpr int smallest_window = 2;

bool is_on_the_same_host(std::string_view one, std::string_view other) {
    const auto a = Url::parse(one);
    const auto b = Url::parse(other);
    return a && b && a->is_http() && b->is_http() && host_key(a->host) == host_key(b->host);
}

bool is_by_wordpress(const feed::Feed& feed) {
    if (!feed.generator) return false;
    const std::string both = to_lower(feed.generator->name + " " + feed.generator->uri);
    return both.find("wordpress.org") != both.npos || both.find("wordpress.com") != both.npos;
}

/// The feed at `url` as WordPress shows its older entries: paged=2, 3, ...
std::string with_page_number(std::string_view url, int number) {
    auto parsed = Url::parse(url);
    if (!parsed) return {};
    std::string query;
    for (const std::string_view parameter : split(parsed->query, '&')) {
        if (parameter.starts_with("paged=")) continue;
        query.append(query.empty() ? "" : "&").append(parameter);
    }
    query.append(query.empty() ? "" : "&").append("paged=" + std::to_string(number));
    parsed->query = query;
    parsed->has_query = true;
    parsed->fragment.clear();
    return parsed->str();
}

/// The page that `feed` names for what comes before it, by this trail.
std::string page_before(const feed::Feed& feed, Trail trail) {
    if (!feed.paging) return {};
    if (trail == Trail::archive) return feed.paging->prev_archive;
    if (trail == Trail::next_page) return feed.paging->next;
    return {};
}

/// Goes on to `page`, or ends where it may not go on.
void go_on(Gap& gap, std::string_view from, std::string page) {
    const bool was_read = gap.trail == Trail::archive && page == gap.known_archive;
    if (!page.empty() && was_read) {
        gap.page.clear();
        gap.state = Gap::State::repaired;  // what lies before it was read when it was
        return;
    }
    const bool is_address = !page.empty() && page.size() <= longest_address && page != from;
    const bool may = is_address && gap.pages < most_pages && is_on_the_same_host(from, page);
    gap.page = may ? std::move(page) : std::string();
    gap.state = may ? Gap::State::open : Gap::State::lost;
}

std::string count_of(int number, std::string_view one, std::string_view many) {
    return std::to_string(number) + " " + std::string(number == 1 ? one : many);
}

}  // namespace

Window window_of(const feed::Feed& feed, int known, int unknown) {
    Window window{.known = known, .unknown = unknown, .oldest = {}};
    window.is_complete = feed.paging && feed.paging->complete;
    for (const feed::Entry& entry : feed.entries) {
        const auto& date = entry.published ? entry.published : entry.updated;
        if (!date) {
            window.oldest.reset();
            break;
        }
        window.oldest = std::min(window.oldest.value_or(*date), *date);
    }
    return window;
}

std::optional<Gap> gap_before(const Window& window, std::optional<Timestamp> last_good,
                              Timestamp now) {
    const bool tells = window.unknown >= smallest_window && !window.is_complete;
    if (!tells || window.known > 0 || !last_good || *last_good >= now) return std::nullopt;
    // Dated entries that reach back to the last poll leave no room for others.
    if (window.oldest && *window.oldest <= *last_good) return std::nullopt;
    Gap gap;
    gap.from = *last_good;
    gap.to = std::min(window.oldest.value_or(now), now);
    return gap;
}

void take_over(Gap& gap, const std::optional<Gap>& earlier) {
    if (!earlier) return;
    gap.known_archive =
        earlier->first_archive.empty() ? earlier->known_archive : earlier->first_archive;
}

void look_for_pages(Gap& gap, const feed::Feed& feed, std::string_view url) {
    for (const Trail trail : {Trail::archive, Trail::next_page}) {
        gap.trail = trail;
        go_on(gap, url, page_before(feed, trail));
        if (trail == Trail::archive && !gap.page.empty()) gap.first_archive = gap.page;
        if (gap.state != Gap::State::lost) return;
    }
    gap.trail = is_by_wordpress(feed) ? Trail::paged : Trail::none;
    if (gap.trail == Trail::paged) go_on(gap, url, with_page_number(url, 2));
}

void take_page(Gap& gap, const feed::Feed& page, const Window& shown) {
    const std::string from = std::exchange(gap.page, {});
    ++gap.pages;
    gap.found += shown.unknown;
    if (shown.known > 0) {
        gap.state = Gap::State::repaired;
    } else if (page.entries.empty()) {
        gap.state = Gap::State::lost;
    } else if (gap.trail == Trail::paged) {
        go_on(gap, from, with_page_number(from, gap.pages + 2));
    } else {
        go_on(gap, from, page_before(page, gap.trail));
    }
}

void give_up(Gap& gap) {
    gap.page.clear();
    ++gap.pages;
    gap.state = Gap::State::lost;
}

Notes to_notes(const std::optional<Gap>& gap) {
    if (!gap) return {};
    Notes notes;
    notes.add(gap->from).add(gap->to).add(std::int64_t{gap->at_least});
    notes.add(static_cast<std::int64_t>(gap->state)).add(std::int64_t{gap->overlaps_again});
    notes.add(static_cast<std::int64_t>(gap->trail)).add(gap->page);
    notes.add(std::int64_t{gap->pages}).add(std::int64_t{gap->found});
    notes.add(gap->known_archive).add(gap->first_archive);
    return notes;
}

std::optional<Gap> gap_of(const Notes& notes) {
    const auto from = notes.time(0), to = notes.time(1);
    if (!from || !to) return std::nullopt;
    const auto small = [&](std::size_t place, std::int64_t most) {
        return static_cast<int>(std::clamp<std::int64_t>(notes.number(place), 0, most));
    };
    Gap gap;
    gap.from = *from;
    gap.to = *to;
    gap.at_least = small(2, 1'000'000);
    gap.state = static_cast<Gap::State>(small(3, static_cast<int>(Gap::State::lost)));
    gap.overlaps_again = notes.number(4) != 0;
    gap.trail = static_cast<Trail>(small(5, static_cast<int>(Trail::paged)));
    gap.page = notes.text(6);
    gap.pages = small(7, most_pages);
    gap.found = small(8, 1'000'000'000);
    gap.known_archive = notes.text(9);
    gap.first_archive = notes.text(10);
    return gap;
}

std::string in_words(const Gap& gap) {
    std::string words = "between " + write_rfc3339(gap.from) + " and " + write_rfc3339(gap.to) +
                        " at least " + count_of(gap.at_least, "entry", "entries") +
                        " may have been missed; ";
    if (gap.pages == 0 && gap.page.empty()) return words + "its publisher offers no older pages";
    const std::string brought = count_of(gap.pages, "older page", "older pages") + " brought " +
                                count_of(gap.found, "entry", "entries");
    switch (gap.state) {
        case Gap::State::open:
            return words + "older pages are being read (" + brought + ")";
        case Gap::State::repaired:
            return words + "repaired: " + brought;
        case Gap::State::lost:
            return words + brought + ", but not all";
    }
    return words;
}

}  // namespace tributary::schedule
