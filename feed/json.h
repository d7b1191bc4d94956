#pragma once
// The only door to Boost.JSON for reading. A Json owns a parsed text; a Value is a cheap view of
// one of its values and lives as long. Asking a value for what it is not gives absence, never an
// error.

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "feed/parse.h"

namespace boost::json {
class value;
}

namespace tributary::feed {

class Json {
  public:
    class Value {
      public:
        explicit Value(const boost::json::value* value = nullptr) : value_(value) {}

        bool is_object() const;
        bool is_list() const;
        /// A member of an object; of two with one name the last.
        Value operator[](std::string_view name) const;
        /// All members of an object, in order.
        std::vector<std::pair<std::string_view, Value>> members() const;
        /// All elements of a list.
        std::vector<Value> elements() const;

        /// A string as it is; empty for anything else.
        std::string_view string() const;
        /// A string, or a number as it is best written: a wrong type that still tells something.
        std::string text() const;
        std::optional<std::int64_t> integer() const;  // also from 12.0 and "12"
        std::optional<double> number() const;         // finite; also from "1.5"
        std::optional<bool> truth() const;
        /// As compact JSON.
        std::string serialized() const;

      private:
        const boost::json::value* value_;
    };

    /// Parses UTF-8 text, nested at most `max_depth` deep. Only if that fails, small faults are
    /// mended and warned of: a byte order mark, raw control characters and lone surrogates in
    /// strings, wrong escapes, trailing commas, text behind the end, an end that was cut off.
    /// Errors: `limit` for depth, else `not_a_feed`, with line and column.
    static std::expected<Json, ParseError> parse(std::string_view text, std::size_t max_depth);

    Json(Json&&) noexcept;
    Json& operator=(Json&&) noexcept;
    ~Json();

    Value root() const;
    const std::vector<Warning>& warnings() const { return warnings_; }

  private:
    struct Memory;
    explicit Json(std::unique_ptr<Memory> memory);
    std::unique_ptr<Memory> memory_;
    std::vector<Warning> warnings_;
};

}  // namespace tributary::feed
