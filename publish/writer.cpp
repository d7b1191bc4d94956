#include "publish/writer.h"

#include <array>
#include <vector>

namespace tributary::publish {

std::span<const Writer* const> writers() {
    static constexpr std::array<const Writer*, 3> all = {&atom_writer, &rss_writer,
                                                         &json_feed_writer};
    return all;
}

std::string address_of(const Writer& writer, const Channel& channel) {
    return channel.base + std::string(writer.extension) + channel.query;
}

std::string next_address_of(const Writer& writer, const Channel& channel) {
    if (channel.next.empty()) return {};
    return channel.base + std::string(writer.extension) + channel.next;
}

feed::Person author_of(const Channel& channel) {
    feed::Person author;
    author.name = channel.title;
    author.uri = channel.home;
    return author;
}

std::string_view type_of(const Writer& writer) {
    return writer.media_type.substr(0, writer.media_type.find(';'));
}

std::string write(const Writer& writer, const Channel& channel, std::span<const Item> items) {
    std::vector<Timestamp> updated;
    for (const Item& item : items)
        if (item.entry.updated) updated.push_back(*item.entry.updated);

    std::string out;
    writer.head(out, channel, updated_of(updated));
    for (const Item& item : items) {
        if (&item != items.data()) out += writer.separator;
        writer.item(out, item);
    }
    writer.tail(out, channel);
    return out;
}

}  // namespace tributary::publish
