#include <array>
#include <optional>
#include <vector>

#include "exchange.hpp"
#include "hallpass/audit.hpp"
#include "hallpass/reason.hpp"
#include "hallpass/session.hpp"
#include "start_facts.hpp"
#include "tables.hpp"

namespace hallpass::abi {
namespace {

std::string_view text(const TextAt& at) { return input_text(at.end).substr(at.begin); }

template <class Id>
std::optional<typename Id::View> optional_id(const TextAt& at) {
    if (at.absent()) return std::nullopt;
    return Id::View::trusted(text(at));
}

std::optional<ScopeView> optional_scopes(std::int32_t handle) {
    if (handle < 0) return std::nullopt;
    return scopes_of(handle);
}

/// Time of a stored fact: what cannot be a time counts as long past, which only ever refuses.
Instant stored_instant(double unix_ms) {
    const auto instant = read_instant(unix_ms, {});
    return instant ? *instant : from_unix_ms(min_instant_unix_ms);
}

bool flag(std::uint32_t flags, StartFlag which) {
    return (flags & static_cast<std::uint32_t>(which)) != 0;
}

GrantFacts grant_from(const FlatGrant& flat) {
    return {.id = GrantId::View::trusted(text(flat.id)),
            .status = static_cast<GrantStatus>(flat.status),
            .granted_until = flat.granted_until_ms == flat.granted_until_ms
                                 ? std::optional{stored_instant(flat.granted_until_ms)}
                                 : std::nullopt,
            .agent = optional_id<AgentId>(flat.agent),
            .ticket = optional_id<TicketId>(flat.ticket),
            .scopes = optional_scopes(flat.scopes)};
}

PermissionSet permissions_from(std::uint32_t bits) {
    PermissionSet set;
    for (unsigned at = 0; at < permission_count; ++at) {
        if ((bits >> at & 1U) != 0) set = set.with(static_cast<Permission>(at));
    }
    return set;
}

/// Of the scopes that the caller knows by number, those that the plan carries; -1: none of them.
std::int32_t known_scopes(const SessionPlan& plan, const FlatStart& flat, const FlatGrant* grants) {
    const auto carries = [&](std::int32_t handle) {
        return handle >= 0 && scopes_of(handle).text() == plan.scopes.text();
    };
    if (carries(flat.scopes)) return flat.scopes;
    if (plan.grant_index && carries(grants[*plan.grant_index].scopes)) {
        return grants[*plan.grant_index].scopes;
    }
    return carries(flat.subject_scopes) ? flat.subject_scopes : -1;
}

/// Word 6: the number of the scopes, so that their text need not cross; else words 0 and 1 have it.
void give_plan(const SessionPlan& plan, std::int32_t known) {
    fields.number[0] = unix_ms(plan.started_at);
    fields.number[1] = unix_ms(plan.expires_at);
    fields.word[2] = static_cast<std::uint32_t>(plan.limited_by);
    fields.word[3] = static_cast<std::uint32_t>(plan.ttl.count());
    fields.word[4] = plan.grant_index ? static_cast<std::uint32_t>(*plan.grant_index) : ~0U;
    fields.word[5] = plan.scopes_narrowed ? 1 : 0;
    fields.word[6] = static_cast<std::uint32_t>(known);
    if (known < 0) give_owned(plan.scopes.text());
}

}  // namespace

/// Input: FlatStart, its grants, its sessions, then texts. @returns 0, or `refused`.
HP_EXPORT(hp_session_plan) std::int32_t hp_session_plan(double now_ms) {
    const auto now = read_instant(now_ms, "now");
    if (!now) return refuse(now.error());
    const auto& flat = *reinterpret_cast<const FlatStart*>(input());
    const auto* flat_grants = reinterpret_cast<const FlatGrant*>(&flat + 1);
    const auto* flat_sessions =
        reinterpret_cast<const FlatSession*>(flat_grants + flat.grant_count);

    // Reused, so that planning allocates only for what it gives back.
    static std::vector<GrantFacts> grants;
    static std::vector<ActiveSession> active;
    grants.clear();
    active.clear();
    for (std::uint32_t at = 0; at < flat.grant_count; ++at) {
        grants.push_back(grant_from(flat_grants[at]));
    }
    for (std::uint32_t at = 0; at < flat.session_count; ++at) {
        const auto& session = flat_sessions[at];
        active.push_back({AgentId::View::trusted(text(session.agent)),
                          SubjectId::View::trusted(text(session.subject)),
                          stored_instant(session.expires_at_ms)});
    }
    StartFacts facts{
        .agent = {.id = AgentId::View::trusted(text(flat.agent)),
                  .caller = {.permissions = permissions_from(flat.agent_permissions),
                             .banned = flag(flat.flags, StartFlag::agent_banned),
                             .acting_as = flag(flat.flags, StartFlag::agent_acting_as)},
                  .known = flag(flat.flags, StartFlag::agent_known),
                  .in_tenant = flag(flat.flags, StartFlag::agent_in_tenant)},
        .tenant = TenantId::View::trusted(text(flat.tenant)),
        .tenant_exists = flag(flat.flags, StartFlag::tenant_exists),
        .policy = policy_of(flat.policy),
        .subject = {.id = SubjectId::View::trusted(text(flat.subject)),
                    .scopes = scopes_of(flat.subject_scopes),
                    .exists_in_tenant = flag(flat.flags, StartFlag::subject_exists),
                    .staff = flag(flat.flags, StartFlag::subject_staff),
                    .banned = flag(flat.flags, StartFlag::subject_banned),
                    .opted_out = flag(flat.flags, StartFlag::subject_opted_out)},
        .reason = text(flat.reason),
        .ticket = optional_id<TicketId>(flat.ticket),
        .ttl = std::nullopt,
        .scopes = optional_scopes(flat.scopes),
        .read_only = flag(flat.flags, StartFlag::read_only),
        .grants = grants,
        .sessions = active};
    if (flag(flat.flags, StartFlag::ttl_given)) facts.ttl = std::chrono::minutes{flat.ttl_minutes};
    const auto plan = plan_session(facts, *now);
    if (!plan) return refuse(plan.error());
    give_plan(*plan, known_scopes(*plan, flat, flat_grants));
    return 0;
}

/// The status of a stored grant at `now`. `until_ms`: pending_until or granted_until.
/// @returns a GrantStatus, or `refused`
HP_EXPORT(hp_grant_status)
std::int32_t hp_grant_status(std::uint32_t stored, double until_ms, double now_ms) {
    const auto now = read_instant(now_ms, "now");
    if (!now) return refuse(now.error());
    Grant grant{.id = GrantId::trusted({}),
                .tenant = TenantId::trusted({}),
                .subject = SubjectId::trusted({}),
                .agent = {},
                .ticket = {},
                .reason = {},
                .requested_scopes = {},
                .created_at = *now,
                .state = Declined{*now}};
    switch (static_cast<GrantStatus>(stored)) {
        case GrantStatus::pending: grant.state = Pending{stored_instant(until_ms)}; break;
        case GrantStatus::granted: grant.state = Granted{*now, stored_instant(until_ms), {}}; break;
        default: return static_cast<std::int32_t>(stored);
    }
    return static_cast<std::int32_t>(status_at(grant, *now));
}

/// Input: a reason for access. @returns 0 and the trimmed text in words 0 and 1, or `refused`.
HP_EXPORT(hp_reason) std::int32_t hp_reason(std::uint32_t size) {
    auto reason = AccessReason::parse(input_text(size));
    if (!reason) return refuse(reason.error());
    give_owned(reason->str());
    return 0;
}

/// Input: an HTTP method. @returns 1 where it writes, 0 where it only reads.
HP_EXPORT(hp_method_writes) std::int32_t hp_method_writes(std::uint32_t size) {
    return access_event_for(input_text(size)) == AuditEvent::resource_write ? 1 : 0;
}

}  // namespace hallpass::abi
