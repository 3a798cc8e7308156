#include "store/rights.hpp"

#include "store/migrations.hpp"

namespace hallpass::server {
namespace {

// Hallpass's tables: those that whoever made `schema_versions` made beside it.
constexpr const char* own_tables =
    "FROM pg_class AS own JOIN pg_class AS versions"
    " ON own.relnamespace = versions.relnamespace AND own.relowner = versions.relowner"
    " WHERE versions.oid = to_regclass('schema_versions') AND own.relkind = 'r'";

}  // namespace

std::string missing_rights(Connection& connection) {
    if (!connection.shared()) return "";
    const auto none = [&](const std::string& query) { return connection.number(query) == 0; };
    if (none("SELECT COUNT(*) " + std::string{own_tables})) {
        if (none("SELECT COUNT(*) FROM pg_namespace WHERE nspname = current_schema()"
                 " AND has_schema_privilege(oid, 'CREATE')")) {
            return "its role may not make tables: it must own the database, or a schema that it"
                   " finds first";
        }
        return "";
    }
    if (!none("SELECT COUNT(*) " + std::string{own_tables} +
              " AND NOT (has_table_privilege(own.oid, 'SELECT')"
              " AND has_table_privilege(own.oid, 'INSERT')"
              " AND has_table_privilege(own.oid, 'UPDATE')"
              " AND has_table_privilege(own.oid, 'DELETE'))")) {
        return "its role may not read and write all tables";
    }
    if (schema_version(connection) < newest_schema &&
        none("SELECT COUNT(*) " + std::string{own_tables} +
             " AND own.oid = versions.oid AND pg_has_role(own.relowner, 'USAGE')")) {
        return "its role may not bring the tables up to date: another one owns them";
    }
    return "";
}

std::string open_to_others(Connection& connection) {
    if (!connection.shared()) return "";
    const auto holds = [&](const std::string& condition) {
        return connection.number("SELECT CASE WHEN " + condition + " THEN 1 ELSE 0 END") == 1;
    };
    if (holds("has_schema_privilege('public', current_schema(), 'CREATE')")) {
        return "every role may make tables beside its own";
    }
    if (holds("has_database_privilege('public', current_database(), 'CONNECT')")) {
        return "every role may connect to it";
    }
    return "";
}

}  // namespace hallpass::server
