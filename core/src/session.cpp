#include "hallpass/session.hpp"

#include <algorithm>

#include "digits.hpp"
#include "start_conditions.hpp"
#include "wire_names.hpp"

namespace hallpass {
namespace {

constexpr char limited_by_names[] =
#define HALLPASS_X(limit) HALLPASS_NAME(limit)
    HALLPASS_LIMITED_BY(HALLPASS_X);
#undef HALLPASS_X
constexpr char session_statuses[] =
#define HALLPASS_X(status) HALLPASS_NAME(status)
    HALLPASS_SESSION_STATUSES(HALLPASS_X);
#undef HALLPASS_X

/// Why a grant does not carry this start; Reason::none where it does. Grants of other agents count
/// as none: an agent learns nothing about them.
Reason why_not(const GrantFacts& grant, const StartFacts& facts, Instant now) {
    if (grant.agent && *grant.agent != facts.agent.id) return Reason::no_grant;
    if (grant.ticket && grant.ticket != facts.ticket) return Reason::other_ticket;
    switch (grant.status) {
        case GrantStatus::pending: return Reason::grant_pending;
        case GrantStatus::declined: return Reason::grant_declined;
        case GrantStatus::revoked: return Reason::grant_revoked;
        case GrantStatus::expired: return Reason::grant_expired;
        case GrantStatus::granted: break;
    }
    // A session ends on a whole second, so the last fraction of one is too short to start in.
    if (!grant.granted_until || now >= floor_to_second(*grant.granted_until)) {
        return Reason::grant_expired;
    }
    return Reason::none;
}

/// Of several refusals, the one that tells the agent most is answered.
int rank(Reason reason) {
    switch (reason) {
        case Reason::grant_pending: return 5;
        case Reason::grant_expired: return 4;
        case Reason::grant_revoked: return 3;
        case Reason::grant_declined: return 2;
        case Reason::other_ticket: return 1;
        default: return 0;
    }
}

bool covers(const GrantFacts& grant, const StartFacts& facts) {
    return !facts.scopes || !grant.scopes || facts.scopes->is_subset_of(*grant.scopes);
}

bool better(const GrantFacts& candidate, const GrantFacts& best, const StartFacts& facts) {
    if (const bool enough = covers(candidate, facts); enough != covers(best, facts)) return enough;
    if (candidate.granted_until != best.granted_until) {
        return candidate.granted_until > best.granted_until;
    }
    return candidate.agent && !best.agent;
}

std::string_view consent_message(Reason reason) {
    switch (reason) {
        case Reason::grant_pending: return "the user has not answered yet; wait for their consent";
        case Reason::grant_expired: return "the user's consent has run out; request access again";
        case Reason::grant_revoked: return "the access was taken back; request access again";
        case Reason::grant_declined: return "the user declined; request access again if needed";
        case Reason::other_ticket:
            return "the consent is for another ticket; request access for this one";
        default: return "the user has not given access; request it first";
    }
}

struct Consent {
    const GrantFacts* grant = nullptr;  ///< null: none, and `missing` says why
    Reason missing = Reason::no_grant;
};

Consent find_consent(const StartFacts& facts, Instant now) {
    Consent consent;
    for (const auto& grant : facts.grants) {
        const auto reason = why_not(grant, facts, now);
        if (reason == Reason::none) {
            if (consent.grant == nullptr || better(grant, *consent.grant, facts)) {
                consent.grant = &grant;
            }
        } else if (rank(reason) > rank(consent.missing)) {
            consent.missing = reason;
        }
    }
    return consent;
}

[[gnu::cold, gnu::noinline]] Refusal no_consent(Reason missing) {
    return make_error(ErrorCode::CONSENT_REQUIRED, consent_message(missing), {}, missing);
}

[[gnu::cold, gnu::noinline]] Refusal ttl_out_of_range(std::chrono::minutes ttl,
                                                      const Policy& policy) {
    const auto min = policy.ttl_min().count();
    const auto max = policy.ttl_max().count();
    return invalid("ttlMinutes", Reason::out_of_range,
                   "ttlMinutes must be between " + in_decimal(min) + " and " + in_decimal(max),
                   in_decimal(ttl.count()), {.min = min, .max = max});
}

bool other_session_active(const StartFacts& facts, Instant now) {
    return std::any_of(facts.sessions.begin(), facts.sessions.end(), [&](const auto& session) {
        const bool same_agent =
            facts.policy.active_per() == ActivePer::user || session.agent == facts.agent.id;
        return session.subject == facts.subject.id && same_agent && now < session.expires_at;
    });
}

/// The scopes of a start: within the grant's, within the subject's, as the policy allows.
Refusal refuse_scopes(const StartFacts& facts, const GrantFacts* grant, ScopeSet& scopes) {
    const bool read_only = facts.read_only || facts.policy.read_only();
    const auto& never_carried = facts.policy.never_carried();
    const bool narrowed = grant != nullptr && grant->scopes;
    const auto& available = narrowed ? *grant->scopes : facts.subject.scopes;
    if (available.is_subset_of(facts.subject.scopes)) {
        return narrow_into(scopes, {available, facts.scopes, &never_carried, read_only});
    }
    // The subject has lost scopes since they consented.
    const auto remaining_scopes = intersection(available, facts.subject.scopes);
    return narrow_into(scopes, {remaining_scopes, facts.scopes, &never_carried, read_only});
}

/// Fills the plan in, or says which condition fails first.
Refusal refuse_start(const StartFacts& facts, Instant now, SessionPlan& plan) {
    if (auto failed = refuse_agent(facts.agent)) return failed;
    const bool tenant_known = facts.tenant_exists && facts.agent.in_tenant;
    if (auto failed = refuse_tenant(tenant_known, facts.policy)) return failed;
    if (auto failed = refuse_subject(facts.agent, facts.subject, facts.tenant, facts.policy)) {
        return failed;
    }
    if (auto failed = refuse_reason(facts.reason)) return failed;
    plan.ttl = facts.ttl.value_or(facts.policy.ttl_default());
    if (plan.ttl < facts.policy.ttl_min() || plan.ttl > facts.policy.ttl_max()) {
        return ttl_out_of_range(plan.ttl, facts.policy);
    }

    const GrantFacts* grant = nullptr;
    if (facts.policy.consent_needed()) {
        const auto consent = find_consent(facts, now);
        if (consent.grant == nullptr) return no_consent(consent.missing);
        grant = consent.grant;
        plan.grant_index = static_cast<std::size_t>(grant - facts.grants.data());
    }
    if (auto failed = refuse_scopes(facts, grant, plan.scopes)) return failed;
    if (other_session_active(facts, now)) {
        return make_error(
            ErrorCode::ACTIVE_SESSION_EXISTS,
            "another session is active for this user; end it or wait until it is over");
    }
    plan.started_at = floor_to_second(now);
    const auto end = session_end(grant != nullptr ? grant->granted_until : std::nullopt,
                                 plan.started_at, facts.policy.session_cap(), plan.ttl);
    plan.expires_at = end.expires_at;
    plan.limited_by = end.limited_by;
    plan.scopes_narrowed = facts.scopes || plan.scopes.view() != facts.subject.scopes;
    return std::nullopt;
}

}  // namespace

std::string_view to_string(LimitedBy limit) { return name_in(limited_by_names, limit); }
std::optional<LimitedBy> parse_limited_by(std::string_view text) {
    return value_in<LimitedBy>(limited_by_names, text);
}
std::string_view to_string(SessionStatus status) { return name_in(session_statuses, status); }
std::optional<SessionStatus> parse_session_status(std::string_view text) {
    return value_in<SessionStatus>(session_statuses, text);
}

SessionEnd session_end(std::optional<Instant> granted_until, Instant started_at,
                       std::chrono::minutes session_cap, std::chrono::minutes ttl) {
    SessionEnd end{started_at + session_cap, LimitedBy::session_cap};
    if (ttl < session_cap) end = {started_at + ttl, LimitedBy::requested_ttl};
    if (granted_until && *granted_until <= end.expires_at) {
        end = {*granted_until, LimitedBy::grant};
    }
    // Rounded last: two limits within one second are no tie.
    end.expires_at = floor_to_second(end.expires_at);
    return end;
}

GrantFacts facts_of(const Grant& grant, Instant now) {
    GrantFacts facts{grant.id, status_at(grant, now), granted_until(grant), {}, {}, {}};
    if (grant.agent) facts.agent = *grant.agent;
    if (grant.ticket) facts.ticket = *grant.ticket;
    const auto* granted = std::get_if<Granted>(&grant.state);
    if (granted != nullptr && granted->scopes) facts.scopes = granted->scopes->view();
    return facts;
}

Result<SessionPlan> plan_session(const StartFacts& facts, Instant now) {
    Result<SessionPlan> plan{std::in_place};
    if (auto failed = refuse_start(facts, now, *plan)) plan = std::move(failed);
    return plan;
}

SessionLimits limits_under(const SessionLimits& session, const Grant& grant, Instant now) {
    auto limits = session;
    const auto state = state_at(grant, now);
    const auto* granted = std::get_if<Granted>(&state);
    const auto end = granted != nullptr ? granted->granted_until : now;
    limits.expires_at = std::min(limits.expires_at, floor_to_second(end));
    if (granted != nullptr && granted->scopes) {
        limits.scopes = intersection(limits.scopes, *granted->scopes);
    }
    return limits;
}

SessionStatus session_status_at(SessionStatus stored, Instant expires_at, Instant now) {
    const bool ran_out = stored == SessionStatus::active && now >= expires_at;
    return ran_out ? SessionStatus::expired : stored;
}

Remaining remaining(Instant expires_at, Instant now, std::chrono::seconds step) {
    using std::chrono::ceil;
    using std::chrono::seconds;
    if (now >= expires_at) return {seconds{0}, std::nullopt, true};
    const auto left = expires_at - now;
    const auto step_length = std::max(step, seconds{1});
    const auto steps = (ceil<seconds>(left) + step_length - seconds{1}) / step_length;
    return {ceil<seconds>(left), expires_at - (steps - 1) * step_length, false};
}

}  // namespace hallpass
