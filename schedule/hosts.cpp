#include "schedule/hosts.h"

#include <algorithm>

namespace tributary::schedule {
namespace {

constexpr Duration ease = std::chrono::days(7);
// A quarter more than it has borne, so that it takes days to ease down to the next refusal.
constexpr int margin = 4;
// However rarely a host answers, its sources take turns.
constexpr Duration longest_spacing = std::chrono::minutes(15);

}  // namespace

Duration spacing(const HostManners& host, Duration base, Timestamp now) {
    if (!host.raised_at || host.spacing <= base) return base;
    const double elapsed =
        static_cast<double>((now - *host.raised_at).count()) / static_cast<double>(ease.count());
    const double left = std::clamp(1 - elapsed, 0.0, 1.0);
    const auto extra = static_cast<double>((host.spacing - base).count()) * left;
    return base + Duration(static_cast<Duration::rep>(extra));
}

void note_start(HostManners& host, Timestamp now) {
    if (!host.counted_from) host.counted_from = now;
    host.started = std::min(host.started + 1, 1'000'000);
}

void pause(HostManners& host, Timestamp until, Timestamp now) {
    if (until <= now) return;
    const bool is_longer = !host.paused_until || *host.paused_until < until;
    if (host.started > 1 && host.counted_from && *host.counted_from <= now) {
        // One of them was refused.
        const Duration borne = (until - *host.counted_from) / (host.started - 1);
        const Duration learned = std::min(borne + borne / margin, longest_spacing);
        host.spacing = std::max(learned, spacing(host, Duration(0), now));
        host.raised_at = now;
    }
    if (is_longer) host.paused_until = until;
    host.counted_from.reset();
    host.started = 0;
}

Timestamp next_start(const HostManners& host, std::optional<Timestamp> last, Duration base,
                     Timestamp now) {
    Timestamp next = now;
    if (last) next = std::max(next, *last + spacing(host, base, now));
    if (host.paused_until) next = std::max(next, *host.paused_until);
    return next;
}

}  // namespace tributary::schedule
