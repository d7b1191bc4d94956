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

namespace tributary::sim {

using Random = std::mt19937_64;

enum class GuidStyle { permalink, urn, none, same_for_all };
enum class Validator { etag, last_modified, both, rotating_etag, none };
enum class Trouble {
    too_many_requests,
    unavailable,
    server_error,
    not_found,
    time_out,
    no_connection,
    html_page,
    empty_body,
    cut_short,
    half_document,
    redirect,
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
};

class Origin {
  public:
    /// Publishes from well before `start` until `end`. `echoed`: another origin, some of whose
    /// items this one repeats under their links.
    Origin(int number, Random& random, Timestamp start, Timestamp end, const Origin* echoed);

    const std::string& url() const { return url_; }
    Answer answer(const fetcher::Request& request, Timestamp now);
    const std::vector<Item>& items() const { return items_; }

    /// Requests that came before the time that this origin had named (Retry-After, max-age).
    const std::vector<std::string>& complaints() const { return complaints_; }

    /// Its last answer got lost with the process that had asked: it may be asked again.
    void forgive() { not_before_.reset(); }

  private:
    std::vector<const Item*> window(Timestamp now) const;
    std::string guid_of(const Item& item, Timestamp now) const;
    std::string document(const std::vector<const Item*>& items, Timestamp now) const;
    std::string write_rss(const std::vector<const Item*>& items, Timestamp now) const;
    std::string write_atom(const std::vector<const Item*>& items, Timestamp now) const;
    std::string write_json(const std::vector<const Item*>& items, Timestamp now) const;
    std::optional<Answer> troubled(const fetcher::Request& request, Timestamp now);
    Answer good(const fetcher::Request& request, Timestamp now);
    bool is_troubled_by(Trouble trouble, Timestamp now) const;
    void remember_demand(const Answer& answer, Timestamp now);

    Random random_;
    int number_;
    std::string host_, url_;
    std::vector<Item> items_;  // by date
    std::vector<Incident> incidents_;
    GuidStyle guids_{};
    Validator validator_{};
    int format_ = 0;  // rss, atom, json
    std::size_t window_size_ = 10;
    bool dated_ = true, shuffled_ = false;
    std::optional<Timestamp> guid_move_;  // from then on guids say https
    int rotation_ = 0;
    std::chrono::minutes max_age_{0};
    std::optional<Timestamp> not_before_;
    std::vector<std::string> complaints_;
};

}  // namespace tributary::sim
