#include "store/constraints.hpp"

#include <vector>

namespace hallpass::server {

void drop_constraints(Connection& connection, const std::string& table, const std::string& kind,
                      const std::string& columns) {
    std::vector<std::string> statements;
    connection.query(
        "SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', CAST(conrelid AS regclass), conname)"
        " FROM (SELECT conrelid, conname, conkey, ARRAY(SELECT attnum FROM pg_attribute"
        " WHERE attrelid = conrelid AND attname = ANY(string_to_array(:columns, ','))) AS wanted"
        " FROM pg_constraint WHERE conrelid = CAST(:table AS regclass)"
        " AND contype = CAST(:kind AS \"char\")) AS found"
        " WHERE conkey @> wanted AND conkey <@ wanted",
        "t", {{"columns", columns}, {"table", table}, {"kind", kind}},
        [&](Columns& row) { statements.push_back(row.text()); });
    for (const auto& statement : statements) connection.run(statement);
}

}  // namespace hallpass::server
