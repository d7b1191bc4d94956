#include <sysexits.h>

#include <boost/json.hpp>
#include <iostream>

#include "base/text.h"
#include "base/url.h"
#include "daemon/commands/commands.h"
#include "daemon/commands/discovery.h"
#include "daemon/commands/document_file.h"
#include "daemon/commands/table.h"
#include "daemon/state_directory.h"

namespace tributary::daemon {

namespace {

struct Words {
    std::string_view for_programs, for_people;
};

/// How the feed was found.
Words words_for(feed::FeedLink::Kind kind) {
    switch (kind) {
        case feed::FeedLink::Kind::feed:
            return {"declared", ""};
        case feed::FeedLink::Kind::vague:
            return {"vague", "called a feed, but of a general type"};
        case feed::FeedLink::Kind::comments:
            return {"comments", "comments"};
        case feed::FeedLink::Kind::anchor:
            return {"anchor", "only linked to: the page declares none"};
    }
    return {};
}

Words words_for(const Discovery& found, const feed::FeedLink& link) {
    return found.is_feed ? Words{"itself", "the document itself"} : words_for(link.kind);
}

void print_json(const Discovery& found) {
    boost::json::array feeds;
    for (const auto& link : found.feeds) {
        feeds.push_back({{"url", link.url},
                         {"type", link.type},
                         {"title", link.title},
                         {"found", words_for(found, link).for_programs}});
    }
    const boost::json::object object{{"url", found.url}, {"feeds", std::move(feeds)}};
    std::cout << boost::json::serialize(object) << '\n';
}

void print_rows(const Discovery& found) {
    std::vector<Row> rows;
    for (const auto& link : found.feeds) {
        rows.push_back({link.url, link.type.empty() ? "-" : link.type, link.title,
                        std::string(words_for(found, link).for_people)});
    }
    print_table({"URL", "TYPE", "TITLE", "REMARK"}, rows);
}

/// Whether a file is meant: one that is there, or what can be no host.
bool names_file(const std::string& target) {
    if (target == "-" || target.starts_with('/') || target.starts_with('.')) return true;
    std::error_code error;
    return !has_scheme(target) && std::filesystem::exists(target, error);
}

Discovery discover_file(const DiscoverArguments& arguments) {
    auto bytes = read_document(arguments.target);
    if (!bytes) throw Fatal(EX_NOINPUT, bytes.error().message);
    return discover_in(std::move(*bytes), arguments.base_url, {});
}

Discovery discover_address(const DiscoverArguments& arguments) {
    const auto config = std::filesystem::exists(arguments.config) ? config::load(arguments.config)
                                                                  : config::Config{};
    return discover(config, with_scheme(arguments.target));
}

}  // namespace

int discover_command(const DiscoverArguments& arguments) {
    const Discovery found =
        names_file(arguments.target) ? discover_file(arguments) : discover_address(arguments);
    arguments.json ? print_json(found) : print_rows(found);
    return EX_OK;
}

}  // namespace tributary::daemon
