#pragma once
// The least that a feed reader must take out of a document: five fields of each item, copied.

#include <string>
#include <vector>

namespace tributary::bench {

struct Item {
    std::string title, link, guid, date, content;
};

/// The items of an XML or JSON feed. `document` is parsed in place and is rubbish afterwards.
/// Throws std::runtime_error if it is neither.
std::vector<Item> extract(std::string& document);

}  // namespace tributary::bench
