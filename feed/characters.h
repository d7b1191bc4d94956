#pragma once
// What a document's bytes are as characters, told in one pass over them: nearly all are good, and
// are then never looked at one by one.

#include <string_view>

namespace tributary::feed {

struct Characters {
    bool are_utf8 = true;  // well-formed (RFC 3629)
    bool are_xml = true;   // none that XML 1.0 2.2 forbids or discourages: most C0 controls, U+FFFE
                           // and U+FFFF; C1 controls
    bool operator==(const Characters&) const = default;
};

Characters examine(std::string_view text);

}  // namespace tributary::feed
