// Prints the median nanoseconds of the decision to start a session: the question of core/start.mjs.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

#include "hallpass/session.hpp"

int main() {
    using namespace hallpass;
    using clock = std::chrono::steady_clock;
    using namespace std::chrono_literals;
    const auto policy = Policy::of(Profile::consent);
    const Roles roles;
    const auto agent = AgentId::View::trusted("admin_789");
    const auto subject = SubjectId::View::trusted("user_12345");
    const auto ticket = TicketId::View::trusted("T-1");
    const auto scopes =
        ScopeSet::parse("cases:read documents:read invoices:read notes:read", "scopes");
    if (!scopes) return 1;
    const auto now = from_unix_s(1'800'000'000);
    const std::array grants{GrantFacts{GrantId::View::trusted("gr_1"), GrantStatus::granted,
                                       now + 2h, agent, ticket, scopes->view()}};
    const StartFacts facts{
        .agent = {.id = agent, .caller = {.permissions = roles.permissions_of(role_agent)}},
        .tenant = TenantId::View::trusted("firm_abc"),
        .policy = policy,
        .subject = {.id = subject, .scopes = scopes->view()},
        .reason = "The parcel is not on the map",
        .ticket = ticket,
        .ttl = 30min,
        .scopes = scopes->view(),
        .grants = grants,
        .sessions = {}};
    constexpr int calls = 1'000;  // short, so that an interruption spoils one batch
    std::array<double, 3001> batches{};
    long accepted = 0;
    for (auto& nanoseconds : batches) {
        const auto start = clock::now();
        for (int i = 0; i < calls; ++i) {
            asm volatile("" ::: "memory");  // nothing that was read holds for the next call
            accepted += plan_session(facts, now + std::chrono::milliseconds{i % 1000}).ok() ? 1 : 0;
        }
        nanoseconds =
            std::chrono::duration<double, std::nano>(clock::now() - start).count() / calls;
    }
    if (accepted != static_cast<long>(batches.size()) * calls) return 1;
    std::nth_element(batches.begin(), batches.begin() + batches.size() / 2, batches.end());
    std::printf("%.1f\n", batches[batches.size() / 2]);
}
