#include "tests/sim/invariants.h"

#include "feed/parse.h"

namespace tributary::sim {

namespace {

constexpr std::size_t enough_breaches = 20;

}  // namespace

std::string token_in(const std::string& text) {
    const auto start = text.find("token-");
    if (start == std::string::npos) return {};
    const auto end = text.find_first_not_of("0123456789-", start + 6);
    return text.substr(start, end == std::string::npos ? end : end - start);
}

void Invariants::breach(const std::string& text) {
    if (breaches_.size() < enough_breaches) breaches_.push_back(text);
}

void Invariants::committed(const std::vector<std::string>& tokens) {
    must_be_there_.insert(tokens.begin(), tokens.end());
}

void Invariants::note_id(const std::string& token, const std::string& id) {
    const auto [known, is_new] = id_of_.try_emplace(token, id);
    if (!is_new && known->second != id)
        breach(token + " is published as " + id + " and as " + known->second);
    const auto [owner, is_first] = token_of_.try_emplace(id, token);
    if (!is_first && owner->second != token)
        breach(id + " stands for " + token + " and for " + owner->second);
}

void Invariants::published(const std::string& document, const std::string& address) {
    const auto parsed = feed::parse(
        {.bytes = document, .url = "http://127.0.0.1:8080" + address, .content_type = {}});
    if (!parsed) {
        breach(address + " cannot be read: " + parsed.error().message);
        return;
    }
    std::set<std::string> seen;
    for (const auto& entry : parsed->feed.entries) {
        const std::string token = token_in(entry.title.value);
        if (token.empty()) breach(address + " holds an entry without its title: " + entry.id);
        if (!seen.insert(token).second) breach(address + " holds " + token + " twice");
        note_id(token, entry.id);
    }
}

void Invariants::stored(const std::vector<store::StoredEntry>& entries) {
    std::set<std::string> tokens;
    for (const auto& entry : entries) {
        const std::string token = token_in(entry.entry.title.value);
        if (!tokens.insert(token).second) breach(token + " is stored twice");
        note_id(token, entry.id);
    }
    for (const auto& token : must_be_there_) {
        if (!tokens.contains(token))
            breach(token + " was carried by a complete response and is lost");
    }
}

void Invariants::same_bytes(const std::string& before, const std::string& after,
                            const std::string& when) {
    if (before != after) breach("other bytes for the same state: " + when);
}

}  // namespace tributary::sim
