#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <tuple>

#include <doctest/doctest.h>

#include "match/match.h"

using namespace tributary;
using match::AcrossSources;
using match::Decision;
using match::Known;
using match::Seq;
using match::SourceId;
using match::Verdict;

namespace {

constexpr SourceId alpha{1}, beta{2};

feed::Entry entry(std::string id, std::string link, std::string title, int date = 0,
                  std::string content = "") {
    feed::Entry entry;
    entry.id = std::move(id);
    entry.link = link.empty() ? "" : "https://blog.example/" + link;
    entry.title.value = std::move(title);
    entry.content.text.value = std::move(content);
    // A second past noon, so that no date is a mere day.
    entry.date_as_written = std::to_string(date);
    if (date != 0) entry.published = Timestamp(std::chrono::hours(24 * date + 12)) + Duration(1000);
    return entry;
}

/// What a store remembers, in maps: the other side of Lookup.
class Memory : public match::Lookup {
  public:
    std::optional<Known> by_key(SourceId source, match::Key key) override {
        ++lookups;
        const auto found = aliases_.find({source, key.hash});
        if (found == aliases_.end()) return std::nullopt;
        if (found->second == match::nobody) return Known{};
        return entries_.at(found->second).known;
    }
    std::optional<Known> by_link(std::uint64_t link_key) override {
        std::optional<Known> only;
        for (const auto& [seq, stored] : entries_) {
            if (stored.known.link_key != link_key) continue;
            if (only) return std::nullopt;
            only = stored.known;
        }
        return only;
    }
    std::optional<Known> by_guid(std::uint64_t guid_key) override {
        for (const auto& [seq, stored] : entries_)
            if (match::id_key(stored.id) == guid_key) return stored.known;
        return std::nullopt;
    }

    /// Shows a document: what is decided is carried out. The number of each entry, in order.
    std::vector<Seq> show(SourceId source, const std::vector<feed::Entry>& entries,
                          AcrossSources across = AcrossSources::link, bool is_delta = false) {
        feed::Feed feed;
        feed.link = "https://blog.example/";
        feed.entries = entries;
        const auto candidates = match::identify(feed);
        last = match::decide(source, candidates, *this, across, is_delta);
        std::vector<Seq> seqs;
        for (std::size_t i = 0; i < entries.size(); ++i)
            seqs.push_back(carry_out(source, entries[i], candidates[i], last[i]));
        return seqs;
    }

    const std::string& id(Seq seq) const { return entries_.at(seq).id; }
    std::size_t size() const { return entries_.size(); }

    std::vector<Decision> last;
    int lookups = 0;

  private:
    struct Stored {
        Known known;
        std::string id;
    };

    Seq carry_out(SourceId source, const feed::Entry& entry, const match::Candidate& candidate,
                  const Decision& decision) {
        Seq seq = decision.seq;
        if (decision.verdict == Verdict::fresh) seq = insert(source, entry, candidate);
        if (decision.verdict == Verdict::changed) {
            Known& known = entries_.at(seq).known;
            known.fingerprint = candidate.fingerprint;
            known.title_hash = candidate.title_hash;
            known.link_key = candidate.link_key;
        }
        for (const match::Key key : candidate.shared) aliases_[{source, key.hash}] = match::nobody;
        for (const match::Key key : decision.new_keys) {
            Seq& target = aliases_.try_emplace({source, key.hash}, seq).first->second;
            if (target != match::nobody) target = seq;
        }
        return seq;
    }

    Seq insert(SourceId source, const feed::Entry& entry, const match::Candidate& candidate) {
        const Seq seq{static_cast<std::int64_t>(entries_.size()) + 1};
        const std::string uuid = "urn:uuid:6ba7b811-9dad-11d1-80b4-00c04fd430c" +
                                 std::to_string(static_cast<std::int64_t>(source));
        std::string id;
        for (int attempt = candidate.first_attempt; id.empty() || by_guid(match::id_key(id));
             ++attempt)
            id = match::mint_id(entry, uuid, attempt);
        entries_[seq] = {{.seq = seq,
                          .owner = source,
                          .fingerprint = candidate.fingerprint,
                          .title_hash = candidate.title_hash,
                          .link_key = candidate.link_key,
                          .date = candidate.date},
                         id};
        return seq;
    }

    std::map<Seq, Stored> entries_;
    std::map<std::pair<SourceId, std::uint64_t>, Seq> aliases_;
};

}  // namespace

TEST_CASE("a document shown again changes nothing, at one look-up an entry") {
    Memory memory;
    const std::vector<feed::Entry> document{entry("1", "a", "A", 1, "x"),
                                            entry("2", "b", "B", 2, "y"), entry("", "c", "C")};
    memory.show(alpha, document);
    CHECK(memory.size() == 3);
    memory.lookups = 0;
    memory.show(alpha, document);
    CHECK(memory.size() == 3);
    CHECK(memory.lookups == 3);
    for (const Decision& decision : memory.last) {
        CHECK(decision.verdict == Verdict::unchanged);
        CHECK(decision.new_keys.empty());
    }
}

TEST_CASE("what publishers do to an entry without making another of it") {
    const feed::Entry original = entry("https://blog.example/?p=1", "one", "One", 1, "The text.");
    std::vector<std::pair<const char*, feed::Entry>> edits;
    const auto edit = [&](const char* what) -> feed::Entry& {
        return edits.emplace_back(what, original).second;
    };
    edit("title").title.value = "One, corrected";
    edit("content").content.text.value = "The whole text, at last.";
    edit("date").published = Timestamp(std::chrono::hours(24 * 9));
    edit("link").link = "https://blog.example/one-renamed";
    edit("guid scheme").id = "http://blog.example/?p=1";
    edit("guid tracking").id = "https://blog.example/?p=1&utm_source=rss";
    edit("guid, link stays").id = "post-1";
    {
        feed::Entry& e = edit("guid and link; title and date stay");
        e.id = "post-1";
        e.link = "https://new.example/one";
        e.content.text.value = "The text, moved.";
    }
    {
        feed::Entry& e = edit("guid and date; link stays, title stays");
        e.id = "post-1";
        e.published = Timestamp(std::chrono::hours(24 * 9));
    }
    {
        feed::Entry& e = edit("everything but the guid and the link");
        e.title.value = "Two";
        e.published = Timestamp(std::chrono::hours(24 * 9));
        e.content.text.value = "Other.";
    }
    for (const auto& [what, edited] : edits) {
        CAPTURE(what);
        Memory memory;
        const auto before = memory.show(alpha, {original});
        CHECK(memory.show(alpha, {edited}) == before);
        CHECK(memory.show(alpha, {original}) == before);
        CHECK(memory.show(alpha, {edited}) == before);
        CHECK(memory.size() == 1);
    }
}

TEST_CASE("an entry without guid and link is known by title and date, and by its text") {
    Memory memory;
    const auto first = memory.show(alpha, {entry("", "", "Note", 1, "text")});
    CHECK(memory.show(alpha, {entry("", "", "Note", 1, "text, longer")}) == first);
    CHECK(memory.show(alpha, {entry("", "", "Note", 2, "text, longer")}) == first);
}

TEST_CASE("a whole feed whose guids change is the same feed") {
    Memory memory;
    std::vector<feed::Entry> before, after;
    for (int i = 1; i <= 30; ++i) {
        const std::string n = std::to_string(i);
        before.push_back(
            entry("http://old.example/?p=" + n, "posts/" + n, "Post " + n, i, "t" + n));
        after.push_back(entry("gid://new/" + n, "posts/" + n, "Post " + n, i, "t" + n));
    }
    after.insert(after.begin(), entry("gid://new/31", "posts/31", "Post 31", 31, "t31"));
    auto expected = memory.show(alpha, before);
    expected.insert(expected.begin(), Seq{31});
    CHECK(memory.show(alpha, after) == expected);
}

TEST_CASE("a guid used again for another article is another entry, with an id of its own") {
    Memory memory;
    const feed::Entry old = entry("tag:blog.example,2026:today", "monday", "Monday", 1);
    const feed::Entry next = entry("tag:blog.example,2026:today", "tuesday", "Tuesday", 2);
    const auto first = memory.show(alpha, {old});
    const auto second = memory.show(alpha, {next});
    CHECK(first != second);
    CHECK(memory.id(first[0]) == "tag:blog.example,2026:today");
    CHECK(memory.id(second[0]).starts_with("urn:uuid:"));
    // And back and forth: both are known now.
    CHECK(memory.show(alpha, {old}) == first);
    CHECK(memory.show(alpha, {next}) == second);
    CHECK(memory.size() == 2);
}

TEST_CASE("a new guid at the same link is a new article if title and date are others, too") {
    Memory memory;
    const auto first = memory.show(alpha, {entry("1", "latest", "Comic 1", 1)});
    CHECK(memory.show(alpha, {entry("2", "latest", "Comic 2", 2)}) != first);
}

TEST_CASE("a short text posted again is a new entry") {
    Memory memory;
    const auto first = memory.show(alpha, {entry("1", "1", "", 1, "Good morning!")});
    CHECK(memory.show(alpha, {entry("2", "2", "", 2, "Good morning!")}) != first);
    CHECK(memory.size() == 2);
}

TEST_CASE("a new guid is no new name while the old one is still in the document") {
    Memory memory;
    const auto first = memory.show(alpha, {entry("1", "", "Title", 1, "text")});
    const auto both = memory.show(
        alpha, {entry("2", "", "Title", 3, "text"), entry("1", "", "Title", 1, "text")});
    CHECK(both[1] == first[0]);
    CHECK(both[0] != first[0]);
}

TEST_CASE("in a delta a new guid is a new entry, as the old one may still be in the feed") {
    const auto show_after = [](const feed::Entry& known, const feed::Entry& shown) {
        Memory memory;
        const auto first = memory.show(alpha, {known});
        return memory.show(alpha, {shown}, AcrossSources::link, true) == first;
    };
    CHECK_FALSE(
        show_after(entry("1", "weather", "Weather", 1), entry("2", "weather", "Weather", 2)));
    CHECK_FALSE(show_after(entry("1", "", "Title", 1, "text"), entry("2", "", "Title", 1, "text")));
    // What has no guid, or the old one in another spelling, is known as ever.
    CHECK(show_after(entry("", "a", "Title", 1), entry("", "a", "Another title", 1)));
    CHECK(show_after(entry("http://blog.example/1", "a", "Title", 1),
                     entry("https://blog.example/1", "a", "Title", 1)));
}

TEST_CASE("entries that share a guid are told apart, in this document and in later ones") {
    Memory memory;
    const feed::Entry one = entry("blog", "a", "A", 1), two = entry("blog", "b", "B", 2),
                      three = entry("blog", "c", "C", 3);
    const auto first = memory.show(alpha, {two, one});
    CHECK(first[0] != first[1]);
    CHECK(memory.show(alpha, {one}) == std::vector{first[1]});
    CHECK(memory.show(alpha, {two}) == std::vector{first[0]});
    const auto last = memory.show(alpha, {three, two});
    CHECK(last[1] == first[0]);
    CHECK(memory.size() == 3);
    for (int i = 1; i <= 3; ++i) CHECK(memory.id(Seq{i}) != "blog");
}

TEST_CASE("entries that share guid and link are told apart by title and date") {
    Memory memory;
    const feed::Entry one = entry("x", "a", "A", 1), two = entry("x", "a", "B", 1);
    const auto first = memory.show(alpha, {one, two});
    CHECK(first[0] != first[1]);
    CHECK(memory.show(alpha, {two, one}) == std::vector{first[1], first[0]});
    CHECK(memory.show(alpha, {one}) == std::vector{first[0]});
    CHECK(memory.size() == 2);
}

TEST_CASE("entries that differ only in their dates stay the same through all documents") {
    Memory memory;
    const feed::Entry one = entry("x", "a", "", 1, "text"), two = entry("x", "a", "", 2, "text");
    const auto first = memory.show(alpha, {one, two});
    CHECK(first[0] != first[1]);
    CHECK(memory.show(alpha, {two, one}) == std::vector{first[1], first[0]});
    CHECK(memory.show(alpha, {two}) == std::vector{first[1]});
    CHECK(memory.size() == 2);
}

TEST_CASE("an entry that stands twice in a document is stored once") {
    Memory memory;
    const feed::Entry one = entry("1", "a", "A", 1, "text");
    memory.show(alpha, {one, one, one});
    CHECK(memory.size() == 1);
    CHECK(memory.last[1].verdict == Verdict::repeated);
    memory.show(alpha, {one, one});
    CHECK(memory.size() == 1);
}

TEST_CASE("no two entries of a document are one, whatever led to it") {
    Memory memory;
    memory.show(alpha, {entry("1", "a", "A", 1)});
    memory.show(alpha, {entry("2", "a", "A", 1)});  // both guids mean this entry now
    const auto both = memory.show(alpha, {entry("1", "p", "P", 1), entry("2", "q", "Q", 1)});
    CHECK(both[0] != both[1]);
}

TEST_CASE("the order of a document decides nothing") {
    std::mt19937 random(7);
    const auto pick = [&](int count) { return std::uniform_int_distribution(0, count)(random); };
    for (int round = 0; round < 300; ++round) {
        CAPTURE(round);
        Memory memory, shuffled;
        // What tells an entry, however it is numbered: its text and its date.
        std::map<std::string, std::set<std::string>> ids, ids_shuffled;
        for (int poll = 0; poll < 5; ++poll) {
            std::vector<feed::Entry> document;
            for (int i = pick(5); i >= 0; --i) {
                const std::string guid = pick(3) ? "tag:x,1:" + std::to_string(pick(4)) : "";
                const std::string link = pick(3) ? std::to_string(pick(4)) : "";
                document.push_back(entry(guid, link, "T" + std::to_string(pick(3)), pick(3),
                                         "c" + std::to_string(pick(6))));
            }
            const auto note = [](Memory& where, const std::vector<feed::Entry>& entries,
                                 auto& seen) {
                const auto seqs = where.show(alpha, entries);
                for (std::size_t i = 0; i < seqs.size(); ++i)
                    if (seqs[i] != match::nobody)
                        seen[entries[i].id + "|" + entries[i].link + "|" + entries[i].title.value +
                             "|" + entries[i].content.text.value]
                            .insert(where.id(seqs[i]));
            };
            note(memory, document, ids);
            std::ranges::shuffle(document, random);
            note(shuffled, document, ids_shuffled);
        }
        CHECK(memory.size() == shuffled.size());
        CHECK(ids == ids_shuffled);
    }
}

TEST_CASE("any document shown twice changes nothing, and has no entry twice") {
    std::mt19937 random(11);
    const auto pick = [&](int count) { return std::uniform_int_distribution(0, count)(random); };
    for (int round = 0; round < 300; ++round) {
        CAPTURE(round);
        Memory memory;
        for (int poll = 0; poll < 5; ++poll) {
            CAPTURE(poll);
            std::vector<feed::Entry> document;
            for (int i = pick(5); i >= 0; --i)
                document.push_back(entry(pick(3) ? "tag:x,1:" + std::to_string(pick(4)) : "",
                                         pick(3) ? std::to_string(pick(4)) : "",
                                         "T" + std::to_string(pick(3)), pick(3),
                                         "c" + std::to_string(pick(6))));
            auto first = memory.show(alpha, document);
            const std::size_t size = memory.size();
            CHECK(memory.show(alpha, document) == first);
            CHECK(memory.size() == size);
            std::erase(first, match::nobody);
            CHECK(std::set(first.begin(), first.end()).size() == first.size());
        }
    }
}

TEST_CASE("an article in two sources is one entry, owned by the first") {
    Memory memory;
    const auto first = memory.show(alpha, {entry("1", "a", "A", 1, "text")});
    const feed::Entry copy = entry("2", "a", "A, reposted", 2, "other text");
    CHECK(memory.show(beta, {copy}) == first);
    CHECK(memory.last[0].verdict == Verdict::sighting);
    CHECK(memory.last[0].first_sighting);
    CHECK(memory.show(beta, {copy}) == first);
    CHECK(memory.last[0].verdict == Verdict::unchanged);
    // What the second says of it changes nothing.
    CHECK(memory.show(beta, {entry("2", "a", "Rewritten", 2)}) == first);
    CHECK(memory.last[0].verdict == Verdict::unchanged);
}

TEST_CASE("how far sources are compared is a choice") {
    const feed::Entry original = entry("tag:x,1:1", "a", "A", 1);
    feed::Entry same_id = original;
    same_id.link = "https://elsewhere.example/a";
    feed::Entry same_link = original;
    same_link.id = "other";
    const auto entries_after = [&](const feed::Entry& second, AcrossSources across) {
        Memory memory;
        memory.show(alpha, {original}, across);
        memory.show(beta, {second}, across);
        return memory.size();
    };
    CHECK(entries_after(same_id, AcrossSources::off) == 2);
    CHECK(entries_after(same_link, AcrossSources::off) == 2);
    CHECK(entries_after(same_id, AcrossSources::id) == 1);
    CHECK(entries_after(same_link, AcrossSources::id) == 2);
    CHECK(entries_after(same_id, AcrossSources::link) == 1);
    CHECK(entries_after(same_link, AcrossSources::link) == 1);
}

TEST_CASE("a source that copies the id of another's entry gets an entry of its own") {
    Memory memory;
    const auto first = memory.show(alpha, {entry("tag:x,1:1", "a", "A", 1)});
    const auto spoofed = memory.show(beta, {entry("tag:x,1:1", "evil", "Buy this", 1)});
    CHECK(spoofed != first);
    CHECK(memory.id(first[0]) == "tag:x,1:1");
    CHECK(memory.id(spoofed[0]).starts_with("urn:uuid:"));
}

TEST_CASE("a link that several entries have connects no sources") {
    Memory memory;
    memory.show(alpha, {entry("1", "latest", "One", 1)});
    memory.show(alpha, {entry("2", "latest", "Two", 2)});
    CHECK(memory.size() == 2);
    memory.show(beta, {entry("9", "latest", "Three", 3)});
    CHECK(memory.size() == 3);
}
