// Whether time grows with size and not faster: for each way in which a document can be large, the
// processor time of twice as much against that of once. Prints a table; fails where the median of
// the ratios is a clear breach. For a machine that is not busy otherwise.
//
//     tributary-growth [NAME...]

#include "base/url.h"
#include "feed/feed_links.h"
#include "feed/html.h"
#include "feed/model_json.h"
#include "feed/parse.h"
#include "feed/sanitize.h"

#include <malloc.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <span>
#include <string>
#include <string_view>
#include <vector>

using namespace tributary;

namespace {

constexpr double worst_ratio = 2.5;
constexpr std::array<std::size_t, 5> sizes = {128u << 10, 256u << 10, 512u << 10, 1u << 20,
                                              2u << 20};
constexpr int attempts = 3;              // the fastest counts: others were disturbed
constexpr double hopeless_seconds = 20;  // of one; larger ones are not tried

void read_document(const std::string& text) {
    const auto parsed =
        feed::parse({.bytes = text, .url = "https://example.org/feed", .content_type = {}});
    if (parsed) to_json(*parsed);
}

void clean(const std::string& html) {
    feed::sanitize(html, "https://example.org/post", {.max_bytes = 64u << 20, .read_on = {}});
}

void clean_and_cut(const std::string& html) {
    feed::sanitize(html, "https://example.org/post");
}

void take_text(const std::string& html) {
    feed::text_of_html(html);
}

void discover(const std::string& html) {
    feed::feed_links(html, "https://example.org/");
}

void resolve(const std::string& reference) {
    const std::string url = resolve_url("https://example.org/a/b", reference);
    canonical_url(url);
    redacted_url(url);
}

/// A kind of large document: `before`, n times `piece`, `middle`, n times `closing`, `after`. In a
/// piece, "{}" is its number.
struct Shape {
    std::string_view name;
    void (*read)(const std::string&);
    std::string_view before, piece, middle, closing, after;
};

constexpr std::string_view rss = "<rss xmlns:media='http://search.yahoo.com/mrss/'><channel><item>";
constexpr std::string_view end = "</item></channel></rss>";

constexpr auto shapes = std::to_array<Shape>({
    // Documents in XML.
    {"xml: entries", read_document, "<rss><channel>",
     "<item><title>{}</title><guid>{}</guid><link>http://e.org/{}</link></item>", "", "",
     "</channel></rss>"},
    {"xml: entries never closed", read_document, "<rss><channel>", "<item><title>{}<guid>{}"},
    {"xml: entries of one id", read_document, "<rss><channel>", "<item><guid>a</guid></item>"},
    {"xml: attributes", read_document, "<rss><channel><item", " a{}='v'", "", "", "/>"},
    {"xml: attributes of one name", read_document, "<rss><channel><item", " a='v'", "", "", "/>"},
    {"xml: attributes, unquoted", read_document, "<rss><channel><item", " a{}=v", "", "", "/>"},
    {"xml: attribute, long", read_document, "<rss><channel><item><link href='", "abc ", "", "",
     "'/></item>"},
    {"xml: nesting", read_document, rss, "<a>", "x", "</a>", end},
    {"xml: nesting, never closed", read_document, rss, "<a>"},
    {"xml: nesting, names apart", read_document, rss, "<a{}>", "x", "</a>", end},
    {"xml: nesting in xhtml", read_document,
     "<feed xmlns='http://www.w3.org/2005/Atom'><entry><content type='xhtml'>", "<b>", "x", "</b>",
     "</content></entry></feed>"},
    {"xml: nesting of media groups", read_document, rss, "<media:group>",
     "<media:content url='a'/>", "</media:group>", end},
    {"xml: end tags of nothing", read_document, rss, "</a>"},
    {"xml: end tags out of order", read_document, rss, "<a><b></a></b>"},
    {"xml: open tags, then other end tags", read_document, rss, "<a>", "", "</b>"},
    {"xml: text, long", read_document, "<rss><channel><item><description>", "some words, ", "", "",
     "</description></item></channel></rss>"},
    {"xml: title, long", read_document, "<rss><channel><item><title>", "a &lt;b>title&lt;/b> ", "",
     "", "</title></item></channel></rss>"},
    {"xml: white space, long", read_document, "<rss><channel><item><title>", " \n", "", "",
     "</title></item></channel></rss>"},
    {"xml: one element again and again", read_document, rss, "<title>{}</title>", "", "", end},
    {"xml: links", read_document, rss, "<link>http://example.org/{}</link>", "", "", end},
    {"xml: authors", read_document, rss, "<author>a{}@example.org (A {})</author>", "", "", end},
    {"xml: categories", read_document, rss, "<category>{}</category>", "", "", end},
    {"xml: enclosures", read_document, rss, "<enclosure url='{}.mp3'/>", "", "", end},
    {"xml: media contents", read_document, rss, "<media:content url='{}.mp4'/>", "", "", end},
    {"xml: elements without meaning", read_document, rss, "<x{}/>", "", "", end},
    {"xml: numeric references", read_document, "<rss><channel><title>", "&#x263A;"},
    {"xml: named references", read_document, "<rss><channel><title>", "&hellip;"},
    {"xml: unknown references", read_document, "<rss><channel><title>", "&no{};"},
    {"xml: references escaped twice", read_document, "<rss><channel><title>", "&amp;amp;"},
    {"xml: bare ampersands", read_document, "<rss><channel><title>", "a & b "},
    {"xml: ampersands alone", read_document, "<rss><channel><title>", "&"},
    {"xml: less-than signs alone", read_document, "<rss><channel><title>", "<"},
    {"xml: quotes alone", read_document, "<rss><channel><item a=", "'\"'"},
    {"xml: namespaces on one element", read_document, "<rss", " xmlns:n{}='urn:{}'", "", "",
     "><channel/></rss>"},
    {"xml: namespaces, each used", read_document, rss, "<n{}:a xmlns:n{}='urn:{}'/>", "", "", end},
    {"xml: namespaces, nested", read_document, rss, "<a xmlns:n{}='urn:{}'>", "<n1:b/>", "</a>",
     end},
    {"xml: prefixes undeclared", read_document, rss, "<p{}:a/>", "", "", end},
    {"xml: bases, nested", read_document, rss, "<a xml:base='a/'>", "<link>x</link>", "</a>", end},
    {"xml: bases, side by side", read_document, "<rss><channel>",
     "<item xml:base='http://e.org/{}/'><link>x</link></item>", "", "", "</channel></rss>"},
    {"xml: CDATA sections", read_document, "<rss><channel><title>", "<![CDATA[a]]>", "", "",
     "</title></channel></rss>"},
    {"xml: CDATA never closed", read_document, "<rss><channel><title>", "<![CDATA["},
    {"xml: comments", read_document, rss, "<!--a-->", "", "", end},
    {"xml: comments never closed", read_document, rss, "<!--"},
    {"xml: instructions", read_document, rss, "<?a b?>", "", "", end},
    {"xml: instructions never closed", read_document, rss, "<?"},
    {"xml: doctypes never closed", read_document, "", "<!DOCTYPE a ["},
    {"xml: entities declared", read_document, "<!DOCTYPE a [", "<!ENTITY e{} 'v'>", "", "",
     "]><rss><channel><title>&e1;</title></channel></rss>"},
    {"xml: entities in entities", read_document, "<!DOCTYPE a [<!ENTITY e0 'v'>",
     "<!ENTITY e{} '&e1;&e2;'>", "", "", "]><rss><channel><title>&e9;</title></channel></rss>"},
    {"xml: an entity used", read_document,
     "<!DOCTYPE a [<!ENTITY e 'value'>]><rss><channel><title>", "&e;", "", "",
     "</title></channel></rss>"},
    {"xml: junk before the root", read_document, "", "junk ", "", "",
     "<rss><channel><item/></channel></rss>"},
    {"xml: a page around", read_document, "<html><body>", "<p>x</p>", "", "",
     "<rss><channel><item/></channel></rss></body></html>"},
    {"xml: control characters", read_document, "<rss><channel><title>", "a\x01\x02"},
    {"xml: ill-formed bytes", read_document, "<rss><channel><title>", "a\xC3\xED\xA0"},
    {"xml: roots", read_document, "", "<rss><channel/></rss>"},
    {"xml: dates", read_document, rss, "<pubDate>Fri, 20 Nov 2026 09:00:00 +0000</pubDate>", "", "",
     end},
    {"xml: date, long", read_document, "<rss><channel><item><pubDate>", "20 Nov ", "", "",
     "</pubDate></item></channel></rss>"},
    {"xml: URL, long", read_document, "<rss><channel><item><link>http://e.org/", "a/../", "", "",
     "</link></item></channel></rss>"},
    {"xml: content with URLs", read_document, "<rss><channel><item><description>",
     "&lt;img src='{}.png'&gt;", "", "", "</description></item></channel></rss>"},
    {"xml: geometry", read_document, "<rss><channel><item><georss:polygon>", "1.5 2.5 ", "", "",
     "</georss:polygon></item></channel></rss>"},
    {"xml: keywords", read_document, "<rss><channel><item><media:keywords>", "a{}, ", "", "",
     "</media:keywords></item></channel></rss>"},
    // JSON feeds.
    {"json: entries", read_document, "{\"items\":[", "{\"id\":\"{}\",\"content_text\":\"x\"},",
     "{}", "", "]}"},
    {"json: members", read_document, "{\"items\":[{", "\"a{}\":1,", "\"id\":1", "", "}]}"},
    {"json: members of one name", read_document, "{\"items\":[{", "\"id\":1,", "\"id\":1", "",
     "}]}"},
    {"json: extensions", read_document, "{\"items\":[{", "\"_a{}\":{},", "\"id\":1", "", "}]}"},
    {"json: nesting of lists", read_document, "{\"items\":[],\"_a\":", "[", "1", "]", "}"},
    {"json: nesting of objects", read_document, "{\"items\":[],\"_a\":", "{\"a\":", "1", "}", "}"},
    {"json: nesting, never closed", read_document, "{\"items\":[],\"_a\":", "["},
    {"json: string, long", read_document, "{\"items\":[{\"id\":\"", "words ", "", "", "\"}]}"},
    {"json: escapes", read_document, "{\"items\":[{\"content_html\":\"", "\\u00e9\\n", "", "",
     "\"}]}"},
    {"json: surrogates alone", read_document, "{\"items\":[{\"title\":\"", "\\ud800", "", "",
     "\"}]}"},
    {"json: wrong escapes", read_document, "{\"items\":[{\"title\":\"", "\\q", "", "", "\"}]}"},
    {"json: raw controls", read_document, "{\"items\":[{\"title\":\"", "a\n", "", "", "\"}]}"},
    {"json: trailing commas", read_document, "{\"items\":[", "{\"tags\":[1,],},", "", "", "]}"},
    {"json: number, long", read_document, "{\"items\":[{\"id\":", "9", "", "", "}]}"},
    {"json: tags", read_document, "{\"items\":[{\"tags\":[", "\"{}\",", "\"a\"", "", "]}]}"},
    {"json: cut off", read_document, "{\"items\":[",
     "{\"id\":\"{}\",\"authors\":[{\"name\":\"x\"}]},"},
    {"json: quotes", read_document, "{\"items\":[{\"id\":", "\"a\"\"b\""},
    // HTML to clean.
    {"html: paragraphs", clean, "", "<p>some <b>words</b></p>"},
    {"html: nesting", clean, "", "<div>", "x", "</div>"},
    {"html: nesting, never closed", clean, "", "<div>"},
    {"html: nesting of unknown tags", clean, "", "<x-y>", "x", "</x-y>"},
    {"html: end tags of nothing", clean, "", "</div>"},
    {"html: end tags of nothing, deep inside", clean, "<b><i><u><div><ul><li>", "</p></table>"},
    {"html: open tags, then other end tags", clean, "", "<b>", "", "</i>"},
    {"html: formatting out of order", clean, "", "<b><i></b></i>"},
    {"html: formatting across blocks", clean, "", "<b><p></b></p>"},
    {"html: links in links", clean, "", "<a href='{}'>x"},
    {"html: list items", clean, "<ul>", "<li>x"},
    {"html: lists, nested", clean, "", "<ul><li>"},
    {"html: tables, nested", clean, "", "<table><tr><td>", "x", "</td></tr></table>"},
    {"html: tables, never closed", clean, "", "<table>"},
    {"html: cells", clean, "<table>", "<tr><td>x<td>y"},
    {"html: text in tables", clean, "<table>", "x<tr>"},
    {"html: attributes", clean, "<p", " a{}='v'", "", "", ">x"},
    {"html: attributes, known", clean, "<p", " title='v'", "", "", ">x"},
    {"html: attribute, long", clean, "<p title='", "ab &amp; ", "", "", "'>x"},
    {"html: quotes never closed", clean, "", "<p title='"},
    {"html: quotes never closed, of both kinds", clean, "", "<p title='\"><a href=\"'"},
    {"html: less-than signs alone", clean, "", "<"},
    {"html: tags never closed", clean, "", "<p "},
    {"html: ampersands alone", clean, "", "&"},
    {"html: references", clean, "", "&eacute;&notit;&#x263A;"},
    {"html: comments", clean, "", "<!--a-->"},
    {"html: comments never closed", clean, "", "<!--"},
    {"html: CDATA", clean, "", "<![CDATA[x]]>"},
    {"html: scripts", clean, "", "<script>x</script>"},
    {"html: scripts never closed", clean, "", "<script>"},
    {"html: raw text of many kinds", clean, "", "<style><title><xmp><textarea>"},
    {"html: drawings never closed", clean, "", "<svg>"},
    {"html: frames", clean, "", "<iframe src='//e.org/{}'></iframe>"},
    {"html: objects never closed", clean, "", "<object data='/{}'>"},
    {"html: images", clean, "", "<img src='{}.png' alt=x>"},
    {"html: images in noscript", clean, "", "<noscript><img src={}>"},
    {"html: srcset, candidates", clean, "<img src=a srcset='", "{}.png {}w, ", "", "", "'>"},
    {"html: srcset, commas", clean, "<img src=a srcset='", ",", "", "", "'>"},
    {"html: srcset, white space", clean, "<img src=a srcset='", " ", "", "", "'>"},
    {"html: srcset, parentheses", clean, "<img src=a srcset='a ", "(", "", "", "'>"},
    {"html: URL, long", clean, "<a href='", "a/../", "", "", "'>x</a>"},
    {"html: URL of data", clean, "<img src='data:image/png;base64,", "AAAA", "", "", "'>"},
    {"html: ruby", clean, "<ruby>", "x<rt>y<rp>"},
    {"html: pre", clean, "", "<pre>\n\n"},
    {"html: empty elements", clean, "", "<b></b>"},
    {"html: white space", clean, "", " \n"},
    {"html: cut, paragraphs", clean_and_cut, "", "<p>some <b>words</b></p>"},
    {"html: cut, nesting", clean_and_cut, "", "<div>x"},
    {"html: cut, text", clean_and_cut, "", "words "},
    {"html: cut, one word", clean_and_cut, "", "w"},
    // Plain text of HTML; feeds of a page; URLs.
    {"text: paragraphs", take_text, "", "<p>some <b>words</b></p>"},
    {"text: less-than signs alone", take_text, "", "<"},
    {"text: comments never closed", take_text, "", "<!--"},
    {"text: scripts never closed", take_text, "", "<script>"},
    {"text: quotes never closed", take_text, "", "<p title='"},
    {"text: ampersands alone", take_text, "", "&a"},
    {"page: links", discover, "", "<link rel=alternate type=application/rss+xml href={}>"},
    {"page: links of one address", discover, "",
     "<link rel=alternate type=application/rss+xml href=a>"},
    {"page: bases", discover, "", "<base href='{}/'>"},
    {"page: relations", discover, "<link href=a rel='", "feed ", "", "", "'>"},
    {"page: attributes", discover, "<link", " a{}=b", "", "", ">"},
    {"page: titles never closed", discover, "", "<title>"},
    {"url: path, long", resolve, "", "a/"},
    {"url: dots", resolve, "", "../"},
    {"url: dots going down", resolve, "", "a/../b/./"},
    {"url: host, long", resolve, "http://", "a.", "", "", "b/"},
    {"url: host of other letters", resolve, "http://", "\xC3\xBC.", "", "", "b/"},
    {"url: query, long", resolve, "?", "utm_a=1&b=2&"},
    {"url: escapes", resolve, "", "%7E%zz"},
    {"url: other letters", resolve, "", "\xC3\xBC"},
    {"url: at signs", resolve, "http://", "a@"},
    {"url: back slashes", resolve, "", "\\a"},
    {"url: brackets", resolve, "http://", "["},
});

void append_numbered(std::string& out, std::string_view text, std::size_t number) {
    for (std::size_t mark = text.find("{}"); mark != text.npos; mark = text.find("{}")) {
        out += text.substr(0, mark);
        out += std::to_string(number);
        text.remove_prefix(mark + 2);
    }
    out += text;
}

/// A document of that shape, as often as would make `bytes` if numbers took no place.
std::string document(const Shape& shape, std::size_t bytes) {
    const std::size_t times = bytes / (shape.piece.size() + shape.closing.size());
    std::string out(shape.before);
    for (std::size_t i = 0; i < times; ++i) append_numbered(out, shape.piece, i);
    out += shape.middle;
    for (std::size_t i = 0; i < times && !shape.closing.empty(); ++i) out += shape.closing;
    out += shape.after;
    return out;
}

double processor_seconds() {
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

double seconds_for(const Shape& shape, const std::string& text) {
    double fastest = hopeless_seconds;
    for (int left = attempts; left > 0; --left) {
        const double start = processor_seconds();
        shape.read(text);
        fastest = std::min(fastest, processor_seconds() - start);
    }
    return fastest;
}

/// Measures one shape, prints its row; whether its growth is no breach.
bool is_linear(const Shape& shape) {
    std::vector<double> seconds;
    for (const std::size_t size : sizes) {
        seconds.push_back(seconds_for(shape, document(shape, size)));
        if (seconds.back() >= hopeless_seconds / 4) break;
    }
    std::vector<double> ratios;
    std::string row;
    for (std::size_t i = 1; i < seconds.size(); ++i) {
        ratios.push_back(seconds[i] / seconds[i - 1]);
        std::array<char, 16> cell{};
        std::snprintf(cell.data(), cell.size(), "%7.2f", ratios.back());
        row += cell.data();
    }
    std::ranges::sort(ratios);
    const bool is_fine =
        ratios.size() + 1 == sizes.size() &&
        (ratios[ratios.size() / 2 - 1] + ratios[ratios.size() / 2]) / 2 <= worst_ratio;
    std::printf("%-42.*s %9.2f ms %-30s%s\n", static_cast<int>(shape.name.size()),
                shape.name.data(), seconds.back() * 1e3, row.c_str(), is_fine ? "" : "  BREACH");
    std::fflush(stdout);
    return is_fine;
}

}  // namespace

int main(int count, char** arguments) {
    // Memory that is given back and asked for again costs the kernel's time, in steps.
    ::mallopt(M_MMAP_THRESHOLD, 1 << 30);
    ::mallopt(M_TRIM_THRESHOLD, 1 << 30);
    const std::span<char*> names(arguments + 1, static_cast<std::size_t>(count - 1));
    const auto is_wanted = [&](const Shape& shape) {
        return names.empty() || std::ranges::any_of(names, [&](std::string_view name) {
                   return shape.name.starts_with(name);
               });
    };
    std::printf("%-42s %12s %s\n", "what grows, 128 KiB to 2 MiB", "the largest",
                " time(2n)/time(n)");
    int breaches = 0;
    for (const Shape& shape : shapes)
        if (is_wanted(shape) && !is_linear(shape)) ++breaches;
    std::printf("%d breaches\n", breaches);
    return breaches == 0 ? 0 : 1;
}
