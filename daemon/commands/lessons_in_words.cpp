#include "daemon/commands/lessons_in_words.h"

#include <algorithm>
#include <array>

#include "base/url.h"
#include "daemon/lessons.h"

namespace tributary::daemon {

std::string directive_in_words(std::string_view directive) {
    using Words = std::pair<std::string_view, std::string_view>;
    static constexpr auto words = std::to_array<Words>({
        {"", "it has not been polled yet"},
        {"interval", "that is the usual interval"},
        {"learned", "by what it has published, a request pays then"},
        {"max-age", "its publisher says that nothing changes before (Cache-Control, Expires)"},
        {"Retry-After", "its publisher has asked to be left alone until then (Retry-After)"},
        {"ttl", "the feed asks for polls no more often than that (ttl)"},
        {"skipHours", "the feed wants no polls in the hours before (skipHours)"},
        {"skipDays", "the feed wants no polls on the days before (skipDays)"},
        {"back-off", "it fails, and is asked more and more seldom until it answers"},
        {"page",
         "a web page is there and no feed: once a day is enough to see whether that changes"},
        {"rate limit", "it has said \"too many requests\" (429)"},
        {"slowed down", "it had said \"too many requests\" (429) within the last week"},
        {"no validators", "it can only be asked for the whole document, so it is asked less"},
        {"gone, to be confirmed", "it says that it is gone for good (410): once more, to be sure"},
        {"gone", "it has said twice that it is gone for good (410)"},
        {"no network", "our own network is down; it is charged to nobody"},
        {"network is back", "our own network is back"},
        {"obstacle", "it could not be asked; a reload or a restart tries again at once"},
        {"asked for", "it was asked for"},
        {"pushed", "its hub sends what is new, so polls only make sure"},
        {"hub", "its hub has told of news, or tells no more"},
        {"clock was set", "the clock was set"},
    });
    const auto found =
        std::ranges::find(words, directive, [](const auto& pair) { return pair.first; });
    return std::string(found != words.end() ? found->second : directive);
}

std::string move_in_words(const store::SourceState& state) {
    const schedule::Moves moves = moves_of(state);
    if (!moves.address.empty()) {
        std::string words = "to " + redacted_url(moves.address);
        if (moves.since) words += ", since " + write_rfc3339(*moves.since);
        if (moves.failing_since) words += "; it fails since " + write_rfc3339(*moves.failing_since);
        return words;
    }
    if (moves.seen.empty()) return {};
    return "perhaps to " + redacted_url(moves.seen) + ": seen " + std::to_string(moves.sightings) +
           (moves.sightings == 1 ? " time" : " times") +
           (moves.first_seen ? " since " + write_rfc3339(*moves.first_seen) : "");
}

std::vector<std::pair<std::string_view, std::string>> lessons_in_words(
    const store::SourceState& state, Timestamp now) {
    std::vector<std::pair<std::string_view, std::string>> lines;
    if (auto moved = move_in_words(state); !moved.empty())
        lines.emplace_back("moved", std::move(moved));
    const schedule::Identified impostor = impostor_of(state);
    if (impostor.kind != schedule::Impostor::none) {
        lines.emplace_back("in its place", std::string(in_words(impostor.kind)) + ", known by " +
                                               impostor.evidence);
        lines.emplace_back("advice", std::string(advice(impostor.kind)));
    }
    if (const auto gap = gap_of(state)) lines.emplace_back("gap", in_words(*gap));
    if (const auto pause = host_pause_of(state); pause && pause->until > now)
        lines.emplace_back("host",
                           pause->host + " is left alone until " + write_rfc3339(pause->until));
    const schedule::Repair repair = repair_of(state);
    if (repair.conditions == schedule::Conditions::date_only)
        lines.emplace_back("validators", "only the date is sent: its ETag never matches");
    if (repair.conditions == schedule::Conditions::etag_only)
        lines.emplace_back("validators", "only the ETag is sent: its date never matches");
    return lines;
}

}  // namespace tributary::daemon
