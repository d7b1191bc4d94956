#include "daemon/hop.h"

#include <algorithm>

#include "base/text.h"
#include "base/url.h"
#include "daemon/lessons.h"
#include "fetcher/headers.h"
#include "schedule/host.h"

namespace tributary::daemon {

namespace {

// Each hop has a row in the ledger, for months (RFC 9110 4.1: 8,000 bytes should be understood).
constexpr std::size_t longest_address = 8000;

/// Only 307 and 308 ask for the same request again: a POST is not made a GET (RFC 9110 15.4).
bool is_redirect(int status, fetcher::Method method) {
    if (status == 307 || status == 308) return true;
    return method == fetcher::Method::get && (status == 301 || status == 302 || status == 303);
}

/// Why a redirect from `from` to `to` may not be followed; empty if it may (R25, R26).
std::string refusal(const Url& from, const std::optional<Url>& to, const Visit& visit,
                    int max_redirects) {
    if (!to || !to->is_http()) return "redirected to something that is not an http(s) URL";
    if (to->str().size() > longest_address)
        return "redirected to an address of more than " + std::to_string(longest_address) +
               " bytes";
    if (static_cast<int>(visit.requests.size()) > max_redirects) {
        return "more than " + std::to_string(max_redirects) + " redirects";
    }
    if (from.scheme == "https" && to->scheme == "http" && from.host != to->host) {
        return "redirected from https to plain http on another host (" + to->host + ")";
    }
    const auto seen = [target = to->request_url()](const store::LedgerRow& row) {
        const auto asked = Url::parse(row.url);
        return asked && asked->request_url() == target;
    };
    if (std::ranges::any_of(visit.requests, seen)) return "redirects in a circle";
    return {};
}

/// R22: the address has died, and the one that it used to lead to was seen to work: on to there.
bool goes_on_elsewhere(Visit& visit) {
    if (visit.state.memory.empty() || visit.is_older_page) return false;
    std::vector<schedule::Hop> hops;
    for (const auto& row : visit.requests) hops.push_back({.url = row.url, .status = row.status});
    const auto way = schedule::way_out(moves_of(visit.state), hops);
    if (!way) return false;
    if (!is_same_origin(visit.request.url, *way)) visit.request.headers.clear();
    visit.request.url = *way;
    return true;
}

/// Only Retry-After itself: the reset of a rate limit counts for the next poll.
bool asks_to_wait(const fetcher::Headers& headers, Timestamp now) {
    return headers.has("retry-after") &&
           fetcher::retry_after(headers, now).value_or(Duration{0}) > Duration{0};
}

/// Follows the redirect that the response asks for, if it may; false: `visit.refused` says why not.
bool redirect(Visit& visit, const fetcher::Headers& headers, int max_redirects, Timestamp now) {
    const auto refuse = [&](std::string why) {
        visit.refused = std::move(why);
        return false;
    };
    const std::string location(trim(headers.get("location")));
    const auto from = Url::parse(visit.request.url);
    if (location.empty() || !from) return refuse("a redirect without a target");
    // R25: Retry-After comes before the hop.
    if (asks_to_wait(headers, now)) return refuse("a redirect that asks to wait first");
    auto to = Url::parse(resolve_url(visit.request.url, location));
    if (auto why = refusal(*from, to, visit, max_redirects); !why.empty())
        return refuse(std::move(why));

    const bool same_origin = from->origin() == to->origin();
    if (!same_origin) visit.request.headers.clear();
    to->userinfo = same_origin ? from->userinfo : std::string();
    to->fragment.clear();
    visit.request.url = to->str();
    return true;
}

}  // namespace

std::string host_of(const std::string& url) {
    const auto parsed = Url::parse(url);
    return parsed && parsed->is_http() ? schedule::host_key(parsed->host) : std::string();
}

bool is_same_origin(const std::string& one, const std::string& other) {
    if (one == other) return true;
    const auto a = Url::parse(one);
    const auto b = Url::parse(other);
    return a && b && a->origin() == b->origin();
}

fetcher::Validators validators_for(const store::SourceState& state, std::string_view url) {
    if (state.validators_url != url) return {};
    fetcher::Validators validators{.etag = state.etag, .last_modified = state.last_modified};
    if (state.memory.empty() || validators.etag.empty() || validators.last_modified.empty())
        return validators;
    const schedule::Conditions conditions = repair_of(state).conditions;  // R9
    if (conditions == schedule::Conditions::date_only) validators.etag.clear();
    if (conditions == schedule::Conditions::etag_only) validators.last_modified.clear();
    return validators;
}

store::LedgerRow row_of(const Visit& visit, const fetcher::Outcome& outcome, Timestamp now) {
    store::LedgerRow row;
    row.at = now - outcome.timings.total;
    row.url = visit.request.url;
    row.reason = visit.requests.empty() ? visit.reason : "redirect";
    row.sent_etag = !visit.request.validators.etag.empty();
    row.sent_last_modified = !visit.request.validators.last_modified.empty();
    row.wire_bytes = outcome.wire_bytes;
    row.connected = outcome.timings.connect;
    row.first_byte = outcome.timings.first_byte;
    row.duration = outcome.timings.total;
    if (const auto* response = std::get_if<fetcher::Response>(&outcome.result)) {
        row.status = response->status;
    }
    return row;
}

bool is_unsent(const fetcher::Outcome& outcome) {
    const auto* failure = std::get_if<fetcher::Failure>(&outcome.result);
    return failure && failure->kind == fetcher::Failure::Kind::not_sent;
}

bool is_unreached(const Visit& visit) {
    using Kind = fetcher::Failure::Kind;
    const auto* failure = std::get_if<fetcher::Failure>(&visit.outcome.result);
    if (!failure) return visit.reading.impostor.kind == schedule::Impostor::captive_portal;
    return failure->kind == Kind::resolve || failure->kind == Kind::connect ||
           failure->kind == Kind::timeout || failure->kind == Kind::tls;
}

bool next_hop(Visit& visit, int max_redirects, Timestamp now) {
    const auto* response = std::get_if<fetcher::Response>(&visit.outcome.result);
    if (!response) return false;
    const bool leads_on =
        goes_on_elsewhere(visit) || (is_redirect(response->status, visit.request.method) &&
                                     redirect(visit, response->headers, max_redirects, now));
    if (!leads_on) return false;
    visit.request.validators = validators_for(visit.state, visit.request.url);
    visit.request.command.clear();
    return true;
}

}  // namespace tributary::daemon
