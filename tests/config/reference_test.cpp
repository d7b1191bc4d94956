#include "config/reference.h"

#include "config/options.h"
#include "tests/support/folder.h"

#include <cstdlib>
#include <set>

#include <doctest/doctest.h>

using namespace tributary;
using namespace tributary::config;
using testing::Folder;

namespace {

template <typename Owner>
void check_defaults() {
    Owner owner;
    std::set<std::string> labels;
    for (const auto& option : options<Owner>()) {
        const auto name = label(option.table, option.name);
        CAPTURE(name);
        CHECK(labels.insert(name).second);
        CHECK_FALSE(option.help.empty());
        const Slot slot = option.slot(owner);
        if (const auto* count = std::get_if<int*>(&slot)) {
            CHECK((**count >= option.rule.lowest && **count <= option.rule.highest));
        } else if (const auto* bytes = std::get_if<std::int64_t*>(&slot)) {
            CHECK((**bytes >= option.rule.lowest && **bytes <= option.rule.highest));
        } else if (const auto* span = std::get_if<Duration*>(&slot)) {
            const auto ms = (*span)->count();
            CHECK((ms >= option.rule.lowest && ms <= option.rule.highest));
        } else if (const auto* text = std::get_if<std::string*>(&slot)) {
            const bool unset = (*text)->empty();
            CHECK((unset || option.rule.text->accepts(**text)));
        }
    }
}

}  // namespace

TEST_CASE("every default is one that its own row allows") {
    check_defaults<Config>();
    check_defaults<Subscription>();
    check_defaults<MergedFeed>();
}

TEST_CASE("docs/CONFIG.md is what the rows and the defaults say") {
    const std::filesystem::path file{TRIBUTARY_SOURCE_DIR "/docs/CONFIG.md"};
    if (std::getenv("TRIBUTARY_WRITE_DOCS") != nullptr) std::ofstream{file} << manual();
    std::ifstream stream{file};
    const std::string text{std::istreambuf_iterator<char>{stream}, {}};
    CHECK_MESSAGE(text == manual(), "run the test with TRIBUTARY_WRITE_DOCS=1 to write it anew");
}

TEST_CASE("the manual tells name, default, type and range of an option") {
    const auto text = manual();
    CHECK(text.find(
              "| `timeout` | `\"30s\"` | duration, 1s to 5m | Longest time for one request. |") !=
          std::string::npos);
    CHECK(text.find("| `interval` | `\"auto\"` | duration or \"auto\", 5m to 7d |") !=
          std::string::npos);
    CHECK(text.find("| `max_size` | `\"10MiB\"` | size, 64KiB to 256MiB |") != std::string::npos);
}

TEST_CASE("the effective configuration names the origin of each value and is itself valid") {
    const Folder folder;
    const auto file = folder.write("tributary.toml", R"(title = "A \"river\""
[poll]
timeout = "45s"
allow_private_networks = ["127.0.0.1:80"]
[[source]]
url = "https://a.example/"
tags = ["dev"]
[[feed]]
name = "dev"
tags = ["dev"]
)");
    const auto text = effective(load(file));
    const auto shown = folder.shortened(text);
    CHECK(shown.find("title = \"A \\\"river\\\"\"  # tributary.toml:1\n") != std::string::npos);
    CHECK(shown.find("timeout = \"45s\"  # tributary.toml:3\n") != std::string::npos);
    CHECK(shown.find("connect_timeout = \"10s\"  # default\n") != std::string::npos);
    CHECK(shown.find("[[source]]  # tributary.toml:6\nurl = \"https://a.example/\"\n") !=
          std::string::npos);
    const auto again = load(folder.write("again.toml", text));
    CHECK(again.title == "A \"river\"");
    CHECK(again.poll.allow_private_networks == std::vector<std::string>{"127.0.0.1:80"});
    CHECK(again.feeds.size() == 1);
}

TEST_CASE("the effective configuration shows no secret of a header") {
    const Folder folder;
    const auto file = folder.write("tributary.toml", R"([[source]]
url = "https://a.example/"
headers = { Authorization = "Bearer one", cookie = "two=2", X-API-Key = "three", Accept = "four" }
)");
    const auto text = effective(load(file));
    for (const std::string shown : {"\"Authorization\" = \"***\"", "\"cookie\" = \"***\"",
                                    "\"X-API-Key\" = \"***\"", "\"Accept\" = \"four\""}) {
        CAPTURE(shown);
        CHECK(text.find(shown) != std::string::npos);
    }
}

TEST_CASE("an option is explained by any of its names") {
    for (const std::string key : {"poll.max_size", "[poll] max_size", " poll max_size"}) {
        CAPTURE(key);
        CHECK(explain(key, {}) ==
              "[poll] max_size = \"10MiB\"  (default)\n"
              "  Largest document, before and after decompression.\n"
              "  Takes: size, 64KiB to 256MiB\n");
    }
    const auto all = explain("timeout", {});
    REQUIRE(all);
    CHECK(all->find("[poll] timeout") != std::string::npos);
    CHECK(all->find("[[source]] timeout") != std::string::npos);
    CHECK_FALSE(explain("timeuot", {}));
    CHECK(nearest_option("timeuot") == "; did you mean \"timeout\"?");
}
