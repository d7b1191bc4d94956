#pragma once
// XML that the parser refused, made well-formed in one linear pass that keeps all of its text:
// what stands before the damage stays where it was.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "feed/parse.h"

namespace tributary::feed {

struct Repaired {
    std::string xml;
    std::vector<Warning> warnings;  // not-wellformed, truncated, undefined-entity, invalid-char
    bool cuts_an_entry = false;     // it ends inside an item or entry, which is then not whole
};

/// Junk before the first tag is dropped; a bare & and a < that starts no tag become text; HTML's
/// named entities become characters; attributes are quoted and told once; an end tag closes its
/// nearest open match or is ignored; what is open at the end is closed; a CDATA section that never
/// ends ends with its element. Takes UTF-8 and gives UTF-8.
Repaired repair_xml(std::string_view xml);

/// `xml` with the entities expanded that its own DOCTYPE declares, and the DOCTYPE removed; nothing
/// external is ever read. Each is expanded in the text only once, itself fully expanded, while the
/// document grows by no more than `most_growth` bytes; after that, references stay as they are and
/// `limit` is warned of. Empty xml: there is nothing to expand.
Repaired expand_internal_entities(std::string_view xml, std::size_t most_growth = 64u << 10);

}  // namespace tributary::feed
