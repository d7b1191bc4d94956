#pragma once
// The door to toml++: a TOML document as plain values, each with the place where it stands, tables
// in the order of the file.

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace tributary::config {

struct Member;

/// A TOML value.
struct Node {
    struct Date {
        std::string text;
    };
    using List = std::vector<Node>;
    using Table = std::vector<Member>;

    std::variant<bool, std::int64_t, double, std::string, Date, List, Table> value;
    int line = 0, column = 0;

    template <typename T>
    const T* get() const {
        return std::get_if<T>(&value);
    }
};

struct Member {
    std::string key;
    int line = 0, column = 0;  // of the key
    Node value;
};

struct SyntaxError {
    std::string text;
    int line = 0, column = 0;
};

/// The members of the document's root table, or the first thing that is no TOML 1.0.
std::expected<Node::Table, SyntaxError> read_toml(std::string_view text);

/// `node` as TOML on one line, as it is quoted in errors.
std::string write_toml(const Node& node);

/// `text` as a basic string of TOML, with its quotes.
std::string toml_string(std::string_view text);

/// ["a", "b"]
std::string toml_list(const std::vector<std::string>& texts);

}  // namespace tributary::config
