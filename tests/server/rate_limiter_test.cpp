// An allowance by address, where somebody has more addresses than are remembered.
#include "http/rate_limiter.hpp"
#include "hallpass_catch.hpp"

using namespace hallpass;
using namespace hallpass::server;
using namespace std::chrono_literals;

namespace {

const Instant start = from_unix_s(1'800'000'000);

/// As many senders as are remembered, each of whom has used up what they had.
void fill_up(RateLimiter& limiter, Instant now) {
    for (std::size_t i = 0; i < RateLimiter::buckets_max; ++i) {
        limiter.take("flood " + std::to_string(i), now);
    }
}

}  // namespace

TEST_CASE("no number of senders makes a rate limit forget what somebody has used up") {
    RateLimiter limiter{2, 0.01};
    for (int i = 0; i < 2; ++i) CHECK(limiter.take("guesser", start) == 0s);
    fill_up(limiter, start);
    fill_up(limiter, start + 10s);
    CHECK(limiter.take("guesser", start + 20s) == 80s);
}

TEST_CASE("where too many senders are remembered, those who come then share an allowance") {
    RateLimiter limiter{2, 0.01};
    fill_up(limiter, start);
    CHECK(limiter.take("new", start) == 0s);
    CHECK(limiter.take("newer", start) == 0s);
    CHECK(limiter.take("newest", start) == 100s);
    CHECK(limiter.take("new", start) == 100s);
    CHECK(limiter.take("flood 0", start) == 0s);  // who is remembered has their own
    // Once the others' allowances are full again, there is room for everybody.
    CHECK(limiter.take("new", start + 200s) == 0s);
    CHECK(limiter.take("new", start + 200s) == 0s);
    CHECK(limiter.take("newer", start + 200s) == 0s);
    CHECK(limiter.take("flood 0", start + 200s) == 0s);
}

TEST_CASE("a clock that was set back keeps no sender from being forgotten in the end") {
    RateLimiter limiter{2, 1};
    fill_up(limiter, start + 24h);
    for (const auto* key : {"a", "b"}) CHECK(limiter.take(key, start + 24h) == 0s);
    CHECK(limiter.take("c", start + 24h) == 1s);
    fill_up(limiter, start);
    CHECK(limiter.take("d", start + 1s) == 1s);
    CHECK(limiter.take("d", start + 3s) == 0s);
    CHECK(limiter.take("d", start + 3s) == 0s);
    CHECK(limiter.take("e", start + 3s) == 0s);
}
