#include <optional>
#include <string>
#include <vector>

#include "hallpass/scope.hpp"
#include "hallpass/session.hpp"
#include "request_members.hpp"

namespace hallpass::vectors {
namespace {

/// Texts of a start that views point into.
struct Held {
    std::vector<ScopeSet> scopes;
    std::vector<GrantFacts> grants;
    std::vector<ActiveSession> sessions;
};

template <class Id>
std::optional<typename Id::View> optional_id(json::Value object, std::string_view name) {
    const auto given = optional_text(object, name);
    if (!given) return std::nullopt;
    return Id::View::trusted(*given);
}

/// @returns the first scopes that are none, as an error
std::optional<Error> hold(json::Value value, Held& held, std::optional<ScopeView>& view) {
    const auto given = value.string();
    if (!given) return std::nullopt;
    auto parsed = ScopeSet::parse(*given, "scopes");
    if (!parsed) return parsed.error();
    held.scopes.push_back(*std::move(parsed));
    view = held.scopes.back().view();
    return std::nullopt;
}

std::optional<Error> hold_grants(json::Value grants, Held& held) {
    for (auto each = grants.first(); each; each = each.next()) {
        std::optional<ScopeView> scopes;
        if (auto error = hold(each.find("scopes"), held, scopes)) return error;
        std::optional<Instant> until;
        if (const auto given = each.find("grantedUntil").integer()) until = from_unix_ms(*given);
        held.grants.push_back({GrantId::View::trusted(text(each, "id")),
                               parse_grant_status(text(each, "status")).value(), until,
                               optional_id<AgentId>(each, "agentId"),
                               optional_id<TicketId>(each, "ticketId"), scopes});
    }
    return std::nullopt;
}

AgentFacts agent_of(json::Value agent) {
    PermissionSet permissions;
    for (auto role = agent.find("roles").first(); role; role = role.next()) {
        permissions = permissions | Roles{}.permissions_of(role.string().value_or(""));
    }
    return {AgentId::View::trusted(text(agent, "id")),
            {permissions, flag(agent, "banned"), flag(agent, "actingAs")},
            flag(agent, "known"),
            flag(agent, "inTenant")};
}

Result<Policy> policy_of(json::Value policy) {
    if (const auto name = policy.string()) return Policy::of(parse_profile(*name).value());
    return wire::read_policy(policy);
}

std::string spell(const SessionPlan& plan) {
    json::Writer writer;
    writer.begin_object().member("ok", true);
    writer.member("startedAt", to_unix_ms(plan.started_at));
    writer.member("expiresAt", to_unix_ms(plan.expires_at));
    writer.member("limitedBy", to_string(plan.limited_by));
    writer.member("ttlMinutes", static_cast<std::int64_t>(plan.ttl.count())).key("grantIndex");
    plan.grant_index ? writer.integer(static_cast<std::int64_t>(*plan.grant_index)) : writer.null();
    writer.member("scopes", plan.scopes.text());
    writer.member("scopesNarrowed", plan.scopes_narrowed).end_object();
    return std::move(writer).text();
}

}  // namespace

std::string evaluate_session(json::Value request) {
    const auto given = request.find("facts");
    const auto policy = policy_of(given.find("policy"));
    if (!policy) return failure(policy.error());
    Held held;
    held.scopes.reserve(given.find("grants").size() + 2);  // views stay where they are
    std::optional<ScopeView> subject_scopes;
    std::optional<ScopeView> scopes;
    const auto subject = given.find("subject");
    if (auto error = hold(subject.find("scopes"), held, subject_scopes)) return failure(*error);
    if (auto error = hold(given.find("scopes"), held, scopes)) return failure(*error);
    if (auto error = hold_grants(given.find("grants"), held)) return failure(*error);
    const auto sessions = given.find("sessions");
    for (auto each = sessions.first(); each; each = each.next()) {
        held.sessions.push_back({AgentId::View::trusted(text(each, "agentId")),
                                 SubjectId::View::trusted(text(each, "subjectId")),
                                 instant(each, "expiresAt")});
    }
    std::optional<std::chrono::minutes> ttl;
    if (const auto minutes = given.find("ttlMinutes").integer())
        ttl = std::chrono::minutes{*minutes};
    const StartFacts facts{
        .agent = agent_of(given.find("agent")),
        .tenant = TenantId::View::trusted(text(given, "tenant")),
        .tenant_exists = flag(given, "tenantExists"),
        .policy = *policy,
        .subject = {SubjectId::View::trusted(text(subject, "id")),
                    subject_scopes.value_or(ScopeView{}), flag(subject, "existsInTenant"),
                    flag(subject, "staff"), flag(subject, "banned"), flag(subject, "optedOut")},
        .reason = text(given, "reason"),
        .ticket = optional_id<TicketId>(given, "ticket"),
        .ttl = ttl,
        .scopes = scopes,
        .read_only = flag(given, "readOnly"),
        .grants = held.grants,
        .sessions = held.sessions};
    const auto plan = plan_session(facts, instant(request, "now"));
    return plan ? spell(*plan) : failure(plan.error());
}

}  // namespace hallpass::vectors
