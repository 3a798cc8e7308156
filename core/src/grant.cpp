#include "hallpass/grant.hpp"

#include "start_conditions.hpp"
#include "wire_names.hpp"

namespace hallpass {
namespace {

constexpr char grant_statuses[] =
#define HALLPASS_X(status) HALLPASS_NAME(status)
    HALLPASS_GRANT_STATUSES(HALLPASS_X);
#undef HALLPASS_X
constexpr char revoked_by_names[] =
#define HALLPASS_X(party) HALLPASS_NAME(party)
    HALLPASS_REVOKED_BY(HALLPASS_X);
#undef HALLPASS_X

Refusal not_pending() {
    return make_error(ErrorCode::GRANT_NOT_PENDING,
                      "the request is no longer waiting for an answer; ask again if needed");
}
Refusal not_active() {
    return make_error(ErrorCode::GRANT_NOT_ACTIVE,
                      "the grant is not in force; a new request is needed");
}
Refusal not_due(ErrorCode code) {
    return make_error(code, "the clock of this grant has not run out yet", {}, Reason::not_due);
}
Refusal not_yours() {
    return make_error(ErrorCode::FORBIDDEN, "only the other party of this grant can do that", {},
                      Reason::not_yours);
}

/// Applies one event to a grant whose state was brought up to `now`.
class Transition {
  public:
    Transition(const Grant& grant, const GrantRules& rules, Instant now)
        : grant_(grant), state_(state_at(grant, now)), rules_(rules), now_(now) {}

    Result<GrantState> operator()(const GrantConsent& event) const {
        if (!(grant_.subject == event.by)) return not_yours();
        if (!is<Pending>()) return not_pending();
        if (!rules_.policy.act_as_enabled()) return act_as_disabled();
        if (auto end = check_until(event.until, now_, rules_.policy); !end)
            return std::move(end).refusal();
        if (!event.scopes) return GrantState{Granted{now_, event.until, as_requested()}};
        auto scopes = check_consented_scopes(*event.scopes, grant_.requested_scopes);
        if (!scopes) return std::move(scopes).refusal();
        return GrantState{Granted{now_, event.until, *std::move(scopes)}};
    }
    Result<GrantState> operator()(const GrantDecline& event) const {
        if (!(grant_.subject == event.by)) return not_yours();
        if (!is<Pending>()) return not_pending();
        return GrantState{Declined{now_}};
    }
    Result<GrantState> operator()(const GrantWithdraw& event) const {
        if (grant_.agent != event.by) return not_yours();
        if (!is<Pending>()) return not_pending();
        return GrantState{Revoked{now_, RevokedBy::agent, std::nullopt}};
    }
    Result<GrantState> operator()(const GrantPendingTimeout&) const {
        const auto* stored = std::get_if<Pending>(&grant_.state);
        if (stored == nullptr) return not_pending();
        if (is<Pending>()) return not_due(ErrorCode::GRANT_NOT_PENDING);
        return state_;
    }
    Result<GrantState> operator()(const GrantRevokeByUser& event) const {
        if (!(grant_.subject == event.by)) return not_yours();
        return revoked(RevokedBy::user);
    }
    Result<GrantState> operator()(const GrantRevokeByAgent& event) const {
        if (grant_.agent != event.by) return not_yours();
        return revoked(RevokedBy::agent);
    }
    Result<GrantState> operator()(const GrantRevokeBySystem&) const {
        return revoked(RevokedBy::system);
    }
    Result<GrantState> operator()(const GrantAmend& event) const {
        if (!(grant_.subject == event.by)) return not_yours();
        if (!is<Granted>()) return not_active();
        if (!event.until && !event.scopes) {
            return invalid("until", Reason::required, "give a new end, fewer scopes, or both");
        }
        auto amended = *std::get_if<Granted>(&state_);
        if (event.until) {
            if (auto end = check_until(*event.until, now_, rules_.policy); !end)
                return std::move(end).refusal();
            amended.granted_until = *event.until;
        }
        if (event.scopes) {
            const auto& ceiling = amended.scopes ? amended.scopes : grant_.requested_scopes;
            auto scopes = check_consented_scopes(*event.scopes, ceiling);
            if (!scopes) return std::move(scopes).refusal();
            amended.scopes = *std::move(scopes);
        }
        return GrantState{std::move(amended)};
    }
    Result<GrantState> operator()(const GrantEnd&) const {
        const auto* stored = std::get_if<Granted>(&grant_.state);
        if (stored == nullptr) return not_active();
        if (is<Granted>()) return not_due(ErrorCode::GRANT_NOT_ACTIVE);
        return state_;
    }

  private:
    template <class State>
    bool is() const {
        return std::holds_alternative<State>(state_);
    }
    Result<GrantState> revoked(RevokedBy party) const {
        const auto* granted = std::get_if<Granted>(&state_);
        if (granted == nullptr) return not_active();
        return GrantState{Revoked{now_, party, *granted}};
    }
    /// What was asked for, as far as the subject still has it.
    std::optional<ScopeSet> as_requested() const {
        if (!grant_.requested_scopes) return std::nullopt;
        return intersection(*grant_.requested_scopes, rules_.subject_scopes);
    }
    /// Scopes that the user names: at most `ceiling` and what the user has, and at least one.
    Result<ScopeSet> check_consented_scopes(const ScopeSet& scopes,
                                            const std::optional<ScopeSet>& ceiling) const {
        if (scopes.empty()) {
            return invalid("scopes", Reason::required, "choose at least one scope, or decline");
        }
        auto available = ScopeSet::trusted(std::string{rules_.subject_scopes.text()});
        if (ceiling) available = intersection(available, *ceiling);
        return narrow({available, scopes, &rules_.policy.never_carried(), false});
    }

    const Grant& grant_;
    GrantState state_;
    const GrantRules& rules_;
    Instant now_;
};

}  // namespace

std::string_view to_string(GrantStatus status) { return name_in(grant_statuses, status); }
std::optional<GrantStatus> parse_grant_status(std::string_view text) {
    return value_in<GrantStatus>(grant_statuses, text);
}
std::string_view to_string(RevokedBy party) { return name_in(revoked_by_names, party); }
std::optional<RevokedBy> parse_revoked_by(std::string_view text) {
    return value_in<RevokedBy>(revoked_by_names, text);
}

GrantState state_at(const Grant& grant, Instant now) {
    if (const auto* pending = std::get_if<Pending>(&grant.state)) {
        if (now >= pending->pending_until) return Expired{pending->pending_until, std::nullopt};
    }
    if (const auto* granted = std::get_if<Granted>(&grant.state)) {
        if (now >= granted->granted_until) return Expired{granted->granted_until, *granted};
    }
    return grant.state;
}

// INVARIANT: the variant's alternatives and GrantStatus list the states in the same order.
GrantStatus status_at(const Grant& grant, Instant now) {
    return static_cast<GrantStatus>(state_at(grant, now).index());
}

GrantStatus status_at(GrantStatus stored, Instant until, Instant now) {
    const bool has_clock = stored == GrantStatus::pending || stored == GrantStatus::granted;
    return has_clock && now >= until ? GrantStatus::expired : stored;
}

std::optional<Instant> granted_until(const Grant& grant) {
    const Granted* granted = std::get_if<Granted>(&grant.state);
    if (const auto* revoked = std::get_if<Revoked>(&grant.state); revoked && revoked->was) {
        granted = &*revoked->was;
    }
    if (const auto* expired = std::get_if<Expired>(&grant.state); expired && expired->was) {
        granted = &*expired->was;
    }
    if (granted == nullptr) return std::nullopt;
    return granted->granted_until;
}

Result<Grant> transition(const Grant& grant, const GrantEvent& event, const GrantRules& rules,
                         Instant now) {
    auto state = std::visit(Transition{grant, rules, now}, event);
    if (!state) return std::move(state).refusal();
    auto changed = grant;
    changed.state = *std::move(state);
    return changed;
}

Result<Grant> request_access(const AgentFacts& agent, const SubjectFacts& subject,
                             std::span<const OpenGrant> earlier, const Policy& policy,
                             const AccessRequest& request, Instant now) {
    if (auto failed = refuse_agent(agent)) return failed;
    if (auto failed = refuse_tenant(agent.in_tenant, policy)) return failed;
    if (auto failed = refuse_subject(agent, subject, request.tenant, policy)) {
        return failed;
    }
    if (subject.opted_out) {
        return make_error(ErrorCode::USER_OPTED_OUT,
                          "the user does not accept access requests; ask them another way");
    }
    auto reason = AccessReason::parse(request.reason);
    if (!reason) return std::move(reason).refusal();
    auto scopes = request.scopes;
    if (scopes) {
        auto narrowed =
            narrow({subject.scopes, scopes->view(), &policy.never_carried(), policy.read_only()});
        if (!narrowed) return std::move(narrowed).refusal();
        scopes = *std::move(narrowed);
    }
    for (const auto& open : earlier) {
        const bool live =
            open.status == GrantStatus::pending || open.status == GrantStatus::granted;
        if (live && open.agent == agent.id && open.ticket == TicketId::View{request.ticket}) {
            return make_error(ErrorCode::OPEN_REQUEST_EXISTS,
                              "you have an open request or grant for this user and ticket already");
        }
    }
    Grant asked{request.id,
                request.tenant,
                SubjectId::trusted(std::string{subject.id.view()}),
                AgentId::trusted(std::string{agent.id.view()}),
                request.ticket,
                *std::move(reason),
                std::move(scopes),
                now,
                Pending{now + policy.pending_for()}};
    return asked;
}

Result<Grant> open_standing_access(const SubjectFacts& subject, std::span<const OpenGrant> earlier,
                                   const Policy& policy, const StandingAccess& access,
                                   Instant now) {
    if (!(subject.id == SubjectId::View{access.by}) || subject.staff) return not_yours();
    if (!subject.exists_in_tenant) return tenant_not_found(policy);
    if (!policy.act_as_enabled()) return act_as_disabled();
    if (subject.banned) return target_banned();
    if (auto end = check_until(access.until, now, policy); !end) return std::move(end).refusal();
    auto scopes = access.scopes;
    if (scopes) {
        if (scopes->empty()) {
            return invalid("scopes", Reason::required, "choose at least one scope");
        }
        auto narrowed = narrow({subject.scopes, scopes->view(), &policy.never_carried(), false});
        if (!narrowed) return std::move(narrowed).refusal();
        scopes = *std::move(narrowed);
    }
    for (const auto& open : earlier) {
        if (open.status == GrantStatus::granted && !open.agent) {
            return make_error(ErrorCode::OPEN_REQUEST_EXISTS,
                              "standing access is open already; change or withdraw it");
        }
    }
    Grant opened{access.id,    access.tenant, access.by,
                 std::nullopt, std::nullopt,  std::nullopt,
                 std::nullopt, now,           Granted{now, access.until, std::move(scopes)}};
    return opened;
}

}  // namespace hallpass
