#include "store/migrations.hpp"

#include <algorithm>

#include "store/migration_steps.hpp"

namespace hallpass::server {

const std::int64_t newest_schema = static_cast<std::int64_t>(migration_steps().size());

namespace {

bool has_tables(Connection& connection) {
    return connection.number(
               connection.shared()
                   ? "SELECT COUNT(to_regclass('schema_versions'))"
                   : "SELECT COUNT(*) FROM sqlite_master WHERE name = 'schema_versions'") > 0;
}

/// @param version the last one that was reached
void take_steps(Connection& connection, std::int64_t& version) {
    connection.run("CREATE TABLE IF NOT EXISTS schema_versions (version BIGINT PRIMARY KEY)");
    version = schema_version(connection);
    if (version > newest_schema) throw StoreFault(schema_too_new);
    for (const auto& step : migration_steps().subspan(static_cast<std::size_t>(version))) {
        for (const char* statement : step.statements) connection.run(statement);
        if (step.work != nullptr) step.work(connection);
        connection.execute("INSERT INTO schema_versions (version) VALUES (:version)",
                           {{"version", version + 1}});
        ++version;
    }
    connection.commit();
}

}  // namespace

std::int64_t schema_version(Connection& connection) {
    try {
        return connection.number("SELECT COALESCE(MAX(version), 0) FROM schema_versions");
    } catch (const ConnectionLost&) {
        throw;
    } catch (const StoreFault&) {
        if (has_tables(connection)) throw;
        return 0;
    }
}

bool is_too_new(Connection& connection) { return schema_version(connection) > newest_schema; }

void migrate(Connection& connection) {
    // Where nothing is to be made, no right to make it is needed.
    const auto before = schema_version(connection);
    if (before == newest_schema) return;
    if (before > newest_schema) throw StoreFault(schema_too_new);
    // A table that is made anew takes its size in scratch room: SQLite's is a file meanwhile.
    if (!connection.shared()) connection.run("PRAGMA temp_store=FILE");
    auto version = before;
    try {
        // Programs that start at once come one after the other: the second finds the work done.
        connection.begin_write();
        take_steps(connection, version);
    } catch (const StoreFault& fault) {
        connection.rollback();
        const auto wanted = std::min(version + 1, newest_schema);
        throw StoreFault("the tables were not brought to version " + std::to_string(wanted) + ": " +
                         fault.what());
    } catch (...) {
        connection.rollback();
        throw;
    }
    if (connection.shared()) return;
    connection.run("PRAGMA temp_store=MEMORY");
    // What was made anew lies in the log too, which would keep that size until the server stops.
    if (before > 0) connection.run("PRAGMA wal_checkpoint(TRUNCATE)");
}

}  // namespace hallpass::server
