#include "tests/sim/origin.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"

namespace tributary::sim {

namespace {

using std::chrono::hours;
using std::chrono::minutes;

int pick(Random& random, int from, int to) {
    return std::uniform_int_distribution<int>(from, to)(random);
}
bool chance(Random& random, double probability) {
    return std::bernoulli_distribution(probability)(random);
}

Timestamp between(Random& random, Timestamp from, Timestamp to) {
    const auto span = std::max<std::int64_t>(1, (to - from).count());
    return from + Duration{std::uniform_int_distribution<std::int64_t>(0, span - 1)(random)};
}

fetcher::Outcome response(int status, std::string body,
                          std::vector<std::pair<std::string, std::string>> headers = {}) {
    fetcher::Response response;
    response.status = status;
    response.headers.fields = std::move(headers);
    const auto size = static_cast<std::int64_t>(body.size()) + 200;
    response.body = std::move(body);
    return {.result = std::move(response), .wire_bytes = size, .timings = {}};
}

fetcher::Outcome failure(fetcher::Failure::Kind kind, std::string message) {
    return {.result = fetcher::Failure{.kind = kind, .message = std::move(message)},
            .wire_bytes = 0,
            .timings = {}};
}

std::string content_of(const Item& item, Timestamp now) {
    const auto edits =
        std::ranges::count_if(item.edits, [&](Timestamp edit) { return edit <= now; });
    std::string text = "<p>The water stood at " + item.token + " this morning.</p>";
    if (edits > 0) text += "<p>Corrected " + std::to_string(edits) + " times.</p>";
    return text;
}

std::string escaped(const std::string& text) {
    std::string out;
    for (const char c : text) {
        if (c == '<')
            out += "&lt;";
        else if (c == '&')
            out += "&amp;";
        else
            out += c;
    }
    return out;
}

}  // namespace

Origin::Origin(int number, Random& random, Timestamp start, Timestamp end, const Origin* echoed)
    : random_(random()), number_(number) {
    // Some share a host's patience.
    domain_ =
        chance(random_, 0.3) ? "shared.example" : "origin" + std::to_string(number) + ".example";
    host_ = "feeds" + std::to_string(number) + "." + domain_;
    url_ = (chance(random_, 0.2) ? "http://" : "https://") + host_ + "/feed?id=%7E" +
           std::to_string(number);
    format_ = pick(random_, 0, 2);
    guids_ = static_cast<GuidStyle>(pick(random_, 0, 3));
    validator_ = static_cast<Validator>(pick(random_, 0, 5));
    window_size_ = static_cast<std::size_t>(pick(random_, 5, 40));
    dated_ = chance(random_, 0.8);
    shuffled_ = chance(random_, 0.2);

    if (chance(random_, 0.3)) max_age_ = minutes{pick(random_, 5, 300)};
    if (format_ == 0 && chance(random_, 0.3)) ttl_minutes_ = pick(random_, 10, 400);
    if (format_ == 0 && chance(random_, 0.3)) {
        const int first = pick(random_, 0, 23);
        for (int i = pick(random_, 0, 10); i >= 0; --i) skip_hours_.push_back((first + i) % 24);
    }
    const double per_day = std::exp(std::uniform_real_distribution<double>(-2, 2)(random_));
    std::exponential_distribution<double> gap(per_day);
    int count = 0;
    for (Timestamp at = start - hours{24 * 20}; at < end;) {
        at += Duration{static_cast<std::int64_t>(gap(random_) * 86'400'000)};
        Item item{.token = "token-" + std::to_string(number_) + "-" + std::to_string(count),
                  .slug = "https://" + host_ + "/story/" + std::to_string(count),
                  .date = std::chrono::floor<std::chrono::seconds>(at),
                  .edits = {}};
        if (chance(random_, 0.1)) item.edits.push_back(at + minutes{pick(random_, 5, 3000)});
        items_.push_back(std::move(item));
        ++count;
    }
    if (echoed) {
        for (const auto& item : echoed->items_) {
            if (!chance(random_, 0.2)) continue;
            Item echo = item;
            echo.date += minutes{pick(random_, 10, 600)};
            echo.edits.clear();
            items_.push_back(std::move(echo));
        }
        std::ranges::sort(items_, {}, &Item::date);
    }
    const bool moves_guids = guids_ == GuidStyle::permalink && chance(random_, 0.5);
    if (moves_guids) guid_move_ = between(random_, start, end);
    const int incidents = pick(random_, 0, 6);
    for (int i = 0; i < incidents; ++i) {
        const Timestamp from = between(random_, start, end);
        incidents_.push_back({.trouble = static_cast<Trouble>(
                                  pick(random_, 0, static_cast<int>(Trouble::count) - 1)),
                              .from = from,
                              .to = from + minutes{pick(random_, 30, 3 * 1440)}});
    }
    if (chance(random_, 0.3)) {
        const Timestamp moves = between(random_, start, end);
        fate_ = {.moves = moves,
                 .dies = moves + hours{pick(random_, 0, 24 * 30)},
                 .is_gone = chance(random_, 0.4)};
        const bool only_https = url_.starts_with("http://") && chance(random_, 0.5);
        moved_url_ = only_https ? "https" + url_.substr(4)
                                : "https://new." + domain_ + "/feed/" + std::to_string(number_);
        if (fate_->is_gone && chance(random_, 0.5)) fate_->dies = fate_->moves;
    }
}

bool Origin::owns(const std::string& url) const {
    return url.starts_with(url_) || (!moved_url_.empty() && url.starts_with(moved_url_));
}

std::vector<const Item*> Origin::window(Timestamp now) const {
    std::vector<const Item*> shown;
    for (auto item = items_.rbegin(); item != items_.rend() && shown.size() < window_size_;
         ++item) {
        if (item->date <= now) shown.push_back(&*item);
    }
    return shown;
}

std::string Origin::guid_of(const Item& item, Timestamp now) const {
    const std::string path = item.slug.substr(item.slug.find("://"));
    switch (guids_) {
        case GuidStyle::permalink:
            return (guid_move_ && now >= *guid_move_ ? "https" : "http") + path;
        case GuidStyle::urn:
            return "tag:" + host_ + ":" + item.token;
        case GuidStyle::none:
            return {};
        case GuidStyle::same_for_all:
            return "0";
    }
    return {};
}

std::string Origin::write_rss(const std::vector<const Item*>& items, Timestamp now) const {
    std::string out = "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Origin " +
                      std::to_string(number_) + "</title><link>https://" + host_ +
                      "/</link><lastBuildDate>" + write_rfc822(now) + "</lastBuildDate>";
    if (ttl_minutes_ > 0) out += "<ttl>" + std::to_string(ttl_minutes_) + "</ttl>";
    if (!skip_hours_.empty()) {
        out += "<skipHours>";
        for (const int hour : skip_hours_) out += "<hour>" + std::to_string(hour) + "</hour>";
        out += "</skipHours>";
    }
    for (const Item* item : items) {
        out += "<item><title>Story " + item->token + "</title><link>" + item->slug + "</link>";
        if (const auto guid = guid_of(*item, now); !guid.empty()) {
            out += std::string("<guid isPermaLink=\"") +
                   (guids_ == GuidStyle::permalink ? "true" : "false") + "\">" + guid + "</guid>";
        }
        if (dated_) out += "<pubDate>" + write_rfc822(item->date) + "</pubDate>";
        out += "<description>" + escaped(content_of(*item, now)) + "</description></item>";
    }
    return out + "</channel></rss>";
}

std::string Origin::write_atom(const std::vector<const Item*>& items, Timestamp now) const {
    std::string out = "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>Origin " +
                      std::to_string(number_) + "</title><id>https://" + host_ + "/</id><updated>" +
                      write_rfc3339(now) + "</updated>";
    for (const Item* item : items) {
        out += "<entry><title>Story " + item->token + "</title><link href=\"" + item->slug + "\"/>";
        if (const auto guid = guid_of(*item, now); !guid.empty()) out += "<id>" + guid + "</id>";
        if (dated_) out += "<published>" + write_rfc3339(item->date) + "</published>";
        out += "<content type=\"html\">" + escaped(content_of(*item, now)) + "</content></entry>";
    }
    return out + "</feed>";
}

std::string Origin::write_json(const std::vector<const Item*>& items, Timestamp now) const {
    std::string out = R"({"version":"https://jsonfeed.org/version/1.1","title":"Origin )" +
                      std::to_string(number_) + "\",\"items\":[";
    for (const Item* item : items) {
        if (item != items.front()) out += ',';
        out += "{\"id\":\"" + guid_of(*item, now) + "\",\"url\":\"" + item->slug +
               "\",\"title\":\"Story " + item->token + "\",\"content_html\":\"" +
               content_of(*item, now) + "\"";
        if (dated_) out += ",\"date_published\":\"" + write_rfc3339(item->date) + "\"";
        out += "}";
    }
    return out + "]}";
}

std::string Origin::document(const std::vector<const Item*>& items, Timestamp now) const {
    return format_ == 0   ? write_rss(items, now)
           : format_ == 1 ? write_atom(items, now)
                          : write_json(items, now);
}

/// The end of an address: it leads elsewhere, then it is dead. The new address answers for itself.
std::optional<Answer> Origin::fated(const fetcher::Request& request, Timestamp now) const {
    if (!fate_ || now < fate_->moves || !request.url.starts_with(url_)) return std::nullopt;
    Answer answer;
    if (now >= fate_->dies) {
        answer.outcome = response(fate_->is_gone ? 410 : 404, "no more");
    } else {
        answer.outcome = response(301, "", {{"location", moved_url_}});
    }
    return answer;
}

std::optional<Answer> Origin::troubled(const fetcher::Request& request, Timestamp now) {
    using Kind = fetcher::Failure::Kind;
    for (const auto& incident : incidents_) {
        if (now < incident.from || now >= incident.to) continue;
        const auto left = std::chrono::ceil<std::chrono::seconds>(incident.to - now).count();
        Answer answer;
        switch (incident.trouble) {
            case Trouble::too_many_requests:
                answer.outcome =
                    response(429, "slow down", {{"retry-after", std::to_string(left)}});
                return answer;
            case Trouble::too_many_until_date:
                answer.outcome = response(429, "slow down",
                                          {{"date", write_http_date(now)},
                                           {"retry-after", write_http_date(incident.to)}});
                return answer;
            case Trouble::too_many_without_a_word:
                answer.outcome = response(429, "slow down");
                return answer;
            case Trouble::allowance_spent:
                answer.outcome = response(
                    429, "slow down",
                    {{"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset", std::to_string(left)}});
                return answer;
            case Trouble::unavailable:
                answer.outcome = response(503, "later");
                return answer;
            case Trouble::server_error:
                answer.outcome = response(500, "oops");
                return answer;
            case Trouble::not_found:
                answer.outcome = response(404, "<html>nothing here</html>");
                return answer;
            case Trouble::time_out:
                answer.outcome = failure(Kind::timeout, "no answer within 30 s");
                return answer;
            case Trouble::no_connection:
                answer.outcome = failure(Kind::connect, "connection refused");
                return answer;
            case Trouble::html_page:
                answer.outcome =
                    response(200, "<!doctype html><title>Just a moment</title><p>checking",
                             {{"etag", "\"wall\""}, {"content-type", "text/html"}});
                return answer;
            case Trouble::parked:
                answer.outcome = response(
                    200, "<!doctype html><title>" + host_ + "</title><p>This domain is for sale",
                    {{"etag", "\"parked\""}, {"content-type", "text/html"}});
                return answer;
            case Trouble::captive_portal:
                answer.outcome =
                    response(200, "<html><title>Hotspot login</title>",
                             {{"last-modified", "today"}, {"content-type", "text/html"}});
                return answer;
            case Trouble::empty_body:
                answer.outcome = response(200, "", {{"etag", "\"empty\""}});
                return answer;
            case Trouble::cut_short:
                answer.outcome = failure(Kind::interrupted, "the answer was cut short");
                return answer;
            case Trouble::half_document:
                break;  // good() cuts it
            case Trouble::redirect:
                if (request.url.ends_with("&moved")) break;
                answer.outcome =
                    response(chance(random_, 0.5) ? 301 : 302, "", {{"location", url_ + "&moved"}});
                return answer;
            case Trouble::redirect_to_a_page:
                answer.outcome = request.url.ends_with("&page")
                                     ? response(200, "<html><title>Welcome</title>")
                                     : response(301, "", {{"location", url_ + "&page"}});
                return answer;
            case Trouble::redirect_chain:
                if (request.url.ends_with("&c")) break;
                if (request.url.ends_with("&b"))
                    answer.outcome = response(302, "", {{"location", url_ + "&c"}});
                else if (request.url.ends_with("&a"))
                    answer.outcome = response(308, "", {{"location", url_ + "&b"}});
                else
                    answer.outcome = response(301, "", {{"location", url_ + "&a"}});
                return answer;
            case Trouble::count:
                break;
        }
    }
    return std::nullopt;
}

Answer Origin::good(const fetcher::Request& request, Timestamp now) {
    auto items = window(now);
    if (shuffled_) std::ranges::shuffle(items, random_);
    const std::string body = document(items, now);
    std::string content;  // what the validators stand for: the items, not the time in the head
    for (const Item* item : items)
        content += item->token + guid_of(*item, now) + content_of(*item, now);
    const std::string tag = std::to_string(hash64(content));

    std::vector<std::pair<std::string, std::string>> headers{{"content-type", "application/xml"}};
    const bool never_matches = validator_ == Validator::etag_never_matches;
    const bool has_date =
        validator_ == Validator::last_modified || validator_ == Validator::both || never_matches;
    const bool has_etag = validator_ != Validator::none && validator_ != Validator::last_modified;
    const std::string prefix = "W/\"" + tag;
    if (has_etag) {
        if (validator_ == Validator::rotating_etag) ++rotation_;
        headers.emplace_back("etag", prefix + "-" + std::to_string(rotation_) + "\"");
    }
    if (has_date) headers.emplace_back("last-modified", "revision " + tag);

    const auto& sent = request.validators;
    // If-None-Match decides alone where it is there (RFC 9110 13.1.3).
    const bool same = !sent.etag.empty()
                          ? has_etag && !never_matches && sent.etag.starts_with(prefix + "-")
                          : has_date && sent.last_modified == "revision " + tag;
    if (max_age_ > minutes{0})
        headers.emplace_back("cache-control", "max-age=" + std::to_string(max_age_.count() * 60));
    Answer answer;
    if (same) {
        answer.outcome = response(304, "", headers);
        return answer;
    }
    // An answer that ends with its connection may be half of what was meant, and nobody is told.
    if (is_troubled_by(Trouble::half_document, now)) {
        answer.is_half = true;
        answer.outcome = response(200, body.substr(0, body.size() * 2 / 3), headers);
        return answer;
    }
    answer.outcome = response(200, body, headers);
    answer.complete = true;
    for (const Item* item : items) answer.carried.push_back(item->token);
    return answer;
}

bool Origin::is_troubled_by(Trouble trouble, Timestamp now) const {
    return std::ranges::any_of(incidents_, [&](const Incident& incident) {
        return incident.trouble == trouble && incident.from <= now && now < incident.to;
    });
}

Answer Origin::answer(const fetcher::Request& request, Timestamp now) {
    if (auto fate = fated(request, now)) return std::move(*fate);
    if (auto trouble = troubled(request, now)) return std::move(*trouble);
    return good(request, now);
}

LogLine Origin::line(const fetcher::Request& request, const Answer& answer, Timestamp now) const {
    LogLine line{.at = now,
                 .host = domain_,
                 .url = request.url,
                 .etag = request.validators.etag,
                 .last_modified = request.validators.last_modified,
                 .user_agent = request.user_agent,
                 .is_whole_feed = answer.complete,
                 .is_half_feed = answer.is_half,
                 .ttl_minutes = ttl_minutes_,
                 .skip_hours = skip_hours_};
    if (const auto* response = std::get_if<fetcher::Response>(&answer.outcome.result)) {
        line.status = response->status;
        line.headers = response->headers.fields;
        line.body = hash64(response->body);
        line.body_bytes = static_cast<std::int64_t>(response->body.size());
    }
    return line;
}

}  // namespace tributary::sim
