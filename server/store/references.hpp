#pragma once

#include "store/connection.hpp"

namespace hallpass::server {

/// Makes what a start writes lighter on PostgreSQL: sessions and tokens have no foreign keys there.
/// These look up and lock all that a row refers to, which was a fifth of what a start costs
/// PostgreSQL and made it write to the pages of its user and its grant; and the start has looked it
/// up in the same transaction. What is referred to is still kept from being removed or renamed.
/// Nothing changes where the database is not shared.
/// @throws StoreFault
void lighten_references(Connection& connection);

}  // namespace hallpass::server
