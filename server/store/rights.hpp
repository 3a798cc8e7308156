#pragma once

#include <string>

#include "store/connection.hpp"

namespace hallpass::server {

/// What a server's role may not do on PostgreSQL and has to, in words; empty where it may do all,
/// and for a file. Changes nothing.
/// @throws StoreFault
std::string missing_rights(Connection& connection);

/// Who else is let at a server's database on PostgreSQL, in words; empty where nobody is.
/// @throws StoreFault
std::string open_to_others(Connection& connection);

}  // namespace hallpass::server
