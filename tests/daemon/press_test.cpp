#include "daemon/press.h"

#include <sys/stat.h>

#include <boost/asio/executor_work_guard.hpp>
#include <chrono>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/daemon/archive.h"

namespace tributary::daemon {

namespace {

using namespace testing;
using Titles = std::vector<std::string>;

config::Config two_blogs() {
    config::Config config;
    config.base_url = "https://reader.example";
    config.sources = {subscription("https://alpha.example/feed", {"c++", "dev"}, "alpha"),
                      subscription("https://beta.example/feed", {"dev"}, "beta")};
    return config;
}

struct Answer {
    std::string head, body;
    int status() const { return head.size() < 12 ? 0 : std::stoi(head.substr(9, 3)); }
    std::string etag() const {
        const auto at = head.find("ETag: ");
        return at == std::string::npos ? "" : head.substr(at + 6, head.find('\r', at) - at - 6);
    }
};

using std::chrono::milliseconds;
constexpr Pauses short_pauses{.shortest = milliseconds(1),
                              .longest = milliseconds(5),
                              .retry = milliseconds(20),
                              .page = milliseconds(0)};

/// A press on a loop that runs only while a test waits for something.
struct Shop {
    explicit Shop(config::Config config = two_blogs(), Pauses pauses = short_pauses)
        : archive(std::move(config)) {
        press.emplace(loop, archive.reader(), [this] { return ready; }, pauses);
        press->adopt(archive.site);
    }
    ~Shop() { press->stop(); }
    Shop(const Shop&) = delete;
    Shop& operator=(const Shop&) = delete;

    /// Asks without waiting; `answer` is filled when it comes.
    void ask(const std::string& path, const std::string& query, std::optional<Answer>& answer,
             const std::string& if_none_match = {}) {
        serve::Request request;
        request.method = "GET";
        request.path = kept.emplace_back(path);  // until it is answered
        request.query = kept.emplace_back(query);
        request.if_none_match = kept.emplace_back(if_none_match);
        press->answer(request, [&answer](serve::Response response) {
            answer = Answer{response.head, std::string(response.body)};
        });
    }

    Answer get(const std::string& path, const std::string& query = {},
               const std::string& if_none_match = {}) {
        std::optional<Answer> answer;
        ask(path, query, answer, if_none_match);
        run_until([&] { return answer.has_value(); });
        return answer.value_or(Answer{});
    }

    Titles titles(const std::string& path, const std::string& query = {}) {
        return titles_in(get(path, query).body);
    }

    /// Entries of the source came: stored, and the press is told.
    void news(std::size_t source, const std::string& document, Timestamp now = noon) {
        archive.show(source, document, now);
        press->changed({archive.id(source)});
    }

    /// Until what was changed so far is rendered and written.
    void settle() {
        bool is_idle = false;
        press->when_idle([&] { is_idle = true; });
        run_until([&] { return is_idle; });
    }

    template <typename Done>
    void run_until(Done done) {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        while (!done() && std::chrono::steady_clock::now() < deadline) loop.run_one_until(deadline);
        CHECK(done());
    }

    boost::asio::io_context loop;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{
        loop.get_executor()};
    Archive archive;
    bool ready = true;
    std::deque<std::string> kept;
    std::optional<Press> press;
};

struct stat status_of(const std::filesystem::path& path) {
    struct stat status{};
    CHECK(::stat(path.c_str(), &status) == 0);
    return status;
}

}  // namespace

TEST_CASE("the main feed is there from the beginning, in every format, and after each change") {
    Shop shop;
    CHECK(shop.titles("/feed.json").empty());
    shop.news(0, rss({{"1", "One"}}));
    shop.settle();
    for (const char* path : {"/feed.atom", "/feed.rss", "/feed.json", "/feed"}) {
        CAPTURE(path);
        CHECK(shop.titles(path) == Titles{"One"});
    }
    const auto first = shop.get("/feed.json");
    CHECK(first.status() == 200);
    CHECK(shop.get("/feed.json", "", first.etag()).status() == 304);

    shop.news(0, rss({{"2", "Two"}, {"1", "One"}}), noon + minute);
    shop.settle();
    CHECK(shop.titles("/feed.json") == Titles{"Two", "One"});
    CHECK(shop.get("/feed.json", "", first.etag()).status() == 200);
}

TEST_CASE("a change is published without anybody's asking to wait for it") {
    Shop shop;
    shop.settle();
    shop.news(0, rss({{"1", "One"}}));
    std::string etag;
    shop.run_until([&] {
        std::optional<Answer> answer;
        shop.ask("/feed.json", "", answer);
        return answer && answer->body.contains("\"One\"");
    });
}

TEST_CASE(
    "a page that is not kept ready is rendered when it is asked for, and again after a change") {
    Shop shop;
    shop.news(0, rss({{"1", "One"}}));
    CHECK(shop.titles("/source/alpha.json") == Titles{"One"});
    CHECK(shop.titles("/source/beta.json").empty());
    CHECK(shop.titles("/tag/dev.atom") == Titles{"One"});
    const auto beta = shop.get("/source/beta.json");

    shop.news(0, rss({{"2", "Two"}, {"1", "One"}}), noon + minute);
    CHECK(shop.titles("/source/alpha.json") == Titles{"Two", "One"});
    CHECK(shop.titles("/tag/dev.atom") == Titles{"Two", "One"});
    CHECK(shop.titles("/feed.json", "tag=c%2B%2B&limit=1") == Titles{"Two"});
    CHECK(shop.get("/source/beta.json", "", beta.etag()).status() == 304);
}

TEST_CASE("all who wait for a page get the one that is rendered for the first") {
    Shop shop;
    shop.news(0, rss({{"1", "One"}}));
    std::vector<std::optional<Answer>> answers(5);
    for (auto& answer : answers) shop.ask("/source/alpha.json", "", answer);
    for (const auto& answer : answers) CHECK_FALSE(answer);
    shop.run_until([&] { return answers.back().has_value(); });
    for (const auto& answer : answers) {
        REQUIRE(answer);  // at the same moment
        CHECK(answer->body == answers.front()->body);
    }
    std::optional<Answer> again;
    shop.ask("/source/alpha.json", "", again);
    CHECK(again);  // at once

    shop.news(0, rss({{"2", "Two"}, {"1", "One"}}), noon + minute);
    std::optional<Answer> first, second;
    shop.ask("/source/alpha.json", "", first);
    shop.ask("/source/alpha.json", "", second);
    shop.run_until([&] { return first && second; });
    CHECK(titles_in(first->body) == Titles{"Two", "One"});
    CHECK(second->body == first->body);
}

TEST_CASE(
    "a page that was being rendered when something came is rendered again for the next who asks") {
    Shop shop;
    shop.settle();
    std::optional<Answer> early;
    shop.ask("/source/alpha.json", "", early);
    shop.news(0, rss({{"1", "One"}}));
    shop.run_until([&] { return early.has_value(); });
    CHECK(shop.titles("/source/alpha.json") == Titles{"One"});
}

TEST_CASE("where there is no such feed the answer is 404, to what is no such parameter 400") {
    Shop shop;
    for (const char* path :
         {"/f/unknown.json", "/tag/unknown.atom", "/source/unknown.rss", "/nothing", "/feed.txt"}) {
        CAPTURE(path);
        CHECK(shop.get(path).status() == 404);
    }
    for (const char* query : {"colour=red", "limit=0", "limit=many", "before=x", "q=water"}) {
        CAPTURE(query);
        const auto answer = shop.get("/feed.json", query);
        CHECK(answer.status() == 400);
        CHECK(answer.body.contains(std::string(query).substr(0, std::string(query).find('='))));
    }
}

TEST_CASE("the pages of the house are there") {
    Shop shop;
    shop.news(0, rss({{"1", "One"}}));
    CHECK(shop.get("/healthz").body == "ok\n");
    CHECK(shop.get("/readyz").status() == 200);
    shop.ready = false;
    CHECK(shop.get("/readyz").status() == 503);
    CHECK(shop.get("/healthz").status() == 200);
    CHECK(shop.get("/").body.contains("One"));
    CHECK(shop.get("/opml").body.contains("https://alpha.example/feed"));
    CHECK(shop.get("/assets/style.css").head.contains("text/css"));
}

TEST_CASE("the page for people follows the states of the sources") {
    Shop shop;
    CHECK_FALSE(shop.get("/").body.contains("HTTP 500"));
    auto state = shop.archive.states[0];
    state.condition = store::Condition::failing;
    state.error = "HTTP 500 (server error)";
    shop.archive.store.save_state(state);
    shop.press->states_changed();
    CHECK(shop.get("/").body.contains("HTTP 500"));
}

TEST_CASE("a page about sources is good enough for a while, however often they are polled") {
    Pauses pauses = short_pauses;
    pauses.page = std::chrono::hours(1);
    Shop shop(two_blogs(), pauses);
    const auto first = shop.get("/");
    shop.news(0, rss({{"1", "One"}}));
    shop.press->states_changed();
    CHECK(shop.get("/").body == first.body);
    shop.press->adopt(shop.archive.site);
    CHECK(shop.get("/").body.contains("One"));
}

TEST_CASE("a burst of changes waits for the end of a pause, nobody who wants the end does") {
    Pauses pauses = short_pauses;
    pauses.shortest = pauses.longest = std::chrono::hours(1);
    Shop shop(two_blogs(), pauses);
    shop.settle();
    shop.news(0, rss({{"1", "One"}}));
    CHECK(shop.titles("/tag/dev.json") == Titles{"One"});  // rendered after what was begun before
    CHECK(shop.titles("/feed.json").empty());
    shop.settle();
    CHECK(shop.titles("/feed.json") == Titles{"One"});
}

TEST_CASE("a feed is rendered again only if it holds what has changed") {
    auto config = two_blogs();
    config::MergedFeed mix;
    mix.name = "mix";
    mix.tags = {"c++"};
    config.feeds = {mix};
    Shop shop(config);
    shop.settle();
    shop.archive.show(0, rss({{"1", "One"}}));  // of which the press is not told
    shop.news(1, rss({{"2", "Two"}}), noon + minute);
    shop.settle();
    CHECK(shop.titles("/feed.json").size() == 2);
    CHECK(shop.titles("/f/mix.json").empty());
    shop.press->changed({shop.archive.id(0)});
    shop.settle();
    CHECK(shop.titles("/f/mix.json") == Titles{"One"});
}

TEST_CASE("who asks is answered between two files of the output directory, not after the last") {
    const Folder folder;
    auto config = two_blogs();
    config.output.directory = folder.path().string();
    for (int n = 0; n < 40; ++n) {
        const std::string name = "more" + std::to_string(n);
        config.sources.push_back(subscription("https://" + name + ".example/feed", {}, name));
    }
    Shop shop(config);
    bool is_idle = false;
    shop.press->when_idle([&] { is_idle = true; });
    CHECK(shop.get("/", "").status() == 200);
    CHECK_FALSE(is_idle);
    shop.run_until([&] { return is_idle; });
}

TEST_CASE("another configuration makes every page anew, those under way too") {
    Shop shop;
    shop.news(0, rss({{"1", "One"}}));
    shop.settle();
    CHECK(shop.titles("/source/alpha.json") == Titles{"One"});
    std::optional<Answer> under_way;
    shop.ask("/tag/dev.json", "", under_way);

    auto config = two_blogs();
    config.title = "Renamed";
    config.sources[0].tags = {"dev"};
    config::MergedFeed mix;
    mix.name = "mix";
    mix.tags = {"dev"};
    config.feeds = {mix};
    shop.archive.configure(config);
    shop.press->adopt(shop.archive.site);
    shop.run_until([&] { return under_way.has_value(); });
    CHECK(read_feed(under_way->body).title.value == "Renamed: dev");
    shop.settle();
    CHECK(read_feed(shop.get("/feed.atom").body).title.value == "Renamed");
    CHECK(read_feed(shop.get("/tag/dev.json").body).title.value == "Renamed: dev");
    CHECK(shop.titles("/f/mix.json") == Titles{"One"});
    CHECK(shop.get("/tag/c++.json").status() == 404);
}

TEST_CASE("the output directory holds every feed, each file whole") {
    const Folder folder;
    auto config = two_blogs();
    config.output.directory = (folder / "site").string();
    config::MergedFeed mix;
    mix.name = "mix";
    mix.tags = {"dev"};
    config.feeds = {mix};
    Shop shop(config);
    shop.news(0, rss({{"1", "One"}}));
    shop.settle();
    for (const std::string name :
         {"feed", "f/mix", "tag/dev", "tag/c++", "source/alpha", "source/beta"}) {
        for (const char* extension : {".atom", ".rss", ".json"}) {
            CAPTURE(name);
            CHECK(folder.read("site/" + name + extension) == shop.get("/" + name + extension).body);
        }
    }
    CHECK_FALSE(folder.read("site/feed.json").empty());
}

TEST_CASE("a file that would not change is left alone") {
    const Folder folder;
    auto config = two_blogs();
    config.output.directory = folder.path().string();
    Shop shop(config);
    shop.news(0, rss({{"1", "One"}}));
    shop.settle();
    const auto feed = status_of(folder / "feed.json");
    const auto alpha = status_of(folder / "source/alpha.json");
    const auto beta = status_of(folder / "source/beta.json");
    shop.news(1, rss({{"2", "Two"}}), noon + minute);
    shop.settle();
    CHECK(status_of(folder / "source/alpha.json").st_ino == alpha.st_ino);
    CHECK(status_of(folder / "source/beta.json").st_ino != beta.st_ino);
    CHECK(status_of(folder / "feed.json").st_ino != feed.st_ino);
}

TEST_CASE("a file that cannot be written keeps nothing else from being published") {
    const Folder folder;
    auto config = two_blogs();
    config.output.directory = folder.path().string();
    Shop shop(config);
    shop.news(0, rss({{"1", "One"}}));
    shop.settle();
    CHECK(shop.titles("/feed.json") == Titles{"One"});

    std::filesystem::remove(folder / "feed.atom");
    folder.write("feed.atom/in-the-way", "");
    shop.news(0, rss({{"2", "Two"}, {"1", "One"}}), noon + minute);
    shop.settle();
    for (const char* path : {"/feed.atom", "/feed.rss", "/feed.json"}) {
        CHECK(shop.titles(path) == Titles{"Two", "One"});
    }
    CHECK(titles_in(folder.read("source/alpha.json")) == Titles{"Two", "One"});
    CHECK(shop.press->output_failure().contains("feed.atom"));
}

TEST_CASE("a file that could not be written is written when it can be, without another change") {
    const Folder folder;
    auto config = two_blogs();
    config.output.directory = folder.path().string();
    folder.write("feed.atom/in-the-way", "");
    Shop shop(config);
    shop.news(0, rss({{"1", "One"}}));
    shop.settle();
    CHECK_FALSE(shop.press->output_failure().empty());
    std::filesystem::remove_all(folder / "feed.atom");
    shop.run_until([&] { return shop.press->output_failure().empty(); });
    CHECK(titles_in(folder.read("feed.atom")) == Titles{"One"});
}

TEST_CASE("a tag that is no file name stays inside the output directory") {
    const Folder folder;
    auto config = two_blogs();
    config.output.directory = (folder / "site").string();
    config.sources[0].tags = {"../../up", "..", "a/b"};
    Shop shop(config);
    shop.news(0, rss({{"1", "One"}}));
    shop.settle();
    for (const auto& file : std::filesystem::recursive_directory_iterator(folder.path())) {
        CHECK(file.path().string().starts_with((folder / "site").string()));
    }
    CHECK_FALSE(folder.read("site/tag/a%2Fb.json").empty());
    CHECK_FALSE(folder.read("site/tag/...json").empty());
}

TEST_CASE("a press that ends in the middle of its work leaves whole files or none") {
    auto config = two_blogs();
    for (int round = 0; round < 20; ++round) {
        const Folder folder;
        config.output.directory = folder.path().string();
        boost::asio::io_context loop;
        Archive archive(config);
        archive.show(0, rss({{"1", "One"}}));
        {
            Press press(loop, archive.reader(), [] { return true; });
            press.adopt(archive.site);
        }
        for (const auto& [name, bytes] : folder.files()) {
            CAPTURE(name);
            CHECK_FALSE(name.contains(".tmp"));
            const bool is_whole = bytes.ends_with("</feed>\n") || bytes.ends_with("</rss>\n") ||
                                  bytes.ends_with("}\n");
            CHECK(is_whole);
        }
    }
}

}  // namespace tributary::daemon
