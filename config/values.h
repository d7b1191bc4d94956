#pragma once
// The values that options take: durations and sizes with their units, and the kinds of text.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace tributary::config {

/// "15m", "24h", "7d", "250ms": one unit, the largest that is exact (days from three on), as it is
/// written in a configuration.
std::string write_span(Duration duration);

/// Bytes of "512B", "256KiB", "10MiB", "1GiB". Nothing without a unit, with another one, or if it
/// does not fit.
std::optional<std::int64_t> read_size(std::string_view text);

/// "256KiB": the largest unit that is exact.
std::string write_size(std::int64_t bytes);

/// A kind of text: what it is called in errors, an example, and which text is of that kind.
struct TextKind {
    std::string_view name, example;
    bool (*accepts)(std::string_view text);
};

/// Any text without control characters.
extern const TextKind any_text;
/// An absolute http or https URL with a host.
extern const TextKind web_url;
/// What may be the URL of a source; whether it is one depends on [poll] allow_files.
extern const TextKind source_url;
/// 1 to 64 of a-z, 0-9 and "-": the name of a source or a feed, or a tag.
extern const TextKind name_text;
/// "127.0.0.1:8080", "[::1]:8080", "unix:/run/x.sock", "fd:http".
extern const TextKind listen_address;
/// An address or CIDR with an optional port, as fetcher::AddressRange reads it.
extern const TextKind address_range;
/// "feeds.example.org".
extern const TextKind host_name;
/// A path; a relative one is resolved against the folder of the file that says it.
extern const TextKind file_path;
/// "http://127.0.0.1:3128", "https://proxy.example:443", "socks5h://[::1]:9050": without a
/// password.
extern const TextKind proxy_url;
/// The same, or "direct".
extern const TextKind proxy_or_direct;
/// One of a few words.
extern const TextKind content_choice, dedup_choice, log_level_choice, log_format_choice,
    http_version_choice;

/// The name or tag that `text` becomes: lower case, everything else but a-z and 0-9 a single "-",
/// at most 64 bytes. Empty if nothing is left.
std::string slug(std::string_view text);

}  // namespace tributary::config
