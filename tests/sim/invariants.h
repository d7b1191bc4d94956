#pragma once
// What must hold of entries and documents, judged by code that knows nothing of the daemon's: from
// the origins' truth, and the documents as they were published. Manners are the checker's affair.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "feed/model.h"
#include "store/store.h"

namespace tributary::sim {

class Invariants {
  public:
    /// A good answer was committed: its items must be there from now on.
    void committed(const std::vector<std::string>& tokens);

    /// A published document, as a subscriber reads it.
    void published(const std::string& document, const std::string& address);

    /// The whole store, at the end: nothing lost.
    void stored(const std::vector<store::StoredEntry>& entries);

    /// A source polled before and after the given state, unchanged bytes expected.
    void same_bytes(const std::string& before, const std::string& after, const std::string& when);

    void breach(const std::string& text);
    const std::vector<std::string>& breaches() const { return breaches_; }

  private:
    void note_id(const std::string& token, const std::string& id);

    std::set<std::string> must_be_there_;
    std::map<std::string, std::string> id_of_;     // token -> published id
    std::map<std::string, std::string> token_of_;  // published id -> token
    std::vector<std::string> breaches_;
};

/// "token-3-17" in the text; empty if there is none.
std::string token_in(const std::string& text);

}  // namespace tributary::sim
