#include "hallpass/grant.hpp"

#include "grant_parties.hpp"
#include "hallpass_catch.hpp"

using namespace parties;

namespace {

const auto policy = Policy::of(Profile::consent);
const GrantRules rules{policy, piets_scopes};

std::optional<ScopeSet> maybe(const char* text) {
    return text != nullptr ? std::optional{scopes(text)} : std::nullopt;
}
std::string scopes_of(const Result<Grant>& grant) {
    if (!grant) return answer(grant);
    const auto* granted = std::get_if<Granted>(&grant->state);
    REQUIRE(granted != nullptr);
    return granted->scopes ? granted->scopes->text() : "not narrowed";
}
Policy with(PolicyOverrides overrides) {
    auto made = Policy::with(Profile::consent, overrides);
    REQUIRE(made.ok());
    return *std::move(made);
}
AccessRequest request() {
    return {GrantId::trusted("grant-2"), tenant, ticket, "cannot log in", std::nullopt};
}
StandingAccess standing() {
    return {GrantId::trusted("grant-3"), tenant, piet, noon + hours{24}, std::nullopt};
}

}  // namespace

TEST_CASE("grant: consent ends after now and within the maximum, both exact") {
    const auto consent = [](Instant until) {
        return answer(transition(grant_in(Pending{noon + hours{1}}), GrantConsent{piet, until, {}},
                                 rules, noon));
    };
    const auto amend = [](Instant until) {
        const Granted granted{noon - hours{1}, noon + hours{1}, std::nullopt};
        return answer(transition(grant_in(granted), GrantAmend{piet, until, {}}, rules, noon));
    };
    const auto most = noon + std::chrono::days{30};
    for (const auto& [until, expected] :
         {std::pair{noon - milliseconds{1}, "VALIDATION_ERROR until_in_past"},
          std::pair{noon, "VALIDATION_ERROR until_in_past"},
          std::pair{noon + milliseconds{1}, "ok"}, std::pair{most - milliseconds{1}, "ok"},
          std::pair{most, "ok"},
          std::pair{most + milliseconds{1}, "VALIDATION_ERROR until_too_late"},
          std::pair{from_unix_ms(max_instant_unix_ms), "VALIDATION_ERROR until_too_late"},
          std::pair{from_unix_ms(min_instant_unix_ms), "VALIDATION_ERROR until_in_past"}}) {
        CAPTURE(to_unix_ms(until));
        CHECK(consent(until) == expected);
        CHECK(amend(until) == expected);
    }
}

TEST_CASE("grant: consented scopes are at most what was asked and what the user has") {
    const auto consent = [](const char* asked, const char* given) {
        auto grant = grant_in(Pending{noon + hours{1}});
        grant.requested_scopes = maybe(asked);
        return scopes_of(
            transition(grant, GrantConsent{piet, noon + hours{1}, maybe(given)}, rules, noon));
    };
    CHECK(consent(nullptr, nullptr) == "not narrowed");
    CHECK(consent("cases:read", nullptr) == "cases:read");
    CHECK(consent("cases:read gone:read", nullptr) == "cases:read");  // lost since the request
    CHECK(consent("gone:read", nullptr).empty());                     // nothing, not everything
    CHECK(consent(nullptr, "cases:read") == "cases:read");
    CHECK(consent(nullptr, "gone:read") == "INSUFFICIENT_SCOPE scope_exceeded");
    CHECK(consent("cases:read cases:write", "cases:read") == "cases:read");
    CHECK(consent("cases:read", "cases:read") == "cases:read");
    CHECK(consent("cases:read", "cases:read cases:write") == "INSUFFICIENT_SCOPE scope_exceeded");
    CHECK(consent("cases:read", "") == "VALIDATION_ERROR required");
    CHECK(consent(nullptr, "") == "VALIDATION_ERROR required");
}

TEST_CASE("grant: consent never includes what the policy never carries") {
    const auto never = with({.never_carried = *ScopePatterns::parse("documents:*", "x")});
    const GrantRules strict{never, piets_scopes};
    const GrantConsent yes{piet, noon + hours{1}, scopes("cases:read documents:read")};
    CHECK(answer(transition(grant_in(Pending{noon + hours{1}}), yes, strict, noon)) ==
          "INSUFFICIENT_SCOPE scope_never_carried");
}

TEST_CASE("grant: amending keeps what is not named and never widens") {
    const auto amend = [](const char* asked, const char* held, const char* wanted) {
        auto grant = grant_in(Granted{noon - hours{1}, noon + hours{1}, maybe(held)});
        grant.requested_scopes = maybe(asked);
        const auto changed =
            transition(grant, GrantAmend{piet, std::nullopt, maybe(wanted)}, rules, noon);
        if (changed) {
            const auto& granted = std::get<Granted>(changed->state);
            CHECK(granted.granted_at == noon - hours{1});
            CHECK(granted.granted_until == noon + hours{1});
        }
        return scopes_of(changed);
    };
    CHECK(amend(nullptr, nullptr, "cases:read") == "cases:read");
    CHECK(amend(nullptr, "cases:read cases:write", "cases:read") == "cases:read");
    CHECK(amend(nullptr, "cases:read", "cases:read") == "cases:read");
    CHECK(amend(nullptr, "cases:read", "cases:write") == "INSUFFICIENT_SCOPE scope_exceeded");
    CHECK(amend("cases:read cases:write", "cases:read", "cases:write") ==
          "INSUFFICIENT_SCOPE scope_exceeded");
    CHECK(amend("cases:read", nullptr, "cases:write") == "INSUFFICIENT_SCOPE scope_exceeded");
    CHECK(amend(nullptr, nullptr, "gone:read") == "INSUFFICIENT_SCOPE scope_exceeded");
    CHECK(amend(nullptr, "cases:read", "") == "VALIDATION_ERROR required");
    CHECK(amend(nullptr, "cases:read", nullptr) ==
          "VALIDATION_ERROR required");  // nothing to change

    const auto grant = grant_in(Granted{noon - hours{1}, noon + hours{1}, scopes("cases:read")});
    const auto later = transition(grant, GrantAmend{piet, noon + hours{5}, {}}, rules, noon);
    REQUIRE(later.ok());
    CHECK(later->state ==
          GrantState{Granted{noon - hours{1}, noon + hours{5}, scopes("cases:read")}});
    const auto both =
        transition(grant, GrantAmend{piet, noon + minutes{5}, scopes("cases:read")}, rules, noon);
    REQUIRE(both.ok());
    CHECK(both->state ==
          GrantState{Granted{noon - hours{1}, noon + minutes{5}, scopes("cases:read")}});
}

TEST_CASE("grant: with act-as switched off nobody can consent, but everybody can say no") {
    const auto off = with({.act_as_enabled = false});
    const GrantRules closed{off, piets_scopes};
    const auto pending = grant_in(Pending{noon + hours{1}});
    const auto granted = grant_in(Granted{noon, noon + hours{1}, std::nullopt});
    CHECK(answer(transition(pending, GrantConsent{piet, noon + hours{1}, {}}, closed, noon)) ==
          "ACT_AS_DISABLED");
    CHECK(answer(transition(pending, GrantDecline{piet}, closed, noon)) == "ok");
    CHECK(answer(transition(pending, GrantWithdraw{jan}, closed, noon)) == "ok");
    CHECK(answer(transition(granted, GrantRevokeByUser{piet}, closed, noon)) == "ok");
    CHECK(answer(request_access(agent_facts(), subject_facts(), {}, off, request(), noon)) ==
          "ACT_AS_DISABLED");
    CHECK(answer(open_standing_access(subject_facts(), {}, off, standing(), noon)) ==
          "ACT_AS_DISABLED");
}

TEST_CASE("request: what it makes") {
    auto asked = request();
    asked.reason = "  cannot log in \n";
    asked.scopes = scopes("cases:read");
    const auto grant = request_access(agent_facts(), subject_facts(), {}, policy, asked, noon);
    REQUIRE(grant.ok());
    CHECK(*grant == Grant{GrantId::trusted("grant-2"), tenant, piet, jan, ticket,
                          AccessReason::trusted("cannot log in"), scopes("cases:read"), noon,
                          GrantState{Pending{noon + std::chrono::days{7}}}});
}

TEST_CASE("request: each refusal, and each against every later one") {
    struct Facts {
        AgentFacts agent = agent_facts();
        SubjectFacts subject = subject_facts();
        AccessRequest asked = request();
        std::vector<OpenGrant> earlier;
    };
    const struct {
        std::string_view expected;
        void (*spoil)(Facts&);
    } obstacles[] = {
        {"UNAUTHORIZED", [](Facts& f) { f.agent.known = false; }},
        {"AGENT_BANNED", [](Facts& f) { f.agent.caller.banned = true; }},
        {"FORBIDDEN missing_permission", [](Facts& f) { f.agent.caller.permissions = {}; }},
        {"NESTED_IMPERSONATION", [](Facts& f) { f.agent.caller.acting_as = true; }},
        {"TENANT_NOT_FOUND", [](Facts& f) { f.agent.in_tenant = false; }},
        {"USER_NOT_FOUND", [](Facts& f) { f.subject.exists_in_tenant = false; }},
        {"FORBIDDEN self_impersonation",
         [](Facts& f) { f.agent.id = AgentId::View::trusted("piet"); }},
        {"TARGET_IS_STAFF", [](Facts& f) { f.subject.staff = true; }},
        {"TARGET_BANNED", [](Facts& f) { f.subject.banned = true; }},
        {"USER_OPTED_OUT", [](Facts& f) { f.subject.opted_out = true; }},
        {"VALIDATION_ERROR too_short", [](Facts& f) { f.asked.reason = "why"; }},
        {"INSUFFICIENT_SCOPE scope_exceeded",
         [](Facts& f) { f.asked.scopes = scopes("gone:read"); }},
        {"OPEN_REQUEST_EXISTS",
         [](Facts& f) {
             for (const AgentId::View agent :
                  {AgentId::View{jan}, AgentId::View::trusted("piet")}) {
                 f.earlier.push_back({agent, TicketId::View{ticket}, GrantStatus::pending});
             }
         }},
    };
    for (std::size_t i = 0; i < std::size(obstacles); ++i) {
        for (std::size_t j = i; j < std::size(obstacles); ++j) {
            Facts facts;
            obstacles[i].spoil(facts);
            obstacles[j].spoil(facts);
            CAPTURE(obstacles[i].expected, obstacles[j].expected);
            CHECK(answer(request_access(facts.agent, facts.subject, facts.earlier, policy,
                                        facts.asked, noon)) == obstacles[i].expected);
        }
    }
}

TEST_CASE("request: one open grant for the same agent, user and ticket") {
    const auto asking = [](std::optional<AgentId::View> agent, std::optional<TicketId::View> about,
                           GrantStatus status) {
        const OpenGrant earlier[] = {{agent, about, status}};
        return answer(
            request_access(agent_facts(), subject_facts(), earlier, policy, request(), noon));
    };
    CHECK(asking(jan, ticket, GrantStatus::pending) == "OPEN_REQUEST_EXISTS");
    CHECK(asking(jan, ticket, GrantStatus::granted) == "OPEN_REQUEST_EXISTS");
    CHECK(asking(jan, ticket, GrantStatus::declined) == "ok");
    CHECK(asking(jan, ticket, GrantStatus::revoked) == "ok");
    CHECK(asking(jan, ticket, GrantStatus::expired) == "ok");
    CHECK(asking(other_agent, ticket, GrantStatus::granted) == "ok");
    CHECK(asking(jan, other_ticket, GrantStatus::granted) == "ok");
    CHECK(asking(std::nullopt, std::nullopt, GrantStatus::granted) == "ok");  // standing access
}

TEST_CASE("request: scopes respect the policy") {
    auto asked = request();
    asked.scopes = scopes("cases:write");
    CHECK(answer(request_access(agent_facts(), subject_facts(), {}, with({.read_only = true}),
                                asked, noon)) == "INSUFFICIENT_SCOPE read_only");
    const auto never = with({.never_carried = *ScopePatterns::parse("cases:*", "x")});
    CHECK(answer(request_access(agent_facts(), subject_facts(), {}, never, asked, noon)) ==
          "INSUFFICIENT_SCOPE scope_never_carried");
}

TEST_CASE("standing access: what it makes, and each refusal") {
    const auto made = open_standing_access(subject_facts(), {}, policy, standing(), noon);
    REQUIRE(made.ok());
    CHECK(*made == Grant{GrantId::trusted("grant-3"), tenant, piet, std::nullopt, std::nullopt,
                         std::nullopt, std::nullopt, noon,
                         GrantState{Granted{noon, noon + hours{24}, std::nullopt}}});

    const auto opening = [](auto change, std::vector<OpenGrant> earlier = {}) {
        auto subject = subject_facts();
        auto access = standing();
        change(subject, access);
        return answer(open_standing_access(subject, earlier, policy, access, noon));
    };
    CHECK(opening([](auto&, auto& a) { a.by = other_user; }) == "FORBIDDEN not_yours");
    CHECK(opening([](auto& s, auto&) { s.staff = true; }) == "FORBIDDEN not_yours");
    CHECK(opening([](auto& s, auto&) { s.exists_in_tenant = false; }) == "TENANT_NOT_FOUND");
    CHECK(opening([](auto& s, auto&) { s.banned = true; }) == "TARGET_BANNED");
    CHECK(opening([](auto&, auto& a) { a.until = noon; }) == "VALIDATION_ERROR until_in_past");
    CHECK(opening([](auto&, auto& a) { a.until = noon + hours{24 * 31}; }) ==
          "VALIDATION_ERROR until_too_late");
    CHECK(opening([](auto&, auto& a) { a.scopes = scopes(""); }) == "VALIDATION_ERROR required");
    CHECK(opening([](auto&, auto& a) { a.scopes = scopes("gone:read"); }) ==
          "INSUFFICIENT_SCOPE scope_exceeded");
    const auto nothing = [](auto&, auto&) {};
    CHECK(opening(nothing, {{std::nullopt, std::nullopt, GrantStatus::granted}}) ==
          "OPEN_REQUEST_EXISTS");
    CHECK(opening(nothing, {{std::nullopt, std::nullopt, GrantStatus::expired}}) == "ok");
    CHECK(opening(nothing, {{std::nullopt, std::nullopt, GrantStatus::revoked}}) == "ok");
    CHECK(opening(nothing, {{AgentId::View{jan}, TicketId::View{ticket}, GrantStatus::granted}}) ==
          "ok");
}
