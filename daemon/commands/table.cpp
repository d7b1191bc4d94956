#include "daemon/commands/table.h"

#include <unistd.h>

#include <algorithm>
#include <iostream>

#include "base/text.h"
#include "base/time.h"

namespace tributary::daemon {

namespace {

/// How many columns the text takes: code points, which is near enough for a table.
std::size_t width(const std::string& text) {
    return static_cast<std::size_t>(std::ranges::count_if(
        text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

}  // namespace

bool is_terminal() {
    return isatty(STDOUT_FILENO) == 1;
}

void print_table(const Row& heads, const std::vector<Row>& rows) {
    const bool aligned = is_terminal();
    std::vector<Row> lines;
    if (aligned) lines.push_back(heads);
    lines.insert(lines.end(), rows.begin(), rows.end());
    std::vector<std::size_t> widths(heads.size(), 0);
    for (auto& line : lines) {
        for (std::size_t i = 0; i < line.size(); ++i) {
            line[i] = printable(line[i]);
            if (i < widths.size()) widths[i] = std::max(widths[i], width(line[i]));
        }
    }
    for (const auto& line : lines) {
        std::string text;
        for (std::size_t i = 0; i < line.size(); ++i) {
            if (i > 0) text += aligned ? "  " : "\t";
            text += line[i];
            const bool is_last = i + 1 == line.size();
            if (aligned && !is_last) text.append(widths[i] - width(line[i]), ' ');
        }
        std::cout << text << '\n';
    }
}

std::string relative(std::int64_t milliseconds_from_now) {
    const Duration distance{milliseconds_from_now < 0 ? -milliseconds_from_now
                                                      : milliseconds_from_now};
    if (distance < Duration{1000}) return "now";
    const std::string words = write_duration(std::chrono::floor<std::chrono::seconds>(distance));
    return milliseconds_from_now < 0 ? words + " ago" : "in " + words;
}

}  // namespace tributary::daemon
