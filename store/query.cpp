#include "store/query.h"

#include "feed/model_json.h"
#include "store/database.h"

#include <algorithm>
#include <limits>
#include <queue>

namespace tributary::store {
namespace {

constexpr Seq after_the_last{std::numeric_limits<std::int64_t>::max()};

/// The entries taken so far, newest first, and whether the window has room for another (D4). The
/// window is measured from its newest entry, never from now: the same state gives the same feed.
class Taken {
  public:
    explicit Taken(const Window& window) : window_(window) {}

    /// Whether the entry had room; once one had not, no older one has.
    bool take(Seq seq, Timestamp first_seen) {
        const auto count = std::ssize(seqs_);
        if (count == 0) oldest_kept_ = first_seen - window_.keep_at_least;
        if (count >= std::max(window_.cap, 0)) return false;
        if (count >= window_.items && first_seen < oldest_kept_) return false;
        seqs_.push_back(seq);
        return true;
    }

    const std::vector<Seq>& seqs() const { return seqs_; }

  private:
    Window window_;
    Timestamp oldest_kept_{};
    std::vector<Seq> seqs_;
};

bool contains(const std::vector<SourceId>& sorted, SourceId source) {
    return std::ranges::binary_search(sorted, source);
}

bool shown_elsewhere(Database& database, Seq seq, const std::vector<SourceId>& exclude) {
    Rows rows = database.query(
        "SELECT x.source FROM sighting x JOIN source s ON s.id = x.source"
        " WHERE x.seq = ? AND x.owned = 0 AND s.active = 1",
        seq);
    while (rows.next())
        if (!contains(exclude, rows.as<SourceId>(0))) return true;
    return false;
}

/// Of every active source: one walk over the entries, newest first.
std::vector<Seq> of_all(Database& database, const Selection& selection, const Window& window) {
    Taken taken(window);
    Rows rows = database.query(
        "SELECT e.seq, e.first_seen, e.owner, s.active FROM entry e JOIN source s ON s.id = e.owner"
        " WHERE e.seq < ? AND e.backlog <= ? ORDER BY e.seq DESC",
        selection.before.value_or(after_the_last), selection.backlog);
    while (rows.next()) {
        const Timestamp first_seen = rows.time(1);
        if (selection.since && first_seen < *selection.since) break;
        const auto seq = rows.as<Seq>(0);
        const bool by_owner =
            rows.as<bool>(3) && !contains(selection.exclude, rows.as<SourceId>(2));
        if (!by_owner && !shown_elsewhere(database, seq, selection.exclude)) continue;
        if (!taken.take(seq, first_seen)) break;
    }
    return taken.seqs();
}

/// The newest entry of one source that has not been taken yet.
struct Head {
    Seq seq{};
    Timestamp first_seen{};
    SourceId source{};
    bool operator<(const Head& other) const { return seq < other.seq; }
};

std::optional<Head> next_of(Database& database, SourceId source, Seq before,
                            const Selection& selection) {
    Rows rows = database.query(
        "SELECT x.seq, e.first_seen FROM sighting x"
        " JOIN entry e ON e.seq = x.seq JOIN source s ON s.id = x.source"
        " WHERE x.source = ? AND x.seq < ? AND e.backlog <= ? AND s.active = 1"
        " ORDER BY x.seq DESC LIMIT 1",
        source, before, selection.backlog);
    if (!rows.next()) return std::nullopt;
    const Head head{.seq = rows.as<Seq>(0), .first_seen = rows.time(1), .source = source};
    if (selection.since && head.first_seen < *selection.since) return std::nullopt;
    return head;
}

/// Of some sources: their newest entries merged, one step into a source at a time.
std::vector<Seq> of_some(Database& database, const Selection& selection, const Window& window) {
    std::priority_queue<Head> heads;
    const auto advance = [&](SourceId source, Seq before) {
        if (const auto head = next_of(database, source, before, selection)) heads.push(*head);
    };
    for (const SourceId source : selection.sources)
        if (!contains(selection.exclude, source))
            advance(source, selection.before.value_or(after_the_last));

    Taken taken(window);
    std::optional<Seq> last;
    while (!heads.empty()) {
        const Head head = heads.top();
        heads.pop();
        if (head.seq != last && !taken.take(head.seq, head.first_seen)) break;
        last = head.seq;
        advance(head.source, head.seq);
    }
    return taken.seqs();
}

std::vector<SourceId> also_in(Database& database, Seq seq) {
    std::vector<SourceId> sources;
    Rows rows = database.query(
        "SELECT x.source FROM sighting x JOIN source s ON s.id = x.source"
        " WHERE x.seq = ? AND x.owned = 0 AND s.active = 1 ORDER BY x.first_seen, x.source",
        seq);
    while (rows.next()) sources.push_back(rows.as<SourceId>(0));
    return sources;
}

std::optional<EntryFacts> facts(Database& database, Seq seq) {
    Rows rows = database.query(
        "SELECT id, revision, owner, first_seen, published, updated, backlog FROM entry"
        " WHERE seq = ?",
        seq);
    if (!rows.next()) return std::nullopt;
    return EntryFacts{.seq = seq,
                      .id = std::string(rows.text(0)),
                      .revision = rows.as<int>(1),
                      .owner = rows.as<SourceId>(2),
                      .first_seen = rows.time(3),
                      .published = rows.time(4),
                      .updated = rows.time(5),
                      .backlog = rows.as<bool>(6),
                      .also_in = also_in(database, seq)};
}

}  // namespace

feed::Entry text_of(Database& database, Seq seq) {
    Rows rows = database.query("SELECT entry, content FROM body WHERE seq = ?", seq);
    if (!rows.next()) return {};
    feed::Entry entry = feed::entry_from_json(rows.text(0));
    entry.content.text.value = rows.text(1);
    return entry;
}

std::optional<StoredEntry> entry(Database& database, Seq seq) {
    auto found = facts(database, seq);
    if (!found) return std::nullopt;
    return StoredEntry{std::move(*found), text_of(database, seq)};
}

std::vector<EntryFacts> window_of(Database& database, const Selection& selection,
                                  const Window& window) {
    Selection sorted = selection;
    std::ranges::sort(sorted.exclude);
    Transaction snapshot(database, Transaction::Kind::read);
    const std::vector<Seq> seqs =
        sorted.all ? of_all(database, sorted, window) : of_some(database, sorted, window);
    std::vector<EntryFacts> entries;
    entries.reserve(seqs.size());
    for (const Seq seq : seqs)
        if (auto found = facts(database, seq)) entries.push_back(std::move(*found));
    return entries;
}

std::vector<StoredEntry> latest(Database& database, const Selection& selection,
                                const Window& window) {
    std::vector<StoredEntry> entries;
    for (auto& found : window_of(database, selection, window)) {
        feed::Entry text = text_of(database, found.seq);
        entries.push_back({std::move(found), std::move(text)});
    }
    return entries;
}

}  // namespace tributary::store
