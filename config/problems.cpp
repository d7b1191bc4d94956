#include "config/problems.h"

#include "base/text.h"
#include "config/toml.h"

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace tributary::config {
namespace {

// A key is short; what is longer is no misspelling of one.
constexpr std::size_t longest_word = 64;

// Optimal string alignment over the last two rows of the table.
std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::array<std::array<std::size_t, longest_word + 1>, 3> rows{};
    for (std::size_t j = 0; j <= b.size(); ++j) rows[0][j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        auto& row = rows[i % 3];
        const auto& above = rows[(i + 2) % 3];
        const auto& two_above = rows[(i + 1) % 3];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = std::min({above[j] + 1, row[j - 1] + 1, replaced});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[j] = std::min(row[j], two_above[j - 2] + 1);
            }
        }
    }
    return rows[a.size() % 3][b.size()];
}

std::string user_name(uid_t user) {
    const passwd* entry = ::getpwuid(user);
    return entry != nullptr ? entry->pw_name : std::to_string(user);
}

std::string octal_mode(mode_t mode) {
    std::string text = "0000";
    for (std::size_t i = 4; i-- > 0; mode >>= 3) text[i] = static_cast<char>('0' + (mode & 7));
    return text;
}

}  // namespace

std::string Place::str() const {
    if (line == 0) return file;
    return file + ":" + std::to_string(line) + ":" + std::to_string(column);
}

std::string Problem::str() const {
    return place.str() + ": " + text;
}

void Problems::error(Place place, std::string_view text) {
    errors.push_back({std::move(place), "error: " + printable(text)});
}

void Problems::warn(Place place, std::string_view text) {
    warnings.push_back({std::move(place), "warning: " + printable(text)});
}

std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates) {
    if (word.empty() || word.size() > longest_word) return {};
    std::string_view best;
    std::size_t least = std::max<std::size_t>(1, word.size() / 3) + 1;
    for (const auto candidate : candidates) {
        if (candidate.size() > longest_word) continue;
        const auto distance = edit_distance(to_lower(word), to_lower(candidate));
        if (distance < least) {
            least = distance;
            best = candidate;
        }
    }
    return best;
}

std::string did_you_mean(std::string_view word, std::span<const std::string_view> candidates) {
    const auto near = nearest(word, candidates);
    return near.empty() ? "" : "; did you mean " + toml_string(near) + "?";
}

std::string cannot_read(const std::string& file, int error) {
    std::string text = "cannot read " + file + ": " + std::strerror(error) + " (";
    struct stat status{};
    if (::stat(file.c_str(), &status) == 0) {
        text += "owner " + user_name(status.st_uid) + ", mode " +
                octal_mode(status.st_mode & 07777) + ", ";
    }
    return text + "running as " + user_name(::geteuid()) + ")";
}

}  // namespace tributary::config
