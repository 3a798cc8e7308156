#pragma once

#include <cstdint>
#include <optional>
#include <string>

/// The tables' rows as stored. `each` names every column once, for reading and writing alike.
/// Times are milliseconds since the epoch; scopes are canonical scope text.
namespace hallpass::server {

struct TenantRow {
    static constexpr const char* table = "tenants";
    std::string id, name, policy;  ///< policy: JSON as the core reads it
    template <class Self, class Visit>
    static void each(Self& row, Visit visit) {
        visit("id", row.id);
        visit("name", row.name);
        visit("policy", row.policy);
    }
};

struct UserRow {
    static constexpr const char* table = "users";
    std::string id, name, email, roles, time_zone;  ///< roles: space-separated names
    bool opted_out = false, all_tenants = false, banned = false;
    std::optional<std::int64_t> banned_until_unix_ms;  ///< nothing: for good
    std::optional<std::string> ban_reason;
    std::optional<std::string> locale;          ///< BCP 47; nothing: not known
    std::optional<std::string> deactivated_by;  ///< the tenant whose provisioning switched them off
    template <class Self, class Visit>
    static void each(Self& row, Visit visit) {
        visit("id", row.id);
        visit("name", row.name);
        visit("email", row.email);
        visit("roles", row.roles);
        visit("time_zone", row.time_zone);
        visit("opted_out", row.opted_out);
        visit("all_tenants", row.all_tenants);
        visit("banned", row.banned);
        visit("banned_until_unix_ms", row.banned_until_unix_ms);
        visit("ban_reason", row.ban_reason);
        visit("locale", row.locale);
        visit("deactivated_by", row.deactivated_by);
    }
};

struct MembershipRow {
    static constexpr const char* table = "memberships";
    std::string tenant_id, user_id, scopes;
    template <class Self, class Visit>
    static void each(Self& row, Visit visit) {
        visit("tenant_id", row.tenant_id);
        visit("user_id", row.user_id);
        visit("scopes", row.scopes);
    }
};

/// A user as one tenant's identity provider keeps them (directory/provisioning.hpp).
struct ProvisionedRow {
    static constexpr const char* table = "provisioned_users";
    std::string tenant_id, user_id, user_name;
    std::string user_name_key;  ///< the name without regard to case
    std::optional<std::string> external_id, formatted_name, given_name, family_name, display_name;
    std::string scopes;    ///< held in the tenant whenever the user is active there
    bool active = true;    ///< as the provider said last
    bool removed = false;  ///< the provider deleted them
    std::int64_t created_at_unix_ms = 0, changed_at_unix_ms = 0;
    template <class Self, class Visit>
    static void each(Self& row, Visit visit) {
        visit("tenant_id", row.tenant_id);
        visit("user_id", row.user_id);
        visit("user_name", row.user_name);
        visit("user_name_key", row.user_name_key);
        visit("external_id", row.external_id);
        visit("formatted_name", row.formatted_name);
        visit("given_name", row.given_name);
        visit("family_name", row.family_name);
        visit("display_name", row.display_name);
        visit("scopes", row.scopes);
        visit("active", row.active);
        visit("removed", row.removed);
        visit("created_at_unix_ms", row.created_at_unix_ms);
        visit("changed_at_unix_ms", row.changed_at_unix_ms);
    }
};

struct LoginRow {
    static constexpr const char* table = "logins";
    std::string id, secret_sha256, user_id;
    std::int64_t created_at_unix_ms = 0, expires_at_unix_ms = 0;
    std::string ip, user_agent;
    template <class Self, class Visit>
    static void each(Self& row, Visit visit) {
        visit("id", row.id);
        visit("secret_sha256", row.secret_sha256);
        visit("user_id", row.user_id);
        visit("created_at_unix_ms", row.created_at_unix_ms);
        visit("expires_at_unix_ms", row.expires_at_unix_ms);
        visit("ip", row.ip);
        visit("user_agent", row.user_agent);
    }
};

struct GrantRow {
    static constexpr const char* table = "grants";
    std::string id, tenant_id, subject_id;
    std::optional<std::string> agent_id, ticket_id, reason, requested_scopes;
    std::string status;
    std::int64_t created_at_unix_ms = 0;
    std::optional<std::int64_t> pending_until_unix_ms, granted_at_unix_ms, granted_until_unix_ms;
    std::optional<std::string> scopes;
    std::optional<std::int64_t> declined_at_unix_ms, revoked_at_unix_ms;
    std::optional<std::string> revoked_by;
    std::optional<std::int64_t> expired_at_unix_ms;
    std::optional<std::string> time_zone, tzdata_version;
    template <class Self, class Visit>
    static void each(Self& row, Visit visit) {
        visit("id", row.id);
        visit("tenant_id", row.tenant_id);
        visit("subject_id", row.subject_id);
        visit("agent_id", row.agent_id);
        visit("ticket_id", row.ticket_id);
        visit("reason", row.reason);
        visit("requested_scopes", row.requested_scopes);
        visit("status", row.status);
        visit("created_at_unix_ms", row.created_at_unix_ms);
        visit("pending_until_unix_ms", row.pending_until_unix_ms);
        visit("granted_at_unix_ms", row.granted_at_unix_ms);
        visit("granted_until_unix_ms", row.granted_until_unix_ms);
        visit("scopes", row.scopes);
        visit("declined_at_unix_ms", row.declined_at_unix_ms);
        visit("revoked_at_unix_ms", row.revoked_at_unix_ms);
        visit("revoked_by", row.revoked_by);
        visit("expired_at_unix_ms", row.expired_at_unix_ms);
        visit("time_zone", row.time_zone);
        visit("tzdata_version", row.tzdata_version);
    }
};

struct SessionRow {
    static constexpr const char* table = "sessions";
    std::string id, tenant_id, subject_id, agent_id;
    std::optional<std::string> grant_id, ticket_id;
    std::string reason, status;
    std::int64_t started_at_unix_ms = 0, expires_at_unix_ms = 0;
    std::optional<std::int64_t> ended_at_unix_ms;
    std::optional<std::string> end_reason;
    std::int64_t ttl_minutes = 0;
    std::string limited_by, scopes;
    bool scopes_narrowed = false;
    std::string exclusive_key;  ///< what may have one active session only
    std::string code_sha256;
    std::int64_t code_expires_at_unix_ms = 0;
    std::optional<std::int64_t> code_used_at_unix_ms;
    template <class Self, class Visit>
    static void each(Self& row, Visit visit) {
        visit("id", row.id);
        visit("tenant_id", row.tenant_id);
        visit("subject_id", row.subject_id);
        visit("agent_id", row.agent_id);
        visit("grant_id", row.grant_id);
        visit("ticket_id", row.ticket_id);
        visit("reason", row.reason);
        visit("status", row.status);
        visit("started_at_unix_ms", row.started_at_unix_ms);
        visit("expires_at_unix_ms", row.expires_at_unix_ms);
        visit("ended_at_unix_ms", row.ended_at_unix_ms);
        visit("end_reason", row.end_reason);
        visit("ttl_minutes", row.ttl_minutes);
        visit("limited_by", row.limited_by);
        visit("scopes", row.scopes);
        visit("scopes_narrowed", row.scopes_narrowed);
        visit("exclusive_key", row.exclusive_key);
        visit("code_sha256", row.code_sha256);
        visit("code_expires_at_unix_ms", row.code_expires_at_unix_ms);
        visit("code_used_at_unix_ms", row.code_used_at_unix_ms);
    }
};

/// An issued act-as token: its hash and what is needed to sign the same claims again.
struct TokenRow {
    static constexpr const char* table = "tokens";
    std::string id, session_id, sha256, key_id;
    std::int64_t status_list = 0, status_index = 0, issued_at_unix_ms = 0, expires_at_unix_ms = 0;
    std::string scopes;
    std::optional<std::int64_t> revoked_at_unix_ms;
    template <class Self, class Visit>
    static void each(Self& row, Visit visit) {
        visit("id", row.id);
        visit("session_id", row.session_id);
        visit("sha256", row.sha256);
        visit("key_id", row.key_id);
        visit("status_list", row.status_list);
        visit("status_index", row.status_index);
        visit("issued_at_unix_ms", row.issued_at_unix_ms);
        visit("expires_at_unix_ms", row.expires_at_unix_ms);
        visit("scopes", row.scopes);
        visit("revoked_at_unix_ms", row.revoked_at_unix_ms);
    }
};

/// One entry of the record (contract, section 10). `agent_id` says which agent it concerns where
/// the actor is somebody else, so that each party finds what is about them.
struct RecordRow {
    static constexpr const char* table = "record";
    std::int64_t sequence = 0, at_unix_ms = 0;
    std::string event;
    std::optional<std::string> actor_id, subject_id, agent_id, tenant_id, ticket_id, grant_id,
        session_id, ip, user_agent, method, resource_type, resource_id;
    std::string outcome = "success";
    std::optional<std::int64_t> duration_ms;
    std::string metadata = "{}";
    std::string seals;  ///< what opens the commitments to what is about persons (audit/leaf.hpp)
    std::string hash;   ///< of the leaf, base64url
    std::string nodes;  ///< the tree's inner nodes that this entry made whole, from the lowest up
    template <class Self, class Visit>
    static void each(Self& row, Visit visit) {
        visit("sequence", row.sequence);
        visit("at_unix_ms", row.at_unix_ms);
        visit("event", row.event);
        visit("actor_id", row.actor_id);
        visit("subject_id", row.subject_id);
        visit("agent_id", row.agent_id);
        visit("tenant_id", row.tenant_id);
        visit("ticket_id", row.ticket_id);
        visit("grant_id", row.grant_id);
        visit("session_id", row.session_id);
        visit("ip", row.ip);
        visit("user_agent", row.user_agent);
        visit("method", row.method);
        visit("resource_type", row.resource_type);
        visit("resource_id", row.resource_id);
        visit("outcome", row.outcome);
        visit("duration_ms", row.duration_ms);
        visit("metadata", row.metadata);
        visit("seals", row.seals);
        visit("hash", row.hash);
        visit("nodes", row.nodes);
    }
};

}  // namespace hallpass::server
