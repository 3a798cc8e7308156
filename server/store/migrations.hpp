#pragma once

#include "store/connection.hpp"

namespace hallpass::server {

/// Brings the schema to the newest version, each step in its own transaction.
/// @throws StoreFault where the database is newer than this program
void migrate(Connection& connection);

}  // namespace hallpass::server
