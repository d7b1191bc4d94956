#pragma once
// The model as JSON, in the shape that `tributary parse` prints, and back. The store keeps entries
// in this form, so a new field of the model needs no migration.

#include <string>
#include <string_view>

#include "feed/model.h"
#include "feed/parse.h"

namespace tributary::feed {

/// {"feed":…,"entries":[…],"warnings":[…]}, compact, one line. Absent fields are left out.
std::string to_json(const Parsed& parsed);
/// {"error":{"code":…,"message":…,"line":…,"column":…}}; line and column only where known.
std::string to_json(const ParseError& error);

/// One entry, complete: from_json gives back an equal one (`date_as_written` and `extensions` too).
std::string to_json(const Entry& entry);
/// The same for those who keep the text of the content elsewhere: in its place stands "." (not
/// nothing, or its type and language would be left out, too).
std::string to_json_without_content(const Entry& entry);
/// The feed without its entries, complete.
std::string to_json(const Feed& feed);

/// Back from our own JSON. What is malformed or unknown is ignored.
Entry entry_from_json(std::string_view json);
Feed feed_from_json(std::string_view json);

}  // namespace tributary::feed
