#include "base/text.h"
#include "feed/references.h"
#include "feed/repair.h"
#include "feed/warnings.h"

#include <algorithm>
#include <unordered_map>

namespace tributary::feed {
namespace {

constexpr std::size_t npos = std::string_view::npos;
constexpr std::size_t most_entities = 256;
constexpr std::size_t most_entity_bytes = 4096;  // of one entity, fully expanded

using Entities = std::unordered_map<std::string_view, std::string>;

struct Doctype {
    std::size_t begin = 0, end = 0;  // in the document
    std::string_view subset;         // between the brackets
};

/// The first position at or after `at` that is outside quotes and holds `c`; the end if none does.
std::size_t find_unquoted(std::string_view text, char c, std::size_t at) {
    char quote = '\0';
    for (; at < text.size(); ++at) {
        if (quote != '\0') {
            if (text[at] == quote) quote = '\0';
        } else if (text[at] == c) {
            return at;
        } else if (text[at] == '"' || text[at] == '\'') {
            quote = text[at];
        }
    }
    return text.size();
}

/// Past white space, comments and processing instructions.
std::size_t skip_misc(std::string_view xml) {
    for (std::size_t at = 0; at < xml.size();) {
        const std::string_view rest = xml.substr(at);
        if (is_space(rest.front())) {
            ++at;
            continue;
        }
        const std::string_view end = rest.starts_with("<?")     ? "?>"
                                     : rest.starts_with("<!--") ? "-->"
                                                                : "";
        if (end.empty()) return at;
        const std::size_t found = rest.find(end);
        at = found == npos ? xml.size() : at + found + end.size();
    }
    return xml.size();
}

/// The document type declaration with an internal subset (XML 1.0 2.8), if there is one.
bool find_doctype(std::string_view xml, Doctype& doctype) {
    const std::size_t begin = skip_misc(xml);
    if (!xml.substr(begin).starts_with("<!DOCTYPE")) return false;
    const std::size_t open = xml.find_first_of("[>", begin);
    if (open == npos || xml[open] == '>') return false;
    const std::size_t close = find_unquoted(xml, ']', open);
    const std::size_t end = xml.find('>', close);
    if (end == npos) return false;
    doctype = {begin, end + 1, xml.substr(open + 1, close - open - 1)};
    return true;
}

/// `text` with the references in it replaced that `entities` knows, until it has grown to
/// `most_bytes`; answers false if it would grow more.
bool expand(std::string& out, std::string_view text, const Entities& entities,
            std::size_t most_bytes) {
    bool is_complete = true;
    std::size_t copied = 0;
    for (std::size_t at = text.find('&'); at != npos; at = text.find('&', at + 1)) {
        const std::size_t end = text.substr(at, most_entity_bytes).find_first_of(";<& ", 1);
        if (end == npos || text[at + end] != ';') continue;
        const auto entity = entities.find(text.substr(at + 1, end - 1));
        if (entity == entities.end()) continue;
        if (out.size() + text.size() - copied + entity->second.size() > most_bytes) {
            is_complete = false;
            continue;
        }
        out.append(text, copied, at - copied).append(entity->second);
        copied = at + end + 1;
    }
    out.append(text, copied);
    return is_complete;
}

/// Character references are read where the entity is declared (XML 1.0 4.4).
std::string with_characters_decoded(std::string_view value) {
    std::string out;
    for (std::size_t at = 0; at < value.size();) {
        const std::size_t length =
            value.substr(at).starts_with("&#")
                ? decode_reference(out, value.substr(at), ReferenceIn::attribute)
                : 0;
        if (length == 0) out += value[at];
        at += std::max<std::size_t>(length, 1);
    }
    return out;
}

/// Reads <!ENTITY name "value"> one by one. A value may use the entities declared before it, so
/// that nothing refers to itself; an entity that grows too large is not known.
Entities read_entities(std::string_view subset, Warnings& warnings) {
    static constexpr std::string_view keyword = "<!ENTITY";
    Entities entities;
    for (std::size_t at = subset.find(keyword); at != npos && entities.size() < most_entities;
         at = subset.find(keyword, at)) {
        at += keyword.size();
        const std::size_t end = find_unquoted(subset, '>', at);
        std::string_view declaration = trim(subset.substr(at, end - at));
        at = end;
        const std::size_t name_end = declaration.find_first_of(" \t\r\n");
        if (name_end == npos) continue;
        const std::string_view name = declaration.substr(0, name_end);
        const std::string_view value = trim(declaration.substr(name_end));
        // What is not quoted is a parameter entity, or stands in another document.
        const bool is_quoted =
            value.size() >= 2 && (value[0] == '"' || value[0] == '\'') && value.back() == value[0];
        if (!is_quoted) continue;
        std::string expanded;
        const bool is_small =
            value.size() <= most_entity_bytes &&
            expand(expanded, with_characters_decoded(value.substr(1, value.size() - 2)), entities,
                   most_entity_bytes);
        if (is_small) {
            entities.try_emplace(name, std::move(expanded));
        } else {
            warnings.add("limit", "entity " + printable(name.substr(0, 40)) + " is too large");
        }
    }
    return entities;
}

}  // namespace

Repaired expand_internal_entities(std::string_view xml, std::size_t most_growth) {
    Doctype doctype;
    if (!find_doctype(xml, doctype)) return {};
    Warnings warnings;
    const Entities entities = read_entities(doctype.subset, warnings);
    if (entities.empty()) return {.xml = {}, .warnings = warnings.take()};

    Repaired result;
    std::size_t room = xml.size() + most_growth;
    result.xml.reserve(xml.size());
    result.xml.append(xml, 0, doctype.begin);
    // Text between CDATA sections; inside them an & is only an &.
    for (std::size_t at = doctype.end; at < xml.size();) {
        const std::size_t section = std::min(xml.find("<![CDATA[", at), xml.size());
        const std::size_t after = std::min(xml.find("]]>", section), xml.size());
        const std::size_t rest = xml.size() - section;
        if (!expand(result.xml, xml.substr(at, section - at), entities, room - rest))
            warnings.add("limit", "entities would grow the document too much");
        result.xml.append(xml, section, after - section);
        at = after;
    }
    result.warnings = warnings.take();
    return result;
}

}  // namespace tributary::feed
