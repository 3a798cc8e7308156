#include "input.hpp"

using namespace hallpass;
using namespace hallpass::fuzz;

namespace {

using std::chrono::milliseconds;

void look_up(const TimeZone& zone, Instant now) {
    const auto day = zone.local_date(now);
    expect(day.ok());
    if (const auto first = zone.first_instant_of(day)) (void)zone.local_date(*first);
    (void)zone.end_of(day);
    for (const auto preset : {ExpiryPreset::end_of_today, ExpiryPreset::end_of_week}) {
        const auto end = expiry(preset, now, zone);
        if (!end) {
            expect_sound(end.error());
            continue;
        }
        expect(end->until > now);
        expect(zone.local_date(end->until - milliseconds{1}) == end->last_day);
    }
}

}  // namespace

// A replaced time-zone table: whatever its bytes, it is refused or every look-up works.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto table = ZoneTable::parse({data, size});
    if (!table) {
        expect_sound(table.error());
        return 0;
    }
    // A table of all zones takes long; some of them, spread, do as well.
    const auto stride = table->size() / 8 + 1;
    for (std::size_t i = 0; i < table->size(); i += stride) {
        const auto zone = table->find(table->name(i));
        expect(zone.ok());
        for (const std::int64_t unix_s :
             {std::int64_t{0}, std::int64_t{951'782'400}, std::int64_t{1'800'000'000},
              std::int64_t{4'102'444'799}}) {
            look_up(*zone, from_unix_s(unix_s));
        }
        for (const auto edge : {min_instant_unix_ms, max_instant_unix_ms}) {
            (void)zone->offset_at(from_unix_ms(edge));
        }
    }
    return 0;
}
