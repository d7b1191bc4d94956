#include "schedule/impostor.h"

#include <algorithm>
#include <array>
#include <span>

#include "base/text.h"

namespace tributary::schedule {
namespace {

constexpr std::size_t looked_at = 64 << 10;  // bytes of a page

/// A text that stands in the pages of one kind and hardly anywhere else, in lower case.
struct Mark {
    std::string_view text;
    Impostor kind;
};

constexpr auto body_marks = std::to_array<Mark>({
    {"<title>just a moment...</title>", Impostor::bot_wall},          // Cloudflare
    {"<title>attention required! | cloudflare", Impostor::bot_wall},  // Cloudflare
    {"/cdn-cgi/challenge-platform/", Impostor::bot_wall},             // Cloudflare
    {"cf-chl-", Impostor::bot_wall},                                  // Cloudflare
    {"_incapsula_resource", Impostor::bot_wall},                      // Imperva
    {"geo.captcha-delivery.com", Impostor::bot_wall},                 // DataDome
    {"px-captcha", Impostor::bot_wall},                               // HUMAN
    {"<title>pardon our interruption", Impostor::bot_wall},           // Imperva, Distil
    {"/.well-known/sgcaptcha/", Impostor::bot_wall},                  // SiteGround
    {"/.within.website/x/cmd/anubis/", Impostor::bot_wall},           // Anubis
    {"<title>ddos-guard</title>", Impostor::bot_wall},                // DDoS-Guard
    {"sucuri website firewall - access denied", Impostor::bot_wall},  // Sucuri
    {"<title>human verification</title>", Impostor::bot_wall},        // AWS WAF
    {"awswafcookiedomainlist", Impostor::bot_wall},                   // AWS WAF
    {"<title>vercel security checkpoint", Impostor::bot_wall},        // Vercel
    {"checking your browser before accessing", Impostor::bot_wall},
    {"<title>bot verification</title>", Impostor::bot_wall},
    {"<title>are you a robot?", Impostor::bot_wall},
    {"verify you are human", Impostor::bot_wall},
    {"wispaccessgatewayparam", Impostor::captive_portal},  // WISPr
    {"sedoparking.com", Impostor::parked_domain},
    {"parkingcrew.net", Impostor::parked_domain},
    {"img1.wsimg.com/parking-lander", Impostor::parked_domain},
    {"bodis.com", Impostor::parked_domain},
    {"above.com/marketplace", Impostor::parked_domain},
    {"hugedomains.com/domain_profile", Impostor::parked_domain},
    {"dan.com/buy-domain", Impostor::parked_domain},
    {"afternic.com/forsale", Impostor::parked_domain},
    {"this domain is for sale", Impostor::parked_domain},
    {"this domain name is for sale", Impostor::parked_domain},
    {"this domain may be for sale", Impostor::parked_domain},
    {"buy this domain", Impostor::parked_domain},
    {"this domain has expired", Impostor::parked_domain},
    {"this domain name has expired", Impostor::parked_domain},
    {"domain is parked", Impostor::parked_domain},
    {"diese domain steht zum verkauf", Impostor::parked_domain},
    {"ce domaine est \xC3\xA0 vendre", Impostor::parked_domain},
    {"este dominio est\xC3\xA1 en venta", Impostor::parked_domain},
});

/// What many pages hold for good reasons, and a refusal only for one.
constexpr auto refusal_marks = std::to_array<Mark>({
    {"class=\"h-captcha\"", Impostor::bot_wall},
    {"class=\"g-recaptcha\"", Impostor::bot_wall},
    {"class=\"cf-turnstile\"", Impostor::bot_wall},
});

/// What the titles of pages say.
constexpr auto title_marks = std::to_array<Mark>({
    {"just a moment", Impostor::bot_wall},
    {"captcha", Impostor::bot_wall},
    {"wi-fi login", Impostor::captive_portal},
    {"wifi login", Impostor::captive_portal},
    {"hotspot login", Impostor::captive_portal},
    {"captive portal", Impostor::captive_portal},
    {"is for sale", Impostor::parked_domain},
    {"parked domain", Impostor::parked_domain},
    {"domain expired", Impostor::parked_domain},
    {"404", Impostor::not_found_page},
    {"not found", Impostor::not_found_page},
    {"page doesn't exist", Impostor::not_found_page},
    {"does not exist", Impostor::not_found_page},
    {"no longer available", Impostor::not_found_page},
    {"nicht gefunden", Impostor::not_found_page},
    {"introuvable", Impostor::not_found_page},
    {"no encontrada", Impostor::not_found_page},
    {"non trovata", Impostor::not_found_page},
    {"niet gevonden", Impostor::not_found_page},
    {"\xD0\xBD\xD0\xB5 \xD0\xBD\xD0\xB0\xD0\xB9\xD0\xB4\xD0\xB5\xD0\xBD\xD0\xB0",
     Impostor::not_found_page},  // Russian
    {"\xE8\xA6\x8B\xE3\x81\xA4\xE3\x81\x8B\xE3\x82\x8A\xE3\x81\xBE\xE3\x81\x9B\xE3\x82\x93",
     Impostor::not_found_page},  // Japanese
});

/// The text of the first such element; `lower` is a page in lower case.
std::string_view element(std::string_view lower, std::string_view name) {
    const std::size_t open = lower.find(name);
    if (open == lower.npos) return {};
    const std::size_t begin = lower.find('>', open);
    if (begin == lower.npos) return {};
    const std::string_view rest = lower.substr(begin + 1);
    return trim(rest.substr(0, std::min(rest.find("</"), std::size_t{300})));
}

Identified by_marks(std::string_view text, std::span<const Mark> marks, std::string_view where) {
    for (const Mark& mark : marks) {
        if (text.find(mark.text) != text.npos)
            return {mark.kind, std::string(where) + " says \"" + std::string(mark.text) + "\""};
    }
    return {};
}

Identified by_headers(const Page& page) {
    const auto wall = [](std::string evidence) {
        return Identified{Impostor::bot_wall, std::move(evidence)};
    };
    if (equals_ignoring_case(page.cf_mitigated, "challenge"))
        return wall("the header cf-mitigated: challenge");
    if (equals_ignoring_case(page.waf_action, "challenge") ||
        equals_ignoring_case(page.waf_action, "captcha"))
        return wall("the header x-amzn-waf-action: " + to_lower(page.waf_action));
    if (!page.sucuri_block.empty()) return wall("the header x-sucuri-block");
    const bool is_refusal = page.status == 401 || page.status == 403 || page.status == 429;
    if (is_refusal && !page.datadome.empty()) return wall("the header x-datadome");
    if (is_refusal && starts_with_ignoring_case(page.server, "ddos-guard"))
        return wall("the header server: ddos-guard");
    if (page.status == 511)  // RFC 6585 6
        return {Impostor::captive_portal, "the status 511"};
    return {};
}

bool is_html(std::string_view lower) {
    const std::string_view start = trim(lower.substr(0, 2048));
    return start.starts_with("<!doctype html") || start.starts_with("<html") ||
           lower.substr(0, 2048).find("<html") != lower.npos ||
           lower.substr(0, 2048).find("<head") != lower.npos;
}

}  // namespace

Identified identify(const Page& page) {
    if (auto found = by_headers(page); found.kind != Impostor::none) return found;
    const std::string lower = to_lower(page.body.substr(0, looked_at));
    if (!is_html(lower)) return {};
    if (auto found = by_marks(lower, body_marks, "the page"); found.kind != Impostor::none)
        return found;
    if (page.status >= 400) {
        auto found = by_marks(lower, refusal_marks, "the page");
        if (found.kind != Impostor::none) return found;
    }
    for (const std::string_view name : {"<title", "<h1"}) {
        auto found = by_marks(element(lower, name), title_marks, "the page's title");
        if (found.kind != Impostor::none) return found;
    }
    const bool asks_for_a_password = lower.find("type=\"password\"") != lower.npos ||
                                     lower.find("type='password'") != lower.npos ||
                                     lower.find("type=password") != lower.npos;
    if (asks_for_a_password) return {Impostor::login_page, "the page asks for a password"};
    return {};
}

std::string_view in_words(Impostor kind) {
    switch (kind) {
        case Impostor::none:
            return "";
        case Impostor::bot_wall:
            return "a wall against robots";
        case Impostor::parked_domain:
            return "a parked domain";
        case Impostor::captive_portal:
            return "the login page of the network";
        case Impostor::login_page:
            return "a login page";
        case Impostor::not_found_page:
            return "a page that says \"not found\"";
    }
    return "";
}

std::string_view advice(Impostor kind) {
    switch (kind) {
        case Impostor::none:
            return "";
        case Impostor::bot_wall:
            return "Ask the site's owner to let feed readers through to this address, or look for "
                   "another address of the feed; Tributary never poses as a browser.";
        case Impostor::parked_domain:
            return "The site has lost its domain: find out where it has moved, and change or "
                   "remove the source.";
        case Impostor::captive_portal:
            return "Log in to the network that this machine is in; nothing is wrong with the "
                   "source.";
        case Impostor::login_page:
            return "The feed wants a login: give the source its credentials, or ask the site for "
                   "a feed address with a key in it.";
        case Impostor::not_found_page:
            return "The feed is no longer at this address: `tributary add` with the site's address "
                   "finds where it is now.";
    }
    return "";
}

}  // namespace tributary::schedule
