#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "hallpass/ids.hpp"
#include "hallpass/permission.hpp"
#include "hallpass/policy.hpp"
#include "hallpass/reason.hpp"
#include "hallpass/scope.hpp"
#include "hallpass/time.hpp"

namespace hallpass {

#define HALLPASS_GRANT_STATUSES(X) X(pending) X(granted) X(declined) X(revoked) X(expired)
enum class GrantStatus : std::uint8_t {
#define HALLPASS_X(status) status,
    HALLPASS_GRANT_STATUSES(HALLPASS_X)
#undef HALLPASS_X
};
std::string_view to_string(GrantStatus status);
std::optional<GrantStatus> parse_grant_status(std::string_view text);

#define HALLPASS_REVOKED_BY(X) X(user) X(agent) X(system)
enum class RevokedBy : std::uint8_t {
#define HALLPASS_X(party) party,
    HALLPASS_REVOKED_BY(HALLPASS_X)
#undef HALLPASS_X
};
std::string_view to_string(RevokedBy party);
std::optional<RevokedBy> parse_revoked_by(std::string_view text);

// The states of a grant. Each holds what that state needs and nothing else, so that for example
// "granted without an end" cannot be built.

/// Waiting for the user's answer while now < pending_until; silence is a no.
struct Pending {
    Instant pending_until;
    friend bool operator==(const Pending&, const Pending&) = default;
};
/// Consent holds while now < granted_until.
struct Granted {
    Granted(Instant at, Instant until, std::optional<ScopeSet> narrowed_to)
        : granted_at(at), granted_until(until), scopes(std::move(narrowed_to)) {}
    Instant granted_at;
    Instant granted_until;
    std::optional<ScopeSet> scopes;  ///< nothing: not narrowed, all that the subject has
    friend bool operator==(const Granted&, const Granted&) = default;
};
struct Declined {
    Instant declined_at;
    friend bool operator==(const Declined&, const Declined&) = default;
};
struct Revoked {
    Instant revoked_at;
    RevokedBy revoked_by;
    std::optional<Granted> was;  ///< the consent that was taken back; nothing if it was pending
    friend bool operator==(const Revoked&, const Revoked&) = default;
};
struct Expired {
    Instant expired_at;          ///< the boundary itself, not when somebody noticed
    std::optional<Granted> was;  ///< nothing if the request was never answered
    friend bool operator==(const Expired&, const Expired&) = default;
};
using GrantState = std::variant<Pending, Granted, Declined, Revoked, Expired>;

/// The consent record: who may act as whom, about which ticket, until when, with which scopes.
struct Grant {
    GrantId id;
    TenantId tenant;
    SubjectId subject;
    std::optional<AgentId> agent;        ///< nothing: standing access, any agent of the tenant
    std::optional<TicketId> ticket;      ///< nothing: not bound to a ticket
    std::optional<AccessReason> reason;  ///< why; standing access has none
    std::optional<ScopeSet> requested_scopes;  ///< nothing: not narrowed by the agent
    Instant created_at;
    GrantState state;

    bool standing() const { return !agent.has_value(); }
    friend bool operator==(const Grant&, const Grant&) = default;
};

/// The state at `now`, derived from the clock: a grant whose boundary has passed (now >= until) is
/// expired whether or not anything has swept it. The only place that decides this.
GrantState state_at(const Grant& grant, Instant now);
GrantStatus status_at(const Grant& grant, Instant now);
/// The same for callers that have no more of a grant than this.
/// @param until pending_until or granted_until, as the stored status has it; else of no account
GrantStatus status_at(GrantStatus stored, Instant until, Instant now);
/// The end of consent, where consent was ever given.
std::optional<Instant> granted_until(const Grant& grant);

// The events of contract section 2, each with who does it.

struct GrantConsent {  ///< the user says yes
    SubjectId by;
    Instant until;
    std::optional<ScopeSet> scopes;  ///< nothing: as requested
};
struct GrantDecline {  ///< the user says no
    SubjectId by;
};
struct GrantWithdraw {  ///< the agent takes the request back
    AgentId by;
};
struct GrantPendingTimeout {};  ///< the pending clock has run out
struct GrantRevokeByUser {
    SubjectId by;
};
struct GrantRevokeByAgent {  ///< the agent hands the grant back
    AgentId by;
};
struct GrantRevokeBySystem {};  ///< by an admin, a ban, a lost role
struct GrantAmend {             ///< the user changes end or scopes
    SubjectId by;
    std::optional<Instant> until;
    std::optional<ScopeSet> scopes;  ///< fewer scopes; nothing: unchanged
};
struct GrantEnd {};  ///< `granted_until` was reached

using GrantEvent =
    std::variant<GrantConsent, GrantDecline, GrantWithdraw, GrantPendingTimeout, GrantRevokeByUser,
                 GrantRevokeByAgent, GrantRevokeBySystem, GrantAmend, GrantEnd>;

/// What a transition must respect beside the grant itself.
struct GrantRules {
    const Policy& policy;
    ScopeView subject_scopes;  ///< what the subject has now
};

/// Applies one event. A refused event changes nothing.
///
/// | from    | consent, decline, withdraw | revoke, amend      | pending timeout  | end | | pending
/// | as named                   | GRANT_NOT_ACTIVE   | expired when due | NOT_ACTIVE     | |
/// granted | GRANT_NOT_PENDING          | as named           | NOT_PENDING      | expired if due |
/// | other   | GRANT_NOT_PENDING          | GRANT_NOT_ACTIVE   | NOT_PENDING      | NOT_ACTIVE |
///
/// Status is the one at `now` (status_at): consent that comes after the pending clock ran out finds
/// an expired grant.
/// @errors GRANT_NOT_PENDING, GRANT_NOT_ACTIVE (reason not_due for a clock event that is not due);
/// FORBIDDEN (reason not_yours) if `by` is another
///         party; VALIDATION_ERROR field "until" (until_in_past, until_too_late) or "scopes";
///         INSUFFICIENT_SCOPE if scopes exceed what was asked, granted, or what the subject has
Result<Grant> transition(const Grant& grant, const GrantEvent& event, const GrantRules& rules,
                         Instant now);

/// An agent as the directory knows them.
struct AgentFacts {
    AgentId::View id;
    Caller caller;
    bool known = true;
    bool in_tenant = true;  ///< may work for this tenant at all
};
/// A user who is to be acted for.
struct SubjectFacts {
    SubjectId::View id;
    ScopeView scopes;
    bool exists_in_tenant = true;
    bool staff = false;
    bool banned = false;
    bool opted_out = false;  ///< no requests reach them
};
/// An earlier grant, as far as it bears on a new request.
struct OpenGrant {
    std::optional<AgentId::View> agent;
    std::optional<TicketId::View> ticket;
    GrantStatus status;  ///< at `now`
};

struct AccessRequest {
    GrantId id;
    TenantId tenant;
    TicketId ticket;
    std::string_view reason;
    std::optional<ScopeSet> scopes;
};
/// none → pending: the agent asks.
/// @errors as `plan_session` for agent and subject; USER_OPTED_OUT, OPEN_REQUEST_EXISTS,
///         VALIDATION_ERROR (reason), INSUFFICIENT_SCOPE
Result<Grant> request_access(const AgentFacts& agent, const SubjectFacts& subject,
                             std::span<const OpenGrant> earlier, const Policy& policy,
                             const AccessRequest& request, Instant now);

struct StandingAccess {
    GrantId id;
    TenantId tenant;
    SubjectId by;
    Instant until;
    std::optional<ScopeSet> scopes;
};
/// none → granted: the user opens standing access from settings; any agent of the tenant may start.
/// @errors FORBIDDEN, ACT_AS_DISABLED, OPEN_REQUEST_EXISTS (standing access is open already),
///         VALIDATION_ERROR (until), INSUFFICIENT_SCOPE
Result<Grant> open_standing_access(const SubjectFacts& subject, std::span<const OpenGrant> earlier,
                                   const Policy& policy, const StandingAccess& access, Instant now);

}  // namespace hallpass
