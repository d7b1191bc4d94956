#include "websub/protocol.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/hmac.h"
#include "base/percent.h"
#include "base/text.h"

namespace tributary::websub {
namespace {

constexpr std::size_t longest_challenge = 1024;

void add_field(std::string& form, std::string_view name, std::string_view value) {
    if (!form.empty()) form += '&';
    form.append(name).append("=");
    percent_encode(value, form);
}

/// One value of a form; nothing if it is badly escaped.
std::optional<std::string> read_value(std::string_view text) {
    std::string spaced(text), value;
    std::ranges::replace(spaced, '+', ' ');
    if (!percent_decode(spaced, value)) return std::nullopt;
    return value;
}

/// The value of a field of a form: empty if it is absent, nothing if it is there twice or broken.
std::optional<std::string> field(std::string_view form, std::string_view name) {
    std::optional<std::string> found;
    for (const std::string_view part : split(form, '&')) {
        const auto equals = part.find('=');
        if (equals == part.npos || part.substr(0, equals) != name) continue;
        if (found) return std::nullopt;
        found = read_value(part.substr(equals + 1));
        if (!found) return std::nullopt;
    }
    return found.value_or("");
}

std::optional<Intent::Mode> read_mode(std::string_view text) {
    if (text == "subscribe") return Intent::Mode::subscribe;
    if (text == "unsubscribe") return Intent::Mode::unsubscribe;
    if (text == "denied") return Intent::Mode::denied;
    return std::nullopt;
}

/// What is echoed goes out under our name.
bool can_be_echoed(std::string_view challenge) {
    return !challenge.empty() && challenge.size() <= longest_challenge &&
           std::ranges::all_of(challenge, [](char c) { return c >= ' ' && c <= '~'; });
}

struct Method {
    std::string_view name;
    Digest digest;
};
constexpr std::array<Method, 4> methods{{{"sha1", Digest::sha1},
                                         {"sha256", Digest::sha256},
                                         {"sha384", Digest::sha384},
                                         {"sha512", Digest::sha512}}};

}  // namespace

std::string request_form(const Subscription& subscription, const Terms& terms) {
    std::string form;
    add_field(form, "hub.mode", subscription.wanted ? "subscribe" : "unsubscribe");
    add_field(form, "hub.topic", subscription.topic);
    add_field(form, "hub.callback", subscription.callback);
    if (!subscription.wanted) return form;
    const auto lease = std::chrono::ceil<std::chrono::seconds>(terms.lease);
    add_field(form, "hub.lease_seconds", std::to_string(lease.count()));
    add_field(form, "hub.secret", subscription.secret);
    return form;
}

std::optional<Intent> read_intent(std::string_view query) {
    auto mode = field(query, "hub.mode"), topic = field(query, "hub.topic"),
         challenge = field(query, "hub.challenge"), reason = field(query, "hub.reason"),
         lease = field(query, "hub.lease_seconds");
    if (!mode || !topic || !challenge || !reason || !lease) return std::nullopt;
    const auto known = read_mode(*mode);
    if (!known) return std::nullopt;
    if (*known != Intent::Mode::denied && !can_be_echoed(*challenge)) return std::nullopt;
    return Intent{.mode = *known,
                  .topic = std::move(*topic),
                  .challenge = std::move(*challenge),
                  .reason = std::move(*reason),
                  .lease_seconds = read_number(*lease)};
}

bool is_signed(std::string_view signature, std::string_view secret, std::string_view body) {
    const auto equals = signature.find('=');
    if (equals == signature.npos) return false;
    const std::string name = to_lower(trim(signature.substr(0, equals)));
    const auto method = std::ranges::find(methods, name, &Method::name);
    if (method == methods.end()) return false;
    return is_same_secret(to_lower(trim(signature.substr(equals + 1))),
                          hmac_hex(method->digest, secret, body));
}

}  // namespace tributary::websub
