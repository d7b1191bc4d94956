#include "bench/schedule/plot.h"

#include <algorithm>
#include <cmath>
#include <cstdarg>
#include <cstdio>

namespace tributary::bench {
namespace {

constexpr double left = 64, right = 560, top = 64, bottom = 410;
constexpr double least_polls = 3.8, most_polls = 25, least_delay = 10, most_delay = 250;
constexpr double line_height = 17;

constexpr const char* head =
    R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 780 470" role="img"
     font-family="system-ui, sans-serif" font-size="13">
<title>How late new entries are found, by polls a day: Tributary and other ways of polling</title>
<style>
  .ground { fill: #ffffff } text { fill: #24292f } .soft { fill: #57606a }
  .grid { stroke: #d8dee4 } .axis { stroke: #8c959f }
  .line { fill: none; stroke-width: 1.6; stroke-linejoin: round } .leader { stroke-width: 1; opacity: .5 }
  .other { stroke: #8c959f } .plain { stroke: #24292f } .rival { stroke: #9a6700 } .bound { stroke: #57606a; stroke-dasharray: 5 4 }
  .ours { stroke: #0969da } .line.ours { stroke-width: 3.2 }
  text.ours { fill: #0969da; stroke: none; font-weight: 600 } text.rival { fill: #9a6700; stroke: none }
  text.other { fill: #57606a; stroke: none } text.plain { fill: #24292f; stroke: none } text.bound { fill: #57606a; stroke: none }
  @media (prefers-color-scheme: dark) {
    .ground { fill: #0d1117 } text { fill: #e6edf3 } .soft { fill: #9198a1 }
    .grid { stroke: #21262d } .axis { stroke: #6e7681 }
    .other { stroke: #6e7681 } .plain { stroke: #e6edf3 } text.plain { fill: #e6edf3 } .rival { stroke: #d29922 } .bound { stroke: #9198a1 } .ours { stroke: #58a6ff }
    text.ours { fill: #58a6ff } text.rival { fill: #d29922 } text.other, text.bound { fill: #9198a1 }
  }
</style>
<rect class="ground" width="780" height="470" rx="6"/>
<text x="20" y="28" font-size="16" font-weight="600">How late new entries are found</text>
<text x="20" y="47" class="soft">mean delay in minutes; 900 made-up feeds of five kinds, 28 days, equal requests</text>
)";

double x_of(double polls) {
    return left +
           (right - left) * std::log(polls / least_polls) / std::log(most_polls / least_polls);
}

double y_of(double delay) {
    return bottom -
           (bottom - top) * std::log(delay / least_delay) / std::log(most_delay / least_delay);
}

void append(std::string& out, const char* format, ...) __attribute__((format(printf, 2, 3)));
void append(std::string& out, const char* format, ...) {
    char line[512];
    va_list arguments;
    va_start(arguments, format);
    std::vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    out += line;
}

void draw_axes(std::string& svg) {
    for (const int delay : {10, 15, 20, 30, 60, 120, 180}) {
        append(svg, "<path class=\"grid\" d=\"M%.0f %.1fH%.0f\"/>", left, y_of(delay), right);
        append(svg, "<text class=\"soft\" x=\"%.0f\" y=\"%.1f\" text-anchor=\"end\">%d</text>\n",
               left - 8, y_of(delay) + 4.5, delay);
    }
    for (const int polls : {4, 6, 8, 12, 16, 24}) {
        append(svg, "<path class=\"grid\" d=\"M%.1f %.0fV%.0f\"/>", x_of(polls), top, bottom);
        append(svg, "<text class=\"soft\" x=\"%.1f\" y=\"%.0f\" text-anchor=\"middle\">%d</text>\n",
               x_of(polls), bottom + 20, polls);
    }
    append(svg, "<path class=\"axis\" d=\"M%.0f %.0fH%.0f\"/>\n", left, bottom, right);
    append(svg, "<text class=\"soft\" x=\"%.0f\" y=\"%.0f\" text-anchor=\"middle\">%s</text>\n",
           (left + right) / 2, bottom + 42, "polls of a feed and day, on the average");
}

void draw(std::string& svg, const Curve& curve) {
    append(svg, "<path class=\"line %s\" d=\"", curve.style.c_str());
    for (std::size_t i = 0; i < curve.polls_a_day.size(); ++i)
        append(svg, "%s%.1f %.1f", i ? "L" : "M", x_of(curve.polls_a_day[i]),
               y_of(curve.mean_delay[i]));
    svg += "\"/>\n";
}

/// Names at the right ends, pushed apart until none lies on another.
void label(std::string& svg, std::vector<const Curve*> curves) {
    std::ranges::sort(curves, std::greater{}, [](const Curve* c) { return c->mean_delay.back(); });
    std::vector<double> at;
    for (const Curve* curve : curves) {
        const double wanted = y_of(curve->mean_delay.back());
        at.push_back(at.empty() ? wanted - line_height
                                : std::max(wanted - line_height, at.back() + line_height));
    }
    const double excess = std::max(0.0, at.back() - (bottom - 4));
    for (std::size_t i = 0; i < curves.size(); ++i) {
        const Curve& curve = *curves[i];
        const double y = at[i] - excess, end_x = x_of(curve.polls_a_day.back());
        append(svg, "<path class=\"leader %s\" d=\"M%.1f %.1fL%.1f %.1f\"/>", curve.style.c_str(),
               end_x + 3, y_of(curve.mean_delay.back()), right + 22, y);
        append(svg, "<text class=\"%s\" x=\"%.0f\" y=\"%.1f\">%s</text>\n", curve.style.c_str(),
               right + 26, y + 4.5, curve.name.c_str());
    }
}

}  // namespace

std::string plot(const std::vector<Curve>& curves) {
    std::string svg = head;
    draw_axes(svg);
    std::vector<const Curve*> all;
    for (const Curve& curve : curves) {
        draw(svg, curve);
        all.push_back(&curve);
    }
    label(svg, all);
    return svg + "</svg>\n";
}

}  // namespace tributary::bench
