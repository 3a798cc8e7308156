#include "store/migration_steps.hpp"

#include "audit/retention.hpp"
#include "store/references.hpp"
#include "store/token_migration.hpp"
#include "store/tree_migration.hpp"

namespace hallpass::server {
namespace {

// Only what SQLite and PostgreSQL both understand. A step, once released, is never changed.
constexpr const char* directory_and_access[] = {
    "CREATE TABLE tenants (id TEXT PRIMARY KEY, name TEXT NOT NULL, policy TEXT NOT NULL)",
    "CREATE TABLE users (id TEXT PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL,"
    " roles TEXT NOT NULL, time_zone TEXT NOT NULL, opted_out BIGINT NOT NULL,"
    " all_tenants BIGINT NOT NULL, banned BIGINT NOT NULL, banned_until_unix_ms BIGINT,"
    " ban_reason TEXT)",
    "CREATE TABLE memberships (tenant_id TEXT NOT NULL REFERENCES tenants(id),"
    " user_id TEXT NOT NULL REFERENCES users(id), scopes TEXT NOT NULL,"
    " PRIMARY KEY (tenant_id, user_id))",
    "CREATE INDEX memberships_of_user ON memberships (user_id)",
    "CREATE TABLE logins (id TEXT PRIMARY KEY, secret_sha256 TEXT NOT NULL UNIQUE,"
    " user_id TEXT NOT NULL REFERENCES users(id), created_at_unix_ms BIGINT NOT NULL,"
    " expires_at_unix_ms BIGINT NOT NULL, ip TEXT NOT NULL, user_agent TEXT NOT NULL)",
    "CREATE INDEX logins_of_user ON logins (user_id)",

    "CREATE TABLE grants (id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL REFERENCES tenants(id),"
    " subject_id TEXT NOT NULL REFERENCES users(id), agent_id TEXT REFERENCES users(id),"
    " ticket_id TEXT, reason TEXT, requested_scopes TEXT, status TEXT NOT NULL,"
    " created_at_unix_ms BIGINT NOT NULL, pending_until_unix_ms BIGINT, granted_at_unix_ms BIGINT,"
    " granted_until_unix_ms BIGINT, scopes TEXT, declined_at_unix_ms BIGINT,"
    " revoked_at_unix_ms BIGINT, revoked_by TEXT, expired_at_unix_ms BIGINT, time_zone TEXT,"
    " tzdata_version TEXT,"
    " CHECK (status <> 'granted' OR granted_until_unix_ms IS NOT NULL),"
    " CHECK (status <> 'pending' OR pending_until_unix_ms IS NOT NULL))",
    "CREATE UNIQUE INDEX one_open_grant ON grants (tenant_id, subject_id, agent_id, ticket_id)"
    " WHERE status IN ('pending', 'granted') AND agent_id IS NOT NULL",
    "CREATE UNIQUE INDEX one_standing_grant ON grants (tenant_id, subject_id)"
    " WHERE status = 'granted' AND agent_id IS NULL",
    "CREATE INDEX open_grants_of_subject ON grants (subject_id, tenant_id)"
    " WHERE status IN ('pending', 'granted')",
    "CREATE INDEX open_grants_of_agent ON grants (agent_id) WHERE status IN ('pending', 'granted')",
    "CREATE INDEX pending_due ON grants (pending_until_unix_ms) WHERE status = 'pending'",
    "CREATE INDEX granted_due ON grants (granted_until_unix_ms) WHERE status = 'granted'",
    "CREATE INDEX grants_of_subject ON grants (subject_id, created_at_unix_ms, id)",
    "CREATE INDEX grants_of_agent ON grants (agent_id, created_at_unix_ms, id)",
    "CREATE INDEX grants_of_tenant ON grants (tenant_id, created_at_unix_ms, id)",

    "CREATE TABLE sessions (id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL REFERENCES tenants(id),"
    " subject_id TEXT NOT NULL REFERENCES users(id), agent_id TEXT NOT NULL REFERENCES users(id),"
    " grant_id TEXT REFERENCES grants(id), ticket_id TEXT, reason TEXT NOT NULL,"
    " status TEXT NOT NULL, started_at_unix_ms BIGINT NOT NULL, expires_at_unix_ms BIGINT NOT NULL,"
    " ended_at_unix_ms BIGINT, end_reason TEXT, ttl_minutes BIGINT NOT NULL,"
    " limited_by TEXT NOT NULL, scopes TEXT NOT NULL, scopes_narrowed BIGINT NOT NULL,"
    " exclusive_key TEXT NOT NULL, code_sha256 TEXT NOT NULL UNIQUE,"
    " code_expires_at_unix_ms BIGINT NOT NULL, code_used_at_unix_ms BIGINT)",
    "CREATE UNIQUE INDEX one_active_session ON sessions (tenant_id, exclusive_key)"
    " WHERE status = 'active'",
    "CREATE INDEX active_sessions_of_subject ON sessions (subject_id, tenant_id)"
    " WHERE status = 'active'",
    "CREATE INDEX active_sessions_of_agent ON sessions (agent_id) WHERE status = 'active'",
    "CREATE INDEX active_sessions_of_grant ON sessions (grant_id) WHERE status = 'active'",
    "CREATE INDEX sessions_due ON sessions (expires_at_unix_ms) WHERE status = 'active'",
    "CREATE INDEX sessions_of_subject ON sessions (subject_id, started_at_unix_ms, id)",
    "CREATE INDEX sessions_of_agent ON sessions (agent_id, started_at_unix_ms, id)",
    "CREATE INDEX sessions_of_tenant ON sessions (tenant_id, started_at_unix_ms, id)",

    "CREATE TABLE status_lists (list BIGINT PRIMARY KEY, issued BIGINT NOT NULL)",
    "CREATE TABLE tokens (id TEXT PRIMARY KEY, session_id TEXT NOT NULL REFERENCES sessions(id),"
    " sha256 TEXT NOT NULL UNIQUE, key_id TEXT NOT NULL, status_list BIGINT NOT NULL,"
    " status_index BIGINT NOT NULL, issued_at_unix_ms BIGINT NOT NULL,"
    " expires_at_unix_ms BIGINT NOT NULL, scopes TEXT NOT NULL, revoked_at_unix_ms BIGINT,"
    " UNIQUE (status_list, status_index))",
    "CREATE INDEX tokens_of_session ON tokens (session_id)",
    "CREATE INDEX live_tokens ON tokens (status_list, expires_at_unix_ms)"
    " WHERE revoked_at_unix_ms IS NULL",

    "CREATE TABLE record (sequence BIGINT PRIMARY KEY, at_unix_ms BIGINT NOT NULL,"
    " event TEXT NOT NULL, actor_id TEXT, subject_id TEXT, agent_id TEXT, tenant_id TEXT,"
    " ticket_id TEXT, grant_id TEXT, session_id TEXT, ip TEXT, user_agent TEXT, method TEXT,"
    " resource_type TEXT, resource_id TEXT, outcome TEXT NOT NULL, duration_ms BIGINT,"
    " metadata TEXT NOT NULL, previous_hash TEXT NOT NULL, hash TEXT NOT NULL)",
    "CREATE INDEX record_of_ticket ON record (ticket_id, sequence) WHERE ticket_id IS NOT NULL",
    "CREATE INDEX record_of_session ON record (session_id, sequence) WHERE session_id IS NOT NULL",
    "CREATE INDEX record_of_subject ON record (subject_id, sequence) WHERE subject_id IS NOT NULL",
    "CREATE TABLE reported_events (session_id TEXT NOT NULL, event_id TEXT NOT NULL,"
    " PRIMARY KEY (session_id, event_id))",

    "CREATE TABLE kept_answers (caller TEXT NOT NULL, idempotency_key TEXT NOT NULL,"
    " request_sha256 TEXT NOT NULL, status BIGINT NOT NULL, body TEXT NOT NULL,"
    " token_id TEXT, at_unix_ms BIGINT NOT NULL, PRIMARY KEY (caller, idempotency_key))",
    "CREATE INDEX kept_answers_by_age ON kept_answers (at_unix_ms)",
};

// A token that was refused is on record once for each reason, however often it is presented.
constexpr const char* refusals_recorded_once[] = {
    "CREATE TABLE rejected_tokens (token_id TEXT NOT NULL REFERENCES tokens(id),"
    " code TEXT NOT NULL, PRIMARY KEY (token_id, code))",
};

// What is to be told (server/notify). `outbox` names record entries that nobody was told of yet;
// `messages` are on their way. The two indexes are what people read as their notifications.
constexpr const char* notifications[] = {
    "ALTER TABLE users ADD COLUMN locale TEXT",
    "CREATE TABLE outbox (sequence BIGINT PRIMARY KEY)",
    "CREATE TABLE messages (id TEXT PRIMARY KEY, channel TEXT NOT NULL, target TEXT NOT NULL,"
    " event TEXT NOT NULL, tenant_id TEXT NOT NULL, title TEXT NOT NULL, body TEXT NOT NULL,"
    " created_at_unix_ms BIGINT NOT NULL, due_at_unix_ms BIGINT NOT NULL,"
    " attempts BIGINT NOT NULL, leased_until_unix_ms BIGINT NOT NULL, leased_by TEXT,"
    " dead_at_unix_ms BIGINT, failure TEXT)",
    "CREATE INDEX messages_due ON messages (channel, due_at_unix_ms)"
    " WHERE dead_at_unix_ms IS NULL",
    "CREATE INDEX dead_messages ON messages (dead_at_unix_ms, id)"
    " WHERE dead_at_unix_ms IS NOT NULL",
    "CREATE TABLE reminders (about TEXT NOT NULL, until_unix_ms BIGINT NOT NULL,"
    " PRIMARY KEY (about, until_unix_ms))",
    "CREATE TABLE notification_reads (user_id TEXT NOT NULL REFERENCES users(id),"
    " sequence BIGINT NOT NULL, read_at_unix_ms BIGINT NOT NULL, PRIMARY KEY (user_id, sequence))",
    "CREATE INDEX notices_of_subject ON record (subject_id, sequence)"
    " WHERE event IN ('access_requested', 'access_revoked', 'access_expired', 'access_ending',"
    " 'impersonation_started', 'impersonation_ended')",
    "CREATE INDEX notices_of_agent ON record (agent_id, sequence)"
    " WHERE event IN ('access_granted', 'access_declined', 'access_revoked', 'access_expired')",
};

// Tokens that were ended before their time, by list; how long a key's run; ends since a moment.
constexpr const char* ended_tokens[] = {
    "CREATE INDEX ended_tokens ON tokens (status_list, expires_at_unix_ms, status_index)"
    " WHERE revoked_at_unix_ms IS NOT NULL AND revoked_at_unix_ms < expires_at_unix_ms",
    "CREATE INDEX tokens_of_key ON tokens (key_id, expires_at_unix_ms)",
    "CREATE INDEX tokens_by_end ON tokens (revoked_at_unix_ms)"
    " WHERE revoked_at_unix_ms IS NOT NULL",
};

// Reports count a tenant's entries of a period.
constexpr const char* reports[] = {
    "CREATE INDEX record_of_tenant ON record (tenant_id, at_unix_ms) WHERE tenant_id IS NOT NULL",
};

// A start looks at what its agent had from its subject before: few rows in any tenant.
constexpr const char* closed_grants[] = {
    "CREATE INDEX closed_grants_between ON grants (subject_id, agent_id, tenant_id,"
    " created_at_unix_ms, id) WHERE status NOT IN ('pending', 'granted')",
};

// What users were given to prove their consent, and every key that it was ever signed with.
constexpr const char* receipts[] = {
    ("CREATE TABLE receipts (id TEXT PRIMARY KEY, grant_id TEXT NOT NULL REFERENCES grants(id),"
     " subject_id TEXT NOT NULL REFERENCES users(id), event TEXT NOT NULL,"
     " created_at_unix_ms BIGINT NOT NULL, key_id TEXT NOT NULL, jws TEXT NOT NULL)"),
    "CREATE INDEX receipts_of_subject ON receipts (subject_id, created_at_unix_ms, id)",
    "CREATE INDEX receipts_of_grant ON receipts (grant_id, created_at_unix_ms, id)",
    "CREATE TABLE receipt_keys (key_id TEXT PRIMARY KEY, jwk TEXT NOT NULL,"
    " since_unix_ms BIGINT NOT NULL)",
};

// The record is a Merkle tree (audit/record_tree.hpp); its heads, as they were signed.
constexpr const char* record_tree[] = {
    "ALTER TABLE record ADD COLUMN seals TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE record ADD COLUMN nodes TEXT NOT NULL DEFAULT ''",
    ("CREATE TABLE checkpoints (size BIGINT PRIMARY KEY, note TEXT NOT NULL,"
     " at_unix_ms BIGINT NOT NULL)"),
};

// The one key whose heads are this record's (audit/record_key.hpp).
constexpr const char* record_key[] = {
    ("CREATE TABLE record_key (one BIGINT PRIMARY KEY CHECK (one = 1), verifier TEXT NOT NULL,"
     " since_unix_ms BIGINT NOT NULL)"),
};

// Erasure (audit/erasure.hpp): what a message is about, and what is found by its age. The condition
// of the first index is that of the statement which uses it.
constexpr const char* erasure[] = {
    ("CREATE INDEX record_about_persons ON record (at_unix_ms, sequence) WHERE"
     " (actor_id IS NOT NULL OR subject_id IS NOT NULL OR agent_id IS NOT NULL"
     " OR ip IS NOT NULL OR user_agent IS NOT NULL)"),
    "ALTER TABLE messages ADD COLUMN sequence BIGINT",
    "CREATE INDEX messages_by_sequence ON messages (sequence)",
    "CREATE INDEX notification_reads_by_sequence ON notification_reads (sequence)",
    "CREATE INDEX sessions_of_grant ON sessions (grant_id) WHERE grant_id IS NOT NULL",
    "CREATE INDEX sessions_by_end ON sessions (ended_at_unix_ms) WHERE status <> 'active'",
    ("CREATE INDEX grants_by_end ON grants"
     " ((COALESCE(declined_at_unix_ms, revoked_at_unix_ms, expired_at_unix_ms)))"
     " WHERE status NOT IN ('pending', 'granted')"),
};

// What identity providers keep of a tenant's users (directory/provisioning.hpp). A name and an
// external id are one user's within the tenant, until that user is removed.
constexpr const char* provisioning[] = {
    "ALTER TABLE users ADD COLUMN deactivated_by TEXT",
    ("CREATE TABLE provisioned_users (tenant_id TEXT NOT NULL REFERENCES tenants(id),"
     " user_id TEXT NOT NULL REFERENCES users(id), user_name TEXT NOT NULL,"
     " user_name_key TEXT NOT NULL, external_id TEXT, formatted_name TEXT, given_name TEXT,"
     " family_name TEXT, display_name TEXT, scopes TEXT NOT NULL, active BIGINT NOT NULL,"
     " removed BIGINT NOT NULL, created_at_unix_ms BIGINT NOT NULL,"
     " changed_at_unix_ms BIGINT NOT NULL, PRIMARY KEY (tenant_id, user_id))"),
    ("CREATE UNIQUE INDEX provisioned_names ON provisioned_users (tenant_id, user_name_key)"
     " WHERE removed = 0"),
    ("CREATE UNIQUE INDEX provisioned_external_ids ON provisioned_users (tenant_id, external_id)"
     " WHERE removed = 0 AND external_id IS NOT NULL"),
};

// What a start writes, made lighter. An index whose condition lists more than two values has SQLite
// make a table of these for every entry that is written; comparisons cost next to nothing. No
// statement asks for live_tokens, and sessions_of_grant finds active ones too, as a grant has few.
constexpr const char* lighter_starts[] = {
    "DROP INDEX notices_of_subject",
    ("CREATE INDEX notices_of_subject ON record (subject_id, sequence)"
     " WHERE (event = 'impersonation_started' OR event = 'impersonation_ended'"
     " OR event = 'access_requested' OR event = 'access_revoked' OR event = 'access_expired'"
     " OR event = 'access_ending')"),
    "DROP INDEX notices_of_agent",
    ("CREATE INDEX notices_of_agent ON record (agent_id, sequence)"
     " WHERE (event = 'access_granted' OR event = 'access_declined' OR event = 'access_revoked'"
     " OR event = 'access_expired')"),
    "DROP INDEX live_tokens",
    "DROP INDEX active_sessions_of_grant",
};

// One index of the active sessions by subject, where there were two: each start touches a page of
// its own in either, a large part of what it writes. The key names the subject as well, so it is
// as unique as before.
constexpr const char* one_index_of_active_sessions[] = {
    "DROP INDEX one_active_session",
    "DROP INDEX active_sessions_of_subject",
    ("CREATE UNIQUE INDEX one_active_session ON sessions (subject_id, tenant_id, exclusive_key)"
     " WHERE status = 'active'"),
};

// The time by which retention judges (audit/retention.hpp).
constexpr const char* retention[] = {
    ("CREATE TABLE retention (one BIGINT PRIMARY KEY CHECK (one = 1),"
     " at_unix_ms BIGINT NOT NULL)"),
};

// What lists of grants are read from, however many there are: a ticket's, those that are open in a
// tenant or of an agent, and the standing ones, which any agent of the tenant may see.
constexpr const char* lists_of_grants[] = {
    ("CREATE INDEX grants_of_ticket ON grants (ticket_id, created_at_unix_ms, id)"
     " WHERE ticket_id IS NOT NULL"),
    ("CREATE INDEX open_grants_of_tenant ON grants (tenant_id, created_at_unix_ms, id)"
     " WHERE status IN ('pending', 'granted')"),
    "DROP INDEX open_grants_of_agent",
    ("CREATE INDEX open_grants_of_agent ON grants (agent_id, created_at_unix_ms, id)"
     " WHERE status IN ('pending', 'granted')"),
    ("CREATE INDEX standing_grants_of_tenant ON grants (tenant_id, created_at_unix_ms, id)"
     " WHERE agent_id IS NULL"),
};

constexpr MigrationStep steps[] = {
    {directory_and_access},
    {refusals_recorded_once},
    {notifications},
    {ended_tokens},
    {reports},
    {closed_grants},
    {receipts},
    {record_tree, plant_tree},
    {record_key},
    {erasure},
    {provisioning},
    {lighter_starts},
    {one_index_of_active_sessions},
    {retention, begin_retention},
    {{}, lighten_references},
    {{}, lighten_tokens},
    {lists_of_grants},
};

}  // namespace

std::span<const MigrationStep> migration_steps() { return steps; }

}  // namespace hallpass::server
