#include "feed/people.h"

#include "base/text.h"
#include "feed/lines.h"

#include <algorithm>

namespace tributary::feed {
namespace {

constexpr std::string_view separators = " \t\r\n<>()[],;\"";

bool is_mail_address(std::string_view word) {
    const std::size_t at = word.find('@');
    return at != std::string_view::npos && at > 0 && at + 1 < word.size() &&
           word.find('@', at + 1) == std::string_view::npos &&
           word.find('/') == std::string_view::npos;
}

std::string_view without_mailto(std::string_view word) {
    constexpr std::string_view scheme = "mailto:";
    if (starts_with_ignoring_case(word, scheme)) word.remove_prefix(scheme.size());
    return word.substr(0, word.find('?'));
}

struct Word {
    std::size_t begin = 0, end = 0;
};

/// The first word of `text` that is a mail address; an empty one if none is.
Word find_mail(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t begin = std::min(text.find_first_not_of(separators, at), text.size());
        const std::size_t end = std::min(text.find_first_of(separators, begin), text.size());
        if (is_mail_address(without_mailto(text.substr(begin, end - begin)))) return {begin, end};
        at = end;
    }
    return {};
}

/// A name without what stood around the address: empty brackets, one pair around the whole, quotes.
std::string tidy_name(std::string name) {
    for (const std::string_view empty : {"()", "<>", "[]", "( )", "< >", "<mailto:>", "(mailto:)"})
        for (std::size_t at = name.find(empty); at != std::string::npos; at = name.find(empty))
            name.erase(at, empty.size());
    std::string_view rest = trim(name);
    const auto is_pair = [&](char open, char close) {
        return rest.size() >= 2 && rest.front() == open && rest.back() == close &&
               rest.find(open, 1) == std::string_view::npos;
    };
    while (is_pair('(', ')') || is_pair('<', '>') ||
           (rest.size() >= 2 && rest.front() == '"' && rest.back() == '"'))
        rest = trim(rest.substr(1, rest.size() - 2));
    while (!rest.empty() && (rest.back() == ',' || rest.back() == ';')) rest.remove_suffix(1);
    return collapse(rest);
}

}  // namespace

Person person_of_text(std::string_view text) {
    constexpr std::size_t longest = 4096;
    Person person;
    std::string line = one_line(truncate_utf8(text, longest));
    if (line.find('@') == std::string::npos) {
        person.name = std::move(line);
        return person;
    }
    const Word mail = find_mail(line);
    if (mail.end == 0) {
        person.name = std::move(line);
        return person;
    }
    person.email = without_mailto(std::string_view(line).substr(mail.begin, mail.end - mail.begin));
    person.name = tidy_name(line.erase(mail.begin, mail.end - mail.begin));
    return person;
}

Person person_of_element(const xml::Element& element) {
    if (!element.has_elements()) return person_of_text(element.line());
    Person person;
    for (const xml::Element& child : xml::children(element)) {
        const std::string_view name = child.name();
        if (equals_ignoring_case(name, "name") && person.name.empty())
            person.name = child.deep_line();
        if (equals_ignoring_case(name, "email") && person.email.empty())
            person.email = without_mailto(child.line());
        const bool is_uri = equals_ignoring_case(name, "uri") ||
                            equals_ignoring_case(name, "url") ||
                            equals_ignoring_case(name, "homepage");
        if (is_uri && person.uri.empty()) person.uri = child.resolved(child.line());
    }
    if (person == Person{}) person = person_of_text(element.content_line());
    return person;
}

}  // namespace tributary::feed
