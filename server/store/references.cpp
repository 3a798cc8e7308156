#include "store/references.hpp"

#include "store/constraints.hpp"
#include "store/postgresql/locks.hpp"

namespace hallpass::server {
namespace {

// Before a statement it takes the writers' lock, which every change here holds already: who removes
// a row by hand waits for the changes under way, and they for that (not for long where nothing
// goes on: PostgreSQL ends it). After each row it looks for what refers to it. In a transaction of
// one snapshot it would not see what was committed while it waited, and a table is emptied without
// its rows: both are refused. The names it uses are this schema's, whoever runs it.
std::string refuse_while_referred_to() {
    return "DO $do$ BEGIN EXECUTE format($make$"
           "CREATE OR REPLACE FUNCTION refuse_while_referred_to() RETURNS trigger LANGUAGE plpgsql"
           " SET search_path = pg_catalog, %I, pg_temp AS $$ BEGIN"
           " IF TG_OP = 'TRUNCATE' THEN RAISE feature_not_supported"
           " USING MESSAGE = 'other rows may refer to those of ' || TG_TABLE_NAME; END IF;"
           " IF current_setting('transaction_isolation') NOT IN"
           " ('read committed', 'read uncommitted') THEN RAISE feature_not_supported"
           " USING MESSAGE = 'rows that others refer to are removed READ COMMITTED'; END IF;"
           " IF TG_LEVEL = 'STATEMENT' THEN"
           " IF current_setting('idle_in_transaction_session_timeout') = '0' THEN"
           " PERFORM set_config('idle_in_transaction_session_timeout', '5s', true); END IF;"
           " PERFORM pg_advisory_xact_lock(" +
           std::to_string(writers_lock) +
           "); RETURN NULL; END IF;"
           " IF (CASE TG_ARGV[0]"
           " WHEN 'tenants' THEN EXISTS (SELECT FROM sessions WHERE tenant_id = OLD.id)"
           " WHEN 'users' THEN EXISTS (SELECT FROM sessions WHERE subject_id = OLD.id)"
           " OR EXISTS (SELECT FROM sessions WHERE agent_id = OLD.id)"
           " WHEN 'grants' THEN EXISTS (SELECT FROM sessions WHERE grant_id = OLD.id)"
           " ELSE EXISTS (SELECT FROM tokens WHERE session_id = OLD.id) END)"
           " THEN RAISE foreign_key_violation"
           " USING MESSAGE = 'a session or a token refers to the row', TABLE = TG_TABLE_NAME;"
           " END IF; RETURN NULL; END $$ $make$, current_schema()); END $do$";
}

}  // namespace

void lighten_references(Connection& connection) {
    if (!connection.shared()) return;
    for (const char* column : {"tenant_id", "subject_id", "agent_id", "grant_id"}) {
        drop_constraints(connection, "sessions", "f", column);
    }
    drop_constraints(connection, "tokens", "f", "session_id");
    drop_constraints(connection, "tokens", "u", "sha256");
    connection.run(refuse_while_referred_to());
    for (const std::string table : {"tenants", "users", "grants", "sessions"}) {
        const auto trigger = [&](const char* name_and_event, const char* each) {
            std::string statement = "CREATE TRIGGER ";
            statement += name_and_event;
            statement += " ON ";
            statement += table;
            statement += " FOR EACH ";
            statement += each;
            statement += " EXECUTE FUNCTION refuse_while_referred_to('";
            statement += table;
            statement += "')";
            connection.run(statement);
        };
        trigger("removing BEFORE DELETE", "STATEMENT");
        trigger("renaming BEFORE UPDATE OF id", "STATEMENT");
        trigger("emptying BEFORE TRUNCATE", "STATEMENT");
        trigger("removed AFTER DELETE", "ROW");
        trigger("renamed AFTER UPDATE OF id", "ROW WHEN (OLD.id <> NEW.id)");
    }
}

}  // namespace hallpass::server
