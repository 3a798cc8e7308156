#pragma once

#include <memory>
#include <string>
#include <vector>

#include "store/pipeline.hpp"

struct pg_conn;

namespace hallpass::server {

/// libpq's pipeline mode. Statements are prepared at their first use and kept by PostgreSQL.
/// @param connection outlives the pipeline
std::unique_ptr<Pipeline> postgresql_pipeline(pg_conn* connection);

/// An SQL text's places for values as PostgreSQL writes them, `$1` and so on.
struct NumberedStatement {
    std::string sql;
    std::vector<std::string> names;  ///< whose value each place takes
};
NumberedStatement numbered(const std::string& sql);

}  // namespace hallpass::server
