// The conditions of a start (contract, section 2), each alone and every pair of them.
#include "start_conditions.hpp"

#include "grant_parties.hpp"
#include "hallpass/session.hpp"
#include "hallpass_catch.hpp"

#include <vector>

using namespace parties;

namespace {

/// A start at which nothing is wrong, with everything it refers to.
struct Scene {
    Policy policy = Policy::of(Profile::consent);
    AgentFacts agent = agent_facts();
    SubjectFacts subject = subject_facts();
    bool tenant_exists = true;
    std::string reason = "cannot log in";
    std::optional<TicketId::View> about = ticket;
    std::optional<minutes> ttl;
    ScopeSet asked = scopes("cases:read");
    std::vector<GrantFacts> grants;
    std::vector<ActiveSession> sessions;

    Scene() { give(GrantStatus::granted, noon + hours{2}); }
    GrantFacts& give(GrantStatus status, std::optional<Instant> until) {
        return grants.emplace_back(
            GrantFacts{GrantId::View::trusted("g"), status, until, agent.id, ticket, std::nullopt});
    }
    Result<SessionPlan> plan(Instant now = noon) const {
        return plan_session({agent, tenant, tenant_exists, policy, subject, reason, about, ttl,
                             asked.view(), false, grants, sessions},
                            now);
    }
};

void change(Scene& scene, const PolicyOverrides& overrides) {
    auto policy = Policy::with(Profile::consent, overrides);
    REQUIRE(policy.ok());
    scene.policy = *std::move(policy);
}

struct Obstacle {
    std::string_view expected;
    void (*spoil)(Scene&);
};

// In the contract's order.
const Obstacle obstacles[] = {
    {"UNAUTHORIZED", [](Scene& s) { s.agent.known = false; }},
    {"AGENT_BANNED", [](Scene& s) { s.agent.caller.banned = true; }},
    {"FORBIDDEN missing_permission", [](Scene& s) { s.agent.caller.permissions = {}; }},
    {"NESTED_IMPERSONATION", [](Scene& s) { s.agent.caller.acting_as = true; }},
    {"TENANT_NOT_FOUND", [](Scene& s) { s.tenant_exists = false; }},
    {"TENANT_NOT_FOUND", [](Scene& s) { s.agent.in_tenant = false; }},
    {"ACT_AS_DISABLED", [](Scene& s) { change(s, {.act_as_enabled = false}); }},
    {"USER_NOT_FOUND", [](Scene& s) { s.subject.exists_in_tenant = false; }},
    {"FORBIDDEN self_impersonation",
     [](Scene& s) { s.subject.id = SubjectId::View::trusted("jan"); }},
    {"TARGET_IS_STAFF", [](Scene& s) { s.subject.staff = true; }},
    {"TARGET_BANNED", [](Scene& s) { s.subject.banned = true; }},
    {"VALIDATION_ERROR too_short", [](Scene& s) { s.reason = "why"; }},
    {"VALIDATION_ERROR out_of_range", [](Scene& s) { s.ttl = minutes{4}; }},
    {"CONSENT_REQUIRED no_grant", [](Scene& s) { s.grants.clear(); }},
    {"INSUFFICIENT_SCOPE scope_exceeded", [](Scene& s) { s.asked = scopes("gone:read"); }},
    {"ACTIVE_SESSION_EXISTS",
     [](Scene& s) {
         for (const SubjectId::View who :
              {SubjectId::View{piet}, SubjectId::View::trusted("jan")}) {
             s.sessions.push_back({other_agent, who, noon + minutes{1}});
         }
     }},
};

}  // namespace

TEST_CASE("start: with nothing in the way there is a plan") {
    const auto plan = Scene{}.plan();
    REQUIRE(answer(plan) == "ok");
    CHECK(plan->started_at == noon);
    CHECK(plan->expires_at == noon + minutes{30});
    CHECK(plan->limited_by == LimitedBy::requested_ttl);
    CHECK(plan->ttl == minutes{30});
    CHECK(plan->grant_index == 0U);
    CHECK(plan->scopes.text() == "cases:read");
    CHECK(plan->scopes_narrowed);
}

TEST_CASE("start: every obstacle alone, and of every two the earlier is the answer") {
    int pairs = 0;
    for (std::size_t i = 0; i < std::size(obstacles); ++i) {
        for (std::size_t j = i; j < std::size(obstacles); ++j) {
            CAPTURE(obstacles[i].expected, obstacles[j].expected);
            Scene forwards, backwards;
            obstacles[i].spoil(forwards);
            obstacles[j].spoil(forwards);
            obstacles[j].spoil(backwards);
            obstacles[i].spoil(backwards);
            CHECK(answer(forwards.plan()) == obstacles[i].expected);
            CHECK(answer(backwards.plan()) == obstacles[i].expected);
            ++pairs;
        }
    }
    CHECK(pairs == 16 * 17 / 2);
}

TEST_CASE("start: with every obstacle from one on, that one is the answer") {
    for (std::size_t first = 0; first < std::size(obstacles); ++first) {
        Scene scene;
        for (auto i = first; i < std::size(obstacles); ++i) obstacles[i].spoil(scene);
        CHECK(answer(scene.plan()) == obstacles[first].expected);
    }
}

TEST_CASE("start: who is not found is told in the words of the profile") {
    Scene scene;
    scene.subject.exists_in_tenant = false;
    CHECK(scene.plan().error().message == "User 'piet' not found in tenant 'farm'");
    CHECK(scene.plan().error().field == "targetUserId");
    scene.policy = Policy::of(Profile::law_firm);
    CHECK(scene.plan().error().message == "User 'piet' not found in law firm 'farm'");
    scene.tenant_exists = false;
    CHECK(answer(scene.plan()) == "LAW_FIRM_NOT_FOUND");
    CHECK(scene.plan().error().field == "lawFirmId");
}

TEST_CASE("start: the ttl's bounds are the policy's, exact, and told with what was received") {
    for (const auto profile :
         {Profile::consent, Profile::helpdesk, Profile::support_access, Profile::law_firm}) {
        Scene scene;
        scene.policy = Policy::of(profile);
        const auto starts = [&](minutes ttl) {
            scene.ttl = ttl;
            return answer(scene.plan());
        };
        CHECK(starts(scene.policy.ttl_min()) == "ok");
        CHECK(starts(scene.policy.ttl_max()) == "ok");
        for (const auto ttl :
             {scene.policy.ttl_min() - minutes{1}, scene.policy.ttl_max() + minutes{1}, minutes{0},
              minutes{-30}, minutes{1'000'000'000}}) {
            CHECK(starts(ttl) == "VALIDATION_ERROR out_of_range");
        }
        scene.ttl = minutes{3};
        const auto error = scene.plan().error();
        CHECK(error.field == "ttlMinutes");
        CHECK(error.received == "3");
        CHECK(error.constraints.min == scene.policy.ttl_min().count());
        CHECK(error.constraints.max == scene.policy.ttl_max().count());
        scene.ttl.reset();
        CHECK(scene.plan()->ttl == scene.policy.ttl_default());
    }
}

TEST_CASE("start: the answer where consent is missing says which way") {
    const auto missing = [](GrantStatus status, std::optional<Instant> until, auto edit) {
        Scene scene;
        scene.grants.clear();
        edit(scene.give(status, until));
        const auto plan = scene.plan();
        return plan ? std::string{"ok"} : std::string{to_string(plan.error().reason)};
    };
    const auto as_is = [](GrantFacts&) {};
    CHECK(missing(GrantStatus::pending, {}, as_is) == "grant_pending");
    CHECK(missing(GrantStatus::declined, {}, as_is) == "grant_declined");
    CHECK(missing(GrantStatus::revoked, noon + hours{1}, as_is) == "grant_revoked");
    CHECK(missing(GrantStatus::expired, noon - hours{1}, as_is) == "grant_expired");
    // What was written down as expired stays so, even if the clock steps back before its end.
    CHECK(missing(GrantStatus::expired, noon + hours{1}, as_is) == "grant_expired");
    CHECK(missing(GrantStatus::granted, noon - hours{1}, as_is) ==
          "grant_expired");  // not swept yet
    CHECK(missing(GrantStatus::granted, std::nullopt, as_is) == "grant_expired");
    const auto until = noon + hours{1};
    CHECK(missing(GrantStatus::granted, until, [](GrantFacts& g) { g.ticket = other_ticket; }) ==
          "other_ticket");
    CHECK(missing(GrantStatus::granted, until, [](GrantFacts& g) { g.ticket.reset(); }) == "ok");
    CHECK(missing(GrantStatus::granted, until, [](GrantFacts& g) { g.agent = other_agent; }) ==
          "no_grant");
    CHECK(missing(GrantStatus::pending, {}, [](GrantFacts& g) { g.agent = other_agent; }) ==
          "no_grant");
    CHECK(missing(GrantStatus::granted, until, [](GrantFacts& g) { g.agent.reset(); }) == "ok");

    Scene without_ticket;
    without_ticket.about.reset();
    CHECK(answer(without_ticket.plan()) == "CONSENT_REQUIRED other_ticket");
}

TEST_CASE("start: of several refusals the most telling one is answered") {
    const GrantStatus order[] = {GrantStatus::pending, GrantStatus::expired, GrantStatus::revoked,
                                 GrantStatus::declined};
    for (std::size_t i = 0; i < std::size(order); ++i) {
        for (std::size_t j = i; j < std::size(order); ++j) {
            for (const bool swap : {false, true}) {
                Scene scene;
                scene.grants.clear();
                scene.give(order[swap ? j : i], {});
                scene.give(order[swap ? i : j], {});
                const auto& expected = to_string(order[i]);
                CHECK(answer(scene.plan()) == "CONSENT_REQUIRED grant_" + std::string{expected});
            }
        }
    }
}

TEST_CASE("start: without need of consent a reason is enough") {
    Scene scene;
    scene.grants.clear();
    change(scene, {.consent_needed = false});
    const auto plan = scene.plan();
    REQUIRE(answer(plan) == "ok");
    CHECK_FALSE(plan->grant_index);
    scene.reason = "    ";
    CHECK(answer(scene.plan()) == "VALIDATION_ERROR too_short");
}

TEST_CASE("start: one active session per user, or per agent and user") {
    const auto with = [](ActivePer per, AgentId::View agent, SubjectId::View subject,
                         milliseconds left) {
        Scene scene;
        change(scene, {.active_per = per});
        scene.sessions.push_back({agent, subject, noon + left});
        return answer(scene.plan());
    };
    constexpr milliseconds tick{1};
    for (const auto per : {ActivePer::user, ActivePer::agent_and_user}) {
        CHECK(with(per, jan, piet, tick) == "ACTIVE_SESSION_EXISTS");
        CHECK(with(per, jan, piet, milliseconds{0}) == "ok");
        CHECK(with(per, jan, piet, -tick) == "ok");
        CHECK(with(per, jan, other_user, hours{1}) == "ok");
    }
    CHECK(with(ActivePer::user, other_agent, piet, tick) == "ACTIVE_SESSION_EXISTS");
    CHECK(with(ActivePer::agent_and_user, other_agent, piet, tick) == "ok");
}
