#include "store/references.hpp"

#include "store/postgresql/locks.hpp"

namespace hallpass::server {
namespace {

// A token's hash is looked up by nobody.
constexpr const char* lighter[] = {
    ("ALTER TABLE sessions DROP CONSTRAINT sessions_tenant_id_fkey,"
     " DROP CONSTRAINT sessions_subject_id_fkey, DROP CONSTRAINT sessions_agent_id_fkey,"
     " DROP CONSTRAINT sessions_grant_id_fkey"),
    ("ALTER TABLE tokens DROP CONSTRAINT tokens_session_id_fkey,"
     " DROP CONSTRAINT tokens_sha256_key"),
};

// With the writers' lock, which every change here holds already, it sees all that refers to a row:
// who removes one by hand waits for the changes under way, and they for that.
std::string refuse_while_referred_to() {
    return "CREATE FUNCTION refuse_while_referred_to() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
           " PERFORM pg_advisory_xact_lock(" +
           std::to_string(writers_lock) +
           "); IF (CASE TG_TABLE_NAME"
           " WHEN 'tenants' THEN EXISTS (SELECT FROM sessions WHERE tenant_id = OLD.id)"
           " WHEN 'users' THEN EXISTS (SELECT FROM sessions WHERE subject_id = OLD.id)"
           " OR EXISTS (SELECT FROM sessions WHERE agent_id = OLD.id)"
           " WHEN 'grants' THEN EXISTS (SELECT FROM sessions WHERE grant_id = OLD.id)"
           " ELSE EXISTS (SELECT FROM tokens WHERE session_id = OLD.id) END)"
           " THEN RAISE foreign_key_violation; END IF; RETURN NULL; END $$";
}

}  // namespace

void lighten_references(Connection& connection) {
    if (!connection.shared()) return;
    for (const char* statement : lighter) connection.run(statement);
    connection.run(refuse_while_referred_to());
    const auto refuse_after = [&](std::string change, const char* condition) {
        change += " FOR EACH ROW";
        change += condition;
        connection.run(change += " EXECUTE FUNCTION refuse_while_referred_to()");
    };
    for (const std::string table : {"tenants", "users", "grants", "sessions"}) {
        refuse_after("CREATE TRIGGER removed AFTER DELETE ON " + table, "");
        refuse_after("CREATE TRIGGER renamed AFTER UPDATE OF id ON " + table,
                     " WHEN (OLD.id <> NEW.id)");
    }
}

}  // namespace hallpass::server
