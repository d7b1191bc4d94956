#include <iostream>
#include <map>

#include "base/text.h"
#include "base/url.h"
#include "daemon/commands/commands.h"
#include "daemon/commands/discovery.h"
#include "daemon/commands/fetch_once.h"
#include "daemon/commands/table.h"
#include "daemon/reading.h"
#include "publish/markup.h"

namespace tributary::daemon {

namespace {

std::string format_in_words(const feed::Feed& feed) {
    switch (feed.format) {
        case feed::Format::rss:
            return "RSS " + feed.version;
        case feed::Format::rdf:
            return "RSS " + feed.version + " (RDF)";
        case feed::Format::atom:
            return "Atom " + feed.version;
        case feed::Format::json:
            return "JSON Feed " + feed.version;
    }
    return {};
}

std::string title_of(const feed::Entry& entry) {
    const std::string text = publish::plain_text(entry.title);
    return text.empty() ? "(no title)" : std::string(truncate_utf8(text, 70));
}

}  // namespace

int preview_command(const std::filesystem::path& file, const std::string& given) {
    const std::string url = with_scheme(given);
    const auto config = std::filesystem::exists(file) ? config::load(file) : config::Config{};
    Visit visit = fetch_once(config, url);
    const Reading reading = read(visit);
    if (reading.kind != Reading::Kind::feed) {
        std::cerr << "tributary: " << printable(redacted_url(url)) << ": "
                  << printable(reading.error) << '\n';
        return 1;
    }
    const auto& feed = reading.parsed->feed;
    std::cout << format_in_words(feed) << " in " << printable(feed.encoding) << ", "
              << feed.entries.size() << " entries, \"" << printable(publish::plain_text(feed.title))
              << "\"\n";
    if (visit.requests.size() > 1)
        std::cout << "answered by " << printable(visit.request.url) << '\n';
    for (const auto& warning : reading.parsed->warnings) {
        std::cout << "repaired: " << printable(warning.message) << " (" << warning.code << ")\n";
    }
    std::vector<Row> rows;
    for (const auto& entry : feed.entries) {
        const auto date = entry.published ? entry.published : entry.updated;
        rows.push_back({date ? write_rfc3339(*date) : "(no date)", title_of(entry), entry.link});
    }
    print_table({"PUBLISHED", "TITLE", "LINK"}, rows);
    return 0;
}

}  // namespace tributary::daemon
