#pragma once
// A written document read back strictly, to look at by XPath.

#include <doctest/doctest.h>

#include <pugixml.hpp>
#include <string>

namespace tributary::publish::samples {

struct XmlDocument {
    pugi::xml_document xml;

    explicit XmlDocument(const std::string& bytes) {
        const auto result =
            xml.load_buffer(bytes.data(), bytes.size(), pugi::parse_full, pugi::encoding_utf8);
        REQUIRE_MESSAGE(result, result.description());
    }
    pugi::xml_node root() const { return xml.document_element(); }
    std::string text(const std::string& path) const {
        return xml.select_node(path.c_str()).node().text().get();
    }
    std::string attribute(const std::string& path) const {
        return xml.select_node(path.c_str()).attribute().value();
    }
    std::size_t count(const std::string& path) const {
        return xml.select_nodes(path.c_str()).size();
    }
};

}  // namespace tributary::publish::samples
