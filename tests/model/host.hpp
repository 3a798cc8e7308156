#pragma once

#include "step.hpp"

namespace hallpass::model {

/// Carries out one step as a host of the core would: asks the core, stores what it answers, applies
/// the consequences to the sessions. Each member gives the world after the step, or nothing where
/// the core refused; what can only be judged at the step itself goes to the findings.
class Host {
  public:
    Host(const World& before, const Setting& setting, const Decisions& decisions,
         Findings& findings)
        : before_(before),
          setting_(setting),
          policy_(policy_of(setting, before)),
          decisions_(decisions),
          findings_(findings) {}

    std::optional<World> request(std::size_t agent, std::size_t ticket, bool fewer_scopes);
    std::optional<World> open_standing(bool long_access);
    std::optional<World> grant_event(std::size_t grant, Attempt attempt);
    std::optional<World> start(std::size_t agent, std::size_t ticket, Asked asked);
    std::optional<World> end_session(std::size_t session, SessionStatus status);
    std::optional<World> set_agent(std::size_t agent, bool banned, bool role_lost);
    std::optional<World> set_user(bool banned);
    std::optional<World> switch_act_as();
    std::optional<World> restart();

  private:
    /// The world to come: made when something is about to change, most steps being refused.
    World& after();
    /// The world after the step.
    std::optional<World> taken();
    AgentFacts facts_of_agent(std::size_t agent, const AgentId& id) const;
    SubjectFacts facts_of_user() const;
    std::vector<OpenGrant> open_grants() const;
    /// Makes room for one more grant, at the cost of one that is over; nothing where there is none.
    std::optional<GrantId> free_grant_id();
    void apply_to_sessions(const Grant& grant);
    void revoke_by_system(bool (*concerns)(const Grant&, std::size_t), std::size_t agent);
    void revoke_sessions(const std::optional<AgentId>& agent);
    bool start_is_due(std::size_t agent, std::size_t ticket, Asked asked) const;
    void judge_plan(const SessionPlan& plan, const StartFacts& facts, const Grant* grant);
    void judge_token(const Session& session);
    void judge_refusal(const World& untouched);

    const World& before_;
    std::optional<World> after_;
    const Setting& setting_;
    const Policy& policy_;
    const Decisions& decisions_;
    Findings& findings_;
};

}  // namespace hallpass::model
