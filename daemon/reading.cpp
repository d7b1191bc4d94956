#include "daemon/reading.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "feed/parse.h"
#include "fetcher/decode.h"

namespace tributary::daemon {

namespace {

/// Part of the hash of a body: grows when reading the same bytes would give another result, so that
/// an upgrade reads every source once more.
constexpr std::uint64_t reader_version = 1;

Reading failed(std::string error) {
    Reading reading;
    reading.kind = Reading::Kind::failed;
    reading.error = std::move(error);
    return reading;
}

Reading of_kind(Reading::Kind kind, int status) {
    Reading reading;
    reading.kind = kind;
    reading.error = status_in_words(status);
    return reading;
}

std::string in_words(const feed::ParseError& error) {
    std::string words = error.message;
    if (error.code == feed::ParseError::Code::not_a_feed) words.insert(0, "not a feed: ");
    if (error.line > 0)
        words += " (line " + std::to_string(error.line) + ", column " +
                 std::to_string(error.column) + ")";
    return words;
}

/// Of more entries than the store takes from one document, the newest are kept (store/ingest.cpp).
void warn_of_entries(feed::Parsed& parsed) {
    constexpr std::size_t most = store::IngestOptions{}.max_entries;
    if (parsed.feed.entries.size() > most)
        parsed.warnings.push_back(
            {"limit", feed::beyond_limit("entries", most) + "; the newest are kept"});
}

/// Whether the document ends before it should: perhaps the publisher's doing, perhaps the
/// network's.
bool is_cut(const feed::Parsed& parsed) {
    return std::ranges::any_of(parsed.warnings,
                               [](const auto& warning) { return warning.code == "truncated"; });
}

/// What is remembered of a cut body: not that it is known, but that it was seen.
std::uint64_t hash_of_cut(std::uint64_t hash) {
    return ~hash;
}

/// The beginning of what may be a page: parsing consumes the document.
std::string beginning_of_page(std::string_view body) {
    constexpr std::size_t enough = 64 << 10;
    const std::string start = to_lower(body.substr(0, 1024));
    const bool is_page =
        start.find("<html") != start.npos || start.find("<!doctype html") != start.npos;
    return is_page ? std::string(body.substr(0, enough)) : std::string();
}

schedule::Identified impostor_in(const fetcher::Response& response, std::string_view body) {
    const auto& headers = response.headers;
    const std::string mitigated = headers.get("cf-mitigated"), server = headers.get("server"),
                      action = headers.get("x-amzn-waf-action"), guard = headers.get("x-datadome"),
                      block = headers.get("x-sucuri-block");
    return schedule::identify({.status = response.status,
                               .cf_mitigated = mitigated,
                               .server = server,
                               .waf_action = action,
                               .datadome = guard,
                               .sucuri_block = block,
                               .body = body});
}

/// What answered in the feed's place, where the status alone says that it is none.
schedule::Identified impostor_behind(fetcher::Response& response) {
    constexpr std::size_t most = 1 << 20;
    const auto body =
        fetcher::decode(std::move(response.body), response.headers.get("content-encoding"), most);
    return impostor_in(response, body ? std::string_view(*body) : std::string_view());
}

constexpr int im_used = 226;  // RFC 3229 10.4.1

/// Why an answer that claims to be a delta is not the one that was asked for; empty: it is (R36).
std::string wrong_delta(const fetcher::Response& response, const fetcher::Request& request) {
    if (!request.accepts_delta()) return "answered 226 to a request that did not ask for it";
    // Any other manipulation was not asked for, alone or after this one.
    const std::string manipulations = response.headers.get("im");
    return equals_ignoring_case(trim(manipulations), "feed") ? "" : "answered 226 without IM: feed";
}

/// A body that should be a feed: hashed, decoded, parsed, identified.
Reading read_body(const store::SourceState& state, fetcher::Response& response,
                  const fetcher::Request& request) {
    if (response.body.empty()) return failed("an empty answer");
    Reading reading;
    reading.body_hash = hash64(response.body, reader_version);
    reading.is_delta = response.status == im_used;
    const bool same_owner = request.url == state.validators_url;
    if (same_owner && !reading.is_delta && reading.body_hash == state.body_hash) {
        reading.kind = Reading::Kind::same_body;
        response.body = {};  // it waits for others before it is committed
        return reading;
    }
    // The same bytes once more are no accident of the network: the publisher's document is so.
    const bool was_cut_before = same_owner && hash_of_cut(reading.body_hash) == state.body_hash;
    auto body = fetcher::decode(std::move(response.body), response.headers.get("content-encoding"),
                                static_cast<std::size_t>(request.max_bytes));
    if (!body) return failed(std::move(body.error()));
    reading.decoded_bytes = static_cast<std::int64_t>(body->size());
    const std::string page = beginning_of_page(*body);
    auto parsed = feed::parse({.bytes = std::move(*body),
                               .url = request.url,
                               .content_type = response.headers.get("content-type")});
    if (!parsed) {
        Reading unread = failed(in_words(parsed.error()));
        unread.is_page = !page.empty();
        unread.impostor = impostor_in(response, page);
        return unread;
    }
    reading.kind = Reading::Kind::feed;
    warn_of_entries(*parsed);
    if (!was_cut_before && is_cut(*parsed)) {
        // Half an entry would be stored as another one than the whole.
        if (parsed->last_entry_is_cut && !parsed->feed.entries.empty())
            parsed->feed.entries.pop_back();
        reading.body_hash = hash_of_cut(reading.body_hash);
        reading.is_cut = true;
    } else if (reading.is_delta) {
        reading.body_hash = 0;  // it is no whole document that could come again
    }
    reading.candidates = match::identify(parsed->feed);
    reading.parsed = std::make_unique<feed::Parsed>(std::move(*parsed));
    return reading;
}

Reading read_response(Visit& visit) {
    if (visit.refused) return failed(*visit.refused);
    auto& outcome = visit.outcome;
    if (auto* failure = std::get_if<fetcher::Failure>(&outcome.result))
        return failed(failure->message);
    auto& response = std::get<fetcher::Response>(outcome.result);
    switch (response.status) {
        case 304:
            if (visit.request.validators.empty())
                return failed("answered 304 to an unconditional request");
            return of_kind(Reading::Kind::not_modified, 304);
        case 410:
            return of_kind(Reading::Kind::gone, 410);
        case 429:
            return of_kind(Reading::Kind::rate_limited, 429);
        case 503:
            return of_kind(Reading::Kind::unavailable, 503);
        default:
            break;
    }
    if (response.status == 206) return failed("answered with a part, which was not asked for");
    if (response.status == im_used) {
        if (auto why = wrong_delta(response, visit.request); !why.empty())
            return failed(std::move(why));
    }
    if (response.status < 200 || response.status > 299)
        return failed(status_in_words(response.status));
    return read_body(visit.state, response, visit.request);
}

}  // namespace

bool is_quickly_read(const Visit& visit) {
    constexpr std::size_t most_hashed = 1 << 20;  // 0.1 ms
    const auto* response = std::get_if<fetcher::Response>(&visit.outcome.result);
    if (!response || response->body.empty()) return true;
    const bool may_be_known = response->status == 200 && response->body.size() <= most_hashed &&
                              visit.request.url == visit.state.validators_url;
    return may_be_known && hash64(response->body, reader_version) == visit.state.body_hash;
}

Reading read(Visit& visit) {
    try {
        Reading reading = read_response(visit);
        auto* response = std::get_if<fetcher::Response>(&visit.outcome.result);
        if (response && !visit.refused && response->status >= 400)
            reading.impostor = impostor_behind(*response);
        if (reading.impostor.kind != schedule::Impostor::none)
            reading.error += "; it is " + std::string(in_words(reading.impostor.kind)) + ": " +
                             reading.impostor.evidence;
        return reading;
    } catch (const std::exception& error) {  // one document too big for the machine harms itself
        return failed(std::string("cannot be read: ") + error.what());
    }
}

bool is_good(Reading::Kind kind) {
    return kind == Reading::Kind::feed || kind == Reading::Kind::same_body ||
           kind == Reading::Kind::not_modified;
}

std::string status_in_words(int status) {
    static constexpr std::array<std::pair<int, std::string_view>, 23> reasons{{
        {301, "moved permanently"},
        {302, "found"},
        {303, "see other"},
        {304, "not modified"},
        {307, "temporary redirect"},
        {308, "permanent redirect"},
        {400, "bad request"},
        {401, "it wants a password"},
        {403, "forbidden"},
        {404, "not found"},
        {405, "method not allowed"},
        {406, "not acceptable"},
        {407, "the proxy wants a password"},
        {408, "request timeout"},
        {410, "gone for good"},
        {418, "a teapot"},
        {429, "too many requests"},
        {451, "withheld for legal reasons"},
        {500, "server error"},
        {502, "bad gateway"},
        {503, "unavailable"},
        {504, "gateway timeout"},
        {522, "the origin does not answer"},
    }};
    std::string words = "HTTP " + std::to_string(status);
    for (const auto& [code, reason] : reasons) {
        if (code == status) words.append(" (").append(reason).append(")");
    }
    return words;
}

}  // namespace tributary::daemon
