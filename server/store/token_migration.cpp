#include "store/token_migration.hpp"

#include "store/constraints.hpp"

namespace hallpass::server {
namespace {

constexpr const char* made_anew[] = {
    "ALTER TABLE rejected_tokens RENAME TO earlier_rejected_tokens",
    "ALTER TABLE tokens RENAME TO earlier_tokens",
    ("CREATE TABLE tokens (id TEXT PRIMARY KEY, session_id TEXT NOT NULL REFERENCES sessions(id),"
     " sha256 TEXT NOT NULL, key_id TEXT NOT NULL, status_list BIGINT NOT NULL,"
     " status_index BIGINT NOT NULL, issued_at_unix_ms BIGINT NOT NULL,"
     " expires_at_unix_ms BIGINT NOT NULL, scopes TEXT NOT NULL, revoked_at_unix_ms BIGINT)"),
    ("INSERT INTO tokens (id, session_id, sha256, key_id, status_list, status_index,"
     " issued_at_unix_ms, expires_at_unix_ms, scopes, revoked_at_unix_ms)"
     " SELECT id, session_id, sha256, key_id, status_list, status_index, issued_at_unix_ms,"
     " expires_at_unix_ms, scopes, revoked_at_unix_ms FROM earlier_tokens"),
    ("CREATE TABLE rejected_tokens (token_id TEXT NOT NULL REFERENCES tokens(id),"
     " code TEXT NOT NULL, PRIMARY KEY (token_id, code))"),
    ("INSERT INTO rejected_tokens (token_id, code)"
     " SELECT token_id, code FROM earlier_rejected_tokens"),
    "DROP TABLE earlier_rejected_tokens",
    "DROP TABLE earlier_tokens",
    "CREATE INDEX tokens_of_session ON tokens (session_id)",
    ("CREATE INDEX ended_tokens ON tokens (status_list, expires_at_unix_ms, status_index)"
     " WHERE revoked_at_unix_ms IS NOT NULL AND revoked_at_unix_ms < expires_at_unix_ms"),
    "CREATE INDEX tokens_of_key ON tokens (key_id, expires_at_unix_ms)",
    ("CREATE INDEX tokens_by_end ON tokens (revoked_at_unix_ms)"
     " WHERE revoked_at_unix_ms IS NOT NULL"),
};

}  // namespace

void lighten_tokens(Connection& connection) {
    if (connection.shared()) {
        drop_constraints(connection, "tokens", "u", "status_list,status_index");
    } else {
        for (const char* statement : made_anew) connection.run(statement);
    }
    connection.run(
        "CREATE TABLE status_places (list BIGINT NOT NULL, part BIGINT NOT NULL,"
        " taken TEXT NOT NULL, PRIMARY KEY (list, part))");
    // A server of the version before, left running, would give places that these rows do not know
    // of: under the new name it finds no list, and starts nothing.
    connection.run("ALTER TABLE status_lists RENAME COLUMN issued TO places_taken");
}

}  // namespace hallpass::server
