// Until when does consent hold that Piet gives "today", shortly before the clocks change?
#include <chrono>
#include <cstdio>

#include "hallpass/hallpass.hpp"

int main() {
    using namespace hallpass;
    const auto zone = ZoneTable::embedded().find("europe/amsterdam");
    if (!zone) return 1;
    const Instant now{std::chrono::milliseconds{1'792'857'600'000}};  // 2026-10-24T16:00:00Z
    const auto end = expiry(ExpiryPreset::end_of_tomorrow, now, *zone);
    if (!end) return 2;
    std::printf("%lld\n", static_cast<long long>(end->until.time_since_epoch().count()));
    return 0;
}
