#include "invariants.hpp"

#include <algorithm>

namespace hallpass::model {
namespace {

bool is_final(const GrantState& state) {
    return !std::holds_alternative<Pending>(state) && !std::holds_alternative<Granted>(state);
}

ScopeView scopes_of(const Granted& granted) {
    return granted.scopes ? granted.scopes->view() : user_scopes().view();
}

void judge_grant_change(const Grant& was, const Grant& is, Findings& findings) {
    findings.expect(Invariant::actor_kept,
                    was.tenant == is.tenant && was.subject == is.subject && was.agent == is.agent &&
                        was.ticket == is.ticket && was.reason == is.reason &&
                        was.created_at == is.created_at,
                    "a grant's parties");
    findings.expect(Invariant::over_stays_over, !is_final(was.state) || was.state == is.state,
                    "a grant");
    const auto* granted = std::get_if<Granted>(&is.state);
    if (granted == nullptr) return;
    const auto* before = std::get_if<Granted>(&was.state);
    const auto ceiling = before != nullptr      ? scopes_of(*before)
                         : was.requested_scopes ? was.requested_scopes->view()
                                                : user_scopes().view();
    findings.expect(
        Invariant::scopes_only_shrink,
        was.requested_scopes == is.requested_scopes && scopes_of(*granted).is_subset_of(ceiling),
        "a grant's scopes");
}

void judge_session_change(const Session& was, const Session& is, const World& before,
                          const World& after, const Decisions& decisions, Findings& findings) {
    findings.expect(Invariant::actor_kept, was.agent == is.agent && was.subject == is.subject,
                    "a session's parties");
    findings.expect(Invariant::scopes_only_shrink,
                    is.limits.scopes.view().is_subset_of(was.limits.scopes), "a session's scopes");
    findings.expect(Invariant::expiry_is_minimum, is.limits.expires_at <= was.limits.expires_at,
                    "a session's end only comes nearer");
    findings.expect(Invariant::over_stays_over,
                    live(was, before.now, decisions) || !live(is, after.now, decisions),
                    "a session");
}

/// A session of the policy that needs consent, against the grant it stands on.
void judge_under_grant(const Session& session, const World& world, Findings& findings) {
    const auto* grant = find_grant(world, session.grant);
    const bool mine = grant != nullptr && (grant->standing() || grant->agent == session.agent) &&
                      grant->subject == session.subject;
    const bool consented = mine && (std::holds_alternative<Granted>(grant->state) ||
                                    std::holds_alternative<Revoked>(grant->state) ||
                                    std::holds_alternative<Expired>(grant->state));
    findings.expect(Invariant::consent_first, consented, "a live session");
    if (!consented) return;
    findings.expect(Invariant::none_after_revocation,
                    !std::holds_alternative<Revoked>(grant->state), "a live session");
    const auto until = granted_until(*grant);
    findings.expect(Invariant::within_grant,
                    until && world.now < *until && session.limits.expires_at <= *until,
                    "a live session");
    const auto* granted = in_force(*grant, world.now);
    findings.expect(
        Invariant::scopes_only_shrink,
        granted == nullptr || session.limits.scopes.view().is_subset_of(scopes_of(*granted)),
        "a session within its grant");
}

}  // namespace

void judge_state(const World& world, const Setting& setting, const Decisions& decisions,
                 Findings& findings) {
    std::array<int, agent_count> active{};
    for (const auto& session : world.sessions) {
        if (!live(session, world.now, decisions)) continue;
        const std::size_t agent = session.agent == agent_named(0) ? 0 : 1;
        ++active[agent];
        findings.expect(Invariant::actor_kept,
                        session.agent == agent_named(agent) && session.subject == the_user(),
                        "a live session has its two sides");
        findings.expect(Invariant::none_after_revocation,
                        !world.agent_banned[agent] && !world.role_lost[agent] && !world.user_banned,
                        "a live session of somebody banned");
        findings.expect(Invariant::expiry_is_minimum,
                        session.limits.expires_at <=
                            session.started_at + policy_of(setting, world).session_cap(),
                        "no session is longer than the cap");
        if (setting.policy.consent_needed()) judge_under_grant(session, world, findings);
    }
    const bool per_user = setting.policy.active_per() == ActivePer::user;
    findings.expect(Invariant::one_active,
                    active[0] <= 1 && active[1] <= 1 && (!per_user || active[0] + active[1] <= 1),
                    "live sessions");
}

void judge_change(const World& before, const World& after, const Decisions& decisions,
                  Findings& findings) {
    for (const auto& was : before.grants) {
        if (const auto* is = find_grant(after, was.id)) judge_grant_change(was, *is, findings);
    }
    for (const auto& was : before.sessions) {
        for (const auto& is : after.sessions) {
            if (was.number != is.number) continue;
            judge_session_change(was, is, before, after, decisions, findings);
        }
    }
}

}  // namespace hallpass::model
