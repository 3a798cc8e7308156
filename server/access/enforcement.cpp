#include "access/enforcement.hpp"

#include "access/directory.hpp"
#include "access/grants.hpp"
#include "access/sessions.hpp"
#include "access/settlement.hpp"

namespace hallpass::server {
namespace {

using Why = std::optional<std::string_view>;

void end(Transaction& transaction, SessionRow session, std::string_view reason,
         const Origin& origin) {
    end_session(transaction, session, SessionStatus::revoked, reason, origin);
}

void revoke(Transaction& transaction, GrantRow row, std::string_view reason, const Origin& origin) {
    const auto tenant = find_tenant(transaction.store(), row.tenant_id);
    if (!tenant) throw StoreFault("a grant's tenant is gone");
    const auto now = transaction.now();
    auto revoked = transition(to_grant(row), GrantRevokeBySystem{}, {tenant->policy, {}}, now);
    // A request still waiting is no longer worth an answer: to the core that is a withdrawal.
    if (!revoked && row.agent_id) {
        revoked = transition(to_grant(row), GrantWithdraw{AgentId::trusted(*row.agent_id)},
                             {tenant->policy, {}}, now);
    }
    if (!revoked) return settle(transaction, std::move(row));
    put_state(row, *revoked);
    row.revoked_by = to_string(RevokedBy::system);
    update(transaction.store(), row);
    auto entry = entry_about(row, AuditEvent::access_revoked, origin);
    json::Writer metadata;
    metadata.begin_object().member("reason", reason);
    entry.metadata = std::move(metadata.end_object()).text();
    announce(transaction, row, std::move(entry));
}

/// Why the user cannot be acted for in the tenant; nothing where they can.
Why why_not_subject(const std::optional<UserRow>& user, const std::optional<ScopeSet>& scopes,
                    const Roles& roles, Instant now) {
    if (!user || !scopes) return "membership_lost";
    const auto facts = subject_facts(*user, scopes, roles, now);
    if (facts.staff) return "role_changed";
    if (facts.banned) return "banned";
    return std::nullopt;
}

/// Why the agent cannot act in the tenant; nothing where they can.
Why why_not_agent(Connection& store, const std::string& agent_id, const std::string& tenant_id,
                  const Roles& roles, Instant now) {
    const auto agent = find_user(store, agent_id);
    if (!agent || !works_for(store, *agent, tenant_id)) return "membership_lost";
    if (banned_at(*agent, now)) return "banned";
    const auto may = permissions_of(*agent, roles).has(Permission::support_access_create);
    return may ? Why{} : Why{"role_changed"};
}

Why why_not(Connection& store, const GrantRow& grant, const Roles& roles, Instant now) {
    const auto scopes = membership_scopes(store, grant.tenant_id, grant.subject_id);
    const auto subject = find_user(store, grant.subject_id);
    if (const auto why = why_not_subject(subject, scopes, roles, now)) return why;
    if (!grant.agent_id) return std::nullopt;
    return why_not_agent(store, *grant.agent_id, grant.tenant_id, roles, now);
}

Why why_not(Connection& store, const SessionRow& session, const Roles& roles, Instant now) {
    const auto tenant = find_tenant(store, session.tenant_id);
    if (!tenant) throw StoreFault("a session's tenant is gone");
    const auto& policy = tenant->policy;
    if (!policy.act_as_enabled()) return "act_as_disabled";
    if (policy.consent_needed() && !session.grant_id) return "consent_needed";
    const auto scopes = membership_scopes(store, session.tenant_id, session.subject_id);
    const auto subject = find_user(store, session.subject_id);
    if (const auto why = why_not_subject(subject, scopes, roles, now)) return why;
    const auto allowed =
        narrow({scopes->view(), std::nullopt, &policy.never_carried(), policy.read_only()});
    if (!allowed || !ScopeView::trusted(session.scopes).is_subset_of(*allowed)) {
        return "scopes_narrowed";
    }
    return why_not_agent(store, session.agent_id, session.tenant_id, roles, now);
}

/// SQL for what a user is a party to, with :user bound.
std::string party(Side side) {
    return side == Side::subject ? "subject_id = :user"
                                 : "(subject_id = :user OR agent_id = :user)";
}

}  // namespace

void revoke_access_of(Transaction& transaction, const std::string& user_id, Side side,
                      std::string_view reason, const Origin& origin) {
    auto& store = transaction.store();
    const Binds binds{{"user", user_id}};
    for (auto& session :
         store.select<SessionRow>("WHERE status = 'active' AND " + party(side), binds)) {
        end(transaction, std::move(session), reason, origin);
    }
    for (auto& grant : store.select<GrantRow>(
             "WHERE status IN ('pending', 'granted') AND " + party(side), binds)) {
        revoke(transaction, std::move(grant), reason, origin);
    }
}

void enforce_on_user(Transaction& transaction, const std::string& user_id, const Roles& roles,
                     const Origin& origin) {
    auto& store = transaction.store();
    const Binds binds{{"user", user_id}};
    for (auto& session :
         store.select<SessionRow>("WHERE status = 'active' AND " + party(Side::either), binds)) {
        const auto why = why_not(store, session, roles, transaction.now());
        if (why) end(transaction, std::move(session), *why, origin);
    }
    for (auto& grant : store.select<GrantRow>(
             "WHERE status IN ('pending', 'granted') AND " + party(Side::either), binds)) {
        const auto why = why_not(store, grant, roles, transaction.now());
        if (why) revoke(transaction, std::move(grant), *why, origin);
    }
}

void enforce_on_tenant(Transaction& transaction, const std::string& tenant_id, const Roles& roles,
                       const Origin& origin) {
    auto& store = transaction.store();
    // Written so that the active ones are looked through, by when they end: a tenant's index has
    // all that it ever had.
    for (auto& session : store.select<SessionRow>(
             "WHERE status = 'active' AND expires_at_unix_ms > 0 AND tenant_id || '' = :tenant",
             {{"tenant", tenant_id}})) {
        const auto why = why_not(store, session, roles, transaction.now());
        if (why) end(transaction, std::move(session), *why, origin);
    }
}

}  // namespace hallpass::server
