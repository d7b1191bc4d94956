#include "config/options.h"

#include "config/toml.h"

#include <array>
#include <chrono>

namespace tributary::config {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

constexpr std::int64_t KiB = 1 << 10, MiB = 1 << 20;

/// The slot at the end of a path of members, e.g. at<Config, &Config::poll, &Poll::timeout>.
template <typename Owner, auto... path>
Slot at(Owner& owner) {
    return &(owner.*....*path);
}

template <auto member>
constexpr auto top = &at<Config, member>;
template <auto member>
constexpr auto server = &at<Config, &Config::server, member>;
template <auto member>
constexpr auto poll = &at<Config, &Config::poll, member>;
template <auto member>
constexpr auto store = &at<Config, &Config::store, member>;
template <auto member>
constexpr auto output = &at<Config, &Config::output, member>;
template <auto member>
constexpr auto websub = &at<Config, &Config::websub, member>;
template <auto member>
constexpr auto logging = &at<Config, &Config::log, member>;
template <auto member>
constexpr auto source = &at<Subscription, member>;
template <auto member>
constexpr auto feed = &at<MergedFeed, member>;

Slot private_networks(Config& config) {
    return PrivateNetworks{&config.poll.allow_private_all, &config.poll.allow_private_networks};
}

template <typename Owner>
Slot read_elsewhere(Owner&) {
    return ReadElsewhere{};
}

constexpr Rule between(Duration lowest, Duration highest) {
    return {.lowest = lowest.count(), .highest = highest.count()};
}
constexpr Rule between(std::int64_t lowest, std::int64_t highest) {
    return {.lowest = lowest, .highest = highest};
}
constexpr Rule or_auto(Rule rule) {
    rule.automatic = true;
    return rule;
}
constexpr Rule of(const TextKind& kind) {
    return {.text = &kind};
}
constexpr Rule repeating{.repeats = true};
constexpr Rule or_bearer{.bearer = true};
constexpr Rule free{};

constexpr std::array config_rows = std::to_array<Option<Config>>({
    {"", "title", top<&Config::title>, free, "Title of the main feed."},
    {"", "description", top<&Config::description>, free, "Subtitle of the main feed."},
    {"", "language", top<&Config::language>, free, "Language of the main feed (BCP 47)."},
    {"", "base_url", top<&Config::base_url>, of(web_url),
     "Where readers reach this server; goes into self links. "
     "Without it: http:// and the first listen address."},
    {"", "sources", read_elsewhere<Config>, of(source_url), "Feeds to read: a list of URLs."},
    {"", "include", read_elsewhere<Config>, of(file_path),
     "More files, relative to this one: *.toml, *.opml, or newsboat urls-files."},

    {"server", "listen", server<&Server::listen>, of(listen_address),
     "Addresses to serve on: HOST:PORT, unix:PATH, or fd:NAME of a systemd socket."},
    {"server", "max_connections", server<&Server::max_connections>, between(16, 65'535),
     "Connections open at once."},
    {"server", "request_timeout", server<&Server::request_timeout>, between(1s, 5min),
     "A request must have come whole after this long."},

    {"poll", "interval", poll<&Poll::interval>, or_auto(between(5min, days{7})),
     "Time between polls of a source; \"auto\" learns when it publishes, and keeps to what it asks "
     "for."},
    {"poll", "min_interval", poll<&Poll::min_interval>, between(1min, days{7}),
     "No source is polled more often."},
    {"poll", "max_interval", poll<&Poll::max_interval>, between(1min, days{7}),
     "No source is polled less often, unless its host forbids it."},
    {"poll", "concurrency", poll<&Poll::concurrency>, between(1, 2048), "Requests in flight."},
    {"poll", "host_in_flight", poll<&Poll::host_in_flight>, between(1, 16),
     "Requests in flight to one host."},
    {"poll", "host_spacing", poll<&Poll::host_spacing>, between(0s, 1h),
     "Time between the starts of two requests to one host."},
    {"poll", "timeout", poll<&Poll::timeout>, between(1s, 5min), "Longest time for one request."},
    {"poll", "connect_timeout", poll<&Poll::connect_timeout>, between(1s, 1min),
     "Longest time for name lookup, connection and TLS."},
    {"poll", "max_size", poll<&Poll::max_size>, between(64 * KiB, 256 * MiB),
     "Largest document, before and after decompression."},
    {"poll", "max_redirects", poll<&Poll::max_redirects>, between(0, 20),
     "Redirects followed in one poll."},
    {"poll", "retry_after_cap", poll<&Poll::retry_after_cap>, between(1min, days{30}),
     "A Retry-After beyond this counts as this."},
    {"poll", "pause_source_only", poll<&Poll::pause_source_only>, of(host_name),
     "Hosts on which \"too many requests\" (429) pauses the source that was told so, and not all "
     "of "
     "them: for one that serves many publishers. The domain counts, as in example.org of "
     "feeds.example.org."},
    {"poll", "redirect_sightings", poll<&Poll::redirect_sightings>, between(1, 100),
     "A permanent redirect is learned after it was seen this often ..."},
    {"poll", "redirect_span", poll<&Poll::redirect_span>, between(0s, days{90}),
     "... over at least this time."},
    {"poll", "gone_confirm", poll<&Poll::gone_confirm>, between(1min, days{7}),
     "Time from a 410 (gone) to the one request that confirms it."},
    {"poll", "budget", poll<&Poll::budget>, or_auto(between(1, 1'000'000)),
     "Requests an hour, all sources together, as far as the publishers' rules leave room; "
     "\"auto\": "
     "half a request for each source, 12 a day."},
    {"poll", "user_agent", poll<&Poll::user_agent>, free,
     "User-Agent of requests. Without it: Tributary/VERSION and the contact."},
    {"poll", "contact", poll<&Poll::contact>, free,
     "URL or mail address that publishers may turn to; part of the User-Agent."},
    {"poll", "proxy", poll<&Poll::proxy>, of(proxy_url),
     "Through which proxy sources are asked. What lies behind it is up to it: addresses are judged "
     "only where there is no proxy. Variables such as https_proxy have no effect."},
    {"poll", "proxy_auth", poll<&Poll::proxy_auth>, free, "Who asks, for the proxy."},
    {"poll", "http_version", poll<&Poll::http_version>, of(http_version_choice),
     "\"auto\" takes HTTP/2 where TLS offers it; \"2\" also speaks it where there is no TLS."},
    {"poll", "allow_private_networks", private_networks, of(address_range),
     "Whether sources may lie in private networks: true, false, or a list of addresses or CIDR "
     "with an optional port, e.g. [\"10.0.0.0/8:443\"]."},
    {"poll", "allow_files", poll<&Poll::allow_files>, free,
     "Whether a source may be a file: URL, or the path of a file beside this one."},
    {"poll", "allow_exec", poll<&Poll::allow_exec>, free,
     "Whether a source may be a program, with `command`."},

    {"store", "path", store<&StoreOptions::path>, of(file_path),
     "Directory of the database. Without it: the state directory."},

    {"output", "items", output<&Output::items>, between(1, 1000), "Entries in a merged feed."},
    {"output", "keep_at_least", output<&Output::keep_at_least>, between(0s, days{30}),
     "An entry stays in its feeds at least this long, beyond `items` if need be."},
    {"output", "backfill", output<&Output::backfill>, between(0, 1000),
     "Entries of a new source that enter the merged feeds at its first poll."},
    {"output", "content", output<&Output::content>, of(content_choice),
     "How much of an entry is published."},
    {"output", "max_content", output<&Output::max_content>, between(1 * KiB, 16 * MiB),
     "Largest content of one entry."},
    {"output", "strip_trackers", output<&Output::strip_trackers>, free,
     "Whether tracking pixels are left out."},
    {"output", "max_age", output<&Output::max_age>, between(0s, days{1}),
     "For how long readers may keep a feed without asking (Cache-Control)."},
    {"output", "directory", output<&Output::directory>, of(file_path),
     "Directory into which each feed is also written, for another web server."},
    {"output", "hub", output<&Output::hub>, of(web_url), "WebSub hubs named in the feeds."},

    {"websub", "callback_base", websub<&WebSub::callback_base>, of(web_url),
     "Where hubs reach this server; without it no hub is asked for pushes."},

    {"dedup", "across_sources", top<&Config::dedup_across>, of(dedup_choice),
     "When entries of two sources are shown as one: \"id\" if both have the same id, \"link\" also "
     "if "
     "they have the same link, \"off\" never."},

    {"log", "level", logging<&Log::level>, of(log_level_choice), "How much is logged."},
    {"log", "format", logging<&Log::format>, of(log_format_choice),
     "\"auto\" is text, with priorities under journald."},

    {"testing", "fast_clock", top<&Config::fast_clock>, free,
     "For tests only: every duration may be as short as 100ms."},
});

constexpr std::array source_rows = std::to_array<Option<Subscription>>({
    {"[source]", "url", source<&Subscription::url>, of(source_url),
     "Required, unless there is a `command`. The feed's http or https URL; with `allow_files` also "
     "a file: URL or a path."},
    {"[source]", "command", source<&Subscription::command>, repeating,
     "Instead of a URL: a program that writes the feed, and its arguments, e.g. [\"./scrape\", "
     "\"--all\"]. Run without a shell, in /, with PATH and LANG alone. Needs `allow_exec` and a "
     "name."},
    {"[source]", "name", source<&Subscription::name>, of(name_text),
     "Stable name: a source keeps its entries when its URL changes."},
    {"[source]", "title", source<&Subscription::title>, free, "Shown instead of the feed's own."},
    {"[source]", "tags", source<&Subscription::tags>, of(name_text),
     "Each tag has a merged feed: /tag/TAG."},
    {"[source]", "interval", source<&Subscription::interval>, between(5min, days{7}),
     "As [poll] interval, for this source."},
    {"[source]", "timeout", source<&Subscription::timeout>, between(1s, 5min),
     "As [poll] timeout, for this source."},
    {"[source]", "max_size", source<&Subscription::max_size>, between(64 * KiB, 256 * MiB),
     "As [poll] max_size, for this source."},
    {"[source]", "user_agent", source<&Subscription::user_agent>, free,
     "As [poll] user_agent, for this source."},
    {"[source]", "auth", source<&Subscription::auth>, or_bearer,
     "Who asks: a user with a password, or a bearer token. Told to the origin of `url` alone, "
     "never "
     "to one that it redirects to."},
    {"[source]", "headers", source<&Subscription::headers>, free,
     "More request headers, each with text or a secret; for the origin of `url` alone."},
    {"[source]", "proxy", source<&Subscription::proxy>, of(proxy_or_direct),
     "As [poll] proxy, for this source; \"direct\": none."},
    {"[source]", "proxy_auth", source<&Subscription::proxy_auth>, free,
     "As [poll] proxy_auth, for the proxy of this source."},
    {"[source]", "http_version", source<&Subscription::http_version>, of(http_version_choice),
     "As [poll] http_version, for this source."},
    {"[source]", "tls_ca", source<&Subscription::tls_ca>, of(file_path),
     "PEM file of the certificate authorities to trust for this source."},
    {"[source]", "enabled", source<&Subscription::enabled>, free,
     "false: not polled, and its entries leave the feeds; they are kept, and come back when it is "
     "enabled again."},
});

constexpr std::array feed_rows = std::to_array<Option<MergedFeed>>({
    {"[feed]", "name", feed<&MergedFeed::name>, of(name_text), "Required. The feed is /f/NAME."},
    {"[feed]", "title", feed<&MergedFeed::title>, free,
     "Title of this feed. Without it: its name."},
    {"[feed]", "description", feed<&MergedFeed::description>, free, "Subtitle of this feed."},
    {"[feed]", "tags", feed<&MergedFeed::tags>, of(name_text),
     "Entries of sources with any of these tags. Without tags and sources: of all."},
    {"[feed]", "sources", feed<&MergedFeed::sources>, free,
     "Entries of these sources, by name or URL."},
    {"[feed]", "exclude", feed<&MergedFeed::exclude>, free,
     "Tags or sources whose entries are left out."},
    {"[feed]", "items", feed<&MergedFeed::items>, between(1, 1000),
     "As [output] items, for this feed."},
});

struct Show {
    const Rule& rule;

    std::string operator()(ReadElsewhere) const { return ""; }
    std::string operator()(const bool* truth) const { return *truth ? "true" : "false"; }
    std::string operator()(const int* count) const { return std::to_string(*count); }
    std::string operator()(const std::int64_t* bytes) const {
        return toml_string(write_size(*bytes));
    }
    std::string operator()(const Duration* duration) const {
        return toml_string(write_span(*duration));
    }
    std::string operator()(const std::string* text) const {
        return text->empty() ? "" : toml_string(*text);
    }
    std::string operator()(const std::vector<std::string>* texts) const {
        return texts->empty() ? "" : toml_list(*texts);
    }
    std::string operator()(const Headers* headers) const {
        std::string out;
        for (const auto& [name, value] : *headers) {
            out += (out.empty() ? "{ " : ", ") + toml_string(name) + " = " + (*this)(value);
        }
        return out.empty() ? "" : out + " }";
    }
    std::string operator()(const Auth* auth) const {
        const std::string secret = (*this)(auth->secret);
        if (auth->scheme == Auth::Scheme::none) return "";
        if (auth->scheme == Auth::Scheme::bearer) return "{ token = " + secret + " }";
        return "{ user = " + toml_string(auth->user) + ", password = " + secret + " }";
    }
    std::string operator()(const Secret& secret) const {
        if (!secret.file.empty()) return "{ file = " + toml_string(secret.file) + " }";
        if (secret.credential.empty()) return toml_string(secret.value);
        return "{ credential = " + toml_string(secret.credential) + " }";
    }
    std::string operator()(const PrivateNetworks& networks) const {
        return networks.ranges->empty() ? (*this)(networks.all) : (*this)(networks.ranges);
    }
    template <typename T>
    std::string operator()(const std::optional<T>* maybe) const {
        if (*maybe) return (*this)(&**maybe);
        return rule.automatic ? "\"auto\"" : "";
    }
};

struct DescribeType {
    const Rule& rule;

    std::string operator()(ReadElsewhere) const { return "list of text"; }
    std::string operator()(const bool*) const { return "true or false"; }
    std::string operator()(const int*) const { return "whole number"; }
    std::string operator()(const std::int64_t*) const { return "size"; }
    std::string operator()(const Duration*) const { return "duration"; }
    std::string operator()(const std::string*) const { return std::string{rule.text->name}; }
    std::string operator()(const std::vector<std::string>*) const { return "list of text"; }
    std::string operator()(const Headers*) const { return "table of text or secrets"; }
    std::string operator()(const Auth*) const {
        return std::string{"{ user = TEXT, password = SECRET }"} +
               (rule.bearer ? " or { token = SECRET }" : "");
    }
    std::string operator()(const PrivateNetworks&) const { return "true, false or list of text"; }
    template <typename T>
    std::string operator()(const std::optional<T>*) const {
        static const T any{};
        return (*this)(&any) + (rule.automatic ? " or \"auto\"" : "");
    }
};

template <typename T>
bool holds(const Slot& slot) {
    return std::holds_alternative<T*>(slot) || std::holds_alternative<std::optional<T>*>(slot);
}

}  // namespace

template <>
std::span<const Option<Config>> options<Config>() {
    return config_rows;
}
template <>
std::span<const Option<Subscription>> options<Subscription>() {
    return source_rows;
}
template <>
std::span<const Option<MergedFeed>> options<MergedFeed>() {
    return feed_rows;
}

std::string label(std::string_view table, std::string_view name) {
    return table.empty() ? std::string{name} : "[" + std::string{table} + "] " + std::string{name};
}

std::string show(const Slot& slot, const Rule& rule) {
    return std::visit(Show{rule}, slot);
}

std::string describe_type(const Slot& slot, const Rule& rule) {
    return std::visit(DescribeType{rule}, slot);
}

std::string describe_range(const Slot& slot, const Rule& rule) {
    const auto range = [&rule](auto write) {
        return write(rule.lowest) + " to " + write(rule.highest);
    };
    if (holds<int>(slot)) return range([](std::int64_t count) { return std::to_string(count); });
    if (holds<std::int64_t>(slot)) return range(write_size);
    if (holds<Duration>(slot))
        return range([](std::int64_t ms) { return write_span(Duration{ms}); });
    return "";
}

}  // namespace tributary::config
