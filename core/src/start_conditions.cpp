#include "start_conditions.hpp"

namespace hallpass {
namespace {

bool speaks_of_law_firms(const Policy& policy) {
    return policy.tenant_not_found_code() == ErrorCode::LAW_FIRM_NOT_FOUND;
}

[[gnu::cold, gnu::noinline]] Refusal user_not_found(SubjectId::View user, TenantId::View tenant,
                                                    const Policy& policy) {
    std::string message = "User '";
    message += user.view();
    message +=
        speaks_of_law_firms(policy) ? "' not found in law firm '" : "' not found in tenant '";
    message += tenant.view();
    message += "'";
    return make_error(ErrorCode::USER_NOT_FOUND, message, "targetUserId");
}

}  // namespace

Refusal refuse_agent(const AgentFacts& agent) {
    if (!agent.known) {
        return make_error(ErrorCode::UNAUTHORIZED, "sign in with an account that is known here");
    }
    return require(agent.caller, Permission::support_access_create).refusal();
}

Refusal refuse_tenant(bool known_to_agent, const Policy& policy) {
    if (!known_to_agent) return tenant_not_found(policy);
    if (!policy.act_as_enabled()) return act_as_disabled();
    return std::nullopt;
}

Refusal refuse_subject(const AgentFacts& agent, const SubjectFacts& subject, TenantId::View tenant,
                       const Policy& policy) {
    if (!subject.exists_in_tenant) return user_not_found(subject.id, tenant, policy);
    // Ids of agents and subjects name accounts of one directory; only here are they compared.
    if (subject.id.view() == agent.id.view()) {
        return make_error(ErrorCode::FORBIDDEN, "you cannot act as yourself", "targetUserId",
                          Reason::self_impersonation);
    }
    if (subject.staff) {
        return make_error(ErrorCode::TARGET_IS_STAFF,
                          "agents and administrators cannot be acted for", "targetUserId");
    }
    if (subject.banned) return target_banned();
    return std::nullopt;
}

Result<Done> check_until(Instant until, Instant now, const Policy& policy) {
    if (until <= now) {
        return invalid("until", Reason::until_in_past, "choose an end that lies in the future");
    }
    if (until - now > policy.max_grant()) {
        return invalid("until", Reason::until_too_late,
                       "choose an earlier end; this is beyond the longest access allowed", {},
                       {.max = to_unix_ms(now + policy.max_grant())});
    }
    return Done{};
}

Refusal act_as_disabled() {
    return make_error(ErrorCode::ACT_AS_DISABLED,
                      "acting as users is switched off here; an administrator can switch it on");
}

Refusal tenant_not_found(const Policy& policy) {
    return make_error(policy.tenant_not_found_code(),
                      speaks_of_law_firms(policy) ? "Law firm not found" : "Tenant not found",
                      policy.tenant_claim());
}

Refusal target_banned() {
    return make_error(ErrorCode::TARGET_BANNED, "the user is banned; lift the ban first",
                      "targetUserId");
}

}  // namespace hallpass
