#pragma once

#include "store/connection.hpp"

namespace hallpass::server {

/// The version that this program works with.
extern const std::int64_t newest_schema;

/// The version of the database's schema; 0 where it has no tables yet. Changes nothing.
std::int64_t schema_version(Connection& connection);

/// What a newer server has migrated since is no longer this one's to work on.
inline constexpr const char* schema_too_new =
    "the database was written by a newer version of hallpassd";
bool is_too_new(Connection& connection);

/// Brings the schema to the newest version, in one transaction; safe when several start at once.
/// @throws StoreFault where the database is newer than this program
void migrate(Connection& connection);

}  // namespace hallpass::server
