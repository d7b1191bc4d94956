#pragma once
// Subscriptions to pushes: what Store promises of them.

#include "store/store.h"

namespace tributary::store {

class Database;

std::vector<SourceSubscription> subscriptions(Database& database);
void save_subscription(Database& database, const SourceSubscription& subscription);
void forget_subscription(Database& database, std::string_view key);

}  // namespace tributary::store
