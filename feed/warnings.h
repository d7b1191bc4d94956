#pragma once
// What was wrong with a document, gathered while it is read. Bounded: of each code the first few.

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "feed/parse.h"

namespace tributary::feed {

class Warnings {
  public:
    void add(std::string_view code, std::string message) {
        const auto same = std::ranges::count(list_, code, &Warning::code);
        if (same < most_per_code) list_.push_back({std::string(code), std::move(message)});
    }

    void add(std::vector<Warning> warnings) {
        for (Warning& warning : warnings) add(warning.code, std::move(warning.message));
    }

    std::vector<Warning> take() { return std::move(list_); }

  private:
    static constexpr int most_per_code = 4;
    std::vector<Warning> list_;
};

}  // namespace tributary::feed
