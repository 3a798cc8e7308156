// What a start gives: which grant carries it, when it ends, what it may do.
#include "hallpass/session.hpp"

#include "grant_parties.hpp"
#include "hallpass_catch.hpp"

#include <vector>

using namespace parties;

namespace {

struct Start {
    Policy policy = Policy::of(Profile::consent);
    ScopeSet subject_scopes = piets_scopes;
    std::optional<ScopeSet> asked;
    std::optional<minutes> ttl;
    bool read_only = false;
    std::vector<GrantFacts> grants;

    Start& grant(Instant until, std::optional<AgentId::View> agent = AgentId::View{jan},
                 std::optional<ScopeView> held = std::nullopt) {
        grants.push_back(
            {GrantId::View::trusted("g"), GrantStatus::granted, until, agent, std::nullopt, held});
        return *this;
    }
    Result<SessionPlan> plan(Instant now = noon) const {
        auto subject = subject_facts();
        subject.scopes = subject_scopes;
        std::optional<ScopeView> wanted;
        if (asked) wanted = asked->view();
        return plan_session({agent_facts(),
                             tenant,
                             true,
                             policy,
                             subject,
                             "cannot log in",
                             ticket,
                             ttl,
                             wanted,
                             read_only,
                             grants,
                             {}},
                            now);
    }
    std::string scopes_given() const {
        const auto made = plan();
        return made ? made->scopes.text() : answer(made) + " " + made.error().constraints.one_of;
    }
};

Policy with(const PolicyOverrides& overrides) {
    auto policy = Policy::with(Profile::consent, overrides);
    REQUIRE(policy.ok());
    return *std::move(policy);
}

}  // namespace

TEST_CASE("plan: the grant with the latest end; at a tie this agent's own; then the first") {
    const auto early = noon + hours{1}, late = noon + hours{2};
    CHECK(Start{}.grant(early).grant(late).plan()->grant_index == 1U);
    CHECK(Start{}.grant(late).grant(early).plan()->grant_index == 0U);
    CHECK(Start{}.grant(late).grant(late).plan()->grant_index == 0U);
    CHECK(Start{}.grant(late, std::nullopt).grant(late).plan()->grant_index == 1U);
    CHECK(Start{}.grant(late).grant(late, std::nullopt).plan()->grant_index == 0U);
    CHECK(Start{}.grant(early).grant(late, std::nullopt).plan()->grant_index == 1U);
    CHECK(Start{}.grant(late, AgentId::View{other_agent}).grant(early).plan()->grant_index == 1U);
    CHECK(Start{}.grant(noon).grant(early).plan()->grant_index == 1U);
}

TEST_CASE("plan: a grant that covers the scopes asked for goes before one that ends later") {
    const auto early = noon + hours{1}, late = noon + hours{2};
    const auto wide = *ScopeSet::parse("parcels:read tickets:read", "scopes");
    const auto narrow = *ScopeSet::parse("tickets:read", "scopes");
    Start start;
    start.subject_scopes = wide;
    start.grant(late, std::nullopt, narrow.view()).grant(early, AgentId::View{jan}, wide.view());
    CHECK(start.plan()->grant_index == 0U);
    start.asked = *ScopeSet::parse("parcels:read", "scopes");
    CHECK(start.plan()->grant_index == 1U);
    start.asked = *ScopeSet::parse("tickets:read", "scopes");
    CHECK(start.plan()->grant_index == 0U);
}

TEST_CASE("plan: consent's last fraction of a second is too short to start in") {
    const auto until = noon + milliseconds{500};  // sessions end on whole seconds: at noon
    CHECK(answer(Start{}.grant(until).plan(noon - milliseconds{1})) == "ok");
    CHECK(answer(Start{}.grant(until).plan(noon)) == "CONSENT_REQUIRED grant_expired");
    CHECK(answer(Start{}.grant(until).plan(noon + milliseconds{499})) ==
          "CONSENT_REQUIRED grant_expired");
    CHECK(answer(Start{}.grant(noon).plan(noon - milliseconds{1})) == "ok");
    CHECK(answer(Start{}.grant(noon).plan(noon)) == "CONSENT_REQUIRED grant_expired");
    CHECK(answer(Start{}.grant(noon).plan(noon + milliseconds{1})) ==
          "CONSENT_REQUIRED grant_expired");
}

TEST_CASE("plan: whole seconds, never before now and never beyond the grant") {
    for (const int now_ms : {0, 1, 499, 999}) {
        for (const int until_ms :
             {1000, 1001, 1999, 2000, 59999, 1'800'000, 1'800'001, 3'600'000}) {
            const auto now = noon + milliseconds{now_ms};
            const auto until = noon + milliseconds{until_ms};
            const auto plan = Start{}.grant(until).plan(now);
            CAPTURE(now_ms, until_ms);
            REQUIRE(answer(plan) == "ok");
            CHECK(plan->started_at == noon);
            CHECK(floor_to_second(plan->expires_at) == plan->expires_at);
            CHECK(plan->expires_at > now);
            CHECK(plan->expires_at <= until);
            CHECK(plan->expires_at <= plan->started_at + plan->ttl);
            CHECK(plan->limited_by ==
                  (until_ms <= 1'800'000 ? LimitedBy::grant : LimitedBy::requested_ttl));
        }
    }
}

TEST_CASE("plan: limitedBy with every order and every tie of the three limits") {
    for (const int grant : {10, 20, 30}) {
        for (const int cap : {10, 20, 30}) {
            for (const int ttl : {10, 20, 30}) {
                CAPTURE(grant, cap, ttl);
                const auto end =
                    session_end(noon + minutes{grant}, noon, minutes{cap}, minutes{ttl});
                const int least = std::min({grant, cap, ttl});
                CHECK(end.expires_at == noon + minutes{least});
                // The list's order: grant, session_cap, requested_ttl.
                const auto named = grant == least ? LimitedBy::grant
                                   : cap == least ? LimitedBy::session_cap
                                                  : LimitedBy::requested_ttl;
                CHECK(end.limited_by == named);
                const auto without = session_end(std::nullopt, noon, minutes{cap}, minutes{ttl});
                CHECK(without.expires_at == noon + minutes{std::min(cap, ttl)});
                CHECK(without.limited_by ==
                      (cap <= ttl ? LimitedBy::session_cap : LimitedBy::requested_ttl));
            }
        }
    }
    // Limits that differ by less than a second end in the same second, but are no tie.
    for (const auto& [grant_ms, named] :
         {std::pair{-1, LimitedBy::grant}, std::pair{0, LimitedBy::grant},
          std::pair{1, LimitedBy::requested_ttl}}) {
        const auto until = noon + minutes{10} + milliseconds{grant_ms};
        const auto end = session_end(until, noon, minutes{20}, minutes{10});
        CHECK(end.expires_at == floor_to_second(std::min(until, noon + minutes{10})));
        CHECK(end.limited_by == named);
    }
    CHECK(
        session_end(std::nullopt, noon + milliseconds{999}, minutes{20}, minutes{10}).expires_at ==
        noon + minutes{10});
}

TEST_CASE("plan: names of limits and statuses") {
    const std::string_view limits[] = {"grant", "session_cap", "requested_ttl"};
    for (std::size_t i = 0; i < std::size(limits); ++i) {
        CHECK(to_string(static_cast<LimitedBy>(i)) == limits[i]);
        CHECK(parse_limited_by(limits[i]) == static_cast<LimitedBy>(i));
    }
    const std::string_view statuses[] = {"active", "stopped", "ended", "revoked", "expired"};
    for (std::size_t i = 0; i < std::size(statuses); ++i) {
        CHECK(to_string(static_cast<SessionStatus>(i)) == statuses[i]);
        CHECK(parse_session_status(statuses[i]) == static_cast<SessionStatus>(i));
    }
    CHECK_FALSE(parse_limited_by("ttl"));
    CHECK_FALSE(parse_session_status("Active"));
}

TEST_CASE("plan: the session's scopes lie within the grant's, which lie within the subject's") {
    const auto given = [](const char* held, const char* asked) {
        Start start;
        const auto held_set = scopes(held != nullptr ? held : "");
        start.grant(noon + hours{1}, AgentId::View{jan},
                    held != nullptr ? std::optional{held_set.view()} : std::nullopt);
        if (asked != nullptr) start.asked = scopes(asked);
        return start.scopes_given();
    };
    CHECK(given(nullptr, nullptr) == "cases:read cases:write documents:read");
    CHECK(given("cases:read", nullptr) == "cases:read");
    CHECK(given("cases:read gone:read", nullptr) == "cases:read");
    CHECK(given("gone:read", nullptr).empty());
    CHECK(given(nullptr, "cases:write") == "cases:write");
    CHECK(given("cases:read", "cases:read") == "cases:read");
    CHECK(given("cases:read", "cases:write") == "INSUFFICIENT_SCOPE scope_exceeded cases:write");
    CHECK(given("cases:read gone:read", "gone:read") ==
          "INSUFFICIENT_SCOPE scope_exceeded gone:read");
    CHECK(given("", nullptr).empty());
    CHECK(given("", "cases:read") == "INSUFFICIENT_SCOPE scope_exceeded cases:read");
}

TEST_CASE("plan: read-only by the agent or by the policy; never-carried by the policy") {
    Start start;
    start.grant(noon + hours{1});
    start.read_only = true;
    CHECK(start.scopes_given() == "cases:read documents:read");
    start.asked = scopes("cases:write");
    CHECK(start.scopes_given() == "INSUFFICIENT_SCOPE read_only cases:write");
    start.asked.reset();
    start.read_only = false;
    start.policy = with({.read_only = true});
    CHECK(start.scopes_given() == "cases:read documents:read");
    start.policy =
        with({.read_only = true, .never_carried = *ScopePatterns::parse("cases:*", "x")});
    CHECK(start.scopes_given() == "documents:read");
    start.asked = scopes("cases:read");
    CHECK(start.scopes_given() == "INSUFFICIENT_SCOPE scope_never_carried cases:read");
}

TEST_CASE("plan: narrowed means fewer than the subject has, or asked for by name") {
    Start start;
    start.grant(noon + hours{1});
    CHECK_FALSE(start.plan()->scopes_narrowed);
    start.read_only = true;
    CHECK(start.plan()->scopes_narrowed);
    start.read_only = false;
    start.asked = piets_scopes;
    CHECK(start.plan()->scopes_narrowed);
}

TEST_CASE("plan: the facts of a grant are those at the given time") {
    auto grant = grant_in(Granted{noon - hours{1}, noon, scopes("cases:read")});
    auto facts = facts_of(grant, noon - milliseconds{1});
    CHECK(facts.status == GrantStatus::granted);
    CHECK(facts.granted_until == noon);
    CHECK(facts.agent == AgentId::View{jan});
    CHECK(facts.ticket == TicketId::View{ticket});
    CHECK(facts.scopes->text() == "cases:read");
    CHECK(facts_of(grant, noon).status == GrantStatus::expired);
    grant.agent.reset();
    grant.ticket.reset();
    grant.state = Pending{noon + hours{1}};
    facts = facts_of(grant, noon);
    CHECK(facts.status == GrantStatus::pending);
    CHECK_FALSE(facts.agent);
    CHECK_FALSE(facts.ticket);
    CHECK_FALSE(facts.scopes);
    CHECK_FALSE(facts.granted_until);
}
