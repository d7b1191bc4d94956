#pragma once
// A document in, a Feed out. Pure: no I/O, no clock, no log, no state from one document to the
// next.

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "feed/model.h"

namespace tributary::feed {

/// A document as it arrived, content codings already undone.
struct Document {
    std::string bytes;
    std::string url;           // that answered; relative URLs are resolved against it
    std::string content_type;  // the whole HTTP header value; may be empty
};

/// What was wrong with a document that could be read all the same. Codes: not-wellformed,
/// truncated, encoding-mismatch, encoding-guessed, undefined-entity, undeclared-prefix,
/// invalid-char, bad-date, bad-value, limit.
struct Warning {
    std::string code, message;
    bool operator==(const Warning&) const = default;
};

struct ParseError {
    enum class Code { empty, not_a_feed, encoding, limit, io };
    Code code = Code::not_a_feed;
    std::string message;  // in words, with what was seen instead; printable
    int line = 0;         // 1-based; 0: unknown
    int column = 0;
};
std::string_view to_string(ParseError::Code code);  // "empty", "not-a-feed", ...

/// Bounds on one document; passing one is an error or warning "limit" that names it.
struct Limits {
    std::size_t bytes = 64u << 20;       // else an error
    std::size_t elements = 2'000'000;    // of XML, values of JSON; else an error
    std::size_t attributes = 2'000'000;  // of XML; else an error
    std::size_t depth = 512;             // of JSON, else an error; of markup: the rest is left out
    std::size_t entries = 50'000;        // more are not read
    std::size_t field_bytes = 4u << 20;  // more of one text or attribute is cut off
};

/// "more entries than the limit of 50000"
std::string beyond_limit(std::string_view what, std::size_t limit);

struct Parsed {
    Feed feed;
    std::vector<Warning> warnings;   // one per code at least; bounded
    bool last_entry_is_cut = false;  // the document ends inside it: it may lack anything
};

/// Reads RSS 0.9x/2.0, RSS 1.0/0.90, Atom 1.0/0.3, JSON Feed 1.0/1.1.
/// The document is consumed: its bytes are parsed in place.
std::expected<Parsed, ParseError> parse(Document document, const Limits& limits = {});

}  // namespace tributary::feed
