#pragma once

#include <string>

#include "store/connection.hpp"

namespace hallpass::server {

/// Of PostgreSQL: drops the constraints of one kind on exactly these columns of a table, whatever
/// their names are, which the tables' owner may have changed.
/// @param kind as `pg_constraint.contype` has it: "f" refers to another table, "u" is unique
/// @param columns names with commas between them
/// @throws StoreFault
void drop_constraints(Connection& connection, const std::string& table, const std::string& kind,
                      const std::string& columns);

}  // namespace hallpass::server
