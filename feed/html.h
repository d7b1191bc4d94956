#pragma once
// What we need of HTML beside sanitizing: entities, its plain text, its title.

#include <string>
#include <string_view>

namespace tributary::feed {

/// The text of `html` on one line: tags dropped (blocks and br become spaces), entities decoded,
/// script and style left out, white space collapsed.
std::string text_of_html(std::string_view html);

/// Character references decoded (named ones of HTML5, decimal, hexadecimal; windows-1252 mending).
std::string decode_entities(std::string_view text);

/// The code points (UTF-8) of a named character reference without & and ;, e.g. "nbsp". Empty if
/// unknown.
std::string_view named_entity(std::string_view name);

/// Appends `text` with & < > " escaped; right for HTML and XML, text and attribute values alike.
void append_escaped(std::string& out, std::string_view text);
std::string escaped(std::string_view text);

/// Whether the bytes look like an HTML page (after white space, comments and a doctype).
bool looks_like_html(std::string_view bytes);

/// The page's <title>, for telling a person what came instead of a feed.
std::string html_title(std::string_view html);

}  // namespace tributary::feed
