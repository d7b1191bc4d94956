#include "config/secrets.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <expected>
#include <string>
#include <utility>

#include "base/descriptor.h"
#include "base/text.h"
#include "base/url.h"
#include "config/apply_members.h"

namespace tributary::config {
namespace {

using Text = std::expected<std::string, std::string>;  // or why not

constexpr std::size_t longest_secret = 16 << 10;

/// Why the file is no place for a secret; empty if it is one. A group may read it: that of the
/// service, where root owns it.
std::string exposure(const struct stat& status) {
    if (!S_ISREG(status.st_mode)) return "is not a regular file";
    if (status.st_uid != 0 && status.st_uid != ::geteuid()) return "belongs to another user";
    if ((status.st_mode & 027) != 0) return "can be read or changed by others; chmod 640";
    return {};
}

/// At most one byte more than a secret may have; nothing (and errno) on an error.
std::optional<std::string> read_beginning(const Descriptor& file) {
    std::string text(longest_secret + 1, '\0');
    std::size_t size = 0;
    while (size < text.size()) {
        const auto count = ::read(file.number(), text.data() + size, text.size() - size);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return std::nullopt;
        if (count == 0) break;
        size += static_cast<std::size_t>(count);
    }
    text.resize(size);
    return text;
}

/// An editor's or echo's last line break is not meant.
Text without_line_break(std::string text) {
    if (text.ends_with('\n')) text.pop_back();
    if (text.ends_with('\r')) text.pop_back();
    if (text.empty()) return std::unexpected("is empty");
    if (text.size() > longest_secret) return std::unexpected("is larger than 16 KiB");
    if (!any_text.accepts(text)) return std::unexpected("holds more than one line of text");
    return text;
}

Text secret_in_file(const std::string& path) {
    const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)};
    struct stat status{};
    if (!file.is_open() || ::fstat(file.number(), &status) != 0) {
        return std::unexpected(cannot_read(path, errno));
    }
    if (const auto why = exposure(status); !why.empty()) return std::unexpected(path + " " + why);
    auto text = read_beginning(file);
    if (!text) return std::unexpected(cannot_read(path, errno));
    auto secret = without_line_break(std::move(*text));
    if (!secret) return std::unexpected(path + " " + secret.error());
    return secret;
}

bool is_credential_name(std::string_view name) {
    const auto is_plain = [](char c) { return c != '/' && static_cast<unsigned char>(c) > ' '; };
    return !name.empty() && name.size() <= 255 && !name.starts_with('.') &&
           std::ranges::all_of(name, is_plain);
}

/// systemd.exec(5), LoadCredential=.
Text secret_in_credential(const std::string& name) {
    const char* directory = std::getenv("CREDENTIALS_DIRECTORY");
    if (directory == nullptr || *directory != '/') {
        return std::unexpected("no credential \"" + name +
                               "\": systemd hands over none to this process");
    }
    return secret_in_file(std::string{directory} + "/" + name);
}

void take(Secret& secret, Text text) {
    if (text) {
        secret.value = std::move(*text);
    } else {
        secret.problem = text.error();
    }
}

/// A secret that is kept elsewhere, but not read yet; nothing if `table` says no such place.
std::optional<Secret> place_of(const Node::Table& table, const Reading& reading) {
    if (table.size() != 1) return std::nullopt;
    const auto& [key, line, column, value] = table.front();
    const auto* text = value.get<std::string>();
    Secret secret;
    if (text != nullptr && key == "file" && file_path.accepts(*text)) {
        secret.file = beside(reading.file, *text);
    } else if (text != nullptr && key == "credential" && is_credential_name(*text)) {
        secret.credential = *text;
    } else {
        return std::nullopt;
    }
    return secret;
}

void redact(Secret& secret) {
    const bool stands_here = secret.file.empty() && secret.credential.empty();
    if (stands_here && !secret.value.empty()) secret.value = "***";
}

// One table of user and password, or of a token.
class AuthReader {
  public:
    AuthReader(std::string_view label, const Rule& rule, const Reading& reading)
        : label_(label), rule_(rule), reading_(reading) {}

    std::optional<Auth> read(const Node& node) {
        const auto errors = reading_.problems.errors.size();
        const auto* table = node.get<Node::Table>();
        if (table != nullptr) std::ranges::for_each(*table, [&](const auto& m) { take(m); });
        if (reading_.problems.errors.size() != errors) return std::nullopt;
        if (has_user_ && password_ && !token_) {
            return Auth{Auth::Scheme::basic, std::move(user_), std::move(*password_)};
        }
        if (token_ && !password_ && !has_user_) {
            return Auth{Auth::Scheme::bearer, {}, std::move(*token_)};
        }
        const std::string basic = R"({ user = "me", password = { file = "password" } })";
        reading_.problems.error(reading_.at(node),
                                label_ + ": expected " + basic +
                                    (rule_.bearer ? R"( or { token = { file = "token" } })" : ""));
        return std::nullopt;
    }

  private:
    void take(const Member& member) {
        static constexpr std::array<std::string_view, 3> names{"user", "password", "token"};
        const auto known = std::span{names}.first(rule_.bearer ? 3 : 2);
        if (std::ranges::find(known, member.key) == known.end()) {
            reading_.problems.error(reading_.at(member), "unknown key " + toml_string(member.key) +
                                                             " in " + label_ +
                                                             did_you_mean(member.key, known));
        } else if (member.key == "user") {
            take_user(member.value);
        } else {
            auto& secret = member.key == "password" ? password_ : token_;
            secret = read_secret(member.value, label_ + "." + member.key, true, reading_);
        }
    }

    void take_user(const Node& node) {
        const auto* text = node.get<std::string>();
        has_user_ = true;
        if (text == nullptr || !any_text.accepts(*text) || text->contains(':')) {  // RFC 7617 2
            reading_.problems.error(reading_.at(node),
                                    label_ + ".user: expected text without a colon");
        } else {
            user_ = *text;
        }
    }

    std::string label_;
    const Rule& rule_;
    const Reading& reading_;
    bool has_user_ = false;
    std::string user_;
    std::optional<Secret> password_, token_;
};

}  // namespace

std::optional<Secret> read_secret(const Node& node, std::string_view label, bool is_sensitive,
                                  const Reading& reading) {
    Secret secret;
    const std::string name{label};
    if (const auto* text = node.get<std::string>(); text != nullptr && any_text.accepts(*text)) {
        secret.value = *text;
        if (is_sensitive) {
            reading.problems.warn(reading.at(node), name +
                                                        R"( stands in the configuration itself; )"
                                                        R"(better { file = "..." })");
        }
        return secret;
    }
    const auto* table = node.get<Node::Table>();
    auto place = table != nullptr ? place_of(*table, reading) : std::nullopt;
    if (!place) {
        reading.problems.error(reading.at(node), name + R"(: expected { file = "PATH" }, )"
                                                        R"({ credential = "NAME" } or text)");
        return std::nullopt;
    }
    take(*place, place->file.empty() ? secret_in_credential(place->credential)
                                     : secret_in_file(place->file));
    if (!place->problem.empty()) {
        reading.problems.warn(reading.at(node), name + ": " + place->problem);
    }
    return place;
}

std::optional<Auth> read_auth(const Node& node, std::string_view label, const Rule& rule,
                              const Reading& reading) {
    return AuthReader{label, rule, reading}.read(node);
}

bool is_sensitive_header(std::string_view name) {
    constexpr std::string_view words[] = {"auth",   "cookie",  "credential", "key",  "passw",
                                          "secret", "session", "signature",  "token"};
    const auto lower = to_lower(name);
    return std::ranges::any_of(words, [&](std::string_view word) { return lower.contains(word); });
}

void redact(Config& config) {
    redact(config.poll.proxy_auth.secret);
    for (auto& source : config.sources) {
        source.url = redacted_url(source.url);
        redact(source.auth.secret);
        redact(source.proxy_auth.secret);
        for (auto& [name, value] : source.headers) {
            if (is_sensitive_header(name)) redact(value);
        }
    }
}

}  // namespace tributary::config
