#include "schedule/impostor.h"

#include <doctest/doctest.h>

#include <string>

using namespace tributary::schedule;

namespace {

Impostor kind_of(int status, std::string_view body) {
    return identify({.status = status, .body = body}).kind;
}

std::string page(std::string_view title, std::string_view body = "") {
    return "<!DOCTYPE html>\n<html><head><title>" + std::string(title) + "</title></head><body>" +
           std::string(body) + "</body></html>";
}

}  // namespace

TEST_CASE("a wall against robots is known by its headers") {
    const Identified found = identify({.status = 403, .cf_mitigated = "challenge"});
    CHECK(found.kind == Impostor::bot_wall);
    CHECK(found.evidence == "the header cf-mitigated: challenge");
    CHECK(identify({.status = 405, .waf_action = "CAPTCHA"}).kind == Impostor::bot_wall);
    CHECK(identify({.status = 403, .datadome = "protected"}).kind == Impostor::bot_wall);
    CHECK(identify({.status = 403, .server = "ddos-guard"}).kind == Impostor::bot_wall);
    CHECK(identify({.status = 404, .server = "ddos-guard"}).kind == Impostor::none);
    CHECK(identify({.status = 403, .server = "cloudflare"}).kind == Impostor::none);
}

TEST_CASE("a wall against robots is known by its pages, whatever the status") {
    for (const int status : {200, 202, 403, 429, 503}) {
        CHECK(kind_of(status, page("Just a moment...")) == Impostor::bot_wall);
        CHECK(kind_of(status, page("", "<script src=\"/cdn-cgi/challenge-platform/h/b/x.js\">")) ==
              Impostor::bot_wall);
        CHECK(kind_of(status, page("example.org", "<div class=\"g-recaptcha\">")) ==
              (status >= 400 ? Impostor::bot_wall : Impostor::none));
    }
    const Identified found = identify({.status = 200, .body = page("Just a moment...")});
    CHECK(found.evidence.find("just a moment") != std::string::npos);
}

TEST_CASE("a parked domain is known by who parks it, or by what it says") {
    CHECK(kind_of(200, page("x.example", "<script src=//img.sedoparking.com/a.js>")) ==
          Impostor::parked_domain);
    CHECK(kind_of(200, page("x.example is for sale")) == Impostor::parked_domain);
    CHECK(kind_of(200, page("x", "<p>This domain has expired.")) == Impostor::parked_domain);
}

TEST_CASE("the login page of the network that we are in is nobody's fault but its own") {
    CHECK(identify({.status = 511}).kind == Impostor::captive_portal);
    CHECK(kind_of(200, page("Hotel", "<!-- <WISPAccessGatewayParam> -->")) ==
          Impostor::captive_portal);
    CHECK(kind_of(200, page("Hotspot login")) == Impostor::captive_portal);
}

TEST_CASE("a page that says not found is one, with any status, in its title or first heading") {
    CHECK(kind_of(200, page("404 | Blog")) == Impostor::not_found_page);
    CHECK(kind_of(200, page("Seite nicht gefunden")) == Impostor::not_found_page);
    CHECK(kind_of(200, page("Blog", "<h1 class=a>Page not found</h1>")) ==
          Impostor::not_found_page);
    CHECK(kind_of(200, page("Blog", "<p>404 words about page not found</p>")) == Impostor::none);
}

TEST_CASE("a page that asks for a password is a login") {
    CHECK(kind_of(200, page("Blog", "<input type=\"password\">")) == Impostor::login_page);
}

TEST_CASE("any other page, and what is no page, is nothing of the kind") {
    CHECK(kind_of(200, page("My blog", "<p>I wrote about captchas and parking today.</p>")) ==
          Impostor::none);
    CHECK(kind_of(500, "oops, this domain is for sale") == Impostor::none);
    CHECK(kind_of(200, "") == Impostor::none);
    CHECK(kind_of(200, "<html><title") == Impostor::none);
    CHECK(kind_of(200, "<html><title>404") == Impostor::not_found_page);
    CHECK(kind_of(200, std::string(1 << 20, '<')) == Impostor::none);
}

TEST_CASE("every impostor has a name and advice") {
    for (const Impostor kind :
         {Impostor::bot_wall, Impostor::parked_domain, Impostor::captive_portal,
          Impostor::login_page, Impostor::not_found_page}) {
        CHECK_FALSE(in_words(kind).empty());
        CHECK_FALSE(advice(kind).empty());
    }
    CHECK(in_words(Impostor::none).empty());
    CHECK(advice(Impostor::none).empty());
}
