#pragma once
// What is remembered of a source beside its own columns: one line a topic, fields separated by
// tabs, as text. Whoever learns something of a source keeps it here under a topic of its own; what
// has nothing to say takes no room. A field that cannot be read is as one that is absent, so a
// topic may grow fields without a migration.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace tributary::schedule {

/// The fields of one topic, in order.
class Notes {
  public:
    Notes() = default;
    explicit Notes(std::vector<std::string> fields) : fields_(std::move(fields)) {}

    Notes& add(std::string_view text);
    Notes& add(std::int64_t number);
    Notes& add(std::optional<Timestamp> time);

    /// The field at `place`: empty, 0 or nothing if it is absent or no such value.
    std::string text(std::size_t place) const;
    std::int64_t number(std::size_t place) const;
    std::optional<Timestamp> time(std::size_t place) const;

    bool empty() const { return fields_.empty(); }
    std::span<const std::string> fields() const { return fields_; }

  private:
    std::vector<std::string> fields_;
};

/// What `memory` keeps under `topic`; nothing kept: no fields.
Notes recall(std::string_view memory, std::string_view topic);

/// Keeps `notes` under `topic` in the place of what was there; without fields the topic is
/// forgotten. Tabs and line breaks in a text become blanks.
void remember(std::string& memory, std::string_view topic, const Notes& notes);

}  // namespace tributary::schedule
