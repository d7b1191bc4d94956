#include "feed/normalise.h"

#include "base/text.h"
#include "base/url.h"

#include <set>

namespace tributary::feed {
namespace {

void remove_duplicates(std::vector<Category>& categories) {
    if (categories.size() < 2) return;
    std::set<std::uint64_t> seen;  // a tree: nobody chooses its worst case, as with buckets
    std::erase_if(categories, [&](const Category& category) {
        const std::uint64_t scheme = hash64(category.scheme);
        return !seen.insert(hash64(category.label, hash64(category.term, scheme))).second;
    });
}

/// Resolves what stayed relative because the document has no URL of its own.
class LateResolver {
  public:
    explicit LateResolver(const std::string& base) : base_(base) {}

    void feed(Feed& feed) const {
        url(feed.self);
        for (std::string& hub : feed.hubs) url(hub);
        links(feed.links);
        url(feed.icon);
        if (feed.image) {
            url(feed.image->url);
            url(feed.image->link);
        }
        persons(feed.authors);
        persons(feed.contributors);
        if (feed.publisher) url(feed.publisher->uri);
        if (feed.generator) url(feed.generator->uri);
        if (feed.textinput) url(feed.textinput->link);
        url(feed.docs);
        url(feed.license);
        text(feed.title);
        text(feed.subtitle);
        text(feed.rights);
        for (Entry& each : feed.entries) entry(each);
    }

  private:
    void entry(Entry& entry) const {
        url(entry.link);
        links(entry.links);
        url(entry.external_url);
        for (Enclosure& enclosure : entry.enclosures) url(enclosure.url);
        url(entry.image);
        url(entry.comments);
        url(entry.comments_feed);
        url(entry.license);
        persons(entry.authors);
        persons(entry.contributors);
        text(entry.title);
        text(entry.summary);
        text(entry.rights);
        text(entry.content.text);
        url(entry.content.src);
        if (entry.media) media(*entry.media);
        if (entry.itunes) url(entry.itunes->image);
    }

    void media(Media& media) const {
        for (MediaContent& content : media.contents) {
            url(content.url);
            for (MediaThumbnail& thumbnail : content.thumbnails) url(thumbnail.url);
        }
        for (MediaThumbnail& thumbnail : media.thumbnails) url(thumbnail.url);
        if (media.player) url(media.player->url);
    }

    void links(std::vector<Link>& all) const {
        for (Link& link : all) url(link.href);
    }

    void persons(std::vector<Person>& all) const {
        for (Person& person : all) url(person.uri);
    }

    void text(Text& text) const {
        if (text.type != TextType::text && text.base.empty() && !text.empty()) text.base = base_;
    }

    void url(std::string& url) const {
        if (!url.empty() && !has_scheme(url)) url = resolve_url(base_, url);
    }

    const std::string& base_;
};

}  // namespace

void normalise(Feed& feed, const Document& origin) {
    remove_duplicates(feed.categories);
    for (Entry& entry : feed.entries) remove_duplicates(entry.categories);
    constexpr std::size_t longest_base = 1024;
    const bool is_usable = has_scheme(feed.link) && feed.link.size() <= longest_base;
    if (!origin.url.empty() || !is_usable) return;
    const std::string base = feed.link;
    LateResolver(base).feed(feed);
}

}  // namespace tributary::feed
