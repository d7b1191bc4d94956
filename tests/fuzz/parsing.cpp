#include "parsing.h"

#include "base/text.h"
#include "feed/json.h"
#include "feed/model_json.h"
#include "target.h"

#include <string>

namespace tributary::fuzz {
namespace {

constexpr std::size_t model_depth = 32;  // of the JSON that the model is written as

std::string printed(const std::expected<feed::Parsed, feed::ParseError>& parsed) {
    return parsed ? to_json(*parsed) : to_json(parsed.error());
}

/// What another document leaves behind, if anything.
void read_something_else() {
    static const feed::Document other = {
        .bytes =
            "<rss xmlns:dc='http://purl.org/dc/elements/1.1/'><channel xml:base='http://b/'>"
            "<item><title>&eacute;&bad;</title><dc:date>2026-11-20</dc:date>",
        .url = "http://other.example/",
        .content_type = "text/xml; charset=windows-1252"};
    static const std::string expected = printed(feed::parse(other));
    require(printed(feed::parse(other)) == expected, "a fixed document always reads the same");
}

void check_date(const std::optional<Timestamp>& date) {
    using namespace std::chrono;
    if (!date) return;
    require(*date >= sys_days{year{1} / 1 / 1} && *date < sys_days{year{10000} / 1 / 1},
            "a date is of the years 1 to 9999");
}

void check_entry(const feed::Entry& entry) {
    for (const auto& date : {entry.published, entry.updated, entry.created, entry.expired})
        check_date(date);
    require(feed::entry_from_json(to_json(entry)) == entry, "an entry survives being stored");
}

void check_feed(const feed::Feed& feed) {
    check_date(feed.updated);
    check_date(feed.published);
    for (const feed::Entry& entry : feed.entries) check_entry(entry);
    feed::Feed head = feed;
    head.entries.clear();
    require(feed::feed_from_json(to_json(head)) == head, "a feed survives being stored");
}

void check_error(const feed::ParseError& error) {
    require(!error.message.empty(), "an error says something");
    require(printable(error.message) == error.message, "an error is printable");
    require(error.message.size() < 1000, "an error is short");
}

}  // namespace

void check_parsing(const feed::Document& document) {
    const auto parsed = feed::parse(document);
    const std::string json = printed(parsed);
    require(is_utf8(json), "what is printed is UTF-8");
    const auto read_back = feed::Json::parse(json, model_depth);
    require(read_back && read_back->warnings().empty(), "what is printed is JSON");
    if (parsed) {
        check_feed(parsed->feed);
    } else {
        check_error(parsed.error());
    }
    read_something_else();
    require(printed(feed::parse(document)) == json, "a document always reads the same");
}

}  // namespace tributary::fuzz
