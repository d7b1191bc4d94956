#include <boost/json.hpp>
#include <iostream>

#include "base/url.h"
#include "daemon/commands/commands.h"
#include "daemon/commands/sources.h"
#include "daemon/commands/table.h"

namespace tributary::daemon {

namespace {

constexpr int page = 500;  // entries read at a time, so that memory stays bounded

void print(const store::StoredEntry& stored, const std::string& url, bool json,
           std::vector<Row>& rows) {
    const auto& entry = stored.entry;
    if (!json) {
        rows.push_back({std::to_string(static_cast<std::int64_t>(stored.seq)),
                        write_rfc3339(stored.published), entry.title.value, entry.link});
        return;
    }
    const boost::json::object object{{"seq", static_cast<std::int64_t>(stored.seq)},
                                     {"feed", url},
                                     {"id", entry.id},
                                     {"published_id", stored.id},
                                     {"title", entry.title.value},
                                     {"link", entry.link},
                                     {"published", write_rfc3339(stored.published)},
                                     {"updated", write_rfc3339(stored.updated)},
                                     {"first_seen", write_rfc3339(stored.first_seen)}};
    std::cout << boost::json::serialize(object) << '\n';
}

}  // namespace

int items_command(const ItemsArguments& arguments) {
    const auto config = config::load(arguments.config);
    auto reader = open_reader(config);
    if (!reader) return 0;
    const auto sources = known_sources(config, reader);
    std::unordered_map<store::SourceId, std::string> urls;
    for (const auto& source : sources) {
        if (source.record) urls[source.record->state.id] = redacted_url(source.subscription.url);
    }
    store::Selection selection{
        .sources = {}, .all = true, .exclude = {}, .before = {}, .since = {}, .backlog = true};
    if (!arguments.source.empty()) {
        const auto& source = find_source(sources, arguments.source);
        if (!source.record) return 0;
        selection.all = false;
        selection.sources = {source.record->state.id};
    }
    std::vector<Row> rows;
    int left = arguments.limit > 0 ? arguments.limit : INT32_MAX;
    while (left > 0) {
        const int count = std::min(left, page);
        const auto entries =
            reader->latest(selection, {.items = count, .keep_at_least = Duration{0}, .cap = count});
        if (entries.empty()) break;
        for (const auto& entry : entries) print(entry, urls[entry.owner], arguments.json, rows);
        left -= static_cast<int>(entries.size());
        selection.before = entries.back().seq;
    }
    if (!arguments.json) print_table({"SEQ", "PUBLISHED", "TITLE", "LINK"}, rows);
    return 0;
}

}  // namespace tributary::daemon
