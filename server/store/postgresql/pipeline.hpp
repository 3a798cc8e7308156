#pragma once

#include <memory>

#include "store/pipeline.hpp"

struct pg_conn;

namespace hallpass::server {

/// libpq's pipeline mode. Statements are prepared at their first use and kept by PostgreSQL.
/// @param connection outlives the pipeline
std::unique_ptr<Pipeline> postgresql_pipeline(pg_conn* connection);

}  // namespace hallpass::server
