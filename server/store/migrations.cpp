#include "store/migrations.hpp"

#include "store/migration_steps.hpp"

namespace hallpass::server {

const std::int64_t newest_schema = static_cast<std::int64_t>(migration_steps().size());

std::int64_t schema_version(Connection& connection) {
    try {
        return connection.number("SELECT COALESCE(MAX(version), 0) FROM schema_versions");
    } catch (const ConnectionLost&) {
        throw;
    } catch (const StoreFault&) {
        return 0;
    }
}

bool is_too_new(Connection& connection) { return schema_version(connection) > newest_schema; }

void migrate(Connection& connection) {
    // A table that is made anew takes its size in scratch room: SQLite's is a file meanwhile.
    if (!connection.shared()) connection.run("PRAGMA temp_store=FILE");
    // Programs that start at once come one after the other: the second finds the work done.
    connection.begin_write();
    try {
        connection.run("CREATE TABLE IF NOT EXISTS schema_versions (version BIGINT PRIMARY KEY)");
        const auto version =
            connection.number("SELECT COALESCE(MAX(version), 0) FROM schema_versions");
        if (version > newest_schema) {
            throw StoreFault(schema_too_new);
        }
        auto done = version;
        for (const auto& step : migration_steps().subspan(static_cast<std::size_t>(version))) {
            for (const char* statement : step.statements) connection.run(statement);
            if (step.work != nullptr) step.work(connection);
            connection.execute("INSERT INTO schema_versions (version) VALUES (:version)",
                               {{"version", ++done}});
        }
        connection.commit();
    } catch (...) {
        connection.rollback();
        throw;
    }
    if (!connection.shared()) connection.run("PRAGMA temp_store=MEMORY");
}

}  // namespace hallpass::server
