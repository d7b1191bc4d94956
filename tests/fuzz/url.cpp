// Any text as a base (the first line) and a reference to resolve against it (the rest).

#include "base/url.h"
#include "base/text.h"
#include "target.h"

#include <algorithm>
#include <string>

namespace tributary {
namespace {

using fuzz::require;

bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}

void check_parts(const Url& url) {
    require(!url.scheme.empty() && std::ranges::none_of(url.scheme, is_upper), "a scheme, folded");
    require(is_ascii(url.host) && std::ranges::none_of(url.host, is_upper), "a host is ASCII");
    require(!url.is_http() || !url.host.empty(), "an http URL has a host");
    require(!url.is_http() || url.path.starts_with('/'), "an http URL has a path");
    require(url.effective_port() >= 0 && url.effective_port() <= 65535, "a port is a port");
    const std::string sent = url.request_url();
    require(std::ranges::none_of(sent, is_space), "no white space goes on the wire");
    require(sent.find('#') == std::string::npos, "no fragment goes on the wire");
}

void check_absolute(std::string_view text) {
    const auto url = Url::parse(text);
    if (!url) return;
    check_parts(*url);
    require(Url::parse(url->str()) == url, "a URL that was printed reads as the same");
    const std::string canonical = canonical_url(text);
    require(canonical_url(canonical) == canonical, "a canonical URL is its own canonical form");
    const std::string redacted = redacted_url(text);
    require(redacted_url(redacted) == redacted, "a redacted URL hides nothing more");
}

void check_resolving(std::string_view base, std::string_view reference) {
    const std::string resolved = resolve_url(base, reference);
    if (!Url::parse(resolved)) return;
    require(resolve_url(base, resolved) == resolved, "a resolved URL needs no resolving");
    check_absolute(resolved);
}

}  // namespace
}  // namespace tributary

void tributary::fuzz::check(std::string_view input) {
    const auto [base, reference] = halves(input);
    check_absolute(base);
    check_absolute(reference);
    check_resolving(base, reference);
    check_resolving("https://example.org/a/b?c#d", reference);
}
