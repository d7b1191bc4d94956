#include "tests/sim/checker.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>

#include "base/text.h"

namespace tributary::sim {

namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using Breaches = std::vector<std::string>;

/// A poll: its requests in order, each as the ledger and as the origin have it.
struct Request {
    const store::LedgerRow* row = nullptr;
    const LogLine* line = nullptr;
};
using Chain = std::vector<Request>;

bool is_permanent(int status) {
    return status == 301 || status == 308;
}

/// R12: how long an answer asks to wait; R13: X-RateLimit-Reset where there is no Retry-After.
std::optional<Duration> asked_to_wait(const LogLine& line, const Limits& limits) {
    std::string value = line.header("retry-after");
    if (value.empty() && line.header("x-ratelimit-remaining") == "0")
        value = line.header("x-ratelimit-reset");
    if (value.empty()) return std::nullopt;
    const std::int64_t number = read_number(value);
    if (number >= 0)
        return std::min<Duration>(seconds(std::min<std::int64_t>(number, 1 << 30)),
                                  limits.longest_pause);
    const auto date = read_http_date(value);
    if (!date || *date <= line.answered) return std::nullopt;
    // A date has whole seconds, and clocks differ.
    return std::min<Duration>(*date - line.answered - seconds(1), limits.longest_pause);
}

/// R11.
Duration max_age_of(const LogLine& line) {
    const std::string control = line.header("cache-control");
    const auto at = control.find("max-age=");
    if (at == control.npos) return Duration(0);
    const std::string_view digits = std::string_view(control).substr(at + 8);
    const auto end = digits.find_first_not_of("0123456789");
    return seconds(std::clamp<std::int64_t>(read_number(digits.substr(0, end)), 0, 1 << 30));
}

bool is_good(const LogLine& line) {
    return line.is_whole_feed || line.is_half_feed || line.status == 304;
}

/// Whether the host itself was there: not nobody, nor the page of a network that wants a login.
bool is_answer(const LogLine& line) {
    return line.status != 0 && (line.status != 200 || line.is_whole_feed || line.is_half_feed);
}

std::string at_text(const Request& request) {
    return request.line->url + " at " + write_rfc3339(request.line->at);
}

/// What one source's polls look like to those that were polled.
class SourceCheck {
  public:
    SourceCheck(const std::string& url, const std::vector<Chain>& chains,
                const Testimony& testimony, const Limits& limits, Breaches& breaches)
        : url_(url), chains_(chains), testimony_(testimony), limits_(limits), breaches_(breaches) {}

    void run() {
        for (std::size_t i = 0; i < chains_.size(); ++i) {
            check_hops(chains_[i]);
            check_start(i);
            for (const Request& request : chains_[i]) check_validators(request);
            if (i > 0) check_gap(i);
            const bool is_uncharged =
                i > 0 && is_after_blackout(chains_[i].front(), chains_[i - 1].back());
            if (is_uncharged) failures_ = 0;
            take_in(chains_[i]);
        }
        check_gone();
        check_alive();
    }

  private:
    void breach(const Request& request, const std::string& text) {
        breaches_.push_back(text + ": " + at_text(request));
    }

    /// R25: a poll is short and runs in no circle.
    void check_hops(const Chain& chain) {
        if (chain.size() > 6) breach(chain.front(), "R25: more than six requests in one poll");
        std::set<std::string> seen;
        for (const Request& request : chain) {
            if (!seen.insert(request.line->url).second) breach(request, "R25: a circle");
        }
    }

    /// R22, R23: polls start at the configured address, or at one that was proven.
    void check_start(std::size_t i) {
        const Request& first = chains_[i].front();
        if (first.line->url == url_ || proven_.contains(first.line->url)) return;
        breach(first, "R22: a poll starts at an address that was never proven");
    }

    /// R4-R8: exactly the validators of the last good answer from this URL, but for the repair
    /// (R9).
    void check_validators(const Request& request) {
        const LogLine& line = *request.line;
        const auto sent = std::pair(line.etag, line.last_modified);
        const auto fits = [&](const Known& known) {
            const bool is_its_own = known.url == line.url;
            const auto expected = is_its_own ? std::pair(known.etag, known.last_modified)
                                             : std::pair<std::string, std::string>();
            if (sent == expected) return true;
            const bool had_both = !expected.first.empty() && !expected.second.empty();
            const bool is_repair = had_both && may_repair_ &&
                                   (sent == std::pair(expected.first, std::string()) ||
                                    sent == std::pair(std::string(), expected.second));
            return is_repair;
        };
        const std::vector<Known> before = may_know_;
        std::erase_if(may_know_, [&](const Known& known) { return !fits(known); });
        if (may_know_.empty()) {
            breach(request, "R4: " + line.etag + " and " + line.last_modified +
                                " sent, not those of the last good answer, " + before.front().etag +
                                " and " + before.front().last_modified);
            may_know_ = before;
        }
        if (request.row->sent_etag != !line.etag.empty() ||
            request.row->sent_last_modified != !line.last_modified.empty())
            breach(request, "the ledger tells of other validators than those that went out");
    }

    /// R10-R17: not before the last answer, and what came before it, allow.
    void check_gap(std::size_t i) {
        const Request& request = chains_[i].front();
        const LogLine& before = *chains_[i - 1].back().line;
        const Timestamp start = request.line->at;
        const auto not_before = [&](Timestamp from, Duration wait, const std::string& rule) {
            // The two clocks agree to the second.
            if (start + seconds(1) < from + wait)
                breach(request, rule + ": " + write_duration(start - from) + " after, not " +
                                    write_duration(wait) + " (" +
                                    chains_[i - 1].back().row->directive + " after " +
                                    std::to_string(before.status) + ", because of " +
                                    request.row->reason + ")");
        };
        not_before(chains_[i - 1].front().line->at, limits_.shortest, "R10");
        check_ledger(request, chains_[i - 1].back());
        if (const auto wait = asked_to_wait(before, limits_))
            not_before(before.answered, *wait, "R12");
        if (is_good(before)) {
            const Duration max_age = std::min(max_age_of(before), limits_.longest);
            not_before(before.answered, max_age, "R11");
            if (validators_are_absent(before) && max_age == Duration(0)) {
                const int factor = before.body_bytes >= 512 << 10 ? 8 : 4;
                not_before(before.answered, usual_interval() * factor, "R17");
            }
        }
        if (ttl_minutes_ > 0 && is_good(before))
            not_before(before.answered, std::min<Duration>(minutes(ttl_minutes_), limits_.longest),
                       "R16");
        const Timestamp by_asker = request.line->client_at;
        const auto hour = static_cast<int>(
            std::chrono::floor<hours>(by_asker - std::chrono::floor<std::chrono::days>(by_asker))
                .count());
        const bool is_skipped = std::ranges::find(skip_hours_, hour) != skip_hours_.end();
        if (is_skipped && skip_hours_.size() < 24) breach(request, "R16: in a skipped hour");
        if (before.status == 410 && gone_ == 1)
            not_before(before.answered, limits_.gone_confirm, "R15");
        if (before.status == 429 && !asked_to_wait(before, limits_))
            not_before(before.answered, 2 * limits_.usual, "R13");
        if (failures_ > 0 && !is_after_blackout(request, chains_[i - 1].back())) {
            const double factor = std::exp2(std::min(failures_, 20));
            not_before(before.answered,
                       std::min(limits_.longest,
                                Duration(static_cast<Duration::rep>(
                                    factor * static_cast<double>(limits_.usual.count())))),
                       "R14");
        }
    }

    /// R10: not before the time that the ledger itself had named; unless our network had been down
    /// meanwhile, or the clock was set.
    void check_ledger(const Request& request, const Request& before) {
        const auto& named = before.row->next;
        if (!named) {
            breach(before, "the ledger names no next time");
            return;
        }
        if (request.row->at >= *named) return;
        const auto& sets = testimony_.clock_sets;
        const bool was_set = std::ranges::any_of(sets, [&](Timestamp set) {
            return set >= before.line->at && set <= request.line->answered;
        });
        if (!was_set && !is_after_blackout(request, before))
            breach(request, "R10: before " + write_rfc3339(*named) +
                                ", which the ledger had named (" + before.row->directive +
                                "), because of: " + request.row->reason);
    }

    /// R14: who was not reached while the road to everybody seemed closed is asked once it is open.
    bool is_after_blackout(const Request& request, const Request& before) const {
        const bool says_so =
            request.row->reason == "network is back" || before.row->directive == "no network";
        return says_so && !is_good(*before.line) &&
               seemed_closed(before.line->at - limits_.longest, request.line->at);
    }

    /// Whether at some moment four fifths of the hosts that were asked in the two hours before it,
    /// three at least, had not answered.
    bool seemed_closed(Timestamp from, Timestamp to) const {
        return std::ranges::any_of(testimony_.log, [&](const LogLine& moment) {
            if (moment.at < from || moment.at > to || is_answer(moment)) return false;
            std::map<std::string, bool> answered;
            for (const LogLine& line : testimony_.log) {
                if (line.answered <= moment.answered && line.answered > moment.answered - hours(2))
                    answered[line.host] = is_answer(line);
            }
            const auto closed = static_cast<std::size_t>(
                std::ranges::count_if(answered, [](const auto& host) { return !host.second; }));
            return closed >= 3 && closed * 5 >= answered.size() * 4;
        });
    }

    /// R10: an hour, or less where the publisher says so.
    Duration usual_interval() const {
        if (ttl_minutes_ <= 0) return limits_.usual;
        return std::clamp<Duration>(minutes(ttl_minutes_), limits_.shortest, limits_.usual);
    }

    bool validators_are_absent(const LogLine& line) const {
        return line.status != 304 && line.header("etag").empty() &&
               line.header("last-modified").empty();
    }

    void take_in(const Chain& chain) {
        const LogLine& last = *chain.back().line;
        const Known& known = may_know_.front();
        if (last.is_whole_feed || last.is_half_feed) {
            const Known fresh{last.url, last.header("etag"), last.header("last-modified")};
            // Half a document may count as whole when it comes a second time (R7, R30).
            if (last.is_half_feed)
                may_know_ = {known.url == last.url ? known : Known{last.url, {}, {}}, fresh};
            else
                may_know_ = {fresh};
            same_bytes_ = last.body == last_body_ ? same_bytes_ + 1 : 0;
            if (same_bytes_ >= 3) may_repair_ = true;  // what yields 304 is kept
            last_body_ = last.body;
            ttl_minutes_ = last.ttl_minutes;
            skip_hours_ = last.skip_hours;
        }
        if (last.status == 304) {
            for (Known& one : may_know_) {
                if (const auto etag = last.header("etag"); !etag.empty()) one.etag = etag;
                if (const auto date = last.header("last-modified"); !date.empty())
                    one.last_modified = date;
            }
        }
        const bool failed = !is_good(last) && last.status != 429 && last.status != 410;
        if (is_good(last))
            failures_ = 0;
        else if (failed && !last.is_our_network)
            ++failures_;
        else
            failures_ = 0;  // another rule's affair
        if (last.status == 410)
            ++gone_;
        else if (is_good(last))
            gone_ = 0;
        note_redirect(chain);
    }

    /// An address is proven by five permanent redirects to it over seven days that each led to the
    /// feed, by two if only the scheme differs, or by one if the old address has died since.
    void note_redirect(const Chain& chain) {
        const LogLine& last = *chain.back().line;
        if (!is_good(last)) return;
        std::string target;
        for (std::size_t i = 0; i + 1 < chain.size() && is_permanent(chain[i].line->status); ++i)
            target = chain[i + 1].line->url;
        const int first_status = chain.front().line->status;
        if (chain.size() > 1 && (first_status == 404 || first_status == 410)) {
            if (sightings_.contains(chain[1].line->url)) proven_.insert(chain[1].line->url);
            return;
        }
        if (target.empty()) {
            sightings_.clear();
            return;
        }
        std::erase_if(sightings_, [&](const auto& one) { return one.first != target; });
        auto& seen = sightings_[target];
        seen.push_back(chain.front().line->client_at);
        const bool is_https =
            target.starts_with("https://") && target.substr(5) == chain.front().line->url.substr(4);
        // By the asker's own clock, which somebody may have set back meanwhile.
        const Timestamp earliest = std::ranges::min(seen);
        const bool is_enough = static_cast<int>(seen.size()) >= limits_.sightings &&
                               seen.back() - earliest >= limits_.span - seconds(60);
        if (is_enough || (is_https && seen.size() >= 2)) proven_.insert(target);
    }

    /// R15: after the first 410 three requests at most, if nothing but 410 comes.
    void check_gone() {
        if (gone_ > 4) breach(chains_.back().front(), "R15: a feed that is gone was asked again");
    }

    /// R40: nothing falls asleep.
    void check_alive() {
        for (std::size_t i = 0; i < chains_.size(); ++i) {
            const LogLine& last = *chains_[i].back().line;
            if (last.status == 410) continue;
            const Timestamp next =
                i + 1 < chains_.size() ? chains_[i + 1].front().line->at : limits_.end;
            Duration most = limits_.longest;
            if (const auto wait = asked_to_wait(last, limits_)) most = std::max(most, *wait);
            if (!is_good(last)) most = 3 * limits_.longest;
            // A tenth for jitter, a day for skipped hours, hours for a host that was paused.
            most += limits_.longest / 10 + limits_.longest;
            if (next - last.answered > most + pauses_)
                breach(chains_[i].back(),
                       "R40: asleep for " + write_duration(next - last.answered));
        }
    }

    struct Known {
        std::string url, etag, last_modified;
    };

    const std::string& url_;
    const std::vector<Chain>& chains_;
    const Testimony& testimony_;
    const Limits& limits_;
    Breaches& breaches_;

    std::vector<Known> may_know_{Known{}};
    std::uint64_t last_body_ = 0;
    bool may_repair_ = false;
    int same_bytes_ = 0, failures_ = 0, gone_ = 0;
    std::int64_t ttl_minutes_ = 0;
    std::vector<int> skip_hours_;
    std::map<std::string, std::vector<Timestamp>> sightings_;
    std::set<std::string> proven_;
    Duration pauses_ = std::chrono::days(8);  // a sibling's 429 may silence the whole host
};

/// R19, R12: what the hosts saw, whichever source it was for. `first_hops`: lines that begin a
/// poll.
void check_hosts(const Testimony& testimony, const std::set<const LogLine*>& first_hops,
                 const Limits& limits, Breaches& breaches) {
    struct Host {
        const LogLine* last = nullptr;
        Timestamp busy_until{}, quiet_until{};
        const LogLine* quiet_by = nullptr;
    };
    std::map<std::string, Host> hosts;
    for (const LogLine& line : testimony.log) {
        Host& host = hosts[line.host];
        const auto breach = [&](const std::string& text) {
            breaches.push_back(text + ": " + line.url + " at " + write_rfc3339(line.at));
        };
        // A process that begins knows nothing of the last second of the one before it.
        const bool is_restart = std::ranges::any_of(testimony.restarts, [&](Timestamp restart) {
            return host.last && restart > host.last->at && restart <= line.at;
        });
        const bool is_free = !first_hops.contains(&line) || is_restart;  // a next hop goes at once
        if (host.last && !is_free && line.at < host.last->at + limits.spacing)
            breach("R19: " + write_duration(line.at - host.last->at) + " after another request");
        if (host.last && !is_free && line.at < host.busy_until) breach("R19: two requests at once");
        const bool is_next_hop = !first_hops.contains(&line);
        if (host.quiet_by && line.at + seconds(1) < host.quiet_until && !is_next_hop)
            breach("R12: the host had said 429 until " + write_rfc3339(host.quiet_until));
        host.last = &line;
        host.busy_until = std::max(host.busy_until, line.answered);
        if (line.status == 429) {
            const Duration wait = asked_to_wait(line, limits).value_or(limits.shortest);
            if (line.answered + wait > host.quiet_until) {
                host.quiet_until = line.answered + wait;
                host.quiet_by = &line;
            }
        }
    }
}

/// R1: one name, always.
void check_names(const Log& log, Breaches& breaches) {
    for (const LogLine& line : log) {
        if (!line.user_agent.starts_with("Tributary/") ||
            line.user_agent != log.front().user_agent) {
            breaches.push_back("R1: asked as \"" + line.user_agent + "\"");
            return;
        }
    }
}

}  // namespace

std::vector<std::string> check(const Testimony& testimony, const Limits& limits) {
    Breaches breaches;
    std::multimap<std::pair<std::string, Timestamp>, const LogLine*> lines;
    for (const LogLine& line : testimony.log)
        lines.emplace(std::pair(line.url, line.client_at), &line);

    std::set<const LogLine*> first_hops, told;
    for (const auto& [url, rows] : testimony.ledger) {
        std::vector<Chain> chains;
        for (const auto& row : rows) {
            const auto found = lines.find(std::pair(row.url, row.at));
            if (found == lines.end()) {
                breaches.push_back("the ledger tells of a request that no origin saw: " + row.url +
                                   " at " + write_rfc3339(row.at));
                continue;
            }
            const LogLine* line = found->second;
            lines.erase(found);
            told.insert(line);
            if (row.status != line->status)
                breaches.push_back("the ledger has another status: " + row.url + " at " +
                                   write_rfc3339(row.at));
            if (row.reason == "older page") {  // asked for once, to close a gap (R38)
                first_hops.insert(line);
                continue;
            }
            if (row.reason != "redirect" || chains.empty()) {
                chains.emplace_back();
                first_hops.insert(line);
            }
            chains.back().push_back({&row, line});
        }
        if (!chains.empty()) SourceCheck(url, chains, testimony, limits, breaches).run();
    }
    // What was under way when the process died is in no ledger: what it had asked by itself cannot
    // be known, so such requests begin nothing.
    for (const auto& [key, line] : lines) {
        const bool died = std::ranges::any_of(testimony.restarts, [&, l = line](Timestamp restart) {
            return restart >= l->at && restart <= l->answered + hours(1);
        });
        if (!died)
            breaches.push_back("a request that is in no ledger: " + line->url + " at " +
                               write_rfc3339(line->at));
    }
    check_hosts(testimony, first_hops, limits, breaches);
    check_names(testimony.log, breaches);
    return breaches;
}

}  // namespace tributary::sim
