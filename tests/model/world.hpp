#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "hallpass/hallpass.hpp"

/// A small host around the core, small enough to visit all that can happen in it: two agents, one
/// user, two tickets, a few grants and sessions, and a clock.
namespace hallpass::model {

inline constexpr std::size_t agent_count = 2;
inline constexpr std::size_t ticket_count = 2;
inline constexpr std::size_t most_grants = 3;

/// The decisions that are under test. The real ones are the core's; the self-check puts broken ones
/// in their place, which must be noticed. `transition` gets the stored grant itself, so that one
/// that changes what it refuses can be told.
struct Decisions {
    Result<Grant> (*request_access)(const AgentFacts&, const SubjectFacts&,
                                    std::span<const OpenGrant>, const Policy&, const AccessRequest&,
                                    Instant);
    Result<Grant> (*open_standing_access)(const SubjectFacts&, std::span<const OpenGrant>,
                                          const Policy&, const StandingAccess&, Instant);
    Result<Grant> (*transition)(Grant&, const GrantEvent&, const GrantRules&, Instant);
    Result<SessionPlan> (*plan_session)(const StartFacts&, Instant);
    SessionLimits (*limits_under)(const SessionLimits&, const Grant&, Instant);
    SessionStatus (*session_status_at)(SessionStatus, Instant, Instant);
    Result<Grant> (*read_grant)(json::Value);
};
const Decisions& real_decisions();

struct Session {
    int number;  ///< tells it from the others; nothing depends on it
    AgentId agent;
    SubjectId subject;
    std::optional<GrantId> grant;
    Instant started_at;
    SessionLimits limits;
    SessionStatus stored;
    friend bool operator==(const Session&, const Session&) = default;
};

struct World {
    Instant now;
    std::vector<Grant> grants;
    std::vector<Session> sessions;
    std::array<bool, agent_count> agent_banned{}, role_lost{};
    bool user_banned = false;
    bool act_as_off = false;
};

/// What stays the same during one exploration.
struct Setting {
    std::string name;
    Policy policy;      ///< read back from its own wire form
    Policy policy_off;  ///< the same with act-as switched off
};
/// @param consent_needed profile `consent`, else `support_access`
Setting make_setting(bool consent_needed, ActivePer active_per);
inline const Policy& policy_of(const Setting& setting, const World& world) {
    return world.act_as_off ? setting.policy_off : setting.policy;
}

World first_world();
AgentId agent_named(std::size_t index);
TicketId ticket_named(std::size_t index);
const SubjectId& the_user();
const SubjectId& a_stranger();
const TenantId& the_tenant();
/// What the user may do, part of it, and more than that.
const ScopeSet& user_scopes();
const ScopeSet& fewer_scopes();
const ScopeSet& wider_scopes();

/// The grant's consent is in force, read off its stored state without the core's help.
const Granted* in_force(const Grant& grant, Instant now);
const Pending* waiting(const Grant& grant, Instant now);
const Grant* find_grant(const World& world, const std::optional<GrantId>& id);
bool live(const Session& session, Instant now, const Decisions& decisions);

/// The instants at which something runs out, later than now, the earliest one first.
std::optional<Instant> next_deadline(const World& world);

/// A hash that is the same for worlds that differ only in when "now" is, in what is past and in
/// which agent or ticket is called the first: the core cannot tell these apart.
std::uint64_t fingerprint(const World& world);

}  // namespace hallpass::model
