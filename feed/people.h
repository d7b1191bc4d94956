#pragma once
// Persons, written as text ("a@example.org (Ann)", "Ann <a@example.org>", "Ann") or as elements.

#include <string_view>

#include "feed/model.h"
#include "feed/xml.h"

namespace tributary::feed {

/// Splits a mail address and a name, whichever comes first, in brackets or not.
Person person_of_text(std::string_view text);

/// atom:author and its like (RFC 4287 3.2); text without elements is split.
Person person_of_element(const xml::Element& element);

}  // namespace tributary::feed
