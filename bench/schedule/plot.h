#pragma once
// Delay against requests, as a picture.

#include <string>
#include <vector>

namespace tributary::bench {

struct Curve {
    std::string name;
    std::string style;  // a class of the picture: ours, plain, rival, bound, other
    std::vector<double> polls_a_day{};
    std::vector<double> mean_delay{};  // minutes
};

/// An SVG that is legible on light and dark ground; both axes logarithmic.
std::string plot(const std::vector<Curve>& curves);

}  // namespace tributary::bench
