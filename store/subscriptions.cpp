#include "store/subscriptions.h"

#include "store/database.h"

namespace tributary::store {
namespace {

websub::Subscription read_subscription(const Rows& rows) {
    return {.hub = std::string(rows.text(1)),
            .topic = std::string(rows.text(2)),
            .callback = std::string(rows.text(3)),
            .secret = std::string(rows.text(4)),
            .wanted = rows.as<bool>(5),
            .is_asked = rows.as<bool>(6),
            .next = rows.time(7),
            .active_since = rows.optional_time(8),
            .lease_until = rows.optional_time(9),
            .failures = rows.as<int>(10),
            .trouble = std::string(rows.text(11)),
            .proven = rows.as<bool>(12),
            .doubted_until = rows.optional_time(13),
            .pushed = rows.integer(14)};
}

}  // namespace

std::vector<SourceSubscription> subscriptions(Database& database) {
    std::vector<SourceSubscription> subscriptions;
    Rows rows = database.query(
        "SELECT source, hub, topic, callback, secret, wanted, is_asked, next, active_since,"
        " lease_until, failures, trouble, proven, doubted_until, pushed"
        " FROM subscription ORDER BY key");
    while (rows.next()) subscriptions.push_back({rows.as<SourceId>(0), read_subscription(rows)});
    return subscriptions;
}

void save_subscription(Database& database, const SourceSubscription& subscription) {
    const websub::Subscription& of = subscription.subscription;
    database.run(
        "INSERT OR REPLACE INTO subscription (key, source, hub, topic, callback, secret, wanted,"
        " is_asked, next, active_since, lease_until, failures, trouble, proven, doubted_until,"
        " pushed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        websub::key_of(of), subscription.source, of.hub, of.topic, of.callback, of.secret,
        of.wanted, of.is_asked, of.next, of.active_since, of.lease_until, of.failures, of.trouble,
        of.proven, of.doubted_until, of.pushed);
}

void forget_subscription(Database& database, std::string_view key) {
    database.run("DELETE FROM subscription WHERE key = ?", key);
}

}  // namespace tributary::store
