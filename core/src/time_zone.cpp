#include "hallpass/time_zone.hpp"

#include <algorithm>

#include "civil_date.hpp"
#include "zone_cursor.hpp"

namespace hallpass {
namespace {

/// No offset is larger (ZoneTable::parse refuses it), so no local date is further from its instant.
constexpr std::int64_t offset_max = 26 * 3600;

constexpr std::int64_t midnight_of(date::year_month_day day) {
    return date::sys_days{day}.time_since_epoch().count() * seconds_per_day;
}

/// The first second from where the cursor stands and not before `from`, whose local time is `local`
/// (seconds since 1970-01-01, local) or later. A local time that the zone skipped is reached at the
/// end of the gap.
std::int64_t first_reaching(ZoneCursor& cursor, std::int64_t local, std::int64_t from) {
    for (;; cursor.advance()) {
        const auto reached = local - cursor.offset();
        if (reached < cursor.end()) return std::max({reached, cursor.begin(), from});
    }
}

}  // namespace

std::string TimeZone::name() const { return table_->name(number_ >> 16); }

zone_program::Programs TimeZone::programs() const { return table_->programs(number_ & 0xFFFFU); }

std::chrono::seconds TimeZone::offset_at(Instant instant) const {
    return std::chrono::seconds{ZoneCursor::at(programs(), to_unix_s(instant)).offset()};
}

date::year_month_day TimeZone::local_date(Instant instant) const {
    return date::year_month_day{std::chrono::floor<date::days>(instant + offset_at(instant))};
}

std::optional<Instant> TimeZone::first_instant_of(date::year_month_day day) const {
    const auto midnight = midnight_of(day);
    const auto from = midnight - offset_max;
    auto cursor = ZoneCursor::at(programs(), from);
    const auto first = first_reaching(cursor, midnight, from);
    if (first + cursor.offset() >= midnight + seconds_per_day) return std::nullopt;
    return from_unix_s(first);
}

Instant TimeZone::end_of(date::year_month_day day, std::optional<Instant> after) const {
    const auto midnight = midnight_of(day) + seconds_per_day;
    auto from = midnight - offset_max;
    if (after && to_unix_s(*after) >= from) from = to_unix_s(*after) + 1;
    auto cursor = ZoneCursor::at(programs(), from);
    return from_unix_s(first_reaching(cursor, midnight, from));
}

}  // namespace hallpass
