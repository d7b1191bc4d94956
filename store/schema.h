#pragma once
// The schema as a list of steps. How many a database has taken is its user_version; a step and its
// version are one transaction. A step that has been released is never edited: a new one is added.

#include <span>

namespace tributary::store {

class Database;

/// The steps in order; their number is the version of today's schema (store/schema.sql).
std::span<const char* const> migrations();

/// Takes the steps that are missing. Throws StoreError::newer for a database of a later program.
void migrate(Database& database);

/// Throws StoreError unless the database has exactly today's schema: for those who only read.
void require_current(Database& database);

}  // namespace tributary::store
