#pragma once

#include <string>
#include <string_view>

namespace tributary::store {

/// The address of a source under /source/: lower-case ASCII letters, digits and single hyphens,
/// 1-64 bytes. From its name if it has one, else from host and path of its URL, without the words
/// that every feed has there: "https://www.alpha.example/news/feed.xml" gives "alpha-example-news".
std::string slug_of(std::string_view name, std::string_view url);

}  // namespace tributary::store
