// The small modules: content, slash, wfw, Atom threading (RFC 4685), syndication, Creative Commons,
// admin, feed history (RFC 5005), XHTML in RSS, Podlove chapters.

#include "base/text.h"
#include "feed/readers.h"

#include <array>

namespace tributary::feed {
namespace {

using xml::Element;
using xml::Ns;

constexpr Rank rank = Rank::module;

void read_encoded(Draft<Entry>& draft, const Element& element) {
    offer(draft, Slot::content, draft.target.content, [&] {
        Content content;
        content.text = html_text(element);
        return content;
    });
}

void read_body(Draft<Entry>& draft, const Element& element) {
    offer(
        draft, Slot::content, draft.target.content,
        [&] {
            Content content;
            content.text = xhtml_text(element);
            return content;
        },
        1);
}

/// slash:comments, else thr:total.
/// slash:comments, else thr:total.
void read_comments_count(Draft<Entry>& draft, const Element& element) {
    const int within = element.ns() == Ns::slash ? 0 : 1;
    offer(
        draft, Slot::comments_count, draft.target.comments_count,
        [&] { return number_in(element.line()); }, within);
}

void read_comments_feed(Draft<Entry>& draft, const Element& element) {
    if (draft.target.comments_feed.empty())
        draft.target.comments_feed = element.resolved(element.line());
}

void read_in_reply_to(Draft<Entry>& draft, const Element& element) {
    InReplyTo reply{.ref = collapse(element.attribute("ref")),
                    .href = element.resolved(collapse(element.attribute("href"))),
                    .type = std::string(trim(element.attribute("type"))),
                    .source = element.resolved(collapse(element.attribute("source")))};
    if (!is_absent(reply)) draft.target.in_reply_to.push_back(std::move(reply));
}

void read_update_period(Draft<Feed>& draft, const Element& element) {
    if (draft.target.update_period.empty()) draft.target.update_period = element.line();
}

void read_update_frequency(Draft<Feed>& draft, const Element& element) {
    if (!draft.target.update_frequency) draft.target.update_frequency = number_in(element.line());
}

void read_update_base(Draft<Feed>& draft, const Element& element) {
    if (!draft.target.update_base) draft.target.update_base = date_in(element);
}

void read_generator_agent(Draft<Feed>& draft, const Element& element) {
    offer(draft, Slot::generator, draft.target.generator, [&] {
        std::string uri = collapse(element.attribute(Ns::rdf, "resource"));
        if (uri.empty()) uri = element.line();
        return Generator{.name = {}, .uri = element.resolved(uri), .version = {}};
    });
}

void read_chapters(Draft<Entry>& draft, const Element& element) {
    for (const Element& child : xml::children(element)) {
        if (child.ns() != Ns::chapters || !equals_ignoring_case(child.name(), "chapter")) continue;
        const auto start = seconds_in(child.attribute("start"));
        if (!start) child.warn("bad-value", "chapter: start is no time");
        draft.target.chapters.push_back(
            {.start = start.value_or(0),
             .title = collapse(child.attribute("title")),
             .href = child.resolved(collapse(child.attribute("href"))),
             .image = child.resolved(collapse(child.attribute("image")))});
    }
}

constexpr std::array feed_table = std::to_array<FeedRow>({
    {Ns::syndication, "updateperiod", "update_period", rank, read_update_period},
    {Ns::syndication, "updatefrequency", "update_frequency", rank, read_update_frequency},
    {Ns::syndication, "updatebase", "update_base", rank, read_update_base},
    {Ns::creative_commons, "license", "license", rank, read_license<Feed>},
    {Ns::cc, "license", "license", rank, read_license<Feed>},
    {Ns::admin, "generatoragent", "generator", rank, read_generator_agent},
    {Ns::history, "archive", "paging.archive", rank,
     [](Draft<Feed>& draft, const Element&) { draft.target.paging.make().archive = true; }},
    {Ns::history, "complete", "paging.complete", rank,
     [](Draft<Feed>& draft, const Element&) { draft.target.paging.make().complete = true; }},
});

constexpr std::array entry_table = std::to_array<EntryRow>({
    {Ns::content, "encoded", "content", rank, read_encoded},
    {Ns::xhtml, "body", "content", rank, read_body},
    {Ns::xhtml, "div", "content", rank, read_body},
    {Ns::slash, "comments", "comments_count", rank, read_comments_count},
    {Ns::wfw, "commentrss", "comments_feed", rank, read_comments_feed},
    {Ns::thread, "total", "comments_count", rank, read_comments_count},
    {Ns::thread, "in-reply-to", "in_reply_to", rank, read_in_reply_to},
    {Ns::creative_commons, "license", "license", rank, read_license<Entry>},
    {Ns::cc, "license", "license", rank, read_license<Entry>},
    {Ns::chapters, "chapters", "chapters", rank, read_chapters},
});

}  // namespace

std::span<const FeedRow> module_feed_rows() {
    return feed_table;
}

std::span<const EntryRow> module_entry_rows() {
    return entry_table;
}

}  // namespace tributary::feed
