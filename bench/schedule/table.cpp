#include "bench/schedule/table.h"

#include <algorithm>
#include <iomanip>
#include <ostream>
#include <stdexcept>

namespace tributary::bench {
namespace {

constexpr double of_fixed = .55, of_rivals = .72, feeds_of_fixed = 1.3, p95_of_fixed = .95;

const Row& row(const std::vector<Row>& rows, std::string_view name) {
    const auto found = std::ranges::find(rows, name, &Row::name);
    if (found == rows.end()) throw std::logic_error("no row " + std::string(name));
    return *found;
}

bool check(std::ostream& out, const std::string& what, double value, double goal) {
    const bool reached = value <= goal;
    out << (reached ? "reached " : "MISSED  ") << std::setprecision(3) << std::setw(6) << value
        << " <= " << std::setprecision(2) << goal << "  " << what << '\n';
    return reached;
}

/// The most that may be lost: 0.4% from 24 polls a day, 2% from 4; nothing is said of others.
double lost_goal(double budget) {
    return budget >= 24 ? .4 : budget <= 4 ? 2 : 100;
}

}  // namespace

void print_table(std::ostream& out, const std::vector<Row>& rows,
                 const std::vector<double>& budgets) {
    out << std::fixed;
    for (std::size_t i = 0; i < budgets.size(); ++i) {
        out << "\n"
            << std::setprecision(0) << budgets[i] << " polls of a feed and day\n"
            << std::setw(33) << std::left << "" << std::right
            << "  mean min  of fixed  feeds' mean   p95  lost %   polls";
        for (const std::string_view kind : kind_names) out << "  " << std::setw(15) << kind;
        out << '\n';
        for (const Row& each : rows) {
            const Score &score = each.scores[i], &fixed = rows.front().scores[i];
            out << std::setw(33) << std::left << each.name << std::right << std::setprecision(1)
                << std::setw(10) << score.mean_delay << std::setprecision(3) << std::setw(10)
                << score.mean_delay / fixed.mean_delay << std::setprecision(2) << std::setw(13)
                << score.mean_of_feeds / fixed.mean_of_feeds << std::setw(6)
                << score.p95_delay / fixed.p95_delay << std::setw(8) << score.lost_share * 100
                << std::setw(8) << score.polls_a_day << std::setprecision(1);
            for (const double delay : score.by_kind) out << "  " << std::setw(15) << delay;
            out << std::setprecision(3) << "  " << score.parameter << '\n';
        }
    }
}

bool print_goals(std::ostream& out, const std::vector<Row>& rows,
                 const std::vector<double>& budgets) {
    bool all = true;
    const Row& ours = row(rows, "Tributary");
    for (std::size_t i = 0; i < budgets.size(); ++i) {
        const Score &score = ours.scores[i], &fixed = rows.front().scores[i];
        const auto of = [&](std::string_view name) {
            return score.mean_delay / row(rows, name).scores[i].mean_delay;
        };
        out << "\ngoals at " << std::setprecision(0) << budgets[i] << " polls of a feed and day\n";
        all &= check(out, "mean delay, of fixed", of("fixed interval"), of_fixed);
        all &= check(out, "mean delay, of PostRate", of("PostRate"), of_rivals);
        all &= check(out, "mean delay, of entry_frequency", of("entry_frequency (Miniflux)"),
                     of_rivals);
        all &= check(out, "mean of the feeds' means, of fixed",
                     score.mean_of_feeds / fixed.mean_of_feeds, feeds_of_fixed);
        all &= check(out, "95th percentile, of fixed", score.p95_delay / fixed.p95_delay,
                     p95_of_fixed);
        all &= check(out, "entries lost, per cent", score.lost_share * 100, lost_goal(budgets[i]));
    }
    return all;
}

}  // namespace tributary::bench
