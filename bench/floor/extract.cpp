#include "bench/floor/extract.h"

#include <boost/json.hpp>
#include <pugixml.hpp>

#include <stdexcept>
#include <string_view>

namespace tributary::bench {
namespace {

/// A node that holds entities is one text; xhtml content is the elements below it.
std::string text_of(pugi::xml_node node) {
    if (const auto first = node.first_child(); first.type() != pugi::node_element)
        return node.child_value();
    struct Text : pugi::xml_writer {
        std::string bytes;
        void write(const void* data, std::size_t size) override {
            bytes.append(static_cast<const char*>(data), size);
        }
    } text;
    node.first_child().print(text, "", pugi::format_raw);
    return std::move(text.bytes);
}

void take_field(Item& item, pugi::xml_node node) {
    const std::string_view name = node.name();
    if (name == "title") {
        item.title = node.child_value();
    } else if (name == "link") {
        const auto href = node.attribute("href");
        item.link = href ? href.value() : node.child_value();
    } else if (name == "guid" || name == "id") {
        item.guid = node.child_value();
    } else if (name == "pubDate" || name == "published" || name == "dc:date") {
        item.date = node.child_value();
    } else if (name == "content:encoded" || name == "content") {
        item.content = text_of(node);
    } else if ((name == "description" || name == "summary") && item.content.empty()) {
        item.content = text_of(node);
    }
}

std::vector<Item> extract_xml(std::string& document) {
    pugi::xml_document tree;
    if (!tree.load_buffer_inplace(document.data(), document.size(), pugi::parse_default,
                                  pugi::encoding_utf8))
        throw std::runtime_error("not XML");
    const pugi::xml_node root = tree.document_element();
    const auto channel = root.child("channel");
    const bool has_items_inside = channel && channel.child("item");
    std::vector<Item> items;
    for (const pugi::xml_node node : has_items_inside ? channel : root) {
        const std::string_view name = node.name();
        if (name != "item" && name != "entry") continue;
        Item& item = items.emplace_back();
        item.guid = node.attribute("rdf:about").value();
        for (const pugi::xml_node field : node) take_field(item, field);
    }
    return items;
}

std::string member(const boost::json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::vector<Item> extract_json(const std::string& document) {
    const auto root = boost::json::parse(document);
    std::vector<Item> items;
    for (const auto& value : root.at("items").as_array()) {
        const auto& object = value.as_object();
        items.push_back({.title = member(object, "title"),
                         .link = member(object, "url"),
                         .guid = member(object, "id"),
                         .date = member(object, "date_published"),
                         .content = member(object, "content_html")});
    }
    return items;
}

}  // namespace

std::vector<Item> extract(std::string& document) {
    return document.starts_with('{') ? extract_json(document) : extract_xml(document);
}

}  // namespace tributary::bench
