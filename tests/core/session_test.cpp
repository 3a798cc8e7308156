// A session under way: shortened and narrowed by its grant, counted down, over.
#include "hallpass/session.hpp"

#include "grant_parties.hpp"
#include "hallpass_catch.hpp"

using namespace parties;

namespace {
const SessionLimits running{noon + minutes{30}, scopes("cases:read cases:write")};
SessionLimits under(GrantState state, Instant now = noon) {
    return limits_under(running, grant_in(std::move(state)), now);
}
}  // namespace

TEST_CASE("running session: an amended grant only ever shortens or narrows it") {
    const auto from = noon - hours{1};
    CHECK(under(Granted{from, noon + hours{2}, std::nullopt}) == running);
    CHECK(under(Granted{from, noon + minutes{30}, std::nullopt}) == running);
    CHECK(under(Granted{from, noon + minutes{10}, std::nullopt}).expires_at == noon + minutes{10});
    CHECK(under(Granted{from, noon + milliseconds{90999}, std::nullopt}).expires_at ==
          noon + seconds{90});
    CHECK(under(Granted{from, noon + hours{2}, scopes("cases:read x:y")}).scopes ==
          scopes("cases:read"));
    CHECK(under(Granted{from, noon + hours{2}, scopes("")}).scopes.empty());
    CHECK(under(Granted{from, noon + hours{2}, scopes("a:b cases:read cases:write")}) == running);
}

TEST_CASE("running session: it ends at once where the grant no longer holds") {
    const Granted was{noon - hours{1}, noon + hours{1}, std::nullopt};
    const GrantState gone[] = {Revoked{noon, RevokedBy::user, was}, Expired{noon, was},
                               Declined{noon}, Pending{noon + hours{1}},
                               Granted{noon - hours{1}, noon, std::nullopt}};
    for (const auto& state : gone) {
        for (const int ms : {0, 1, 999}) {
            const auto now = noon + milliseconds{ms};
            const auto limits = under(state, now);
            CHECK(limits.expires_at == noon);
            CHECK(session_status_at(SessionStatus::active, limits.expires_at, now) ==
                  SessionStatus::expired);
        }
    }
    // One that was over already does not come back to life.
    const SessionLimits over{noon - minutes{5}, {}};
    CHECK(limits_under(over, grant_in(Revoked{noon, RevokedBy::user, was}), noon) == over);
    CHECK(limits_under(over, grant_in(was), noon) == over);
}

TEST_CASE("session status: only an active one runs out, and at the boundary") {
    const auto end = noon;
    for (const int offset_ms : {-1, 0, 1}) {
        const auto now = end + milliseconds{offset_ms};
        CHECK(session_status_at(SessionStatus::active, end, now) ==
              (offset_ms < 0 ? SessionStatus::active : SessionStatus::expired));
        for (const auto ended : {SessionStatus::stopped, SessionStatus::ended,
                                 SessionStatus::revoked, SessionStatus::expired}) {
            CHECK(session_status_at(ended, end, now) == ended);
        }
    }
}

TEST_CASE("remaining: rounded up, zero only when over") {
    const auto left = [](std::int64_t ms) {
        return remaining(noon + milliseconds{ms}, noon, seconds{1}).left.count();
    };
    CHECK(left(1) == 1);
    CHECK(left(999) == 1);
    CHECK(left(1000) == 1);
    CHECK(left(1001) == 2);
    CHECK(left(43 * 60'000 + 12'000) == 43 * 60 + 12);
    for (const std::int64_t ms : {0, -1, -1000, -100'000'000}) {
        const auto over = remaining(noon + milliseconds{ms}, noon, seconds{1});
        CHECK(over.over);
        CHECK(over.left.count() == 0);
        CHECK_FALSE(over.next_wake);
    }
}

TEST_CASE("remaining: waking only when told to shows every change, exactly when it happens") {
    for (const int step_s : {1, 2, 7, 60}) {
        const seconds step{step_s};
        // What a display that is this coarse shows: whole steps, rounded up.
        const auto shown = [&](Instant end, Instant now) {
            const auto left_ms = (end - now).count();
            return left_ms <= 0 ? 0 : (left_ms + step_s * 1000 - 1) / (step_s * 1000);
        };
        for (const int length_ms :
             {1, 999, 1000, 1001, 6999, 7000, 59'999, 60'000, 60'001, 125'432}) {
            const auto end = noon + milliseconds{length_ms};
            auto now = noon;
            int wakes = 0;
            for (auto state = remaining(end, now, step); !state.over;
                 state = remaining(end, now, step)) {
                REQUIRE(state.next_wake);
                const auto wake = *state.next_wake;
                REQUIRE(wake > now);
                REQUIRE(wake <= end);
                REQUIRE(shown(end, wake - milliseconds{1}) == shown(end, now));
                REQUIRE(shown(end, wake) == shown(end, now) - 1);
                now = wake;
                ++wakes;
            }
            CHECK(now == end);
            CHECK(wakes == (length_ms + step_s * 1000 - 1) / (step_s * 1000));
        }
    }
}

TEST_CASE("remaining: a step below a second counts as one") {
    for (const int step_s : {0, -1, -60}) {
        const auto state = remaining(noon + milliseconds{2500}, noon, seconds{step_s});
        CHECK(state.left == seconds{3});
        CHECK(state.next_wake == noon + milliseconds{500});
    }
}
