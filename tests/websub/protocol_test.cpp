#include "websub/protocol.h"

#include <doctest/doctest.h>

#include "base/hmac.h"

using namespace tributary;
using namespace tributary::websub;

namespace {

const Subscription subscription{.hub = "https://hub.example/",
                                .topic = "https://a.example/feed?a=1&b=ü",
                                .callback = "https://river.example/websub/0123",
                                .secret = "abc"};

const std::string question =
    "hub.mode=subscribe&hub.topic=https%3A%2F%2Fa.example%2Ffeed%3Fa%3D1%26b%3D%C3%BC"
    "&hub.challenge=some+thing%21&hub.lease_seconds=3600";

}  // namespace

TEST_CASE("what is asked of the hub, as a form (WebSub 5.1)") {
    CHECK(request_form(subscription, {}) ==
          "hub.mode=subscribe&hub.topic=https%3A%2F%2Fa.example%2Ffeed%3Fa%3D1%26b%3D%C3%BC"
          "&hub.callback=https%3A%2F%2Friver.example%2Fwebsub%2F0123"
          "&hub.lease_seconds=864000&hub.secret=abc");
    Subscription leaving = subscription;
    leaving.wanted = false;
    const std::string form = request_form(leaving, {});
    CHECK(form.starts_with("hub.mode=unsubscribe&"));
    CHECK(form.find("secret") == std::string::npos);
}

TEST_CASE("what a hub asks of us is read, escapes and all (WebSub 5.3)") {
    const auto intent = read_intent(question);
    REQUIRE(intent);
    CHECK(intent->mode == Intent::Mode::subscribe);
    CHECK(intent->topic == subscription.topic);
    CHECK(intent->challenge == "some thing!");
    CHECK(intent->lease_seconds == 3600);
    CHECK(read_intent("hub.mode=denied&hub.topic=x&hub.reason=no")->reason == "no");
    CHECK(read_intent("hub.mode=unsubscribe&hub.topic=x&hub.challenge=1")->lease_seconds == -1);
    CHECK(read_intent(question + "&tracking=1&=&&x"));
}

TEST_CASE("what is no question of a hub, or cannot be echoed, is not read") {
    CHECK_FALSE(read_intent(""));
    CHECK_FALSE(read_intent("hub.mode=publish&hub.topic=x&hub.challenge=1"));
    CHECK_FALSE(read_intent("hub.mode=subscribe&hub.topic=x"));
    CHECK_FALSE(read_intent(question + "&hub.challenge=2"));
    CHECK_FALSE(read_intent(question + "&hub.mode=subscribe"));
    CHECK_FALSE(read_intent("hub.mode=subscribe&hub.topic=x&hub.challenge=%zz"));
    for (const char* challenge : {"%00", "a%0d%0aSet-Cookie:x", "%C3%BC", "%7f"})
        CHECK_FALSE(
            read_intent("hub.mode=subscribe&hub.topic=x&hub.challenge=" + std::string(challenge)));
    const std::string longest(1024, 'x');
    CHECK(read_intent("hub.mode=subscribe&hub.topic=x&hub.challenge=" + longest));
    CHECK_FALSE(read_intent("hub.mode=subscribe&hub.topic=x&hub.challenge=x" + longest));
}

TEST_CASE("a push is signed by one of four methods, or it is not signed (WebSub 7.1)") {
    const std::string body = "<feed/>", secret = "abc";
    const std::string right = hmac_hex(Digest::sha256, secret, body);
    CHECK(is_signed("sha1=" + hmac_hex(Digest::sha1, secret, body), secret, body));
    CHECK(is_signed("sha256=" + right, secret, body));
    CHECK(is_signed("sha384=" + hmac_hex(Digest::sha384, secret, body), secret, body));
    CHECK(is_signed("sha512=" + hmac_hex(Digest::sha512, secret, body), secret, body));
    std::string upper = right;
    for (char& c : upper) c = c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c;
    CHECK(is_signed("SHA256=" + upper, secret, body));

    CHECK_FALSE(is_signed("sha256=" + right, secret, body + " "));
    CHECK_FALSE(is_signed("sha256=" + right, "abd", body));
    CHECK_FALSE(is_signed("sha1=" + right, secret, body));
    CHECK_FALSE(is_signed("sha256=" + right.substr(1), secret, body));
    for (const char* none : {"", "=", "sha256", "sha256=", "md5=00", "sha256=zz"})
        CHECK_FALSE(is_signed(none, secret, body));
    CHECK_FALSE(is_signed(right, secret, body));
}
