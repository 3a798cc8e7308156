#include <algorithm>

#include "generators.hpp"

using namespace hallpass;
using namespace hallpass::property;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

TEST_CASE("a session's end is the minimum of all limits and names the one that decided") {
    holds("session_end", [] {
        const auto started = floor_to_second(*instants_1970_to_2099());
        const minutes cap{*rc::gen::inRange(1, 241)};
        // Close to the cap now and then, so that ties are met.
        const minutes ttl{*rc::gen::oneOf(rc::gen::inRange(1, 241),
                                          rc::gen::element(static_cast<int>(cap.count())))};
        const auto near =
            *rc::gen::element(cap, ttl) + milliseconds{*rc::gen::inRange(-1500, 1500)};
        const auto until = *optionally(rc::gen::oneOf(
            rc::gen::just(started + near), rc::gen::just(started + minutes{500}),
            rc::gen::map(rc::gen::inRange<std::int64_t>(1, 15'000'000),
                         [started](std::int64_t ms) { return started + milliseconds{ms}; })));
        const auto end = session_end(until, started, cap, ttl);

        auto least = std::min(started + milliseconds{cap}, started + milliseconds{ttl});
        if (until) least = std::min(least, *until);
        RC_ASSERT(end.expires_at == floor_to_second(least));
        const auto expected = until && *until == least ? LimitedBy::grant
                              : started + cap == least ? LimitedBy::session_cap
                                                       : LimitedBy::requested_ttl;
        RC_ASSERT(end.limited_by == expected);
    });
}

TEST_CASE("a grant's change only ever shortens and narrows a session") {
    holds("limits_under", [] {
        const auto grant = *grants();
        const auto now = *instants();
        const SessionLimits before{floor_to_second(*instants()), *scope_sets()};
        const auto after = limits_under(before, grant, now);
        RC_ASSERT(after.expires_at <= before.expires_at);
        RC_ASSERT(after.scopes.view().is_subset_of(before.scopes));
        RC_ASSERT(limits_under(after, grant, now) == after);
        if (status_at(grant, now) != GrantStatus::granted) {
            RC_ASSERT(after.expires_at <= now);
        } else {
            RC_ASSERT(after.expires_at <= *granted_until(grant));
        }
    });
}

TEST_CASE("once a grant is over it stays over") {
    holds("state_at", [] {
        auto grant = *grants();
        const auto now = *instants();
        const auto later = std::max(now, *instants());
        const auto state = state_at(grant, now);
        const auto status = status_at(grant, now);
        if (status != GrantStatus::pending && status != GrantStatus::granted) {
            RC_ASSERT(state_at(grant, later) == state);
        }
        const auto at_once = state_at(grant, later);
        grant.state = state;
        RC_ASSERT(state_at(grant, now) == state);
        RC_ASSERT(state_at(grant, later) == at_once);
    });
}

TEST_CASE("the remaining time is rounded up and changes when it says") {
    holds("remaining", [] {
        const auto expires_at = *instants_1970_to_2099();
        const auto now =
            expires_at - milliseconds{*rc::gen::inRange<std::int64_t>(-5000, 8'000'000)};
        const seconds step{*rc::gen::element(1, 5, 60, 3600)};
        const auto shown = [&](const Remaining& each) {
            return (each.left + step - seconds{1}) / step;
        };
        const auto answer = remaining(expires_at, now, step);
        RC_ASSERT(answer.over == (now >= expires_at));
        RC_ASSERT(answer.over == (answer.left == seconds{0}));
        RC_ASSERT(answer.over == !answer.next_wake.has_value());
        if (answer.over) return;
        RC_ASSERT(answer.left >= expires_at - now);
        RC_ASSERT(answer.left - seconds{1} < expires_at - now);
        RC_ASSERT(*answer.next_wake > now);
        RC_ASSERT(*answer.next_wake <= expires_at);
        const auto just_before = remaining(expires_at, *answer.next_wake - milliseconds{1}, step);
        const auto then = remaining(expires_at, *answer.next_wake, step);
        RC_ASSERT(shown(just_before) == shown(answer));
        RC_ASSERT(shown(then) == shown(answer) - 1);
    });
}

TEST_CASE("waking as told leads to the end, and each time something changes") {
    holds("next_wake", [] {
        const auto expires_at = *instants_1970_to_2099();
        auto now = expires_at - milliseconds{*rc::gen::inRange<std::int64_t>(1, 200'000)};
        int wakes = 0;
        for (auto answer = remaining(expires_at, now, seconds{1}); !answer.over;
             answer = remaining(expires_at, now, seconds{1})) {
            now = *answer.next_wake;
            RC_ASSERT(remaining(expires_at, now, seconds{1}).left == answer.left - seconds{1});
            RC_ASSERT(++wakes <= 201);
        }
        RC_ASSERT(now == expires_at);
    });
}

TEST_CASE(
    "plan: whatever facts are given, only consent that is granted, due and meant carries a start") {
    holds("plan_session", [] {
        static const auto policy = Policy::of(Profile::consent);
        static const auto scopes = *ScopeSet::parse("cases:read", "scopes");
        const auto now = *instants_1970_to_2099();
        const auto me = AgentId::View::trusted("jan");
        const auto ticket = TicketId::View::trusted("t1");
        std::vector<GrantFacts> grants;
        const int count = *rc::gen::inRange(0, 4);
        for (int i = 0; i < count; ++i) {
            // Status and end may disagree: a host may have stored either late.
            const auto status = static_cast<GrantStatus>(*rc::gen::inRange(0, 5));
            const milliseconds away{*rc::gen::inRange(-3000, 10000)};
            grants.push_back({GrantId::View::trusted("g"), status,
                              *optionally(rc::gen::just(now + away)),
                              *optionally(rc::gen::element(me, AgentId::View::trusted("mia"))),
                              *optionally(rc::gen::element(ticket, TicketId::View::trusted("t2"))),
                              std::nullopt});
        }
        const auto carries = [&](const GrantFacts& grant) {
            return grant.status == GrantStatus::granted && grant.granted_until &&
                   now < floor_to_second(*grant.granted_until) &&
                   (!grant.agent || *grant.agent == me) &&
                   (!grant.ticket || *grant.ticket == ticket);
        };
        static const Roles roles;
        const StartFacts facts{.agent = {me, {roles.permissions_of(role_agent), false, false}},
                               .tenant = TenantId::View::trusted("farm"),
                               .policy = policy,
                               .subject = {SubjectId::View::trusted("piet"), scopes},
                               .reason = "the invoice will not open",
                               .ticket = ticket,
                               .ttl = {},
                               .scopes = {},
                               .grants = grants,
                               .sessions = {}};
        const auto plan = plan_session(facts, now);
        RC_ASSERT(plan.ok() == std::any_of(grants.begin(), grants.end(), carries));
        if (!plan) {
            RC_ASSERT(to_string(plan.error().code) == to_string(ErrorCode::CONSENT_REQUIRED));
            return;
        }
        const auto& used = grants[*plan->grant_index];
        RC_ASSERT(carries(used));
        for (const auto& grant : grants) {
            RC_ASSERT(!carries(grant) || *grant.granted_until <= *used.granted_until);
        }
    });
}

TEST_CASE("only what is allowed changes a grant, and then only its state") {
    holds("transition", [] {
        const auto grant = *grants();
        const auto policy = *policies();
        const auto now = *instants_1970_to_2099();
        const auto scopes = *scope_sets();
        const auto agent = grant.agent.value_or(AgentId::trusted("nobody"));
        const GrantEvent events[] = {
            GrantConsent{grant.subject, now + milliseconds{*rc::gen::inRange(-1, 100'000)},
                         *optionally(scope_sets())},
            GrantDecline{grant.subject},
            GrantWithdraw{agent},
            GrantPendingTimeout{},
            GrantRevokeByUser{grant.subject},
            GrantRevokeByAgent{agent},
            GrantRevokeBySystem{},
            GrantAmend{grant.subject, now + milliseconds{*rc::gen::inRange(-1, 100'000)},
                       *optionally(scope_sets())},
            GrantEnd{},
        };
        const auto status = status_at(grant, now);
        for (const auto& event : events) {
            const auto answer = transition(grant, event, {policy, scopes}, now);
            if (!answer) continue;
            auto same_but_state = *answer;
            same_but_state.state = grant.state;
            RC_ASSERT(same_but_state == grant);
            // The clock's own events only record what holds already.
            const bool clock = std::holds_alternative<GrantPendingTimeout>(event) ||
                               std::holds_alternative<GrantEnd>(event);
            RC_ASSERT(clock == (status == GrantStatus::expired));
            if (!clock) RC_ASSERT(status == GrantStatus::pending || status == GrantStatus::granted);
            const auto* granted = std::get_if<Granted>(&answer->state);
            if (granted == nullptr) continue;
            RC_ASSERT(granted->granted_until > now ||
                      granted->granted_until == *granted_until(grant));
            RC_ASSERT(granted->granted_until - now <= policy.max_grant() ||
                      granted->granted_until == *granted_until(grant));
            if (granted->scopes && grant.requested_scopes && status == GrantStatus::pending) {
                RC_ASSERT(granted->scopes->view().is_subset_of(*grant.requested_scopes));
            }
        }
    });
}
