#include "feed/repair.h"

#include "base/text.h"
#include "feed/html.h"
#include "feed/references.h"
#include "feed/repair_names.h"
#include "feed/warnings.h"
#include "feed/xml_text.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <map>

namespace tributary::feed {
namespace {

constexpr std::size_t npos = std::string_view::npos;
constexpr std::size_t most_junk = 64u << 10;  // before the document
constexpr std::size_t most_attributes = 256;
constexpr std::size_t most_open = 4096;  // elements inside one another

/// Where the document really begins, past a server's error messages and the like.
std::size_t start_of_document(std::string_view xml) {
    static constexpr std::array<std::string_view, 6> beginnings{
        "<?xml ", "<!doctype ", "<rss", "<rdf:rdf", "<feed", "<atom:feed"};
    const std::string_view head = xml.substr(0, most_junk);
    std::size_t first_tag = npos;
    for (std::size_t at = head.find('<'); at != npos; at = head.find('<', at + 1)) {
        const std::string_view rest = xml.substr(at);
        if (std::ranges::any_of(beginnings, [&](std::string_view beginning) {
                return starts_with_ignoring_case(rest, beginning);
            }))
            return at;
        if (first_tag == npos && rest.size() > 1 && is_name_start(rest[1])) first_tag = at;
    }
    return std::min(first_tag, xml.size());
}

class Repairer {
  public:
    explicit Repairer(std::string_view xml) : xml_(xml) { out_.reserve(xml.size() + 64); }

    Repaired repair() {
        at_ = start_of_document(xml_);
        if (!trim(xml_.substr(0, at_)).empty()) warn("text before the document");
        while (at_ < xml_.size() && !is_finished_) {
            if (xml_[at_] == '<') {
                read_markup();
            } else {
                read_text();
            }
        }
        const bool cuts_an_entry = std::ranges::any_of(open_, is_entry_name, &Open::name);
        if (open_.size() > (was_root_closed_ ? 1u : 0u))
            warnings_.add("truncated", "the document ends inside " + innermost());
        while (!open_.empty()) close_innermost();
        return {
            .xml = std::move(out_), .warnings = warnings_.take(), .cuts_an_entry = cuts_an_entry};
    }

  private:
    void warn(std::string message) { warnings_.add("not-wellformed", std::move(message)); }
    std::string innermost() const { return "<" + printable(open_.back().name.substr(0, 40)) + ">"; }
    char peek(std::size_t ahead = 0) const {
        return at_ + ahead < xml_.size() ? xml_[at_ + ahead] : '\0';
    }
    /// The name after the < at `at`.
    std::string_view name_behind(std::size_t at) const {
        std::size_t end = std::min(at + 1, xml_.size());
        const std::size_t begin = end;
        while (end < xml_.size() && is_name_char(xml_[end])) ++end;
        return xml_.substr(begin, end - begin);
    }
    bool skip_ignoring_case(std::string_view expected) {
        const bool is_there = starts_with_ignoring_case(xml_.substr(at_), expected);
        if (is_there) at_ += expected.size();
        return is_there;
    }

    /// A search to the end that failed is not made again: that keeps the pass linear.
    struct Terminator {
        std::string_view text;
        bool is_exhausted = false;
    };
    std::size_t find(Terminator& terminator) const {
        if (terminator.is_exhausted) return npos;
        const std::size_t found = xml_.find(terminator.text, at_);
        terminator.is_exhausted = found == npos;
        return found;
    }
    void skip_past(Terminator& terminator) {
        std::size_t end = find(terminator);
        if (end != npos) {
            at_ = end + terminator.text.size();
            return;
        }
        warn("a comment or declaration without an end");
        end = find(tag_end_);
        at_ = end == npos ? xml_.size() : end + 1;
    }

    // --- text -------------------------------------------------------------------------------

    void read_text() {
        const std::size_t end = std::min(xml_.find('<', at_), xml_.size());
        const std::string_view text = xml_.substr(at_, end - at_);
        at_ = end;
        if (!open_.empty()) append_text(text);
    }

    void append_less_than() {
        if (!open_.empty()) out_ += "&lt;";
        warn("a < that starts no tag");
        ++at_;
    }

    /// Text or an attribute value; references become what XML knows, every other & a plain one.
    void append_text(std::string_view text) {
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t special = std::min(text.find_first_of("&<\"", at), text.size());
            out_.append(text, at, special - at);
            if (special == text.size()) return;
            at = special + 1;
            switch (text[special]) {
                case '<':
                    out_ += "&lt;";
                    break;
                case '"':
                    out_ += "&quot;";
                    break;
                default:
                    at = special + append_reference(text.substr(special));
            }
        }
    }

    /// The & at the start of `rest`; answers how many bytes were read.
    std::size_t append_reference(std::string_view rest) {
        decoded_.clear();
        const std::size_t length = decode_reference(decoded_, rest, ReferenceIn::attribute);
        std::string_view name = rest.substr(0, length);
        if (!name.empty()) name = name.substr(1, name.find(';') - 1);
        xml::warn_of_reference(name, warnings_);
        if (length == 0) {
            out_ += "&amp;";
            return 1;
        }
        append_escaped(out_, decoded_);
        return length;
    }

    // --- markup -----------------------------------------------------------------------------

    void read_markup() {
        const char next = peek(1);
        if (next == '/') return read_end_tag();
        if (next == '?') return skip_past(instruction_end_);
        if (next == '!') return read_declaration();
        if (is_name_start(next)) return read_start_tag();
        append_less_than();
    }

    void read_declaration() {
        if (skip_ignoring_case("<!--")) return skip_past(comment_end_);
        if (skip_ignoring_case("<![CDATA[")) return read_cdata();
        if (!starts_with_ignoring_case(xml_.substr(at_), "<!DOCTYPE")) return append_less_than();
        const std::size_t subset = xml_.find_first_of("[>", at_);
        const bool has_subset = subset != npos && xml_[subset] == '[';
        if (has_subset) skip_past(subset_end_);
        skip_past(tag_end_);
    }

    void read_cdata() {
        const std::size_t end = section_end();
        std::string_view text = xml_.substr(at_, end - at_);
        at_ = end;
        if (!skip_ignoring_case("]]>")) {
            warn("a CDATA section without an end");
            for (int i = 0; i < 2 && at_ == xml_.size() && text.ends_with(']'); ++i)
                text.remove_suffix(1);  // of an end that was cut off
        }
        if (!open_.empty()) out_.append("<![CDATA[").append(text).append("]]>");
    }

    /// Where the section at hand ends: at ]]>, or at its element's end tag if another section
    /// begins after that and before ]]>.
    std::size_t section_end() {
        const std::size_t end = find(section_end_);
        const std::string_view reach = xml_.substr(0, std::min(end, xml_.size()));
        const std::size_t next = end == npos ? npos : reach.find("<![CDATA[", at_);
        if (end != npos && next == npos) return end;
        const std::string end_tag =
            open_.empty() ? std::string() : "</" + std::string(open_.back().name);
        const std::size_t close = end_tag.empty() ? npos : reach.find(end_tag, at_);
        if (close != npos && close < next) return close;
        return reach.size();
    }

    void read_end_tag() {
        const std::string_view name = name_behind(at_ + 1);
        if (name.empty()) return append_less_than();
        std::size_t end = at_ + 2 + name.size();
        while (end < xml_.size() && xml_[end] != '>' && xml_[end] != '<') ++end;
        at_ = end < xml_.size() && xml_[end] == '>' ? end + 1 : end;
        close(name);
    }

    void close(std::string_view name) {
        const auto found = count_.find(to_lower(name));
        if (found == count_.end() || found->second == 0) {
            if (!is_empty_in_html(name)) warn("an end tag that closes nothing");
            return;
        }
        const bool is_of_root =
            found->second == 1 && equals_ignoring_case(open_.front().name, name);
        const bool is_too_early = is_of_root && has_entry_ahead();
        while (open_.size() > 1 && !equals_ignoring_case(open_.back().name, name)) close_unclosed();
        if (is_too_early) {
            warn("<" + printable(name.substr(0, 40)) + "> ends before its last entry");
            was_root_closed_ = true;
            return;
        }
        close_innermost();
        is_finished_ = open_.empty();
    }

    /// Whether an entry begins further on. No place is looked at twice.
    bool has_entry_ahead() {
        for (next_entry_ = std::max(next_entry_, at_); next_entry_ < xml_.size(); ++next_entry_) {
            next_entry_ = std::min(xml_.find('<', next_entry_), xml_.size());
            if (is_own_entry_name(name_behind(next_entry_))) return true;
        }
        return false;
    }

    void close_unclosed() {
        warn(innermost() + " is not closed");
        close_innermost();
    }

    void close_innermost() {
        const Open& last = open_.back();
        out_.append("</").append(last.name).append(">");
        --count_[to_lower(last.name)];
        documents_ -= last.holds_document ? 1 : 0;
        open_.pop_back();
    }

    void open(std::string_view name) {
        const bool holds_document = equals_ignoring_case(name, "content") && has_document_type();
        open_.push_back({name, holds_document});
        ++count_[to_lower(name)];
        documents_ += holds_document ? 1 : 0;
    }

    /// Whether the tag at hand says that an XML document is carried in it (RFC 4287 4.1.3.1).
    bool has_document_type() const {
        const auto type = std::ranges::find(attributes_, "type", &Attribute::name);
        return type != attributes_.end() && type->value.find("xml") != npos &&
               type->value.find("xhtml") == npos;
    }

    /// What turns out to be no tag becomes text, and is not looked at again.
    void read_start_tag() {
        const std::size_t start = at_;
        const std::string_view name = name_behind(start);
        at_ += 1 + name.size();
        const bool ends_well = is_space(peek()) || peek() == '/' || peek() == '>' || open_.empty();
        attributes_.clear();
        if (at_ < xml_.size() && (!ends_well || name.ends_with(':') || !read_attributes())) {
            warn("a < that starts no tag");
            if (!open_.empty()) append_text(xml_.substr(start, at_ - start));
            return;
        }
        if (at_ == xml_.size()) return;  // cut off inside the tag: as if it were not there
        const bool is_empty = xml_[at_ - 1] == '/';
        ++at_;
        close_forgotten(name);
        write_start_tag(name, is_empty);
    }

    /// Entries stand in a channel or feed, never in one another: whatever else is open where one
    /// begins has lost its end tag. A whole document that is carried as content is left alone. Nor
    /// does a line of text hold fields, or bold type those of a feed.
    void close_forgotten(std::string_view name) {
        if (is_field_name(name) && open_.size() > 1) close_before_field();
        const bool is_structure = is_own_entry_name(name) || equals_ignoring_case(name, "channel");
        if (!is_structure || documents_ > 0) return;
        while (open_.size() > 1 && !holds_entries(open_.back().name)) close_unclosed();
    }

    void close_before_field() {
        const bool is_in_feed = holds_entries(open_[open_.size() - 2].name);
        const std::string_view last = open_.back().name;
        if (holds_a_line(last) || (is_in_feed && is_formatting(last))) close_unclosed();
    }

    void write_start_tag(std::string_view name, bool is_empty) {
        if (open_.size() == most_open) {
            warnings_.add("limit", beyond_limit("open elements", most_open));
            return;
        }
        out_.append("<").append(name);
        for (const Attribute& attribute : attributes_) {
            out_.append(" ").append(attribute.name).append("=\"");
            append_text(attribute.value);
            out_ += '"';
        }
        if (is_empty || is_empty_in_html(name)) {
            out_ += "/>";
            is_finished_ = open_.empty();
            return;
        }
        out_ += '>';
        open(name);
    }

    // --- attributes -------------------------------------------------------------------------

    struct Attribute {
        std::string_view name, value;
    };

    /// Reads up to the > of the tag, or the end; false at a < before it. The root is always a tag:
    /// without it all is lost.
    bool read_attributes() {
        while (at_ < xml_.size() && peek() != '>') {
            if (peek() == '<' && !open_.empty()) return false;
            if (is_name_start(peek())) {
                read_attribute();
            } else {
                ++at_;  // white space, slashes, stray quotes
            }
        }
        return true;
    }

    void read_attribute() {
        const std::size_t start = at_;
        while (at_ < xml_.size() && !is_space(peek()) && !std::strchr("=<>/\"'", peek())) ++at_;
        Attribute attribute{.name = xml_.substr(start, at_ - start), .value = {}};
        skip_spaces();
        if (peek() == '=') {
            ++at_;
            skip_spaces();
            attribute.value = read_value();
        } else {
            warn("an attribute without a value");
        }
        const bool is_new =
            std::ranges::find(attributes_, attribute.name, &Attribute::name) == attributes_.end();
        if (!is_new) warn("an attribute told twice");
        if (is_new && is_name(attribute.name) && attributes_.size() < most_attributes)
            attributes_.push_back(attribute);
    }

    void skip_spaces() {
        while (is_space(peek())) ++at_;
    }

    std::string_view read_value() {
        const char quote = peek();
        if (quote == '"' || quote == '\'') {
            Terminator& terminator = quote == '"' ? double_quote_ : single_quote_;
            ++at_;
            const std::size_t end = find(terminator);
            if (end != npos && is_closing_quote(end)) return take_until(end, 1);
        }
        warn("an attribute value without quotes");
        std::size_t end = at_;
        while (end < xml_.size() && !is_space(xml_[end]) && xml_[end] != '>' && xml_[end] != '<')
            ++end;
        // In <a href=x/> the slash is the tag's.
        const bool is_self_closing =
            end > at_ && end < xml_.size() && xml_[end] == '>' && xml_[end - 1] == '/';
        return take_until(is_self_closing ? end - 1 : end, 0);
    }

    /// Whether the quote at `end` closes the value at hand. If the closing quote was forgotten, it
    /// is the opening one of a later tag: a tag ends before it, and no space follows.
    bool is_closing_quote(std::size_t end) const {
        const char after = end + 1 < xml_.size() ? xml_[end + 1] : '>';
        if (is_space(after) || after == '>' || after == '/') return true;
        return xml_.substr(at_, end - at_).find('>') == npos;
    }

    std::string_view take_until(std::size_t end, std::size_t skipped) {
        const std::string_view taken = xml_.substr(at_, end - at_);
        at_ = end + skipped;
        return taken;
    }

    std::string_view xml_;
    std::size_t at_ = 0;
    std::string out_;
    std::string decoded_;           // kept for its memory
    bool is_finished_ = false;      // the root is closed
    bool was_root_closed_ = false;  // but entries come behind its end tag
    std::size_t documents_ = 0;     // open elements that hold a whole document
    std::size_t next_entry_ = 0;    // none begins between at_ and here
    struct Open {
        std::string_view name;
        bool holds_document = false;
    };
    std::vector<Open> open_;
    std::map<std::string, std::size_t> count_;  // of open elements, names in lower case; no buckets
    std::vector<Attribute> attributes_;         // of the tag at hand
    Terminator tag_end_{">"}, instruction_end_{"?>"}, comment_end_{"-->"}, section_end_{"]]>"},
        subset_end_{"]"}, double_quote_{"\""}, single_quote_{"'"};
    Warnings warnings_;
};

}  // namespace

Repaired repair_xml(std::string_view xml) {
    return Repairer(xml).repair();
}

}  // namespace tributary::feed
