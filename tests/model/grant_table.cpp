// The contract's table of grants, written a second time in the plainest way, to hold the core to
// it.

#include "step.hpp"

namespace hallpass::model {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;

// The fraction of a second makes sure that rounding is looked at, too.
constexpr milliseconds short_consent = minutes{20} + milliseconds{300};
constexpr milliseconds long_consent = minutes{60};  // as long as the longest session
constexpr milliseconds earlier_end = minutes{5} + milliseconds{300};  // and the shortest
constexpr milliseconds later_end = hours{2};
constexpr milliseconds beyond_maximum = hours{24} + milliseconds{1};

}  // namespace

GrantEvent event_of(Attempt attempt, Instant now) {
    const auto& user = the_user();
    switch (attempt) {
        case Attempt::consent_short: return GrantConsent{user, now + short_consent, std::nullopt};
        case Attempt::consent_long: return GrantConsent{user, now + long_consent, std::nullopt};
        case Attempt::consent_fewer_scopes:
            return GrantConsent{user, now + long_consent, fewer_scopes()};
        case Attempt::consent_wider_scopes:
            return GrantConsent{user, now + long_consent, wider_scopes()};
        case Attempt::consent_in_the_past: return GrantConsent{user, now, std::nullopt};
        case Attempt::consent_beyond_maximum:
            return GrantConsent{user, now + beyond_maximum, std::nullopt};
        case Attempt::consent_by_stranger:
            return GrantConsent{a_stranger(), now + long_consent, std::nullopt};
        case Attempt::decline: return GrantDecline{user};
        case Attempt::decline_by_stranger: return GrantDecline{a_stranger()};
        case Attempt::withdraw_by_first: return GrantWithdraw{agent_named(0)};
        case Attempt::withdraw_by_second: return GrantWithdraw{agent_named(1)};
        case Attempt::pending_timeout: return GrantPendingTimeout{};
        case Attempt::revoke_by_user: return GrantRevokeByUser{user};
        case Attempt::revoke_by_stranger: return GrantRevokeByUser{a_stranger()};
        case Attempt::revoke_by_first: return GrantRevokeByAgent{agent_named(0)};
        case Attempt::revoke_by_second: return GrantRevokeByAgent{agent_named(1)};
        case Attempt::revoke_by_system: return GrantRevokeBySystem{};
        case Attempt::amend_earlier: return GrantAmend{user, now + earlier_end, std::nullopt};
        case Attempt::amend_later: return GrantAmend{user, now + later_end, std::nullopt};
        case Attempt::amend_beyond_maximum:
            return GrantAmend{user, now + beyond_maximum, std::nullopt};
        case Attempt::amend_fewer_scopes: return GrantAmend{user, std::nullopt, fewer_scopes()};
        case Attempt::amend_wider_scopes: return GrantAmend{user, std::nullopt, wider_scopes()};
        case Attempt::amend_nothing: return GrantAmend{user, std::nullopt, std::nullopt};
        case Attempt::amend_by_stranger:
            return GrantAmend{a_stranger(), now + short_consent, std::nullopt};
        case Attempt::end: return GrantEnd{};
    }
    return GrantEnd{};
}

bool contract_allows(Attempt attempt, const Grant& grant, const World& world) {
    const bool pending = waiting(grant, world.now) != nullptr;
    const bool granted = in_force(grant, world.now) != nullptr;
    switch (attempt) {
        case Attempt::consent_short:
        case Attempt::consent_long:
        case Attempt::consent_fewer_scopes: return pending && !world.act_as_off;
        case Attempt::decline: return pending;
        case Attempt::withdraw_by_first: return pending && grant.agent == agent_named(0);
        case Attempt::withdraw_by_second: return pending && grant.agent == agent_named(1);
        case Attempt::pending_timeout:
            return std::holds_alternative<Pending>(grant.state) && !pending;
        case Attempt::revoke_by_first: return granted && grant.agent == agent_named(0);
        case Attempt::revoke_by_second: return granted && grant.agent == agent_named(1);
        case Attempt::revoke_by_user:
        case Attempt::revoke_by_system:
        case Attempt::amend_earlier:
        case Attempt::amend_later:
        case Attempt::amend_fewer_scopes: return granted;
        case Attempt::end: return std::holds_alternative<Granted>(grant.state) && !granted;
        case Attempt::consent_wider_scopes:
        case Attempt::consent_in_the_past:
        case Attempt::consent_beyond_maximum:
        case Attempt::consent_by_stranger:
        case Attempt::decline_by_stranger:
        case Attempt::revoke_by_stranger:
        case Attempt::amend_beyond_maximum:
        case Attempt::amend_wider_scopes:
        case Attempt::amend_nothing:
        case Attempt::amend_by_stranger: return false;
    }
    return false;
}

}  // namespace hallpass::model
