#include "tests/sim/world.h"

#include <algorithm>
#include <utility>

#include "daemon/reading.h"
#include "daemon/refresh.h"
#include "tests/sim/checker.h"
#include "tests/sim/invariants.h"

namespace tributary::sim {

namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr Timestamp beginning{
    std::chrono::milliseconds{1'767'600'000'000}};  // 2026-01-05T08:00:00Z

/// Something that happens at a moment; equal moments keep their order.
struct Happening {
    Timestamp at{};
    std::uint64_t order = 0;
    enum class Kind { answer, restart, set_clock, look } kind{};
    std::size_t transfer = 0;
    bool operator>(const Happening& other) const {
        return at != other.at ? at > other.at : order > other.order;
    }
};

/// A request under way, and what its answer will carry.
struct Transfer {
    daemon::Visit visit;
    fetcher::Outcome outcome;
    std::vector<std::string> carried;
    bool complete = false;
    LogLine line;  // what the origin writes down
};

/// While it lasts nobody can be reached.
struct Blackout {
    Timestamp from{}, to{};
};

bool is_dark(const std::vector<Blackout>& blackouts, Timestamp now) {
    return std::ranges::any_of(blackouts, [&](const Blackout& blackout) {
        return blackout.from <= now && now < blackout.to;
    });
}

class World {
  public:
    explicit World(const Setting& setting);
    Result run();

  private:
    void start_daemon();
    void restart();
    void set_clock();
    Timestamp clock() const { return now_ + skew_; }
    void start_due();
    void ask(daemon::Visit visit);
    void answered(Transfer transfer);
    void write(bool killed);
    void look();
    void at(Timestamp time, Happening::Kind kind, std::size_t transfer = 0);
    std::string render(const publish::Writer& writer);
    Answer answer_to(const fetcher::Request& request);
    void read_ledger();
    void testify();
    Origin& origin_of(const std::string& url);

    Setting setting_;
    Random random_;
    Timestamp now_ = beginning, end_;  // the true time
    Duration skew_{0};                 // by how much the daemon's clock is off
    config::Config config_;
    std::vector<std::unique_ptr<Origin>> origins_;
    std::vector<Blackout> blackouts_;
    Testimony testimony_;
    std::filesystem::path database_;
    std::optional<store::Store> store_;
    std::optional<daemon::Engine> engine_;
    std::optional<daemon::Renderer> renderer_;
    daemon::SitePtr site_;
    std::map<store::SourceId, store::SourceState> committed_;
    std::priority_queue<Happening, std::vector<Happening>, std::greater<>> happenings_;
    std::uint64_t order_ = 0;
    int looks_ = 0;  // one a day
    std::map<std::size_t, Transfer> transfers_;
    std::size_t next_transfer_ = 0;
    std::vector<Transfer> to_write_;
    std::string last_bytes_;
    bool changed_since_ = true;
    Invariants invariants_;
    Result result_;
};

World::World(const Setting& setting) : setting_(setting), random_(setting.seed) {
    end_ = beginning + hours{24 * setting.days};
    const int count = std::uniform_int_distribution<int>(3, 10)(random_);
    for (int i = 0; i < count; ++i) {
        const bool echoes = i > 0 && std::bernoulli_distribution(0.3)(random_);
        origins_.push_back(std::make_unique<Origin>(i, random_, beginning, end_,
                                                    echoes ? origins_.front().get() : nullptr));
        config::Subscription subscription;
        subscription.url = origins_.back()->url();
        subscription.tags = {i % 2 == 0 ? "even" : "odd"};
        config_.sources.push_back(std::move(subscription));
    }
    // One world in four is polled by the clock, the others by what is learned.
    if (setting.seed % 4 == 0) config_.poll.interval = hours{1};
    config_.title = "Seed " + std::to_string(setting.seed);
    database_ = setting.directory / ("seed-" + std::to_string(setting.seed) + ".db");
    std::filesystem::remove(database_);
    start_daemon();
    const int restarts = std::uniform_int_distribution<int>(2, 8)(random_);
    std::uniform_int_distribution<std::int64_t> moment(0, (end_ - beginning).count());
    for (int i = 0; i < restarts; ++i)
        at(beginning + Duration{moment(random_)}, Happening::Kind::restart);
    for (int i = std::uniform_int_distribution<int>(0, 2)(random_); i > 0; --i)
        at(beginning + Duration{moment(random_)}, Happening::Kind::set_clock);
    for (int i = std::uniform_int_distribution<int>(0, 3)(random_); i > 0; --i) {
        const Timestamp from = beginning + Duration{moment(random_)};
        const minutes length{std::uniform_int_distribution<int>(5, 1440)(random_)};
        blackouts_.push_back({.from = from, .to = from + length});
    }
    for (Timestamp time = beginning + hours{8}; time < end_; time += hours{24})
        at(time, Happening::Kind::look);
}

void World::at(Timestamp time, Happening::Kind kind, std::size_t transfer) {
    happenings_.push({.at = time, .order = order_++, .kind = kind, .transfer = transfer});
}

Origin& World::origin_of(const std::string& url) {
    return **std::ranges::find_if(origins_, [&](const auto& origin) { return origin->owns(url); });
}

void World::start_daemon() {
    store_.emplace(database_);
    std::vector<const config::Subscription*> subscriptions;
    std::vector<store::SourceSpec> specs;
    for (const auto& source : config_.sources) {
        subscriptions.push_back(&source);
        specs.push_back({.url = source.url, .name = source.name});
    }
    store_->begin();
    auto states = store_->sync_sources(specs, clock());
    const auto feed_id = store_->constant(
        "feed-id", [] { return std::string("urn:uuid:00000000-0000-5000-8000-000000000000"); });
    store_->commit();
    for (const auto& state : states) committed_[state.id] = state;
    site_ = daemon::make_site(config_, subscriptions, states, feed_id);
    engine_.emplace(random_(),
                    schedule::read_price(store_->value("price")).value_or(schedule::Price{}));
    engine_->configure(config_, subscriptions, std::move(states));
    renderer_.emplace(store::Store(database_, store::Store::Mode::read));
}

Answer World::answer_to(const fetcher::Request& request) {
    if (!is_dark(blackouts_, now_)) return origin_of(request.url).answer(request, now_);
    Answer answer;
    answer.outcome.result = fetcher::Failure{.kind = fetcher::Failure::Kind::resolve,
                                             .message = "no name server answers"};
    return answer;
}

/// Takes in what the ledger has got since the last time: it forgets what is older than 90 days.
void World::read_ledger() {
    for (const auto& [id, state] : committed_) {
        auto& known = testimony_.ledger[state.url];
        auto rows = store_->ledger(id, 1'000'000);
        std::ranges::reverse(rows);
        const auto last = known.empty() ? rows.end() : std::ranges::find(rows, known.back());
        known.insert(known.end(), last == rows.end() ? rows.begin() : last + 1, rows.end());
    }
}

/// The origins' logs and the ledger, laid before the checker.
void World::testify() {
    std::ranges::sort(testimony_.log, {}, &LogLine::at);
    read_ledger();
    for (const auto& breach : check(testimony_, {.end = end_})) invariants_.breach(breach);
}

/// The process dies: what was under way is gone, the database is what was committed.
void World::restart() {
    ++result_.restarts;
    const bool in_the_middle = !to_write_.empty();
    if (in_the_middle) write(true);
    testimony_.restarts.push_back(now_);
    for (auto& [number, transfer] : transfers_) testimony_.log.push_back(std::move(transfer.line));
    transfers_.clear();
    to_write_.clear();
    renderer_.reset();
    engine_.reset();
    store_.reset();
    start_daemon();
}

/// Somebody sets the daemon's clock, by up to a day and a half.
void World::set_clock() {
    const Duration by{
        std::uniform_int_distribution<std::int64_t>(-129'600'000, 129'600'000)(random_)};
    skew_ += by;
    testimony_.clock_sets.push_back(now_);
    const auto states = engine_->clock_was_set(by);
    store_->begin();
    for (const auto& state : states) store_->save_poll(state);
    store_->commit();
}

void World::start_due() {
    const Duration early = setting_.plant == Plant::poll_early ? minutes{10} : minutes{0};
    for (auto& visit : engine_->start(clock() + early)) {
        if (setting_.plant == Plant::drop_validators) visit.request.validators = {};
        ask(std::move(visit));
    }
}

void World::ask(daemon::Visit visit) {
    ++result_.requests;
    auto answer = answer_to(visit.request);
    const Duration delay{std::uniform_int_distribution<int>(20, 20'000)(random_)};
    LogLine line = origin_of(visit.request.url).line(visit.request, answer, now_);
    line.answered = now_ + delay;
    line.is_our_network = is_dark(blackouts_, now_);
    answer.outcome.timings.total = delay;
    const std::size_t number = next_transfer_++;
    transfers_[number] = {.visit = std::move(visit),
                          .outcome = std::move(answer.outcome),
                          .carried = std::move(answer.carried),
                          .complete = answer.complete,
                          .line = std::move(line)};
    at(now_ + delay, Happening::Kind::answer, number);
}

void World::answered(Transfer transfer) {
    transfer.line.client_at = clock() - transfer.outcome.timings.total;
    testimony_.log.push_back(transfer.line);
    if (engine_->follow(transfer.visit, std::move(transfer.outcome), clock())) {
        ask(std::move(transfer.visit));
        return;
    }
    transfer.visit.reading = daemon::read(transfer.visit);
    if (transfer.visit.reading.kind == daemon::Reading::Kind::not_modified) ++result_.not_modified;
    auto& reading = transfer.visit.reading;
    if (setting_.plant == Plant::lose_an_entry && reading.parsed &&
        reading.parsed->feed.entries.size() > 1) {
        reading.parsed->feed.entries.pop_back();
        reading.candidates.pop_back();
    }
    to_write_.push_back(std::move(transfer));
    const bool batch_is_full = std::bernoulli_distribution(0.7)(random_);
    if (batch_is_full || transfers_.empty()) write(false);
}

/// The writer's transaction over all that waits; `killed`: the process dies before the commit.
void World::write(bool killed) {
    store_->begin();
    const store::IngestOptions options{.across = match::AcrossSources::link,
                                       .backfill = config_.output.backfill};
    for (auto& transfer : to_write_) daemon::settle(*store_, transfer.visit, options, clock());
    store_->keep("price", schedule::write_price(engine_->price()));
    if (killed) return;  // the store is dropped with its transaction open
    store_->commit();
    ++result_.commits;
    for (auto& transfer : std::exchange(to_write_, {})) {
        if (transfer.complete) invariants_.committed(transfer.carried);
        changed_since_ = changed_since_ || transfer.visit.changes.any();
        committed_[transfer.visit.state.id] = transfer.visit.state;
        engine_->done(std::move(transfer.visit), clock());
    }
}

std::string World::render(const publish::Writer& writer) {
    std::string problem;
    const auto view = site_->view({}, {}, problem);
    const publish::Writer* const writers[] = {&writer};
    return renderer_->feed(*site_, *view, writers).front()->identity.body;
}

/// A subscriber comes by.
void World::look() {
    if (++looks_ % 30 == 0) read_ledger();
    const std::string atom = render(publish::atom_writer);
    invariants_.published(atom, "/feed.atom");
    invariants_.published(render(publish::rss_writer), "/feed.rss");
    invariants_.published(render(publish::json_feed_writer), "/feed.json");
    if (!changed_since_) invariants_.same_bytes(last_bytes_, atom, "nothing came in between");
    daemon::Renderer other{store::Store(database_, store::Store::Mode::read)};
    std::swap(*renderer_, other);
    invariants_.same_bytes(atom, render(publish::atom_writer), "a renderer without memory");
    last_bytes_ = atom;
    changed_since_ = false;
    if (setting_.plant == Plant::forget_ids) {
        std::string forged = atom;
        if (const auto id = forged.find("<entry>\n<id>"); id != std::string::npos)
            forged.insert(id + 12, "urn:x:");
        else if (const auto other_id = forged.rfind("<id>"); other_id != std::string::npos)
            forged.insert(other_id + 4, "urn:x:");
        invariants_.published(forged, "/feed.atom");
    }
}

Result World::run() {
    while (true) {
        start_due();
        const auto due = engine_->next_event();
        std::optional<Timestamp> next;
        if (due) next = *due - skew_;
        if (!happenings_.empty()) next = std::min(next.value_or(end_), happenings_.top().at);
        if (!next || *next >= end_) break;
        now_ = std::max(now_, *next);
        if (happenings_.empty() || happenings_.top().at > now_) continue;
        const Happening happening = happenings_.top();
        happenings_.pop();
        if (happening.kind == Happening::Kind::restart) restart();
        if (happening.kind == Happening::Kind::set_clock) set_clock();
        if (happening.kind == Happening::Kind::look) look();
        if (happening.kind == Happening::Kind::answer && transfers_.contains(happening.transfer)) {
            answered(std::move(transfers_.extract(happening.transfer).mapped()));
        }
    }
    if (!to_write_.empty()) write(false);
    look();
    store::Selection everything;
    everything.backlog = true;
    const auto entries = store_->latest(
        everything, {.items = 1'000'000, .keep_at_least = Duration{0}, .cap = 1'000'000});
    invariants_.stored(entries);
    result_.entries = static_cast<int>(entries.size());
    testify();
    result_.breaches = invariants_.breaches();
    renderer_.reset();
    store_.reset();
    for (const char* suffix : {"", "-wal", "-shm"})
        std::filesystem::remove(database_.string() + suffix);
    return std::move(result_);
}

}  // namespace

Result run(const Setting& setting) {
    return World(setting).run();
}

}  // namespace tributary::sim
