#pragma once
// Which item is this? A document's entries against what is known. Pure: the store hands in what it
// knows and carries out what is decided.
//
// An entry has several keys (aliases): its guid, the guid without scheme and tracking parameters,
// its canonical link, a fingerprint of title and content. A key that two entries of one document
// share identifies neither. A known key means the same entry, whatever the others say, unless a
// reused guid is seen (title, link and date all differ). The published id is minted once.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "feed/model.h"

namespace tributary::match {

/// A published entry's number: monotonic by first sight, never reused.
enum class Seq : std::int64_t {};
enum class SourceId : std::int64_t {};

enum class KeyKind : std::uint8_t {
    guid,
    guid_loose,
    guid_and_link,
    link,
    title_and_date,
    content,
    whole
};

/// One alias of an entry: a stable 64-bit hash of kind and text. `whole` is everything together,
/// for an entry that shares each of its other keys.
struct Key {
    KeyKind kind = KeyKind::guid;
    std::uint64_t hash = 0;
    bool operator==(const Key&) const = default;
};

/// The keys of one entry of a document, strongest first; ambiguous ones within the document
/// removed.
struct Candidate {
    std::vector<Key> keys;
    std::vector<Key> shared;  // ambiguous ones: other entries of the document have them, too
    bool repeated = false;    // the document has this very entry already
    int first_attempt =
        0;  // for mint_id: 1 where another entry of the document would get the same id
    std::uint64_t link_key = 0;  // hash of the canonical link, across sources; 0: none or ambiguous
    std::uint64_t guid_key = 0;  // hash of a globally unique guid (absolute IRI); 0: none
    std::uint64_t fingerprint = 0;  // of title, link, summary, content: what "changed" means
    std::uint64_t title_hash = 0;   // normalised text of the title; 0: none
    std::optional<Timestamp> date;  // claimed: published, else updated
};

/// Keys and fingerprints of every entry of a document, in its order. CPU work, for a worker.
std::vector<Candidate> identify(const feed::Feed& feed);

/// What a key leads to that entries were seen to share: no entry. It stays so, whatever later
/// documents say, so that an entry is known by the same keys in each of them.
inline constexpr Seq nobody{0};

/// What the store knows of an entry that a key led to.
struct Known {
    Seq seq{};
    SourceId owner{};
    std::uint64_t fingerprint = 0;
    std::uint64_t title_hash = 0;
    std::uint64_t link_key = 0;
    std::optional<Timestamp> date;  // as claimed at first sight
};

/// Where the matcher looks things up: the store, or a map in a test.
class Lookup {
  public:
    virtual ~Lookup() = default;
    /// The entry that `source` has shown under this key, or `nobody` if several have shared it.
    virtual std::optional<Known> by_key(SourceId source, Key key) = 0;
    /// The one entry with this canonical link (nothing if there are several), and the one that is
    /// published under this guid.
    virtual std::optional<Known> by_link(std::uint64_t link_key) = 0;
    virtual std::optional<Known> by_guid(std::uint64_t guid_key) = 0;
};

enum class Verdict {
    fresh,      // never seen: mint an id, give it the next number
    unchanged,  // known, same fingerprint
    changed,    // known and owned by this source, other title, link or content
    sighting,   // known from another source: only a provenance is added
    repeated,   // the document shows the same entry twice: nothing to do
};

struct Decision {
    Verdict verdict = Verdict::fresh;
    Seq seq{};                    // of the known entry; unset if fresh or repeated
    bool first_sighting = false;  // this source shows it for the first time
    std::vector<Key> new_keys;    // aliases that lead to this entry from now on
    std::string_view reason;      // in words, for `why`: "same guid", "new guid, same link", ...
};

enum class AcrossSources { off, id, link };

/// One decision per candidate, in order. No two candidates of a document get the same Seq. The
/// order of the candidates does not matter. In a delta the entries are missing that are as they
/// were, and with them the proof that one of them has got another guid: there a new guid is a new
/// entry.
std::vector<Decision> decide(SourceId source, std::span<const Candidate> candidates, Lookup& lookup,
                             AcrossSources across, bool is_delta = false);

/// The id under which an entry is published: its own if that is an absolute IRI (a permalink guid,
/// atom:id, JSON id), else a "urn:uuid:" version 5 under the source's own uuid. `attempt` > 0 mints
/// another one, for when the id belongs to a different entry already.
std::string mint_id(const feed::Entry& entry, const std::string& source_uuid, int attempt);

/// Whether another source may know the entry by this id: an absolute IRI of a scheme that makes
/// names for the whole world (http, https, tag, urn).
bool is_global_id(std::string_view id);

/// The hash that guid_key is compared with.
std::uint64_t id_key(std::string_view id);

}  // namespace tributary::match
