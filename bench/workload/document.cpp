#include "bench/workload/feed.h"

#include <array>
#include <ctime>

namespace tributary::bench {
namespace {

std::string escaped(std::string_view text) {
    std::string out;
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
            default:
                out += c;
        }
    }
    return out;
}

std::string json_text(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        if (c == '\n')
            out += "\\n";
        else
            out += c;
    }
    return out + '"';
}

std::string date_text(std::int64_t seconds, const char* format) {
    const auto time = static_cast<std::time_t>(seconds);
    std::tm parts{};
    gmtime_r(&time, &parts);
    std::array<char, 64> text{};
    return {text.data(), std::strftime(text.data(), text.size(), format, &parts)};
}
std::string rfc822(std::int64_t seconds) {
    return date_text(seconds, "%a, %d %b %Y %H:%M:%S +0000");
}
std::string rfc3339(std::int64_t seconds) {
    return date_text(seconds, "%Y-%m-%dT%H:%M:%SZ");
}

std::string element(std::string_view name, std::string_view text) {
    std::string out = "<";
    out.append(name).append(">").append(escaped(text)).append("</").append(name).append(">\n");
    return out;
}

std::string rss_content(const Plan& plan, const Item& item) {
    const std::string_view name = plan.full_text ? "content:encoded" : "description";
    if (!plan.cdata) return element(name, item.html);
    std::string out = "<";
    return out.append(name)
        .append("><![CDATA[")
        .append(item.html)
        .append("]]></")
        .append(name)
        .append(">\n");
}

std::string write_rss(const Plan& plan, const std::vector<Item>& items) {
    std::string out =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\""
        " xmlns:content=\"http://purl.org/rss/1.0/modules/content/\""
        " xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n<channel>\n";
    out += element("title", "Site " + std::to_string(plan.number)) + element("link", plan.site) +
           element("description", "Made up") + element("lastBuildDate", rfc822(items[0].date));
    for (const Item& item : items) {
        out += "<item>\n" + element("title", item.title) + element("link", item.link) +
               "<guid isPermaLink=\"" + (item.guid == item.link ? "true" : "false") + "\">" +
               escaped(item.guid) + "</guid>\n" + element("pubDate", rfc822(item.date)) +
               element("dc:creator", item.author);
        if (plan.full_text) out += element("description", item.title);
        out += rss_content(plan, item) + "</item>\n";
    }
    return out + "</channel>\n</rss>\n";
}

std::string atom_content(const Plan& plan, const Item& item) {
    const std::string_view name = plan.full_text ? "content" : "summary";
    const bool xhtml = plan.xhtml && plan.full_text;
    std::string out = "<";
    out.append(name).append(xhtml ? " type=\"xhtml\"><div xmlns=\"http://www.w3.org/1999/xhtml\">\n"
                                  : " type=\"html\">");
    out += xhtml ? item.html : escaped(item.html);
    return out.append(xhtml ? "</div></" : "</").append(name).append(">\n");
}

std::string write_atom(const Plan& plan, const std::vector<Item>& items) {
    std::string out =
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed "
        "xmlns=\"http://www.w3.org/2005/Atom\">\n";
    out += element("title", "Site " + std::to_string(plan.number)) +
           element("id", plan.site + "/") + "<link href=\"" + plan.site + "/\"/>\n" +
           element("updated", rfc3339(items[0].date));
    for (const Item& item : items) {
        out += "<entry>\n" + element("title", item.title) + "<link rel=\"alternate\" href=\"" +
               escaped(item.link) + "\"/>\n" + element("id", item.guid) +
               element("published", rfc3339(item.date)) + element("updated", rfc3339(item.date)) +
               "<author>" + element("name", item.author) + "</author>\n" +
               atom_content(plan, item) + "</entry>\n";
    }
    return out + "</feed>\n";
}

std::string write_rdf(const Plan& plan, const std::vector<Item>& items) {
    std::string out =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\""
        " xmlns=\"http://purl.org/rss/1.0/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\""
        " xmlns:content=\"http://purl.org/rss/1.0/modules/content/\">\n";
    out += "<channel rdf:about=\"" + plan.site + "/\">\n" +
           element("title", "Site " + std::to_string(plan.number)) + element("link", plan.site) +
           element("description", "Made up") + "</channel>\n";
    for (const Item& item : items) {
        out += "<item rdf:about=\"" + escaped(item.guid) + "\">\n" + element("title", item.title) +
               element("link", item.link) + element("dc:date", rfc3339(item.date)) +
               element("dc:creator", item.author) + rss_content(plan, item) + "</item>\n";
    }
    return out + "</rdf:RDF>\n";
}

std::string write_json(const Plan& plan, const std::vector<Item>& items) {
    std::string out = "{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"Site " +
                      std::to_string(plan.number) + "\",\"home_page_url\":" + json_text(plan.site) +
                      ",\"items\":[";
    for (const Item& item : items) {
        if (&item != &items.front()) out += ',';
        out += "\n{\"id\":" + json_text(item.guid) + ",\"url\":" + json_text(item.link) +
               ",\"title\":" + json_text(item.title) + ",\"date_published\":\"" +
               rfc3339(item.date) + "\",\"authors\":[{\"name\":" + json_text(item.author) +
               "}],\"content_html\":" + json_text(item.html) + "}";
    }
    return out + "\n]}\n";
}

}  // namespace

std::string write_feed(const Plan& plan, const std::vector<Item>& items) {
    switch (plan.kind) {
        case Kind::rss:
            return write_rss(plan, items);
        case Kind::atom:
            return write_atom(plan, items);
        case Kind::json:
            return write_json(plan, items);
        case Kind::rdf:
            return write_rdf(plan, items);
    }
    return {};
}

}  // namespace tributary::bench
