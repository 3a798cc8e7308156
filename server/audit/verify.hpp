#pragma once

#include "audit/command.hpp"
#include "store/connection.hpp"

namespace hallpass::server {

/// A look at the database. It is not made where it is not there: an empty record would hold.
/// @throws std::runtime_error, StoreFault
Connection open_record(const std::string& database);

/// Checks a database's record against itself, and against the heads that it keeps.
/// @param keys who may have signed these; none: signatures are not looked at
/// @param erasures counts the parts that were erased
/// @returns the first thing that does not hold
std::optional<Finding> check_record(Connection& store, const std::vector<NoteKey>& keys,
                                    TreeCheck& check, std::int64_t& erasures);

/// `audit verify`, of the database and of an exported file. @returns the exit code
int verify_database(const AuditCommand& command, const Settings& settings);
int verify_file(const AuditCommand& command);

}  // namespace hallpass::server
