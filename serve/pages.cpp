#include "serve/pages.h"

#include "base/text.h"
#include "publish/markup.h"
#include "publish/writer.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>

namespace tributary::serve {
namespace {

using std::chrono::sys_days;

// Together below 100 KB: a page that opens at once on a slow line.
constexpr std::size_t feeds_room = 16u << 10, entries_room = 56u << 10, sources_room = 24u << 10;
constexpr std::size_t longest_excerpt = 320, longest_title = 240, longest_address = 1024;
constexpr std::size_t longest_name = 100;  // of a source, beside each of its entries

void escape(std::string& out, std::string_view text) {
    for (const char c : text) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            default:
                out += c;
        }
    }
}

std::string escaped(std::string_view text) {
    std::string out;
    escape(out, text);
    return out;
}

/// Without the characters that show a text backwards ("exe.png" as "gnp.exe"): those that only mark
/// the direction of what they hold stay.
std::string without_overrides(std::string_view text) {
    constexpr std::string_view left_to_right = "\u202D", right_to_left = "\u202E";
    std::string out;
    while (!text.empty()) {
        const std::size_t override_at =
            std::min(text.find(left_to_right), text.find(right_to_left));
        out += text.substr(0, override_at);
        const std::size_t end = override_at + left_to_right.size();
        text.remove_prefix(override_at == text.npos ? text.size() : end);
    }
    return out;
}

/// At most `limit` bytes, ended at a word, with an ellipsis where something was cut off.
std::string excerpt(std::string_view text, std::size_t limit) {
    const std::string whole = without_overrides(collapse(text));
    if (whole.size() <= limit) return whole;
    std::string_view cut = truncate_utf8(whole, limit);
    const std::size_t space = cut.rfind(' ');
    if (space != std::string_view::npos && space > limit / 2) cut = cut.substr(0, space);
    return std::string(cut) + "…";
}

/// `text` (already escaped) linked to `url`, or by itself if `url` is no address for a browser.
std::string linked(std::string_view url, const std::string& text) {
    const std::string address = publish::web_url(url.substr(0, longest_address));
    const bool is_page =
        url.size() <= longest_address && starts_with_ignoring_case(address, "http");
    return is_page ? "<a href=\"" + escaped(address) + "\">" + text + "</a>" : text;
}

/// "Friday, 20 November 2026".
std::string write_day(sys_days day) {
    constexpr std::array<std::string_view, 7> weekdays{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                       "Thursday", "Friday", "Saturday"};
    constexpr std::array<std::string_view, 12> months{
        "January", "February", "March",     "April",   "May",      "June",
        "July",    "August",   "September", "October", "November", "December"};
    const std::chrono::year_month_day date(day);
    std::string out(weekdays[std::chrono::weekday(day).c_encoding()]);
    out.append(", ").append(std::to_string(static_cast<unsigned>(date.day()))).append(" ");
    out.append(months[static_cast<unsigned>(date.month()) - 1]).append(" ");
    return out + std::to_string(static_cast<int>(date.year()));
}

/// A time element that shows "09:00", or with its date "2026-11-20 09:00".
std::string time_element(Timestamp time, bool with_date) {
    const std::string full = write_rfc3339(std::chrono::floor<std::chrono::seconds>(time));
    if (full.size() < 16) return {};
    const std::string date = with_date ? full.substr(0, 10) + " " : std::string();
    return "<time datetime=\"" + full + "\">" + date + full.substr(11, 5) + "</time>";
}

std::string time_element(std::string_view rfc3339, std::string_view if_absent) {
    const auto time = read_date(rfc3339);
    return time ? time_element(*time, true) : std::string(if_absent);
}

/// Addresses in the page are relative to it, so that it also works below a proxy's path.
std::string_view relative(std::string_view path) {
    return path.substr(path.starts_with('/'));
}

void write_head(std::string& out, const HomePage& page) {
    const std::string title = escaped(page.title);
    out +=
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<meta name=\"color-scheme\" content=\"light dark\">\n"
        "<title>" +
        title + "</title>\n<link rel=\"stylesheet\" href=\"assets/style.css\">\n";
    for (const publish::Writer* writer : publish::writers()) {
        out.append("<link rel=\"alternate\" type=\"").append(type_of(*writer));
        out.append("\" title=\"").append(title).append(" (").append(writer->name);
        out.append(")\" href=\"feed").append(writer->extension).append("\">\n");
    }
    out +=
        "<link rel=\"blogroll\" type=\"text/x-opml\" title=\"Sources\" href=\"opml\">\n"
        "</head>\n<body>\n<a class=\"skip\" href=\"#entries\">Skip to the entries</a>\n"
        "<header>\n<h1 dir=\"auto\">" +
        title + "</h1>\n";
    if (!page.description.empty()) out += "<p dir=\"auto\">" + escaped(page.description) + "</p>\n";
    out +=
        "<nav aria-label=\"On this page\"><a href=\"#subscribe\">Subscribe</a> "
        "<a href=\"#entries\">Entries</a> <a href=\"#sources\">Sources</a></nav>\n</header>\n";
}

/// The main feed's addresses in full: what a newcomer copies into a reader.
void write_main_feed(std::string& out, const HomePage& page) {
    out += "<dl class=\"addresses\">\n";
    for (const publish::Writer* writer : publish::writers()) {
        const std::string path = page.feeds.front().path + std::string(writer->extension);
        out.append("<div><dt><a href=\"").append(escaped(relative(path))).append("\">");
        out.append(writer->name).append("</a></dt><dd><code>");
        out.append(escaped(page.base_url + path)).append("</code></dd></div>\n");
    }
    out += "</dl>\n";
}

void write_feed_row(std::string& out, const FeedLine& feed) {
    const std::string title = escaped(excerpt(feed.title, longest_title));
    out.append("<tr><th scope=\"row\" dir=\"auto\">").append(title).append("</th>");
    for (const publish::Writer* writer : publish::writers()) {
        const std::string path = feed.path + std::string(writer->extension);
        out.append("<td><a href=\"").append(escaped(relative(path))).append("\">");
        out.append(writer->name).append("<span class=\"unseen\"> of ").append(title);
        out.append("</span></a></td>");
    }
    out += "</tr>\n";
}

/// Rows until their room is used up; how many were written.
template <typename Rows, typename Write>
std::size_t write_rows(std::string& out, const Rows& rows, std::size_t room, Write write) {
    const std::size_t start = out.size();
    std::size_t count = 0;
    std::string row;
    for (const auto& each : rows) {
        row.clear();
        write(row, each);
        if (out.size() - start + row.size() > room) break;
        out += row;
        ++count;
    }
    return count;
}

void write_rest(std::string& out, std::size_t rest, std::string_view what) {
    if (rest == 0) return;
    out.append("<p>").append(std::to_string(rest)).append(" more ").append(what).append(".</p>\n");
}

void write_other_feeds(std::string& out, const std::vector<FeedLine>& feeds) {
    if (feeds.size() < 2) return;
    const std::vector<FeedLine> others(feeds.begin() + 1, feeds.end());
    out +=
        "<div class=\"wide\" role=\"region\" aria-label=\"Other feeds\" tabindex=\"0\"><table>\n"
        "<caption>Parts of it</caption>\n<thead><tr><th scope=\"col\">Feed</th>"
        "<th scope=\"col\" colspan=\"3\">Address</th></tr></thead>\n<tbody>\n";
    const std::size_t count = write_rows(out, others, feeds_room, write_feed_row);
    out += "</tbody></table></div>\n";
    write_rest(out, others.size() - count, "feeds are not shown here");
}

void write_subscribe(std::string& out, const HomePage& page) {
    out +=
        "<section id=\"subscribe\" aria-labelledby=\"subscribe-title\">\n"
        "<h2 id=\"subscribe-title\">Subscribe</h2>\n"
        "<p>Copy one of these addresses into your feed reader. All say the same; "
        "take Atom if in doubt.</p>\n";
    if (!page.feeds.empty()) write_main_feed(out, page);
    write_other_feeds(out, page.feeds);
    out += "</section>\n";
}

/// The day an entry stands under; entries without a date were first seen some day.
Timestamp shown_time(const publish::Item& item) {
    return item.entry.published.value_or(item.provenance.first_seen);
}

std::string entry_title(const feed::Entry& entry) {
    const std::string title = excerpt(entry.title.value, longest_title);
    if (!title.empty()) return title;
    const std::string beginning = excerpt(entry.summary.value, 80);
    return beginning.empty() ? "Untitled" : beginning;
}

void write_entry(std::string& out, const publish::Item& item) {
    const feed::Entry& entry = item.entry;
    out += "<article";
    if (!entry.language.empty() && entry.language.size() <= 35) {
        out += " lang=\"" + escaped(entry.language) + "\"";
    }
    out += "><h4 dir=\"auto\">" + linked(entry.link, escaped(entry_title(entry))) +
           "</h4>\n<p class=\"from\">";
    out += time_element(shown_time(item), false);
    const std::string source = excerpt(item.provenance.source_title, longest_name);
    if (!source.empty()) out += " <span dir=\"auto\">" + escaped(source) + "</span>";
    out += "</p>\n";
    const std::string summary = excerpt(entry.summary.value, longest_excerpt);
    if (!entry.title.empty() && !summary.empty()) {
        out += "<p dir=\"auto\">" + escaped(summary) + "</p>\n";
    }
    out += "</article>\n";
}

void write_entries(std::string& out, const HomePage& page) {
    out +=
        "<section id=\"entries\" aria-labelledby=\"entries-title\">\n"
        "<h2 id=\"entries-title\">Newest entries</h2>\n";
    if (page.items.empty()) out += "<p>No source has been read yet, or none has entries.</p>\n";
    std::optional<sys_days> day;
    const auto write = [&day](std::string& row, const publish::Item& item) {
        const auto its_day = std::chrono::floor<std::chrono::days>(shown_time(item));
        if (day != its_day) row += "<h3>" + write_day(its_day) + "</h3>\n";
        day = its_day;
        write_entry(row, item);
    };
    const std::size_t count = write_rows(out, page.items, entries_room, write);
    write_rest(out, page.items.size() - count, "entries are in the feeds");
    out += "</section>\n";
}

void write_source(std::string& out, const SourceLine& source) {
    const std::string title = escaped(excerpt(source.title, longest_name));
    out += "<tr><th scope=\"row\" dir=\"auto\">" + linked(source.site, title);
    if (!source.tags.empty()) {
        std::string tags;
        for (const std::string& tag : source.tags) tags += (tags.empty() ? "" : ", ") + tag;
        out += "<br><small>" + escaped(excerpt(tags, longest_title)) + "</small>";
    }
    out += "</th><td class=\"" + std::string(source.error.empty() ? "fine" : "bad") + "\">";
    out += escaped(source.state);
    if (!source.error.empty()) {
        out +=
            ": <span dir=\"auto\">" + escaped(excerpt(source.error, longest_excerpt)) + "</span>";
    }
    out += "</td><td>" + time_element(source.last_success, "never") + "</td><td>";
    out += time_element(source.next_poll, "–") + "</td><td class=\"number\">";
    out += std::to_string(source.entries) + "</td></tr>\n";
}

void write_sources(std::string& out, const std::vector<SourceLine>& sources) {
    out +=
        "<section id=\"sources\" aria-labelledby=\"sources-title\">\n"
        "<h2 id=\"sources-title\">Sources</h2>\n";
    if (sources.empty()) {
        out += "<p>No source is configured.</p>\n</section>\n";
        return;
    }
    out +=
        "<div class=\"wide\" role=\"region\" aria-labelledby=\"sources-title\" tabindex=\"0\">"
        "<table>\n<thead><tr><th scope=\"col\">Source</th><th scope=\"col\">State</th>"
        "<th scope=\"col\">Last success</th><th scope=\"col\">Next poll</th>"
        "<th scope=\"col\" class=\"number\">Entries</th></tr></thead>\n<tbody>\n";
    const std::size_t count = write_rows(out, sources, sources_room, write_source);
    out += "</tbody></table></div>\n";
    write_rest(out, sources.size() - count, "sources are not shown here");
    out += "<p>The list as a file for other readers: <a href=\"opml\">OPML</a>.</p>\n</section>\n";
}

}  // namespace

std::string write_home(const HomePage& page) {
    std::string out;
    write_head(out, page);
    out += "<main>\n";
    write_subscribe(out, page);
    write_entries(out, page);
    write_sources(out, page.sources);
    out +=
        "</main>\n<footer><p>All times are UTC. Published by Tributary.</p></footer>\n"
        "</body>\n</html>\n";
    return out;
}

}  // namespace tributary::serve
