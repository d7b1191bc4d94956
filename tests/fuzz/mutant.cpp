#include "mutant.h"

#include <algorithm>
#include <array>
#include <random>
#include <string_view>

namespace tributary::fuzz {
namespace {

using namespace std::literals;

constexpr std::size_t most_bytes = 4u << 20;  // of a mutant

constexpr std::array pieces = {"<item>"sv,
                               "</item>"sv,
                               "<entry>"sv,
                               "</entry>"sv,
                               "<channel>"sv,
                               "</channel>"sv,
                               "<rss>"sv,
                               "</rss>"sv,
                               "<feed xmlns='http://www.w3.org/2005/Atom'>"sv,
                               "<title>"sv,
                               "<title/>"sv,
                               "<x:y>"sv,
                               "</x:y>"sv,
                               "<media:group>"sv,
                               "<"sv,
                               ">"sv,
                               "</"sv,
                               "/>"sv,
                               "< >"sv,
                               "<?"sv,
                               "?>"sv,
                               "<!--"sv,
                               "-->"sv,
                               "<![CDATA["sv,
                               "]]>"sv,
                               "<!DOCTYPE a ["sv,
                               "<!ENTITY a '&b;&b;'>"sv,
                               "]>"sv,
                               "&"sv,
                               "&a;"sv,
                               "&amp;amp;"sv,
                               "&#0;"sv,
                               "&#xD800;"sv,
                               "&#99999999999;"sv,
                               "&nbsp"sv,
                               "&hellip;"sv,
                               "&lt;script&gt;"sv,
                               " a='"sv,
                               " a=b"sv,
                               " xmlns='"sv,
                               " xmlns:media=''"sv,
                               " xml:base='http://['"sv,
                               " xml:base='../'"sv,
                               " xml:lang='"sv,
                               " type='xhtml'"sv,
                               " type='html'"sv,
                               " mode='base64'"sv,
                               " href='//'"sv,
                               "'"sv,
                               "\""sv,
                               "="sv,
                               "\0"sv,
                               "\x01"sv,
                               "\x1B$B"sv,
                               "\x7F"sv,
                               "\xFF\xFE"sv,
                               "\xFE\xFF"sv,
                               "\xEF\xBB\xBF"sv,
                               "\xC0\x80"sv,
                               "\xED\xA0\x80"sv,
                               "\xF4\x90\x80\x80"sv,
                               "\xE2\x80\xAE"sv,
                               "\xEF\xBF\xBF"sv,
                               "{"sv,
                               "}"sv,
                               "["sv,
                               "]"sv,
                               ","sv,
                               ":"sv,
                               "\\u0000"sv,
                               "\\ud800"sv,
                               "\\"sv,
                               "null"sv,
                               "{\"items\":["sv,
                               "\"id\":"sv};
constexpr std::array numbers = {"0"sv,
                                "-1"sv,
                                "2147483648"sv,
                                "18446744073709551616"sv,
                                "-9223372036854775809"sv,
                                "1e400"sv,
                                "0.00000000000000000000000000001"sv,
                                "99999999999999999999999999999999999999999999999999"sv};
constexpr std::array encodings = {"utf-8"sv,     "utf-16"sv,       "utf-32"sv,     "us-ascii"sv,
                                  "shift_jis"sv, "iso-8859-1"sv,   "utf-7"sv,      "iso-2022-jp"sv,
                                  "gb18030"sv,   "windows-1252"sv, "no-such-one"sv};
/// What nests: start and, if it is closed at all, end.
struct Nest {
    std::string_view open, close;
};
constexpr std::array nests = {Nest{"<a>", "</a>"},
                              Nest{"<item>", "</item>"},
                              Nest{"<div xml:base='a/'>", "</div>"},
                              Nest{"<x:a xmlns:x='u'>", "</x:a>"},
                              Nest{"&lt;b&gt;", "&lt;/b&gt;"},
                              Nest{"[", "]"},
                              Nest{"{\"a\":", "}"},
                              Nest{"<![CDATA[", "]]>"},
                              Nest{"<!--", "-->"}};

using Random = std::mt19937_64;

std::size_t below(Random& random, std::size_t bound) {
    return bound == 0 ? 0 : static_cast<std::size_t>(random() % bound);
}

template <typename List>
const auto& one_of(Random& random, const List& list) {
    return list[below(random, list.size())];
}

std::string repeated(std::string_view text, std::size_t times) {
    std::string out;
    out.reserve(text.size() * times);
    for (; times > 0; --times) out += text;
    return out;
}

/// Mostly few, now and then very many.
std::size_t count(Random& random) {
    return 1 + below(random, random() % 8 == 0 ? 20'000 : 20);
}

void flip_bytes(std::string& text, Random& random) {
    if (text.empty()) return;
    for (std::size_t left = 1 + below(random, 16); left > 0; --left)
        text[below(random, text.size())] = static_cast<char>(random());
}

void cut_off(std::string& text, Random& random) {
    text.resize(below(random, text.size() + 1));
}

void take_out(std::string& text, Random& random) {
    const std::size_t at = below(random, text.size() + 1);
    text.erase(at, below(random, 200));
}

void repeat_part(std::string& text, Random& random) {
    const std::size_t at = below(random, text.size() + 1);
    const std::string part = text.substr(at, 1 + below(random, 100));
    text.insert(at, repeated(part, count(random)));
}

void put_piece(std::string& text, Random& random) {
    const std::string_view piece = one_of(random, pieces);
    const std::size_t times = random() % 16 == 0 ? count(random) : 1;
    text.insert(below(random, text.size() + 1), repeated(piece, times));
}

/// Pieces do more harm where markup is.
void put_piece_at_tag(std::string& text, Random& random) {
    const std::size_t tag = text.find_first_of("<>\"&", below(random, text.size() + 1));
    text.insert(std::min(tag, text.size()), one_of(random, pieces));
}

void change_number(std::string& text, Random& random) {
    const std::size_t start = text.find_first_of("0123456789", below(random, text.size() + 1));
    if (start == std::string::npos) return;
    const std::size_t end = std::min(text.find_first_not_of("0123456789", start), text.size());
    const std::string_view number = one_of(random, numbers);
    text.replace(start, end - start, random() % 8 == 0 ? repeated("9", count(random)) : number);
}

void nest(std::string& text, Random& random) {
    const auto [open, close] = one_of(random, nests);
    const std::size_t depth = count(random);
    const std::size_t from = below(random, text.size() + 1);
    const std::size_t to = from + below(random, text.size() - from + 1);
    if (random() % 2 == 0) text.insert(to, repeated(close, depth));
    text.insert(from, repeated(open, depth));
}

void add_attributes(std::string& text, Random& random) {
    const std::size_t tag_end = text.find('>', below(random, text.size() + 1));
    if (tag_end == std::string::npos) return;
    std::string attributes;
    for (std::size_t number = count(random); number > 0; --number)
        attributes += (random() % 4 == 0 ? " xmlns:n" : " n") + std::to_string(number) + "='v'";
    text.insert(tag_end, attributes);
}

void declare_encoding(std::string& text, Random& random) {
    const std::string_view label = one_of(random, encodings);
    text = "<?xml version=\"1.0\" encoding=\"" + std::string(label) + "\"?>" + text;
}

/// As if each byte were a character of UTF-16 or UTF-32.
void widen(std::string& text, Random& random) {
    const std::size_t width = random() % 4 == 0 ? 4 : 2;
    const std::size_t place = random() % 2 == 0 ? 0 : width - 1;
    std::string wide(text.size() * width, '\0');
    for (std::size_t i = 0; i < text.size(); ++i) wide[i * width + place] = text[i];
    text = std::move(wide);
}

using Change = void (*)(std::string&, Random&);
constexpr std::array<Change, 15> changes = {
    flip_bytes,       flip_bytes,    cut_off,        take_out, repeat_part,
    put_piece,        put_piece,     put_piece,      nest,     put_piece_at_tag,
    put_piece_at_tag, change_number, add_attributes, widen,    declare_encoding};

}  // namespace

std::string mutant(const std::vector<std::string>& originals, std::uint64_t seed,
                   std::uint64_t index) {
    std::seed_seq numbers_of_both{seed, index};
    Random random(numbers_of_both);
    std::string text = one_of(random, originals);
    for (std::size_t left = 1 + below(random, 6); left > 0; --left) {
        if (random() % 8 == 0) {  // two documents grown together
            const std::string& other = one_of(random, originals);
            text.insert(below(random, text.size() + 1), other, below(random, other.size() + 1));
        } else {
            one_of(random, changes)(text, random);
        }
        if (text.size() > most_bytes) text.resize(most_bytes);
    }
    return text;
}

}  // namespace tributary::fuzz
