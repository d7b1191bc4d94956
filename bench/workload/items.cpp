#include "bench/workload/feed.h"

namespace tributary::bench {
namespace {

Kind pick_kind(Dice& dice) {
    const int chance = dice.below(100);
    return chance < 60   ? Kind::rss
           : chance < 90 ? Kind::atom
           : chance < 97 ? Kind::json
                         : Kind::rdf;
}

std::string paragraph(const Language& language, Dice& dice, const std::string& site) {
    std::string html = "<p>" + language.words(dice, dice.between(30, 70));
    if (dice.percent(50))
        html += " <a href=\"" + site + "/" + language.word(dice) +
                "?p=" + std::to_string(dice.below(90'000)) + "\">" + language.words(dice, 3) +
                "</a>,";
    if (dice.percent(30)) html += " <em>" + language.words(dice, 2) + "</em>";
    html += " " + language.words(dice, dice.between(5, 25)) + ".</p>\n";
    return html;
}

std::string picture(const Language& language, Dice& dice) {
    return "<p><img src=\"/media/" + language.word(dice) + std::to_string(dice.below(9'000)) +
           ".jpg\" alt=\"" + language.words(dice, 4) + "\" width=\"640\" height=\"480\" /></p>\n";
}

std::string list(const Language& language, Dice& dice) {
    std::string html = "<ul>\n";
    for (int i = dice.between(3, 6); i > 0; --i)
        html += "<li>" + language.words(dice, dice.between(4, 12)) + "</li>\n";
    return html + "</ul>\n";
}

}  // namespace

Plan plan_of(std::uint64_t seed, int number) {
    Dice dice(seed, 1, static_cast<std::uint64_t>(number));
    Plan plan;
    plan.number = number;
    plan.kind = pick_kind(dice);
    plan.items = dice.between(10, 50);
    plan.full_text = dice.percent(70);
    plan.cdata = dice.percent(60);
    plan.xhtml = dice.percent(25);
    plan.hours_between = dice.between(2, 90);
    plan.site = "https://site" + std::to_string(number) + ".example";
    return plan;
}

int published_until(std::uint64_t seed, const Plan& plan, int generation) {
    int count = plan.items;
    for (int past = 1; past <= generation; ++past) {
        Dice dice(seed, 2 + static_cast<std::uint64_t>(past),
                  static_cast<std::uint64_t>(plan.number));
        if (dice.below(20) == 0) count += dice.between(1, 2);
    }
    return count;
}

Item make_item(std::uint64_t seed, const Language& language, const Plan& plan, int number) {
    Dice dice(seed, 1'000 + static_cast<std::uint64_t>(plan.number),
              static_cast<std::uint64_t>(number));
    Item item;
    item.title = language.words(dice, dice.between(3, 10)) + (dice.percent(10) ? " & co" : "");
    item.link = plan.site + "/" + std::to_string(number) + "/" + language.word(dice);
    item.guid = dice.percent(50) ? item.link : plan.site + "/?p=" + std::to_string(number);
    item.author = language.words(dice, 2);
    item.date = newest_date - std::int64_t{3600} * plan.hours_between * (plan.items - number) -
                dice.below(3600);
    const int paragraphs = plan.full_text ? dice.between(5, 13) : 1;
    for (int i = 0; i < paragraphs; ++i) {
        item.html += paragraph(language, dice, plan.site);
        if (plan.full_text && dice.percent(15)) item.html += picture(language, dice);
        if (plan.full_text && dice.percent(8)) item.html += list(language, dice);
    }
    return item;
}

}  // namespace tributary::bench
