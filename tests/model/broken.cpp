#include "broken.hpp"

namespace hallpass::model {
namespace {

Decisions with(void (*change)(Decisions&)) {
    auto decisions = real_decisions();
    change(decisions);
    return decisions;
}

Result<Grant> real_transition(Grant& grant, const GrantEvent& event, const GrantRules& rules,
                              Instant now) {
    return real_decisions().transition(grant, event, rules, now);
}

/// The answer of the real core to a start that is asked as another agent of good standing.
Result<SessionPlan> plan_without(const StartFacts& facts, Instant now,
                                 void (*change)(StartFacts&)) {
    auto changed = facts;
    change(changed);
    return plan_session(changed, now);
}

Result<SessionPlan> no_consent_asked(const StartFacts& facts, Instant now) {
    static const auto lenient = make_setting(false, ActivePer::user);
    return plan_session({.agent = facts.agent,
                         .tenant = facts.tenant,
                         .policy = lenient.policy,
                         .subject = facts.subject,
                         .reason = facts.reason,
                         .ticket = facts.ticket,
                         .ttl = facts.ttl,
                         .scopes = facts.scopes,
                         .grants = facts.grants,
                         .sessions = facts.sessions},
                        now);
}

Result<SessionPlan> others_not_counted(const StartFacts& facts, Instant now) {
    return plan_without(facts, now, [](StartFacts& changed) { changed.sessions = {}; });
}

Result<SessionPlan> bans_not_seen(const StartFacts& facts, Instant now) {
    return plan_without(facts, now,
                        [](StartFacts& changed) { changed.agent.caller.banned = false; });
}

Result<SessionPlan> grant_not_counted(const StartFacts& facts, Instant now) {
    auto plan = plan_session(facts, now);
    if (plan && plan->limited_by == LimitedBy::grant) {
        plan->expires_at = plan->started_at + plan->ttl;
        plan->limited_by = LimitedBy::requested_ttl;
    }
    return plan;
}

Result<SessionPlan> wrong_limit_named(const StartFacts& facts, Instant now) {
    auto plan = plan_session(facts, now);
    if (plan) plan->limited_by = LimitedBy::session_cap;
    return plan;
}

Result<SessionPlan> all_scopes_carried(const StartFacts& facts, Instant now) {
    auto plan = plan_session(facts, now);
    if (plan) plan->scopes = user_scopes();
    return plan;
}

/// A grant is cut in its own record alone.
SessionLimits sessions_left_alone(const SessionLimits& session, const Grant&, Instant) {
    return session;
}

/// An end that was amended moves the session's end along, later ends too.
SessionLimits sessions_prolonged(const SessionLimits& session, const Grant& grant, Instant now) {
    auto limits = limits_under(session, grant, now);
    if (const auto* granted = std::get_if<Granted>(&grant.state)) {
        limits.expires_at = floor_to_second(granted->granted_until);
    }
    return limits;
}

SessionStatus never_runs_out(SessionStatus stored, Instant, Instant) { return stored; }

Result<Grant> changes_and_refuses(Grant& grant, const GrantEvent& event, const GrantRules& rules,
                                  Instant now) {
    auto answer = real_transition(grant, event, rules, now);
    if (!answer && std::holds_alternative<GrantDecline>(event)) grant.state = Declined{now};
    return answer;
}

Result<Grant> agent_lost(Grant& grant, const GrantEvent& event, const GrantRules& rules,
                         Instant now) {
    auto answer = real_transition(grant, event, rules, now);
    if (answer && std::holds_alternative<GrantConsent>(event)) answer->agent.reset();
    return answer;
}

Result<Grant> scopes_widened(Grant& grant, const GrantEvent& event, const GrantRules& rules,
                             Instant now) {
    auto answer = real_transition(grant, event, rules, now);
    auto* granted = answer ? std::get_if<Granted>(&answer->state) : nullptr;
    if (granted != nullptr && std::holds_alternative<GrantAmend>(event)) granted->scopes.reset();
    return answer;
}

Result<Grant> revived(Grant& grant, const GrantEvent& event, const GrantRules& rules, Instant now) {
    const auto* revoked = std::get_if<Revoked>(&grant.state);
    if (revoked != nullptr && revoked->was && std::holds_alternative<GrantEnd>(event)) {
        auto changed = grant;
        changed.state = *revoked->was;
        return changed;
    }
    return real_transition(grant, event, rules, now);
}

Result<Grant> strangers_served(Grant& grant, const GrantEvent& event, const GrantRules& rules,
                               Instant now) {
    if (std::holds_alternative<GrantDecline>(event)) {
        return real_transition(grant, GrantDecline{the_user()}, rules, now);
    }
    return real_transition(grant, event, rules, now);
}

Result<Grant> scopes_forgotten(json::Value value) {
    auto grant = wire::read_grant(value);
    if (grant) grant->requested_scopes.reset();
    return grant;
}

}  // namespace

std::span<const Broken> broken_cores() {
    using enum Invariant;
    constexpr auto per_user = ActivePer::user;
    constexpr auto per_agent = ActivePer::agent_and_user;
    static const Broken cores[] = {
        {"starts without consent", with([](auto& d) { d.plan_session = no_consent_asked; }),
         consent_first, true, per_user},
        {"starts without consent", with([](auto& d) { d.plan_session = no_consent_asked; }),
         start_conditions, true, per_user},
        {"does not count sessions", with([](auto& d) { d.plan_session = others_not_counted; }),
         one_active, true, per_user},
        {"does not count sessions", with([](auto& d) { d.plan_session = others_not_counted; }),
         one_active, false, per_agent},
        {"lets a banned agent start", with([](auto& d) { d.plan_session = bans_not_seen; }),
         none_after_revocation, false, per_user},
        {"leaves the grant out of the minimum",
         with([](auto& d) { d.plan_session = grant_not_counted; }), within_grant, true, per_user},
        {"leaves the grant out of the minimum",
         with([](auto& d) { d.plan_session = grant_not_counted; }), expiry_is_minimum, true,
         per_user},
        {"names the wrong limit", with([](auto& d) { d.plan_session = wrong_limit_named; }),
         expiry_is_minimum, false, per_user},
        {"carries what the policy never carries",
         with([](auto& d) { d.plan_session = all_scopes_carried; }), scopes_only_shrink, true,
         per_user},
        {"leaves sessions alone when their grant is revoked",
         with([](auto& d) { d.limits_under = sessions_left_alone; }), none_after_revocation, true,
         per_user},
        {"leaves sessions alone when their grant is shortened",
         with([](auto& d) { d.limits_under = sessions_left_alone; }), within_grant, true, per_user},
        {"leaves sessions alone when their grant is narrowed",
         with([](auto& d) { d.limits_under = sessions_left_alone; }), scopes_only_shrink, true,
         per_user},
        {"prolongs a session with its grant",
         with([](auto& d) { d.limits_under = sessions_prolonged; }), expiry_is_minimum, true,
         per_user},
        {"lets a session run past its end",
         with([](auto& d) { d.session_status_at = never_runs_out; }), within_grant, true, per_user},
        {"changes a grant that it refuses to change",
         with([](auto& d) { d.transition = changes_and_refuses; }), refusal_changes_nothing, true,
         per_user},
        {"loses the agent", with([](auto& d) { d.transition = agent_lost; }), actor_kept, true,
         per_user},
        {"widens scopes by an amendment", with([](auto& d) { d.transition = scopes_widened; }),
         scopes_only_shrink, true, per_user},
        {"brings a revoked grant back", with([](auto& d) { d.transition = revived; }),
         over_stays_over, true, per_user},
        {"serves strangers", with([](auto& d) { d.transition = strangers_served; }), table_followed,
         true, per_user},
        {"forgets scopes over a restart", with([](auto& d) { d.read_grant = scopes_forgotten; }),
         same_after_restart, true, per_user},
    };
    return cores;
}

}  // namespace hallpass::model
