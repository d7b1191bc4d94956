#include "match/match.h"

#include <algorithm>
#include <array>
#include <tuple>

namespace tributary::match {
namespace {

constexpr std::array strongest_first{KeyKind::guid, KeyKind::guid_loose,     KeyKind::guid_and_link,
                                     KeyKind::link, KeyKind::title_and_date, KeyKind::content,
                                     KeyKind::whole};

std::string_view reason_of(KeyKind kind, bool has_guid) {
    switch (kind) {
        case KeyKind::guid:
            return "same guid";
        case KeyKind::guid_loose:
            return "same guid but for scheme or tracking";
        case KeyKind::guid_and_link:
            return "shared guid, same link";
        case KeyKind::link:
            return has_guid ? "new guid, same link" : "same link";
        case KeyKind::title_and_date:
            return "same title and date";
        case KeyKind::content:
            return "same title and content";
        case KeyKind::whole:
            return "the same in everything";
    }
    return "";
}

/// Two facts, both known, that contradict each other.
bool differ(std::uint64_t a, std::uint64_t b) {
    return a != 0 && b != 0 && a != b;
}
bool differ(const std::optional<Timestamp>& a, const std::optional<Timestamp>& b) {
    return a && b && *a != *b;
}
bool agree(std::uint64_t a, std::uint64_t b) {
    return a != 0 && a == b;
}

std::optional<Key> key_of(const Candidate& candidate, KeyKind kind) {
    const auto key = std::ranges::find(candidate.keys, kind, &Key::kind);
    if (key == candidate.keys.end()) return std::nullopt;
    return *key;
}

bool has_key(const std::vector<Key>& keys, KeyKind kind) {
    return std::ranges::find(keys, kind, &Key::kind) != keys.end();
}

/// Whether what else is known lets the key mean what it says.
bool is_credible(KeyKind kind, const Candidate& candidate, const Known& known) {
    const bool other_title = differ(candidate.title_hash, known.title_hash);
    const bool other_link = differ(candidate.link_key, known.link_key);
    const bool other_date = differ(candidate.date, known.date);
    switch (kind) {
        case KeyKind::guid:
        case KeyKind::guid_loose:
        case KeyKind::guid_and_link:
            // A guid used again for another article.
            return !(other_title && other_link && other_date);
        case KeyKind::link:
            // A page that always shows the latest article.
            return !(has_key(candidate.keys, KeyKind::guid) && other_title && other_date);
        case KeyKind::title_and_date:
        case KeyKind::whole:
            return true;
        case KeyKind::content:
            // A greeting that is posted again each morning.
            return !(other_link && other_date);
    }
    return true;
}

bool is_by_guid(KeyKind kind) {
    return kind == KeyKind::guid || kind == KeyKind::guid_loose || kind == KeyKind::guid_and_link;
}

/// A candidate that a key of the present round leads to a known entry.
struct Claim {
    Known known;
    std::size_t candidate = 0;
    bool same_text = false, same_title = false;
    std::uint64_t key_hash = 0;

    /// Of several claims on an entry the first in this order wins, wherever it stands in the
    /// document.
    auto order() const { return std::tuple(known.seq, !same_text, !same_title, key_hash); }
};

class Matcher {
  public:
    Matcher(SourceId source, std::span<const Candidate> candidates, Lookup& lookup, bool is_delta)
        : source_(source),
          is_delta_(is_delta),
          candidates_(candidates),
          lookup_(lookup),
          decisions_(candidates.size()),
          decided_(candidates.size(), false),
          shared_guid_(candidates.size(), false),
          has_own_key_(candidates.size(), false) {
        for (std::size_t i = 0; i < candidates.size(); ++i) {
            shared_guid_[i] = has_key(candidates[i].shared, KeyKind::guid);
            if (candidates[i].repeated)
                settle(i, {.verdict = Verdict::repeated,
                           .new_keys = {},
                           .reason = "twice in the document"});
        }
    }

    /// Entries that this source has shown, by one kind of key. Stronger kinds go first for the
    /// whole document, so a weak key never takes an entry that another candidate is by a stronger
    /// one.
    void match_own(KeyKind kind) {
        std::vector<Claim> claims;
        for (std::size_t i = 0; i < candidates_.size(); ++i)
            if (!decided_[i]) claim(i, kind, claims);
        std::ranges::sort(claims, {}, &Claim::order);
        for (const Claim& claim : claims)
            if (!is_taken(claim.known.seq)) settle_own(claim, kind);
    }

    /// Entries of other sources under the same guid, if title or link confirm it: an id alone can
    /// be copied by anyone.
    void match_guid_elsewhere() {
        for (std::size_t i = 0; i < candidates_.size(); ++i) {
            const Candidate& candidate = candidates_[i];
            if (decided_[i] || candidate.guid_key == 0) continue;
            const std::optional<Known> known = lookup_.by_guid(candidate.guid_key);
            if (!known) continue;
            if (agree(candidate.link_key, known->link_key) ||
                agree(candidate.title_hash, known->title_hash))
                settle_elsewhere(i, *known, "same guid as in another source");
        }
    }

    /// Entries of other sources with the same canonical link.
    void match_link_elsewhere() {
        for (std::size_t i = 0; i < candidates_.size(); ++i) {
            const Candidate& candidate = candidates_[i];
            if (decided_[i] || candidate.link_key == 0) continue;
            if (const std::optional<Known> known = lookup_.by_link(candidate.link_key))
                settle_elsewhere(i, *known, "same link as in another source");
        }
    }

    std::vector<Decision> finish() {
        for (std::size_t i = 0; i < candidates_.size(); ++i) {
            if (decided_[i]) continue;
            settle(i, {.verdict = Verdict::fresh,
                       .first_sighting = true,
                       .new_keys = lasting_keys(i),
                       .reason = "never seen"});
        }
        return std::move(decisions_);
    }

  private:
    void claim(std::size_t i, KeyKind kind, std::vector<Claim>& claims) {
        const Candidate& candidate = candidates_[i];
        // With the link it is only asked for where the guid alone says nothing.
        if (kind == KeyKind::guid_and_link && !shared_guid_[i]) return;
        if (kind == KeyKind::whole && has_own_key_[i]) return;
        if (is_delta_ && !is_by_guid(kind) && has_key(candidate.keys, KeyKind::guid)) return;
        const std::optional<Key> key = key_of(candidate, kind);
        if (!key) return;
        const std::optional<Known> known = lookup_.by_key(source_, *key);
        if (known && known->seq == nobody) {
            if (kind == KeyKind::guid) shared_guid_[i] = true;
            return;
        }
        if (kind != KeyKind::whole) has_own_key_[i] = true;
        if (!known) return;
        if (!is_credible(kind, candidate, *known)) return;
        claims.push_back({.known = *known,
                          .candidate = i,
                          .same_text = candidate.fingerprint == known->fingerprint,
                          .same_title = candidate.title_hash == known->title_hash,
                          .key_hash = key->hash});
    }

    void settle_own(const Claim& claim, KeyKind kind) {
        const std::size_t i = claim.candidate;
        const Candidate& candidate = candidates_[i];
        const bool is_changed = claim.known.owner == source_ && !claim.same_text;
        // An entry known by its strongest key with its text as it was has taught its keys before.
        const bool is_plain = !is_changed && candidate.keys.front().kind == kind;
        settle(i, {.verdict = is_changed ? Verdict::changed : Verdict::unchanged,
                   .seq = claim.known.seq,
                   .new_keys = is_plain ? std::vector<Key>{} : lasting_keys(i),
                   .reason = reason_of(kind, has_key(candidate.keys, KeyKind::guid))});
    }

    void settle_elsewhere(std::size_t i, const Known& known, std::string_view reason) {
        // One of our own that no key of ours led to is another entry.
        if (known.owner == source_ || is_taken(known.seq)) return;
        settle(i, {.verdict = Verdict::sighting,
                   .seq = known.seq,
                   .first_sighting = true,
                   .new_keys = lasting_keys(i),
                   .reason = reason});
    }

    void settle(std::size_t i, Decision decision) {
        if (decision.seq != nobody)
            taken_.insert(std::ranges::upper_bound(taken_, decision.seq), decision.seq);
        decisions_[i] = std::move(decision);
        decided_[i] = true;
    }

    bool is_taken(Seq seq) const { return std::ranges::binary_search(taken_, seq); }

    /// The keys to remember: the two that are for hard cases only there.
    std::vector<Key> lasting_keys(std::size_t i) const {
        std::vector<Key> keys = candidates_[i].keys;
        std::erase_if(keys, [&](Key key) {
            return (key.kind == KeyKind::guid_and_link && !shared_guid_[i]) ||
                   (key.kind == KeyKind::whole && has_own_key_[i]);
        });
        return keys;
    }

    SourceId source_;
    bool is_delta_;
    std::span<const Candidate> candidates_;
    Lookup& lookup_;
    std::vector<Decision> decisions_;
    std::vector<bool> decided_;
    std::vector<bool> shared_guid_;  // the guid is no key: shared here, or in an earlier document
    std::vector<bool> has_own_key_;  // a key that no other entry has, `whole` aside
    std::vector<Seq> taken_;         // known entries that a candidate is, sorted
};

}  // namespace

std::vector<Decision> decide(SourceId source, std::span<const Candidate> candidates, Lookup& lookup,
                             AcrossSources across, bool is_delta) {
    Matcher matcher(source, candidates, lookup, is_delta);
    for (const KeyKind kind : strongest_first) matcher.match_own(kind);
    if (across != AcrossSources::off) matcher.match_guid_elsewhere();
    if (across == AcrossSources::link) matcher.match_link_elsewhere();
    return matcher.finish();
}

}  // namespace tributary::match
