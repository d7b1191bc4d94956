#pragma once
// What must hold, judged by code that knows nothing of the daemon's: from the origins' truth, the
// requests as they went out, and the documents as they were published.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/time.h"
#include "feed/model.h"
#include "fetcher/request.h"
#include "store/store.h"

namespace tributary::sim {

class Invariants {
  public:
    /// A request goes out. `committed` is the source's state as last committed.
    void request(const fetcher::Request& request, const store::SourceState& committed,
                 bool first_hop, Timestamp now, Duration min_interval);

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
    std::map<std::string, Timestamp> last_request_;
    std::vector<std::string> breaches_;
};

/// "token-3-17" in the text; empty if there is none.
std::string token_in(const std::string& text);

}  // namespace tributary::sim
