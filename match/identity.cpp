#include "match/match.h"

#include "base/text.h"
#include "base/url.h"
#include "feed/html.h"
#include "feed/lines.h"

#include <algorithm>
#include <array>
#include <bit>
#include <tuple>
#include <utility>

namespace tributary::match {
namespace {

// Longer ids are the publisher's data, not names: an id of our own is minted for them.
constexpr std::size_t longest_id = 1024;

/// Never 0, which means "none" wherever a hash is kept.
std::uint64_t nonzero(std::uint64_t hash) {
    return hash != 0 ? hash : 1;
}

/// The text's hash among keys of this kind. Stored: the numbers of the kinds never change.
Key key_of(KeyKind kind, std::string_view text) {
    return {kind, nonzero(hash64(text, std::uint64_t{1} + std::to_underlying(kind)))};
}

/// Parts put together so that no two lists of parts give the same text.
template <typename... Parts>
std::string joined(const Parts&... parts) {
    std::string text;
    ((text += parts, text += '\0'), ...);
    return text;
}

const std::string& text_of(const feed::Entry& entry) {
    return entry.content.text.empty() ? entry.summary.value : entry.content.text.value;
}

/// The plain text of a title, blind to case and spacing.
std::string normal_title(const feed::Text& title) {
    const bool is_markup =
        title.type != feed::TextType::text && title.value.find_first_of("<&") != std::string::npos;
    return to_lower(is_markup ? feed::text_of_html(title.value) : feed::one_line(title.value));
}

/// Whether a canonical URL names a page, not a whole site: sites are linked to by many entries.
bool is_page(std::string_view canonical) {
    const std::size_t host = canonical.find("://");
    return host != std::string_view::npos &&
           canonical.find_first_of("/?", host + 3) != std::string_view::npos;
}

bool is_midnight(Timestamp time) {
    return time == std::chrono::floor<std::chrono::days>(time);
}

/// What the keys of an entry are made of. What only says where the feed lives is left out: it tells
/// no entry from another.
struct Facts {
    std::string_view guid;  // trimmed
    std::string loose;      // canonical form of a guid that is a URL, if it is not that of the link
    std::string link;       // canonical
    std::string title;
    std::string text;  // content, else summary
};

Facts facts_of(const feed::Entry& entry, std::string_view home) {
    Facts facts;
    facts.guid = trim(entry.id);
    facts.link = canonical_url(entry.link);
    if (facts.guid != entry.link) facts.loose = canonical_url(facts.guid);
    const bool guid_is_link = facts.guid == entry.link || facts.loose == facts.link;
    if (guid_is_link) facts.loose.clear();
    if (!home.empty() && (guid_is_link ? facts.link : facts.loose) == home) {
        facts.guid = {};
        facts.loose.clear();
    }
    if (facts.link == home) facts.link.clear();
    facts.title = normal_title(entry.title);
    facts.text = feed::one_line(!entry.content.text.empty() ? entry.content.text.value
                                                            : entry.summary.value);
    return facts;
}

std::uint64_t mixed(std::uint64_t hash, std::uint64_t value) {
    const auto bytes = std::bit_cast<std::array<char, sizeof value>>(value);
    return hash64({bytes.data(), bytes.size()}, hash);
}

std::vector<Key> keys_of(const Facts& facts, const std::optional<Timestamp>& date) {
    std::vector<Key> keys;
    keys.reserve(7);
    const bool has_guid = !facts.guid.empty();
    const bool has_link = !facts.link.empty();
    if (has_guid) keys.push_back(key_of(KeyKind::guid, facts.guid));
    if (!facts.loose.empty()) keys.push_back(key_of(KeyKind::guid_loose, facts.loose));
    if (has_guid && has_link)
        keys.push_back(key_of(KeyKind::guid_and_link, joined(facts.guid, facts.link)));
    if (has_link) keys.push_back(key_of(KeyKind::link, facts.link));
    // A mere day is shared by too much to speak against a guid and a link of its own.
    if (!facts.title.empty() && date && !(has_guid && has_link && is_midnight(*date)))
        keys.push_back(
            key_of(KeyKind::title_and_date,
                   joined(facts.title, std::to_string(date->time_since_epoch().count()))));
    if (!facts.text.empty() || !(has_guid || has_link))
        keys.push_back(key_of(KeyKind::content, joined(facts.title, facts.text)));

    std::uint64_t whole = date ? static_cast<std::uint64_t>(date->time_since_epoch().count()) : 0;
    for (const Key key : keys) whole = mixed(whole, key.hash);
    keys.push_back({KeyKind::whole, nonzero(whole)});
    return keys;
}

/// What "changed" means: title, link, summary, content, enclosures. Spacing does not count, nor do
/// the queries of enclosures, which are often signatures that differ each time.
std::uint64_t fingerprint_of(const feed::Entry& entry, const Facts& facts) {
    const std::string& link = facts.link.empty() ? entry.link : facts.link;
    std::uint64_t hash = hash64(feed::one_line(entry.title.value));
    hash = hash64(link, hash);
    hash = hash64(facts.text, hash);
    if (!entry.content.text.empty()) hash = hash64(feed::one_line(entry.summary.value), hash);
    hash = hash64(entry.content.src, hash);
    for (const feed::Enclosure& enclosure : entry.enclosures) {
        const std::string_view url = enclosure.url;
        hash = hash64(url.substr(0, url.find('?')), hash);
    }
    return nonzero(hash);
}

Candidate candidate_of(const feed::Entry& entry, std::string_view home) {
    const Facts facts = facts_of(entry, home);
    Candidate candidate;
    candidate.date = entry.published ? entry.published : entry.updated;
    candidate.keys = keys_of(facts, candidate.date);
    if (is_page(facts.link)) candidate.link_key = key_of(KeyKind::link, facts.link).hash;
    if (is_global_id(facts.guid)) candidate.guid_key = id_key(facts.guid);
    candidate.fingerprint = fingerprint_of(entry, facts);
    if (!facts.title.empty()) candidate.title_hash = nonzero(hash64(facts.title));
    return candidate;
}

/// What an entry's id is made of at first.
std::uint64_t name_of(const feed::Entry& entry) {
    if (const std::string_view guid = trim(entry.id); !guid.empty())
        return key_of(KeyKind::guid, guid).hash;
    if (!entry.link.empty()) return key_of(KeyKind::link, entry.link).hash;
    return key_of(KeyKind::content, joined(entry.title.value, text_of(entry))).hash;
}

using Numbered = std::pair<std::uint64_t, std::size_t>;  // a hash, and whose it is

/// Entries of one document that are alike in everything are one; all others differ in their
/// `whole`.
void mark_repeated(std::vector<Candidate>& candidates) {
    std::vector<Numbered> wholes;
    wholes.reserve(candidates.size());
    for (std::size_t i = 0; i < candidates.size(); ++i)
        wholes.emplace_back(candidates[i].keys.back().hash, i);
    std::ranges::sort(wholes);
    for (std::size_t i = 1; i < wholes.size(); ++i)
        if (wholes[i].first == wholes[i - 1].first) candidates[wholes[i].second].repeated = true;
}

/// Of entries that would get the same id none may have it: it would go by their order.
void mark_shared_names(const feed::Feed& feed, std::vector<Candidate>& candidates) {
    std::vector<Numbered> names;
    names.reserve(candidates.size());
    for (std::size_t i = 0; i < candidates.size(); ++i)
        if (!candidates[i].repeated) names.emplace_back(name_of(feed.entries[i]), i);
    std::ranges::sort(names);
    for (std::size_t i = 1; i < names.size(); ++i) {
        if (names[i].first != names[i - 1].first) continue;
        candidates[names[i].second].first_attempt = 1;
        candidates[names[i - 1].second].first_attempt = 1;
    }
}

struct Bearer {
    Key key;
    std::size_t candidate;
    auto order() const { return std::tuple(key.kind, key.hash, candidate); }
};

/// The keys that several entries of the document have, as its bearers.
std::vector<Bearer> shared_keys(const std::vector<Candidate>& candidates) {
    std::vector<Bearer> bearers;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        if (candidates[i].repeated) continue;
        for (const Key key : candidates[i].keys) bearers.push_back({key, i});
    }
    std::ranges::sort(bearers, {}, &Bearer::order);
    std::vector<Bearer> shared;
    for (std::size_t i = 0; i < bearers.size(); ++i) {
        const bool like_the_last = i > 0 && bearers[i - 1].key == bearers[i].key;
        const bool like_the_next = i + 1 < bearers.size() && bearers[i + 1].key == bearers[i].key;
        if (like_the_last || like_the_next) shared.push_back(bearers[i]);
    }
    return shared;
}

void take_away(Candidate& candidate, Key key) {
    std::erase(candidate.keys, key);
    candidate.shared.push_back(key);
    if (key.kind == KeyKind::guid) candidate.guid_key = 0;
    if (key.kind == KeyKind::link) candidate.link_key = 0;
}

bool is_iri_character(char c) {
    constexpr std::string_view forbidden = " \"<>\\^`{|}\x7f";
    return static_cast<unsigned char>(c) >= 0x20 && forbidden.find(c) == std::string_view::npos;
}

/// Whether this can be an id as it stands (RFC 4287 4.2.6: an IRI, absolute).
bool is_absolute_iri(std::string_view id) {
    if (id.size() > longest_id || !has_scheme(id) || !is_utf8(id)) return false;
    if (id.find(':') + 1 == id.size()) return false;
    const bool is_http =
        starts_with_ignoring_case(id, "http:") || starts_with_ignoring_case(id, "https:");
    if (is_http && !Url::parse(id)) return false;
    return std::ranges::all_of(id, is_iri_character);
}

}  // namespace

std::vector<Candidate> identify(const feed::Feed& feed) {
    const std::string home = canonical_url(feed.link);
    std::vector<Candidate> candidates;
    candidates.reserve(feed.entries.size());
    for (const feed::Entry& entry : feed.entries) candidates.push_back(candidate_of(entry, home));
    mark_repeated(candidates);
    mark_shared_names(feed, candidates);
    for (const Bearer& bearer : shared_keys(candidates))
        take_away(candidates[bearer.candidate], bearer.key);
    return candidates;
}

bool is_global_id(std::string_view id) {
    constexpr std::array schemes{"http://", "https://", "tag:", "urn:"};
    return is_absolute_iri(id) && std::ranges::any_of(schemes, [&](const char* scheme) {
               return starts_with_ignoring_case(id, scheme);
           });
}

std::uint64_t id_key(std::string_view id) {
    return nonzero(hash64(id));
}

std::string mint_id(const feed::Entry& entry, const std::string& source_uuid, int attempt) {
    const std::string_view guid = trim(entry.id);
    if (attempt == 0) {
        if (is_absolute_iri(guid)) return std::string(guid);
        if (!guid.empty()) return uuid_v5(source_uuid, joined("guid", guid));
        if (!entry.link.empty()) return uuid_v5(source_uuid, joined("link", entry.link));
    }
    const std::string& text = text_of(entry);
    if (attempt == 0) return uuid_v5(source_uuid, joined("content", entry.title.value, text));
    // Everything goes in, so that entries which share a guid get ids that do not depend on which
    // of them comes first.
    return uuid_v5(source_uuid, joined("again", std::to_string(attempt), guid, entry.link,
                                       entry.title.value, entry.date_as_written, text));
}

}  // namespace tributary::match
