// The full table of statuses and events (contract, section 2), each cell with its exact outcome.
#include "hallpass/grant.hpp"

#include "grant_parties.hpp"
#include "hallpass_catch.hpp"

using namespace parties;

namespace {

const Instant past = noon - minutes{1};
const Instant ahead = noon + hours{2};
const Granted live{noon - hours{2}, ahead, std::nullopt};
const Granted over{noon - hours{2}, past, std::nullopt};

struct StateCase {
    std::string_view name;
    GrantState state;
};
const StateCase states[] = {
    {"pending", Pending{ahead}},
    {"pending past due", Pending{past}},
    {"granted", live},
    {"granted past due", over},
    {"declined", Declined{past}},
    {"revoked from pending", Revoked{past, RevokedBy::agent, std::nullopt}},
    {"revoked from granted", Revoked{past, RevokedBy::user, live}},
    {"expired from pending", Expired{past, std::nullopt}},
    {"expired from granted", Expired{past, over}},
};

struct EventCase {
    std::string_view name;
    GrantEvent right, wrong;  // the same event by the right and by another party
    bool has_party;
};
const EventCase events[] = {
    {"consent", GrantConsent{piet, noon + hours{1}, {}},
     GrantConsent{other_user, noon + hours{1}, {}}, true},
    {"decline", GrantDecline{piet}, GrantDecline{other_user}, true},
    {"withdraw", GrantWithdraw{jan}, GrantWithdraw{other_agent}, true},
    {"timeout", GrantPendingTimeout{}, GrantPendingTimeout{}, false},
    {"revoke by user", GrantRevokeByUser{piet}, GrantRevokeByUser{other_user}, true},
    {"revoke by agent", GrantRevokeByAgent{jan}, GrantRevokeByAgent{other_agent}, true},
    {"revoke by system", GrantRevokeBySystem{}, GrantRevokeBySystem{}, false},
    {"amend", GrantAmend{piet, noon + hours{1}, {}}, GrantAmend{other_user, noon + hours{1}, {}},
     true},
    {"end", GrantEnd{}, GrantEnd{}, false},
};

/// What the contract says: the state that follows, or the refusal as text.
struct Outcome {
    std::optional<GrantState> next;
    std::string refusal;
};
Outcome refused(std::string text) { return {std::nullopt, std::move(text)}; }

Outcome expected(std::string_view state, std::string_view event) {
    const bool pending = state == "pending";
    const bool granted = state == "granted";
    if (event == "consent") {
        if (pending) return {Granted{noon, noon + hours{1}, std::nullopt}, {}};
        return refused("GRANT_NOT_PENDING");
    }
    if (event == "decline") {
        if (pending) return {Declined{noon}, {}};
        return refused("GRANT_NOT_PENDING");
    }
    if (event == "withdraw") {
        if (pending) return {Revoked{noon, RevokedBy::agent, std::nullopt}, {}};
        return refused("GRANT_NOT_PENDING");
    }
    if (event == "timeout") {
        if (pending) return refused("GRANT_NOT_PENDING not_due");
        if (state == "pending past due") return {Expired{past, std::nullopt}, {}};
        return refused("GRANT_NOT_PENDING");
    }
    if (event == "end") {
        if (granted) return refused("GRANT_NOT_ACTIVE not_due");
        if (state == "granted past due") return {Expired{past, over}, {}};
        return refused("GRANT_NOT_ACTIVE");
    }
    if (!granted) return refused("GRANT_NOT_ACTIVE");
    if (event == "revoke by user") return {Revoked{noon, RevokedBy::user, live}, {}};
    if (event == "revoke by agent") return {Revoked{noon, RevokedBy::agent, live}, {}};
    if (event == "revoke by system") return {Revoked{noon, RevokedBy::system, live}, {}};
    return {Granted{live.granted_at, noon + hours{1}, std::nullopt}, {}};  // amend
}

}  // namespace

TEST_CASE("grant: every status and every event, by the right and by another party") {
    const auto policy = Policy::of(Profile::consent);
    const GrantRules rules{policy, piets_scopes};
    int cells = 0, allowed = 0;
    for (const auto& state : states) {
        for (const auto& event : events) {
            CAPTURE(state.name, event.name);
            const auto grant = grant_in(state.state);
            const auto before = grant;
            const auto want = expected(state.name, event.name);
            const auto got = transition(grant, event.right, rules, noon);
            CHECK(grant == before);
            ++cells;
            if (want.next) {
                ++allowed;
                REQUIRE(answer(got) == "ok");
                auto after = before;
                after.state = *want.next;
                CHECK(*got == after);  // the state alone has changed
            } else {
                CHECK(answer(got) == want.refusal);
            }
            if (event.has_party) {
                ++cells;
                CHECK(answer(transition(grant, event.wrong, rules, noon)) == "FORBIDDEN not_yours");
            }
        }
    }
    CHECK(cells == 9 * (9 + 6));
    CHECK(allowed == 3 + 4 + 2);  // from pending, from granted, and the two clocks that ran out
}

TEST_CASE("grant: standing access belongs to no agent, so none can hand it back or withdraw it") {
    const auto policy = Policy::of(Profile::consent);
    const GrantRules rules{policy, piets_scopes};
    auto grant = grant_in(live);
    grant.agent.reset();
    grant.ticket.reset();
    CHECK(grant.standing());
    CHECK(answer(transition(grant, GrantRevokeByAgent{jan}, rules, noon)) == "FORBIDDEN not_yours");
    CHECK(answer(transition(grant, GrantWithdraw{jan}, rules, noon)) == "FORBIDDEN not_yours");
    CHECK(answer(transition(grant, GrantRevokeByUser{piet}, rules, noon)) == "ok");
    CHECK(answer(transition(grant, GrantRevokeBySystem{}, rules, noon)) == "ok");
    CHECK(answer(transition(grant, GrantAmend{piet, noon + hours{1}, {}}, rules, noon)) == "ok");
}

TEST_CASE("grant: every boundary is exclusive, to the millisecond") {
    const auto policy = Policy::of(Profile::consent);
    const GrantRules rules{policy, piets_scopes};
    const Granted granted{noon - hours{1}, noon, std::nullopt};
    for (const int offset_ms : {-1, 0, 1}) {
        CAPTURE(offset_ms);
        const auto now = noon + milliseconds{offset_ms};
        const bool in_time = offset_ms < 0;
        const auto pending = grant_in(Pending{noon});
        CHECK(status_at(pending, now) == (in_time ? GrantStatus::pending : GrantStatus::expired));
        CHECK(transition(pending, GrantConsent{piet, now + hours{1}, {}}, rules, now).ok() ==
              in_time);
        CHECK(transition(pending, GrantDecline{piet}, rules, now).ok() == in_time);
        CHECK(transition(pending, GrantWithdraw{jan}, rules, now).ok() == in_time);
        CHECK(transition(pending, GrantPendingTimeout{}, rules, now).ok() == !in_time);

        for (const auto status : {GrantStatus::pending, GrantStatus::granted}) {
            CHECK(status_at(status, noon, now) == (in_time ? status : GrantStatus::expired));
        }
        for (const auto status :
             {GrantStatus::declined, GrantStatus::revoked, GrantStatus::expired}) {
            CHECK(status_at(status, noon, now) == status);
        }

        const auto given = grant_in(granted);
        CHECK(status_at(given, now) == (in_time ? GrantStatus::granted : GrantStatus::expired));
        CHECK(transition(given, GrantRevokeByUser{piet}, rules, now).ok() == in_time);
        CHECK(transition(given, GrantAmend{piet, now + hours{1}, {}}, rules, now).ok() == in_time);
        CHECK(transition(given, GrantEnd{}, rules, now).ok() == !in_time);
        if (!in_time) {
            // The boundary is recorded, not the moment at which somebody noticed.
            CHECK(state_at(given, now) == GrantState{Expired{noon, granted}});
            CHECK(state_at(pending, now) == GrantState{Expired{noon, std::nullopt}});
        }
    }
}

TEST_CASE("grant: the end of consent is known wherever consent was ever given") {
    CHECK_FALSE(granted_until(grant_in(Pending{ahead})));
    CHECK(granted_until(grant_in(live)) == ahead);
    CHECK_FALSE(granted_until(grant_in(Declined{past})));
    CHECK_FALSE(granted_until(grant_in(Revoked{past, RevokedBy::agent, std::nullopt})));
    CHECK(granted_until(grant_in(Revoked{past, RevokedBy::user, live})) == ahead);
    CHECK_FALSE(granted_until(grant_in(Expired{past, std::nullopt})));
    CHECK(granted_until(grant_in(Expired{past, over})) == past);
}

TEST_CASE("grant: names of statuses and parties, both ways") {
    const std::string_view statuses[] = {"pending", "granted", "declined", "revoked", "expired"};
    for (std::size_t i = 0; i < std::size(statuses); ++i) {
        CHECK(parse_grant_status(statuses[i]) == static_cast<GrantStatus>(i));
        CHECK(to_string(static_cast<GrantStatus>(i)) == statuses[i]);
    }
    for (const auto& state : states)
        CHECK(status_at(grant_in(state.state), past - hours{3}) ==
              static_cast<GrantStatus>(state.state.index()));
    CHECK_FALSE(parse_grant_status("Granted"));
    CHECK(parse_revoked_by("system") == RevokedBy::system);
    CHECK(to_string(RevokedBy::user) == "user");
    CHECK(to_string(RevokedBy::agent) == "agent");
    CHECK_FALSE(parse_revoked_by("admin"));
}
