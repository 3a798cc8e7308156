#pragma once

#include <string>
#include <vector>

#include "findings.hpp"
#include "world.hpp"

namespace hallpass::model {

enum class StepKind : std::uint8_t {
    wait_until_just_before,  ///< one millisecond before the next deadline
    wait_until_deadline,
    wait_ten_minutes,
    request,
    open_standing,
    grant_event,
    start,
    stop,
    end_by_admin,
    ban_agent,
    unban_agent,
    lose_role,
    regain_role,
    ban_user,
    unban_user,
    switch_act_as,
    restart,
};

/// Everything that can be tried on one grant, allowed or not.
enum class Attempt : std::uint8_t {
    consent_short,
    consent_long,
    consent_fewer_scopes,
    consent_wider_scopes,
    consent_in_the_past,
    consent_beyond_maximum,
    consent_by_stranger,
    decline,
    decline_by_stranger,
    withdraw_by_first,
    withdraw_by_second,
    pending_timeout,
    revoke_by_user,
    revoke_by_stranger,
    revoke_by_first,
    revoke_by_second,
    revoke_by_system,
    amend_earlier,
    amend_later,
    amend_beyond_maximum,
    amend_fewer_scopes,
    amend_wider_scopes,
    amend_nothing,
    amend_by_stranger,
    end,
};
inline constexpr int attempt_count = static_cast<int>(Attempt::end) + 1;

/// What a start asks for beside agent and ticket.
enum class Asked : std::uint8_t { shortest, longest_fewer_scopes, too_short, wider_scopes };
inline constexpr int asked_count = 4;

/// One thing that may happen in a world.
struct Step {
    StepKind kind;
    std::uint8_t who = 0;   ///< agent, grant or session, by its index
    std::uint8_t what = 0;  ///< ticket, or Attempt
    std::uint8_t how = 0;   ///< Asked, or which scopes and end
};
std::string describe(const Step& step);

/// Everything that can be tried in this world.
std::vector<Step> steps_in(const World& world);

/// Tries a step. Nothing where it was refused.
std::optional<World> take_step(const World& world, const Step& step, const Setting& setting,
                               const Decisions& decisions, Findings& findings);

/// The event that an attempt stands for.
GrantEvent event_of(Attempt attempt, Instant now);
/// Whether the contract's table (section 2) lets it happen; says so without asking the core.
bool contract_allows(Attempt attempt, const Grant& grant, const World& world);

}  // namespace hallpass::model
