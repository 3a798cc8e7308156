#include "step.hpp"

#include "host.hpp"

namespace hallpass::model {
namespace {

constexpr const char* kind_names[] = {
    "wait until just before the next deadline",
    "wait until the next deadline",
    "wait ten minutes",
    "request",
    "open standing access",
    "grant event",
    "start",
    "stop",
    "end by an admin",
    "ban agent",
    "unban agent",
    "lose role",
    "regain role",
    "ban user",
    "unban user",
    "switch act-as",
    "restart",
};

std::uint8_t narrow_cast(std::size_t value) { return static_cast<std::uint8_t>(value); }

std::optional<World> wait(const World& world, StepKind kind) {
    auto after = world;
    const auto deadline = next_deadline(world);
    if (kind == StepKind::wait_ten_minutes) {
        after.now += std::chrono::minutes{10};
    } else if (!deadline) {
        return std::nullopt;
    } else {
        const std::chrono::milliseconds early{kind == StepKind::wait_until_just_before ? 1 : 0};
        after.now = *deadline - early;
    }
    if (after.now <= world.now) return std::nullopt;
    return after;
}

}  // namespace

std::string describe(const Step& step) {
    return std::string{kind_names[static_cast<std::size_t>(step.kind)]} + " " +
           std::to_string(step.who) + " " + std::to_string(step.what) + " " +
           std::to_string(step.how);
}

std::vector<Step> steps_in(const World& world) {
    std::vector<Step> steps{{StepKind::wait_until_just_before},
                            {StepKind::wait_until_deadline},
                            {StepKind::wait_ten_minutes},
                            {StepKind::switch_act_as},
                            {StepKind::restart},
                            {StepKind::open_standing, 0, 0, 0},
                            {StepKind::open_standing, 0, 0, 1},
                            {world.user_banned ? StepKind::unban_user : StepKind::ban_user}};
    for (std::size_t agent = 0; agent < agent_count; ++agent) {
        const auto who = narrow_cast(agent);
        steps.push_back(
            {world.agent_banned[agent] ? StepKind::unban_agent : StepKind::ban_agent, who});
        steps.push_back(
            {world.role_lost[agent] ? StepKind::regain_role : StepKind::lose_role, who});
        for (std::size_t ticket = 0; ticket < ticket_count; ++ticket) {
            const auto what = narrow_cast(ticket);
            for (std::uint8_t how = 0; how < 2; ++how) {
                steps.push_back({StepKind::request, who, what, how});
            }
            for (std::uint8_t how = 0; how < asked_count; ++how) {
                steps.push_back({StepKind::start, who, what, how});
            }
        }
    }
    for (std::size_t grant = 0; grant < world.grants.size(); ++grant) {
        for (std::uint8_t attempt = 0; attempt < attempt_count; ++attempt) {
            steps.push_back({StepKind::grant_event, narrow_cast(grant), attempt});
        }
    }
    for (std::size_t session = 0; session < world.sessions.size(); ++session) {
        steps.push_back({StepKind::stop, narrow_cast(session)});
        steps.push_back({StepKind::end_by_admin, narrow_cast(session)});
    }
    return steps;
}

std::optional<World> take_step(const World& world, const Step& step, const Setting& setting,
                               const Decisions& decisions, Findings& findings) {
    Host host{world, setting, decisions, findings};
    switch (step.kind) {
        case StepKind::wait_until_just_before:
        case StepKind::wait_until_deadline:
        case StepKind::wait_ten_minutes: return wait(world, step.kind);
        case StepKind::request: return host.request(step.who, step.what, step.how != 0);
        case StepKind::open_standing: return host.open_standing(step.how != 0);
        case StepKind::grant_event:
            return host.grant_event(step.who, static_cast<Attempt>(step.what));
        case StepKind::start: return host.start(step.who, step.what, static_cast<Asked>(step.how));
        case StepKind::stop: return host.end_session(step.who, SessionStatus::stopped);
        case StepKind::end_by_admin: return host.end_session(step.who, SessionStatus::ended);
        case StepKind::ban_agent: return host.set_agent(step.who, true, world.role_lost[step.who]);
        case StepKind::unban_agent:
            return host.set_agent(step.who, false, world.role_lost[step.who]);
        case StepKind::lose_role:
            return host.set_agent(step.who, world.agent_banned[step.who], true);
        case StepKind::regain_role:
            return host.set_agent(step.who, world.agent_banned[step.who], false);
        case StepKind::ban_user: return host.set_user(true);
        case StepKind::unban_user: return host.set_user(false);
        case StepKind::switch_act_as: return host.switch_act_as();
        case StepKind::restart: return host.restart();
    }
    return std::nullopt;
}

}  // namespace hallpass::model
