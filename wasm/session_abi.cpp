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

// Reused, so that planning allocates only for what it gives back.
std::vector<GrantFacts> grant_facts;
std::vector<ActiveSession> active_sessions;

std::string_view text_at(const TextAt& at) {
    if (at.absent()) return {};
    return {reinterpret_cast<const char*>(at.begin), at.end - at.begin};
}
template <class Id>
typename Id::View id_at(const TextAt& at) {
    return Id::View::trusted(text_at(at));
}
template <class Id>
std::optional<typename Id::View> optional_id_at(const TextAt& at) {
    if (at.absent()) return std::nullopt;
    return id_at<Id>(at);
}

std::optional<ScopeView> optional_scopes(std::int32_t handle) {
    if (handle < 0) return std::nullopt;
    return scopes_of(handle);
}

/// Time of a stored fact: what cannot be a time counts as long past, which only ever refuses.
Instant stored_instant(double unix_ms) {
    return instant_of(unix_ms).value_or(from_unix_ms(min_instant_unix_ms));
}

bool flag(std::uint32_t flags, StartFlag which) {
    return (flags & static_cast<std::uint32_t>(which)) != 0;
}

GrantFacts grant_from(const FlatGrant& flat) {
    return {.id = GrantId::View::trusted({}),
            .status = static_cast<GrantStatus>(flat.status),
            .granted_until = flat.granted_until_ms == flat.granted_until_ms
                                 ? std::optional{stored_instant(flat.granted_until_ms)}
                                 : std::nullopt,
            .agent = optional_id_at<AgentId>(flat.agent),
            .ticket = optional_id_at<TicketId>(flat.ticket),
            .scopes = optional_scopes(flat.scopes)};
}

/// Of the scopes that the caller knows by number, those that the plan carries; -1: none of them.
std::int32_t known_scopes(const SessionPlan& plan, const StartFacts& facts, const FlatStart& flat,
                          const FlatGrant* flat_grants) {
    const auto carries = [&](const std::optional<ScopeView>& scopes) {
        return scopes && *scopes == plan.scopes.view();
    };
    if (carries(facts.scopes)) return flat.scopes;
    if (plan.grant_index && carries(facts.grants[*plan.grant_index].scopes)) {
        return flat_grants[*plan.grant_index].scopes;
    }
    return carries(facts.subject.scopes) ? flat.subject_scopes : -1;
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

/// Input: FlatStart, its grants, its sessions, and the texts of them all.
/// @returns 0, or `refused`
HP_EXPORT(hp_session_plan) std::int32_t hp_session_plan(double now_ms) {
    const auto now = instant_of(now_ms);
    if (!now) return refuse(no_instant(now_ms, "now"));
    const auto& flat = *reinterpret_cast<const FlatStart*>(input());
    const auto* flat_grants = reinterpret_cast<const FlatGrant*>(&flat + 1);
    const auto* flat_sessions =
        reinterpret_cast<const FlatSession*>(flat_grants + flat.grant_count);

    grant_facts.clear();
    active_sessions.clear();
    for (std::uint32_t i = 0; i < flat.grant_count; ++i) {
        grant_facts.push_back(grant_from(flat_grants[i]));
    }
    for (std::uint32_t i = 0; i < flat.session_count; ++i) {
        const auto& session = flat_sessions[i];
        active_sessions.push_back({id_at<AgentId>(session.agent), id_at<SubjectId>(session.subject),
                                   stored_instant(session.expires_at_ms)});
    }
    StartFacts facts{
        .agent = {.id = id_at<AgentId>(flat.agent),
                  .caller = {.permissions = PermissionSet::of_bits(flat.agent_permissions),
                             .banned = flag(flat.flags, StartFlag::agent_banned),
                             .acting_as = flag(flat.flags, StartFlag::agent_acting_as)},
                  .known = flag(flat.flags, StartFlag::agent_known),
                  .in_tenant = flag(flat.flags, StartFlag::agent_in_tenant)},
        .tenant = id_at<TenantId>(flat.tenant),
        .tenant_exists = flag(flat.flags, StartFlag::tenant_exists),
        .policy = policy_of(flat.policy),
        .subject = {.id = id_at<SubjectId>(flat.subject),
                    .scopes = scopes_of(flat.subject_scopes),
                    .exists_in_tenant = flag(flat.flags, StartFlag::subject_exists),
                    .staff = flag(flat.flags, StartFlag::subject_staff),
                    .banned = flag(flat.flags, StartFlag::subject_banned),
                    .opted_out = flag(flat.flags, StartFlag::subject_opted_out)},
        .reason = text_at(flat.reason),
        .ticket = optional_id_at<TicketId>(flat.ticket),
        .ttl = std::nullopt,
        .scopes = optional_scopes(flat.scopes),
        .read_only = flag(flat.flags, StartFlag::read_only),
        .grants = grant_facts,
        .sessions = active_sessions};
    if (flag(flat.flags, StartFlag::ttl_given)) facts.ttl = std::chrono::minutes{flat.ttl_minutes};
    const auto plan = plan_session(facts, *now);
    if (!plan) return refuse(plan.error());
    give_plan(*plan, known_scopes(*plan, facts, flat, flat_grants));
    return 0;
}

/// The status of a stored grant at `now`. `until_ms`: pending_until or granted_until.
/// @returns a GrantStatus, or `refused`
HP_EXPORT(hp_grant_status)
std::int32_t hp_grant_status(std::uint32_t stored, double until_ms, double now_ms) {
    const auto now = read_instant(now_ms, "now");
    if (!now) return refuse(now.error());
    const auto status = static_cast<GrantStatus>(stored);
    return static_cast<std::int32_t>(status_at(status, stored_instant(until_ms), *now));
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
