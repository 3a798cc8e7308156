#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "hallpass/grant.hpp"

namespace hallpass {

/// Which limit decided a session's end; at a tie the earlier in this list is named.
#define HALLPASS_LIMITED_BY(X) X(grant) X(session_cap) X(requested_ttl)
enum class LimitedBy : std::uint8_t {
#define HALLPASS_X(limit) limit,
    HALLPASS_LIMITED_BY(HALLPASS_X)
#undef HALLPASS_X
};
std::string_view to_string(LimitedBy limit);
std::optional<LimitedBy> parse_limited_by(std::string_view text);

/// How a session ended, or that it has not.
#define HALLPASS_SESSION_STATUSES(X) X(active) X(stopped) X(ended) X(revoked) X(expired)
enum class SessionStatus : std::uint8_t {
#define HALLPASS_X(status) status,
    HALLPASS_SESSION_STATUSES(HALLPASS_X)
#undef HALLPASS_X
};
std::string_view to_string(SessionStatus status);
std::optional<SessionStatus> parse_session_status(std::string_view text);

struct SessionEnd {
    Instant expires_at;  ///< a whole second, exclusive: live while now < expires_at
    LimitedBy limited_by;
};

/// The one authoritative expiry: min(granted_until, started_at + cap, started_at + ttl), rounded
/// down to the whole second so that the token's `exp` equals it.
/// @param granted_until nothing where the policy needs no consent and there is no grant
SessionEnd session_end(std::optional<Instant> granted_until, Instant started_at,
                       std::chrono::minutes session_cap, std::chrono::minutes ttl);

/// A grant, as far as it bears on a start. The caller passes every grant on this subject in this
/// tenant that it knows; the core picks.
struct GrantFacts {
    GrantId::View id;
    GrantStatus status;  ///< as stored or at now: the clock is checked again here
    std::optional<Instant> granted_until;
    std::optional<AgentId::View> agent;
    std::optional<TicketId::View> ticket;
    std::optional<ScopeView> scopes;
};
GrantFacts facts_of(const Grant& grant, Instant now);

/// A session that may still be active.
struct ActiveSession {
    AgentId::View agent;
    SubjectId::View subject;
    Instant expires_at;  ///< active while now < expires_at
};

/// Everything a start depends on.
struct StartFacts {
    AgentFacts agent;
    TenantId::View tenant;
    bool tenant_exists = true;
    const Policy& policy;
    SubjectFacts subject;
    std::string_view reason;
    std::optional<TicketId::View> ticket;
    std::optional<std::chrono::minutes> ttl;  ///< nothing: the policy's default
    std::optional<ScopeView> scopes;          ///< nothing: all that the grant allows
    bool read_only = false;                   ///< the agent asks for viewing alone
    std::span<const GrantFacts> grants;
    std::span<const ActiveSession> sessions;  ///< every one on this subject in this tenant
};

/// A session that may start now. Recording it and signing its token are the caller's part.
struct SessionPlan {
    // One of its own: what the compiler makes would set everything to zero bytes first.
    SessionPlan() : limited_by(LimitedBy::grant) {}

    Instant started_at{};  ///< now, rounded down to the whole second
    Instant expires_at{};
    LimitedBy limited_by;
    std::chrono::minutes ttl{};  ///< as asked, or the default
    std::optional<std::size_t>
        grant_index;               ///< into StartFacts::grants; nothing: no consent needed
    ScopeSet scopes;               ///< what the token carries
    bool scopes_narrowed = false;  ///< fewer than the subject has, or asked for by name
};

/// Decides whether a session may start. The first condition that fails is the answer, in this
/// order:
/// 1. the agent: known (UNAUTHORIZED), not banned (AGENT_BANNED), `support:access:create`
/// (FORBIDDEN)
/// 2. no nesting: NESTED_IMPERSONATION
/// 3. the tenant: known to the agent (TENANT_NOT_FOUND / LAW_FIRM_NOT_FOUND), act-as switched on
///    (ACT_AS_DISABLED)
/// 4. the subject: in that tenant (USER_NOT_FOUND), not the agent (FORBIDDEN, self_impersonation),
///    not staff (TARGET_IS_STAFF), not banned (TARGET_BANNED)
/// 5. the reason, then ttlMinutes: VALIDATION_ERROR
/// 6. consent: CONSENT_REQUIRED, with the reason why (no_grant, grant_pending, other_ticket, …)
/// 7. scopes: INSUFFICIENT_SCOPE
/// 8. no other active session: ACTIVE_SESSION_EXISTS
/// Of several grants that hold, one that covers the scopes asked for by name is used before one
/// that does not; then the one with the latest end; at a tie a grant to this agent before standing
/// access, then the first.
Result<SessionPlan> plan_session(const StartFacts& facts, Instant now);

/// A running session, as far as amendments bear on it.
struct SessionLimits {
    Instant expires_at;
    ScopeSet scopes;
    friend bool operator==(const SessionLimits&, const SessionLimits&) = default;
};
/// A session's limits after its grant changed: never later, never wider than before. Where the
/// grant no longer holds at `now`, expires_at is `now` rounded down.
SessionLimits limits_under(const SessionLimits& session, const Grant& grant, Instant now);

/// Whether a session still lives: not ended, and now < expires_at.
SessionStatus session_status_at(SessionStatus stored, Instant expires_at, Instant now);

/// What a countdown shows and when it must next look.
struct Remaining {
    std::chrono::seconds left;         ///< whole seconds, rounded up: 0 only when it is over
    std::optional<Instant> next_wake;  ///< when `left` changes next; nothing once it is over
    bool over;                         ///< now >= expires_at
};
/// @param step how coarse the display is (1 s, or 60 s while only minutes are shown); at least 1 s
Remaining remaining(Instant expires_at, Instant now, std::chrono::seconds step);

}  // namespace hallpass
