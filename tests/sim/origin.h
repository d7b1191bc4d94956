#pragma once
// A publisher as a script: what it writes when, and how it misbehaves, all drawn from one seed. It
// answers requests as a real one would, and keeps the truth beside: which items each complete
// answer carried.

#include <optional>
#include <random>
#include <string>
#include <vector>

#include "base/time.h"
#include "fetcher/request.h"
#include "tests/sim/log.h"

namespace tributary::sim {

using Random = std::mt19937_64;

enum class GuidStyle { permalink, urn, none, same_for_all };
enum class Validator {
    etag,
    last_modified,
    both,
    rotating_etag,
    none,
    etag_never_matches,  // Apache's "-gzip": with If-None-Match there is never a 304
};
enum class Trouble {
    too_many_requests,        // 429 with Retry-After in seconds
    too_many_until_date,      // with a date
    too_many_without_a_word,  // with neither
    allowance_spent,          // X-RateLimit-Reset, as Reddit says it
    unavailable,
    server_error,
    not_found,
    time_out,
    no_connection,
    html_page,
    parked,
    captive_portal,
    empty_body,
    cut_short,
    half_document,
    redirect,
    redirect_to_a_page,  // permanent, to something that is no feed
    redirect_chain,      // permanent twice, then for now
    count,
};

struct Item {
    std::string token;  // the truth: never changes, stands in the content
    std::string slug;
    Timestamp date{};
    std::vector<Timestamp> edits;
};

struct Incident {
    Trouble trouble{};
    Timestamp from{}, to{};
};

struct Answer {
    fetcher::Outcome outcome;
    std::vector<std::string> carried;  // tokens in a complete good document
    bool complete = false;             // a 200 that arrived whole and is a feed
    bool is_half = false;              // one that ends too early, and nobody is told
};

/// What becomes of a feed's address in the end.
struct Fate {
    Timestamp moves{}, dies{};  // answers 301 from then on; 404 or 410 from then on
    bool is_gone = false;       // 410, even without a new address
};

class Origin {
  public:
    /// Publishes from well before `start` until `end`. `echoed`: another origin, some of whose
    /// items this one repeats under their links.
    Origin(int number, Random& random, Timestamp start, Timestamp end, const Origin* echoed);

    const std::string& url() const { return url_; }
    /// Whether it answers for this address.
    bool owns(const std::string& url) const;
    Answer answer(const fetcher::Request& request, Timestamp now);
    /// What it writes down of a request and its answer.
    LogLine line(const fetcher::Request& request, const Answer& answer, Timestamp now) const;
    const std::vector<Item>& items() const { return items_; }

  private:
    std::vector<const Item*> window(Timestamp now) const;
    std::string guid_of(const Item& item, Timestamp now) const;
    std::string document(const std::vector<const Item*>& items, Timestamp now) const;
    std::string write_rss(const std::vector<const Item*>& items, Timestamp now) const;
    std::string write_atom(const std::vector<const Item*>& items, Timestamp now) const;
    std::string write_json(const std::vector<const Item*>& items, Timestamp now) const;
    std::optional<Answer> fated(const fetcher::Request& request, Timestamp now) const;
    std::optional<Answer> troubled(const fetcher::Request& request, Timestamp now);
    Answer good(const fetcher::Request& request, Timestamp now);
    bool is_troubled_by(Trouble trouble, Timestamp now) const;

    Random random_;
    int number_;
    std::string domain_, host_, url_, moved_url_;
    std::vector<Item> items_;  // by date
    std::vector<Incident> incidents_;
    std::optional<Fate> fate_;
    GuidStyle guids_{};
    Validator validator_{};
    int format_ = 0;  // rss, atom, json
    std::size_t window_size_ = 10;
    bool dated_ = true, shuffled_ = false;
    std::optional<Timestamp> guid_move_;  // from then on guids say https
    int rotation_ = 0;
    std::chrono::minutes max_age_{0};
    int ttl_minutes_ = 0;          // only RSS can say it
    std::vector<int> skip_hours_;  // likewise
};

}  // namespace tributary::sim
