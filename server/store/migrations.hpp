#pragma once

#include "store/connection.hpp"

namespace hallpass::server {

/// Brings the schema to the newest version, in one transaction; safe when several start at once.
/// @throws StoreFault where the database is newer than this program
void migrate(Connection& connection);

}  // namespace hallpass::server
