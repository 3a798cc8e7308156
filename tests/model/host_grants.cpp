#include <algorithm>

#include "host.hpp"

namespace hallpass::model {
namespace {

using std::chrono::minutes;

bool of_agent(const Grant& grant, std::size_t agent) { return grant.agent == agent_named(agent); }
bool of_anybody(const Grant&, std::size_t) { return true; }

PermissionSet agents_permissions(bool role_lost) {
    static const Roles roles;
    return roles.permissions_of(role_lost ? role_user : role_agent);
}

}  // namespace

World& Host::after() {
    if (!after_) after_ = before_;
    return *after_;
}

std::optional<World> Host::taken() {
    after();
    return std::move(after_);
}

AgentFacts Host::facts_of_agent(std::size_t agent, const AgentId& id) const {
    return {id, {agents_permissions(before_.role_lost[agent]), before_.agent_banned[agent], false}};
}

SubjectFacts Host::facts_of_user() const {
    SubjectFacts facts{the_user(), user_scopes()};
    facts.banned = before_.user_banned;
    return facts;
}

std::vector<OpenGrant> Host::open_grants() const {
    std::vector<OpenGrant> open;
    for (const auto& grant : before_.grants) {
        OpenGrant each{{}, {}, status_at(grant, before_.now)};
        if (grant.agent) each.agent = *grant.agent;
        if (grant.ticket) each.ticket = *grant.ticket;
        open.push_back(each);
    }
    return open;
}

std::optional<GrantId> Host::free_grant_id() {
    if (before_.grants.size() >= most_grants) {
        auto& grants = after().grants;
        auto& sessions = after().sessions;
        const auto over = std::find_if(grants.begin(), grants.end(), [&](const auto& grant) {
            return waiting(grant, before_.now) == nullptr &&
                   in_force(grant, before_.now) == nullptr;
        });
        if (over == grants.end()) return std::nullopt;
        std::erase_if(sessions, [&](const auto& session) { return session.grant == over->id; });
        grants.erase(over);
    }
    // Not even the id of the grant that just made room is used again, so that no two are mistaken.
    for (int number = 0;; ++number) {
        auto id = GrantId::trusted(std::to_string(number));
        if (find_grant(before_, id) == nullptr) return id;
    }
}

std::optional<World> Host::request(std::size_t agent, std::size_t ticket, bool fewer) {
    const auto id = free_grant_id();
    if (!id) return std::nullopt;
    const auto agent_id = agent_named(agent);
    const auto ticket_id = ticket_named(ticket);
    AccessRequest access{*id, the_tenant(), ticket_id, "the invoice will not open", {}};
    if (fewer) access.scopes = fewer_scopes();
    const auto answer = decisions_.request_access(facts_of_agent(agent, agent_id), facts_of_user(),
                                                  open_grants(), policy_, access, before_.now);
    const bool open =
        std::any_of(before_.grants.begin(), before_.grants.end(), [&](const auto& grant) {
            return (waiting(grant, before_.now) || in_force(grant, before_.now)) &&
                   grant.agent == agent_id && grant.ticket == ticket_id;
        });
    const bool due = !before_.agent_banned[agent] && !before_.role_lost[agent] &&
                     !before_.act_as_off && !before_.user_banned && !open;
    findings_.expect(Invariant::table_followed, answer.ok() == due, "a request for access");
    if (!answer) return std::nullopt;
    const auto* pending = waiting(*answer, before_.now);
    findings_.expect(Invariant::table_followed,
                     pending && pending->pending_until == before_.now + policy_.pending_for(),
                     "a request waits for as long as the policy says");
    findings_.expect(Invariant::actor_kept,
                     answer->agent == agent_id && answer->subject == the_user() &&
                         answer->ticket == ticket_id && answer->id == *id,
                     "a request names both sides and the ticket");
    findings_.expect(Invariant::scopes_only_shrink, answer->requested_scopes == access.scopes,
                     "a request holds the scopes asked for");
    after().grants.push_back(*answer);
    return taken();
}

std::optional<World> Host::open_standing(bool long_access) {
    const auto id = free_grant_id();
    if (!id) return std::nullopt;
    const auto until = before_.now + minutes{long_access ? 120 : 20};
    StandingAccess access{*id, the_tenant(), the_user(), until, {}};
    if (long_access) access.scopes = fewer_scopes();
    const auto answer = decisions_.open_standing_access(facts_of_user(), open_grants(), policy_,
                                                        access, before_.now);
    const bool open = std::any_of(
        before_.grants.begin(), before_.grants.end(),
        [&](const auto& grant) { return in_force(grant, before_.now) && grant.standing(); });
    findings_.expect(Invariant::table_followed,
                     answer.ok() == (!before_.act_as_off && !before_.user_banned && !open),
                     "standing access");
    if (!answer) return std::nullopt;
    const auto* granted = in_force(*answer, before_.now);
    findings_.expect(Invariant::table_followed,
                     granted && granted->granted_until == until && granted->scopes == access.scopes,
                     "standing access holds until the user said, with the scopes they said");
    after().grants.push_back(*answer);
    return taken();
}

/// What a grant's change means for the sessions under it: the core alone says how they are cut.
void Host::apply_to_sessions(const Grant& grant) {
    for (auto& session : after().sessions) {
        if (session.grant != grant.id) continue;
        session.limits = decisions_.limits_under(session.limits, grant, before_.now);
    }
}

std::optional<World> Host::grant_event(std::size_t index, Attempt attempt) {
    auto grant = before_.grants[index];
    const auto event = event_of(attempt, before_.now);
    const auto answer = decisions_.transition(grant, event, {policy_, user_scopes()}, before_.now);
    const auto& was = before_.grants[index];
    findings_.expect(Invariant::table_followed,
                     answer.ok() == contract_allows(attempt, was, before_), "a grant's event");
    if (!answer) {
        findings_.expect(Invariant::refusal_changes_nothing, grant == was, "the grant changed");
        return std::nullopt;
    }
    after().grants[index] = *answer;
    apply_to_sessions(*answer);
    return taken();
}

void Host::revoke_by_system(bool (*concerns)(const Grant&, std::size_t), std::size_t agent) {
    for (auto& grant : after().grants) {
        if (!concerns(grant, agent)) continue;
        const auto revoked = decisions_.transition(grant, GrantRevokeBySystem{},
                                                   {policy_, user_scopes()}, before_.now);
        if (!revoked) continue;
        grant = *revoked;
        apply_to_sessions(grant);
    }
}

void Host::revoke_sessions(const std::optional<AgentId>& agent) {
    for (auto& session : after().sessions) {
        if (agent && session.agent != *agent) continue;
        const auto status =
            decisions_.session_status_at(session.stored, session.limits.expires_at, before_.now);
        if (status == SessionStatus::active) session.stored = SessionStatus::revoked;
    }
}

std::optional<World> Host::set_agent(std::size_t agent, bool banned, bool role_lost) {
    const bool worse =
        (banned && !before_.agent_banned[agent]) || (role_lost && !before_.role_lost[agent]);
    after().agent_banned[agent] = banned;
    after().role_lost[agent] = role_lost;
    if (worse) {
        revoke_by_system(of_agent, agent);
        revoke_sessions(agent_named(agent));
    }
    return taken();
}

std::optional<World> Host::set_user(bool banned) {
    after().user_banned = banned;
    if (banned) {
        revoke_by_system(of_anybody, 0);
        revoke_sessions(std::nullopt);
    }
    return taken();
}

std::optional<World> Host::switch_act_as() {
    after().act_as_off = !after().act_as_off;
    return taken();
}

}  // namespace hallpass::model
