#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "hallpass/grant.hpp"

/// Jan of support, Piet who owns the account, and the grants between them.
namespace parties {

using namespace hallpass;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

inline const Instant noon = from_unix_s(1'800'000'000);
inline const auto piet = SubjectId::trusted("piet");
inline const auto other_user = SubjectId::trusted("klaas");
inline const auto jan = AgentId::trusted("jan");
inline const auto other_agent = AgentId::trusted("kees");
inline const auto ticket = TicketId::trusted("ticket-1");
inline const auto other_ticket = TicketId::trusted("ticket-2");
inline const auto tenant = TenantId::trusted("farm");

inline ScopeSet scopes(std::string_view text) {
    auto set = ScopeSet::parse(text, "scopes");
    return set ? *std::move(set) : ScopeSet::trusted("broken:test");
}
inline const ScopeSet piets_scopes = scopes("cases:read cases:write documents:read");

inline Grant grant_in(GrantState state) {
    return Grant{GrantId::trusted("grant-1"),
                 tenant,
                 piet,
                 jan,
                 ticket,
                 AccessReason::trusted("look into it"),
                 std::nullopt,
                 noon - hours{1},
                 std::move(state)};
}

inline AgentFacts agent_facts() {
    return {.id = jan, .caller = {.permissions = Roles{}.permissions_of(role_agent)}};
}
inline SubjectFacts subject_facts() { return {.id = piet, .scopes = piets_scopes}; }

/// "ok", or the code and, where there is one, the reason.
template <class T>
std::string answer(const Result<T>& result) {
    if (result) return "ok";
    std::string text{to_string(result.error().code)};
    if (result.error().reason != Reason::none) {
        text += ' ';
        text += to_string(result.error().reason);
    }
    return text;
}

}  // namespace parties
