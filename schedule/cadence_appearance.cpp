#include "schedule/cadence.h"

#include <algorithm>

namespace tributary::schedule {
namespace {

/// All entries of one document carry the same date: it is the document's, not theirs.
bool share_a_date(std::span<const Sighting> document) {
    return document.size() > 1 && document.front().published &&
           std::ranges::all_of(document, [&](const Sighting& sighting) {
               return sighting.published == document.front().published;
           });
}

bool is_credible(const Sighting& sighting) {
    if (!sighting.published || *sighting.published > sighting.first_seen) return false;
    return !sighting.polled_before || *sighting.published > *sighting.polled_before;
}

/// When the entries that one poll brought appeared.
void append(std::span<const Sighting> document, std::vector<Timestamp>& times) {
    const bool believed = !share_a_date(document);
    std::vector<const Sighting*> undated;
    for (const Sighting& sighting : document) {
        if (believed && is_credible(sighting)) {
            times.push_back(*sighting.published);
        } else if (sighting.polled_before) {
            undated.push_back(&sighting);
        }
    }
    const auto count = static_cast<Duration::rep>(undated.size());
    for (Duration::rep i = 0; i < count; ++i) {
        const Sighting& sighting = *undated[static_cast<std::size_t>(i)];
        // A clock that was set back may have put the poll before after this one.
        const Duration between =
            std::max(sighting.first_seen - *sighting.polled_before, Duration(0));
        times.push_back(sighting.first_seen - between * (2 * i + 1) / (2 * count));
    }
}

}  // namespace

std::vector<Timestamp> appearances(std::span<const Sighting> sightings) {
    std::vector<Sighting> sorted(sightings.begin(), sightings.end());
    std::ranges::stable_sort(sorted, {}, &Sighting::first_seen);
    std::vector<Timestamp> times;
    times.reserve(sorted.size());
    for (auto document = sorted.begin(); document != sorted.end();) {
        const auto end = std::find_if(document, sorted.end(), [&](const Sighting& sighting) {
            return sighting.first_seen != document->first_seen;
        });
        append({document, end}, times);
        document = end;
    }
    std::ranges::sort(times);
    if (times.size() > learned_entries) times.erase(times.begin(), times.end() - learned_entries);
    return times;
}

}  // namespace tributary::schedule
