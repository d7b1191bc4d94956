#include "config/secrets.h"

#include <doctest/doctest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>

#include "config/reference.h"
#include "tests/support/folder.h"

using namespace tributary;
using namespace tributary::config;
using testing::Folder;

namespace {

constexpr std::string_view canary = "canary-4711";

/// A folder with a configuration of one source, whose options are `text`, and a closed file beside
/// it.
struct Home {
    explicit Home(std::string_view text) {
        put("secret", std::string{canary} + "\n");
        main = folder.write("tributary.toml",
                            "[[source]]\nurl = \"https://a.example/\"\n" + std::string{text});
    }
    void put(std::string_view name, std::string_view bytes, mode_t mode = 0640) const {
        ::chmod(folder.write(name, bytes).c_str(), mode);
    }
    Config load() const { return config::load(main); }
    Subscription source() const { return load().sources.at(0); }
    std::string warnings() const {
        std::string lines;
        for (const auto& line : load().warnings) lines += line + "\n";
        return folder.shortened(lines);
    }
    std::string errors() const {
        try {
            load();
            return "";
        } catch (const ConfigError& error) {
            return folder.shortened(error.what());
        }
    }

    Folder folder;
    std::filesystem::path main;
};

std::string problem_with(std::string_view bytes, mode_t mode = 0600) {
    const Home home{"auth = { token = { file = \"other\" } }\n"};
    home.put("other", bytes, mode);
    const auto secret = home.source().auth.secret;
    CHECK(secret.value.empty() == !secret.problem.empty());
    return home.folder.shortened(secret.problem);
}

}  // namespace

TEST_CASE("a password is read from a file beside the configuration, without its line break") {
    const Home home{"auth = { user = \"me\", password = { file = \"secret\" } }\n"};
    const auto auth = home.source().auth;
    CHECK(auth.scheme == Auth::Scheme::basic);
    CHECK(auth.user == "me");
    CHECK(auth.secret.value == canary);
    CHECK(home.warnings().empty());
}

TEST_CASE("a token and the value of a header are read from what systemd hands over") {
    const Home home{
        "auth = { token = { credential = \"secret\" } }\n"
        "headers = { X-Key = { credential = \"secret\" }, Accept-Language = \"en\" }\n"};
    ::setenv("CREDENTIALS_DIRECTORY", home.folder.path().c_str(), 1);
    const auto source = home.source();
    ::unsetenv("CREDENTIALS_DIRECTORY");
    CHECK(source.auth.scheme == Auth::Scheme::bearer);
    CHECK(source.auth.secret.value == canary);
    CHECK(source.headers.at(0).value.value == canary);
    CHECK(source.headers.at(1).value.value == "en");
    CHECK(
        home.warnings() ==
        "tributary.toml:3:18: warning: [[source]] auth.token: no credential \"secret\": systemd "
        "hands over none to this process\n"
        "tributary.toml:4:21: warning: [[source]] headers.X-Key: no credential \"secret\": systemd "
        "hands over none to this process\n");
}

TEST_CASE("a secret that cannot be used is a warning, and the problem of its source alone") {
    CHECK(problem_with("one\r\n").empty());
    CHECK(problem_with("") == "other is empty");
    CHECK(problem_with("\n") == "other is empty");
    CHECK(problem_with("one\ntwo\n") == "other holds more than one line of text");
    CHECK(problem_with(std::string(20'000, 'x')) == "other is larger than 16 KiB");
    CHECK(problem_with("one", 0644) == "other can be read or changed by others; chmod 640");
    CHECK(problem_with("one", 0660) == "other can be read or changed by others; chmod 640");
    CHECK(problem_with("one", 0640).empty());

    const Home home{"auth = { token = { file = \"pipe\" } }\n"};
    CHECK(home.folder.shortened(home.source().auth.secret.problem)
              .starts_with("cannot read pipe: No such file or directory"));
    REQUIRE(::mkfifo((home.folder / "pipe").c_str(), 0600) == 0);
    CHECK(home.folder.shortened(home.source().auth.secret.problem) == "pipe is not a regular file");
}

TEST_CASE("a secret in the configuration itself is taken, with a warning") {
    const Home home{
        "auth = { user = \"me\", password = \"canary-4711\" }\nheaders = { Cookie = \"a=b\" }\n"};
    CHECK(home.source().auth.secret.value == canary);
    CHECK(home.warnings() ==
          "tributary.toml:3:34: warning: [[source]] auth.password stands in the configuration "
          "itself; better { file = \"...\" }\n"
          "tributary.toml:4:22: warning: [[source]] headers.Cookie stands in the configuration "
          "itself; better { file = \"...\" }\n");
}

TEST_CASE("what is no secret and no auth is an error that shows neither") {
    struct Wrong {
        std::string_view text, error;
    };
    constexpr std::string_view shape =
        "[[source]] auth: expected { user = \"me\", password = { file = \"password\" } } or "
        "{ token = { file = \"token\" } }";
    const Wrong wrong[] = {
        {"auth = \"me:canary-4711\"", shape},
        {"auth = { user = \"canary-4711\" }", shape},
        {"auth = { password = { file = \"secret\" } }", shape},
        {"auth = { user = \"me\", token = { file = \"secret\" } }", shape},
        {"auth = { user = \"a:canary-4711\", password = { file = \"secret\" } }",
         "[[source]] auth.user: expected text without a colon"},
        {"auth = { user = \"me\", passwort = \"canary-4711\" }",
         "unknown key \"passwort\" in [[source]] auth; did you mean \"password\"?"},
        {"auth = { token = { credential = \"../canary-4711\" } }",
         "[[source]] auth.token: expected { file = \"PATH\" }, { credential = \"NAME\" } or text"},
        {"auth = { token = 4711 }",
         "[[source]] auth.token: expected { file = \"PATH\" }, { credential = \"NAME\" } or text"},
        {"proxy_auth = { token = { file = \"secret\" } }",
         "unknown key \"token\" in [[source]] proxy_auth"},
        {"proxy = \"http://me:canary-4711@proxy.example:3128\"",
         "[[source]] proxy = \"http://***@proxy.example:3128\": expected http://, https:// or "
         "socks5h:// and HOST:PORT, or \"direct\", e.g. \"http://127.0.0.1:3128\""},
        {"proxy = \"socks5://127.0.0.1:9050\"", "[[source]] proxy = \"socks5://127.0.0.1:9050\""},
        {"proxy = \"http://proxy.example\"", "[[source]] proxy = \"http://proxy.example\""},
        {"http_version = \"3\"",
         "[[source]] http_version = \"3\": expected \"auto\", \"1.1\" or \"2\", e.g. \"1.1\""},
    };
    for (const auto& [text, error] : wrong) {
        CAPTURE(text);
        const auto errors = Home{text}.errors();
        CHECK(errors.starts_with("tributary.toml:3:"));
        CHECK(errors.find(error) != std::string::npos);
        CHECK(errors.find(canary) == std::string::npos);
    }
}

TEST_CASE("a user in the URL and an auth beside it are one too many") {
    const Folder folder;
    const auto file = folder.write("tributary.toml",
                                   "[[source]]\nurl = \"https://me:canary-4711@a.example/\"\n"
                                   "auth = { token = \"x\" }\n");
    try {
        load(file);
        FAIL("it was accepted");
    } catch (const ConfigError& error) {
        CHECK(folder.shortened(error.what()) ==
              "tributary.toml:2:7: error: [[source]] auth conflicts with the user in url");
    }
}

TEST_CASE("what is shown of a configuration says where its secrets are, and none of them") {
    const Folder folder;
    ::chmod(folder.write("secret", canary).c_str(), 0600);
    const auto file = folder.write("tributary.toml", R"([poll]
proxy = "http://127.0.0.1:3128"
proxy_auth = { user = "us", password = "canary-4711" }
[[source]]
url = "https://me:canary-4711@a.example/feed?token=canary-4711"
headers = { Authorization = "canary-4711", X-Key = { file = "secret" }, Accept = "four" }
[[source]]
url = "https://b.example/"
auth = { user = "me", password = { file = "secret" } }
proxy = "direct"
http_version = "1.1"
)");
    const auto text = effective(load(file));
    CHECK(text.find(canary) == std::string::npos);
    CHECK(explain("poll.proxy_auth", load(file))->find(canary) == std::string::npos);
    const auto shown = folder.shortened(text);
    for (const std::string line :
         {"proxy_auth = { user = \"us\", password = \"***\" }  # tributary.toml:3",
          "url = \"https://***@a.example/feed?token=***\"",
          "headers = { \"Authorization\" = \"***\", \"X-Key\" = { file = \"secret\" }, \"Accept\" "
          "= "
          "\"four\" }",
          "auth = { user = \"me\", password = { file = \"secret\" } }", "proxy = \"direct\"",
          "http_version = \"1.1\""}) {
        CAPTURE(line);
        CHECK(shown.find(line) != std::string::npos);
    }
}
