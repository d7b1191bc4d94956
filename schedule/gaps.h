#pragma once
// Entries that were missed. A feed shows its newest entries only; when none of them was there at
// the last poll, some may have come and gone in between. That is a gap: it is recorded with its
// times, the source is polled faster until its windows overlap again, and older entries are asked
// for where the publisher offers them: archives (RFC 5005 4), next pages (RFC 5005 3, JSON Feed
// next_url), WordPress's own paging. Politely: at most twenty pages, on the feed's own host. Pure.

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "feed/model.h"
#include "schedule/memory.h"

namespace tributary::schedule {

/// What a document showed.
struct Window {
    int known = 0;                    // entries that this source had shown before
    int unknown = 0;                  // and those that it had not
    std::optional<Timestamp> oldest;  // as claimed; nothing unless every entry has a date
    bool is_complete = false;         // RFC 5005 2: there are no others
};

/// By which road older entries are asked for.
enum class Trail { none, archive, next_page, paged };

struct Gap {
    enum class State {
        open,      // pages are being asked for
        repaired,  // a page showed an entry that was known
        lost,      // there is no page that does, or none at all
    };
    Timestamp from{}, to{};
    int at_least = 1;  // the fewest entries that may be missing
    State state = State::lost;
    bool overlaps_again = false;  // a later window held an entry that was known

    Trail trail = Trail::none;
    std::string page;  // the next one to ask for; empty: no more
    int pages = 0;     // asked for so far
    int found = 0;     // entries that they brought
    // Archives never change (RFC 5005 4): each is asked for once ever.
    std::string first_archive;  // the newest one asked for now
    std::string known_archive;  // and the newest one that was asked for an earlier gap
    bool operator==(const Gap&) const = default;
};

Window window_of(const feed::Feed& feed, int known, int unknown);

/// The gap before this window; nothing if it holds an entry that was known, reaches back to the
/// last good poll, or is too small to tell.
std::optional<Gap> gap_before(const Window& window, std::optional<Timestamp> last_good,
                              Timestamp now);

/// What an earlier gap has taught about this one: which archives need not be read again.
void take_over(Gap& gap, const std::optional<Gap>& earlier);

/// Where to ask for what `gap` lacks, after the document at `url` has shown it.
void look_for_pages(Gap& gap, const feed::Feed& feed, std::string_view url);

/// A page came that was asked for; what it showed, and where to go on.
void take_page(Gap& gap, const feed::Feed& page, const Window& shown);

/// A page could not be had: that is the end of it.
void give_up(Gap& gap);

Notes to_notes(const std::optional<Gap>& gap);
std::optional<Gap> gap_of(const Notes& notes);

/// "between 2026-11-20T09:00:00Z and 2026-11-20T10:00:00Z at least 1 entry was missed; ..."
std::string in_words(const Gap& gap);

}  // namespace tributary::schedule
