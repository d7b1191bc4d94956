// How late entries are found by different ways of choosing the next poll, at equal numbers of
// requests, on made-up feeds and a virtual clock; what a plan costs; whether a budget is kept.
//     bench-schedule [--quick] [--seeds N] [--first-seed N] [--feeds N] [--budget POLLS-A-DAY]
//                    [--only NAME] [--svg FILE]
// Ends with 1 if a goal is missed.

#include "bench/schedule/budget.h"
#include "bench/schedule/plot.h"
#include "bench/schedule/strategies.h"
#include "bench/schedule/table.h"

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

using namespace tributary;

namespace {

constexpr double history = -400 * 1440.0, end = 46 * 1440.0;
constexpr double goal_budgets[] = {4, 12, 24}, plot_budgets[] = {4, 6, 8, 12, 16, 24};

struct Options {
    std::size_t feeds = 300;
    std::uint64_t seeds = 3, first_seed = 1;
    std::vector<double> budgets{std::begin(goal_budgets), std::end(goal_budgets)};
    std::string only;
    std::string svg;
};

Options read_options(int count, char** words) {
    Options options;
    for (int i = 1; i < count; ++i) {
        const std::string_view name = words[i];
        if (name == "--quick") {
            options.seeds = 1;
            continue;
        }
        if (i + 1 == count) throw std::runtime_error("no value: " + std::string(name));
        const char* value = words[++i];
        if (name == "--seeds") options.seeds = std::strtoull(value, nullptr, 10);
        if (name == "--first-seed") options.first_seed = std::strtoull(value, nullptr, 10);
        if (name == "--feeds") options.feeds = std::strtoull(value, nullptr, 10);
        if (name == "--budget") options.budgets = {std::strtod(value, nullptr)};
        if (name == "--only") options.only = value;
        if (name == "--svg") {
            options.svg = value;
            options.budgets.assign(std::begin(plot_budgets), std::end(plot_budgets));
        }
    }
    return options;
}

std::vector<bench::SyntheticFeed> make_all_feeds(const Options& options) {
    std::vector<bench::SyntheticFeed> feeds;
    for (std::uint64_t seed = 0; seed < options.seeds; ++seed) {
        auto some = bench::make_feeds(options.feeds, options.first_seed + seed, history, end);
        feeds.insert(feeds.end(), std::make_move_iterator(some.begin()),
                     std::make_move_iterator(some.end()));
    }
    return feeds;
}

/// One strategy's scores, by the budgets.
bench::Row run(const bench::NamedStrategy& strategy, const std::vector<bench::SyntheticFeed>& feeds,
               const std::vector<double>& budgets) {
    bench::Row row{.name = strategy.name};
    for (const double budget : budgets)
        row.scores.push_back(
            bench::simulate_at(feeds, strategy.make, budget, strategy.parameter_for(budget)));
    return row;
}

void write_plot(const std::string& path, const std::vector<bench::Row>& rows) {
    const std::map<std::string, std::string> styles{{"Tributary", "ours"},
                                                    {"fixed interval", "plain"},
                                                    {"PostRate", "rival"},
                                                    {"entry_frequency (Miniflux)", "rival"},
                                                    {"optimum, week known", "bound"},
                                                    {"root of rates, known", "bound"}};
    std::vector<bench::Curve> curves;
    for (const bench::Row& row : rows) {
        const auto style = styles.find(row.name);
        bench::Curve curve{.name = row.name,
                           .style = style == styles.end() ? "other" : style->second};
        for (const bench::Score& score : row.scores) {
            curve.polls_a_day.push_back(score.polls_a_day);
            curve.mean_delay.push_back(score.mean_delay);
        }
        curves.push_back(std::move(curve));
    }
    std::ofstream(path) << bench::plot(curves);
}

}  // namespace

int main(int count, char** words) try {
    const Options options = read_options(count, words);
    const auto feeds = make_all_feeds(options);
    std::vector<bench::Row> rows;
    for (const bench::NamedStrategy& strategy : bench::all_strategies()) {
        if (!rows.empty() && strategy.name.find(options.only) == std::string::npos) continue;
        rows.push_back(run(strategy, feeds, options.budgets));
        std::cerr << rows.back().name << '\n';
    }
    bench::print_table(std::cout, rows, options.budgets);
    if (!options.svg.empty()) write_plot(options.svg, rows);
    if (!options.only.empty()) return 0;
    bool reached = bench::print_goals(std::cout, rows, options.budgets);
    reached &= bench::print_plan_cost(std::cout, feeds);
    bench::print_budget(std::cout, feeds);
    return reached ? 0 : 1;
} catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 2;
}
