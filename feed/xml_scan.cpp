#include "feed/xml_scan.h"

#include "base/text.h"
#include "feed/xml_text.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace tributary::feed::xml {
namespace {

// What a byte can be part of; a byte of a longer character is one of a name. The zero behind the
// last byte is none of them: no loop over bytes of one class runs past the end.
enum Class : std::uint8_t { space = 1, name_start = 2, name = 4, plain_value = 8 };

constexpr auto classes = [] {
    std::array<std::uint8_t, 256> table{};
    for (unsigned byte = 1; byte < table.size(); ++byte) {
        const char c = static_cast<char>(byte);
        const char lower = ascii_lower(c);
        const bool is_letter = (lower >= 'a' && lower <= 'z') || c == '_' || c == ':';
        const bool is_name = (c >= '0' && c <= '9') || c == '-' || c == '.';
        const bool is_plain = !std::string_view("\"'&\t\n\r").contains(c);
        if (is_space(c)) table[byte] |= space;
        if (is_letter || byte >= 0x80) table[byte] |= name_start | name;
        if (is_name) table[byte] |= name;
        if (is_plain) table[byte] |= plain_value;
    }
    return table;
}();

bool is(Class wanted, char c) {
    return (classes[static_cast<unsigned char>(c)] & wanted) != 0;
}

class Scanner {
  public:
    Scanner(const std::string& text, Nodes& nodes, Warnings& warnings)
        : begin_(text.data()),
          end_(begin_ + text.size()),
          at_(begin_),
          nodes_(nodes),
          warnings_(warnings) {
        constexpr std::size_t usual_node = 64, usual_attribute = 256;  // bytes of text for each
        nodes_.list.reserve(text.size() / usual_node + 8);
        nodes_.attributes.reserve(text.size() / usual_attribute + 8);
    }

    void run() {
        bool is_good = true;
        while (is_good && at_ < end_) {
            read_text();
            is_good = at_ == end_ || read_markup();
        }
        if (is_good && !open_.empty()) fail("the document ends inside an element");
        if (is_good && nodes_.list.empty()) fail("no element");
        while (!open_.empty()) close();
    }

  private:
    bool fail(std::string_view reason) {
        nodes_.stop = {std::string(reason), static_cast<std::size_t>(at_ - begin_)};
        return false;
    }
    std::string_view rest() const { return {at_, end_}; }
    void skip(Class wanted) {
        while (is(wanted, *at_)) ++at_;
    }
    const char* find(const char* from, char c) const {
        const void* found = std::memchr(from, c, static_cast<std::size_t>(end_ - from));
        return found ? static_cast<const char*>(found) : end_;
    }

    Node& add(Node::Kind kind, std::string_view text) {
        return nodes_.list.emplace_back(Node{.text = text, .kind = kind});
    }
    void close() {
        Node& node = nodes_.list[open_.back()];
        node.count = static_cast<std::uint32_t>(nodes_.list.size() - open_.back());
        open_.pop_back();
    }

    void read_text() {
        const char* const start = at_;
        skip(space);  // between two tags there is nothing else
        if (*at_ != '<') at_ = find(at_, '<');
        if (at_ > start && !open_.empty()) add(Node::Kind::text, {start, at_});
    }

    bool read_markup() {
        switch (at_[1]) {
            case '/':
                return read_end_tag();
            case '!':
                return read_declaration();
            case '?':
                return skip_instruction();
            default:
                return read_start_tag();
        }
    }

    bool read_start_tag() {
        const char* const start = ++at_;
        if (!is(name_start, *at_)) return fail("a < that starts no tag");
        skip(name);
        const std::size_t index = nodes_.list.size();
        add(Node::Kind::element, {start, at_}).first_attribute =
            static_cast<std::uint32_t>(nodes_.attributes.size());
        while (true) {
            const char* const before = at_;
            skip(space);
            if (*at_ == '>') {
                ++at_;
                open_.push_back(static_cast<std::uint32_t>(index));
                return true;
            }
            if (*at_ == '/' && at_[1] == '>') {
                at_ += 2;
                return true;
            }
            if (at_ == before || !is(name_start, *at_)) return fail("a tag without an end");
            if (!read_attribute(nodes_.list[index])) return false;
        }
    }

    bool read_attribute(Node& element) {
        const char* const start = at_;
        skip(name);
        Attribute attribute{.name = {start, at_}, .value = {}};
        skip(space);
        if (*at_ != '=') return fail("an attribute without a value");
        ++at_;
        skip(space);
        const char quote = *at_;
        if (quote != '"' && quote != '\'') return fail("an attribute value without quotes");
        const char* const value = ++at_;
        skip(plain_value);
        const bool is_plain = *at_ == quote;
        if (!is_plain) at_ = find(at_, quote);
        attribute.value = {value, at_};
        if (!is_plain) attribute.value = decoded(attribute.value);
        element.has_scope |= attribute.name.starts_with("xml");
        ++element.attributes;
        nodes_.attributes.push_back(attribute);
        if (at_ == end_) return fail("an attribute value without an end");
        ++at_;
        return true;
    }

    /// White space is spaces (XML 1.0 3.3.3).
    std::string_view decoded(std::string_view value) {
        std::string raw(value);
        std::ranges::replace_if(raw, is_space, ' ');
        std::string& kept = nodes_.values.emplace_front();
        append_text(kept, raw, warnings_);
        return kept;
    }

    bool read_end_tag() {
        if (open_.empty()) return fail("an end tag that closes nothing");
        at_ += 2;
        const std::string_view expected = nodes_.list[open_.back()].text;
        if (!rest().starts_with(expected)) return fail("an end tag of another element");
        at_ += expected.size();
        skip(space);
        if (*at_ != '>') return fail("an end tag of another element");
        ++at_;
        close();
        return true;
    }

    bool read_declaration() {
        if (rest().starts_with("<!--")) return skip_past("<!--", "-->", "a comment without an end");
        if (rest().starts_with("<![CDATA[")) return read_section();
        if (rest().starts_with("<!DOCTYPE") && open_.empty()) return skip_doctype();
        return fail("a declaration that is none");
    }

    bool read_section() {
        constexpr std::string_view opening = "<![CDATA[", ending = "]]>";
        const char* const content = at_ + opening.size();
        if (!skip_past(opening, ending, "a CDATA section without an end")) return false;
        if (!open_.empty()) add(Node::Kind::section, {content, at_ - ending.size()});
        return true;
    }

    /// With all the declarations in it.
    bool skip_doctype() {
        int open = 0;
        while (at_ < end_) {
            if (rest().starts_with("<!--")) {
                if (!skip_past("<!--", "-->", "a comment without an end")) return false;
            } else if (rest().starts_with("<?")) {
                if (!skip_past("<?", "?>", "an instruction without an end")) return false;
            } else {
                const char c = *at_++;
                if (c == '"' || c == '\'') at_ = std::min(find(at_, c) + 1, end_);
                if (c == '<') ++open;
                if (c == '>' && --open == 0) return true;
            }
        }
        return fail("a document type without an end");
    }

    bool skip_instruction() {
        if (!is(name_start, at_[2])) return fail("an instruction without a name");
        return skip_past("<?", "?>", "an instruction without an end");
    }

    bool skip_past(std::string_view opening, std::string_view ending, std::string_view fault) {
        const std::size_t found = rest().find(ending, opening.size());
        if (found == std::string_view::npos) return fail(fault);
        at_ += found + ending.size();
        return true;
    }

    const char* const begin_;
    const char* const end_;
    const char* at_;
    Nodes& nodes_;
    Warnings& warnings_;
    std::vector<std::uint32_t> open_;  // the elements around here
};

}  // namespace

Nodes scan(const std::string& text, Warnings& warnings) {
    Nodes nodes;
    Scanner(text, nodes, warnings).run();
    return nodes;
}

}  // namespace tributary::feed::xml
