#include "hallpass/expiry.hpp"

#include <cmath>
#include <limits>

#include "exchange.hpp"
#include "hallpass/session.hpp"
#include "hallpass/time_zone.hpp"

namespace hallpass::abi {
namespace {

/// A zone by the number that hp_zone gave for it, so that repeated calls look up no name.
TimeZone zone_of(std::uint32_t zone) { return ZoneTable::embedded().zone(zone); }

std::optional<std::chrono::milliseconds> read_max_grant(double max_grant_ms) {
    if (!(max_grant_ms >= 0 && max_grant_ms < 1e15)) return std::nullopt;
    return std::chrono::milliseconds{static_cast<std::int64_t>(max_grant_ms)};
}

/// A calendar date as one number: 20260507.
std::uint32_t packed(date::year_month_day day) {
    return static_cast<std::uint32_t>(int{day.year()}) * 10000U + unsigned{day.month()} * 100U +
           unsigned{day.day()};
}

/// The end of `choice` as a number, its last day in word 2.
double expiry_at(std::uint32_t zone, const ExpiryChoice& choice, double now_ms,
                 double max_grant_ms) {
    const auto now = read_instant(now_ms, "now");
    if (!now) return refuse_number(now.error());
    const auto result = expiry(choice, *now, zone_of(zone), read_max_grant(max_grant_ms));
    if (!result) return refuse_number(result.error());
    fields.word[2] = packed(result->last_day);
    return unix_ms(result->until);
}

}  // namespace

/// Input: a zone name. @returns its number, or `refused`.
HP_EXPORT(hp_zone) std::int32_t hp_zone(std::uint32_t size) {
    const auto found = ZoneTable::embedded().find(input_text(size));
    if (!found) return refuse(found.error());
    return static_cast<std::int32_t>(found->number());
}

/// Gives the tzdata version.
HP_EXPORT(hp_zones_version) void hp_zones_version() { give(0, ZoneTable::embedded().version()); }

/// @returns until (ms) or NaN; word 2: the last day, packed. A negative maximum is none.
HP_EXPORT(hp_expiry_preset)
double hp_expiry_preset(std::uint32_t zone, std::uint32_t preset, double now_ms,
                        double max_grant_ms) {
    return expiry_at(zone, static_cast<ExpiryPreset>(preset), now_ms, max_grant_ms);
}

/// Input: a date, YYYY-MM-DD. As hp_expiry_preset.
HP_EXPORT(hp_expiry_date)
double hp_expiry_date(std::uint32_t zone, std::uint32_t size, double now_ms, double max_grant_ms) {
    const auto day = parse_date(input_text(size));
    if (!day) return refuse_number(day.error());
    return expiry_at(zone, *day, now_ms, max_grant_ms);
}

/// As hp_expiry_preset, for an instant as given.
HP_EXPORT(hp_expiry_instant)
double hp_expiry_instant(std::uint32_t zone, double until_ms, double now_ms, double max_grant_ms) {
    const auto until = read_instant(until_ms, "until");
    if (!until) return refuse_number(until.error());
    return expiry_at(zone, *until, now_ms, max_grant_ms);
}

/// @returns the last local day on which access holds, packed, or `refused`.
HP_EXPORT(hp_last_day) std::int32_t hp_last_day(std::uint32_t zone, double until_ms) {
    const auto until = read_instant(until_ms, "until");
    if (!until) return refuse(until.error());
    return static_cast<std::int32_t>(packed(last_day_of(*until, zone_of(zone))));
}

/// @returns whole seconds left, 0 once it is over, NaN if refused; number 0: the next wake (ms),
/// NaN
///          where there is none.
HP_EXPORT(hp_remaining)
double hp_remaining(double expires_at_ms, double now_ms, double step_s) {
    const auto expires_at = read_instant(expires_at_ms, "expiresAt");
    if (!expires_at) return refuse_number(expires_at.error());
    const auto now = read_instant(now_ms, "now");
    if (!now) return refuse_number(now.error());
    const auto step = step_s >= 1 && step_s <= 86400 ? static_cast<std::int64_t>(step_s) : 1;
    const auto left = remaining(*expires_at, *now, std::chrono::seconds{step});
    fields.number[0] =
        left.next_wake ? unix_ms(*left.next_wake) : std::numeric_limits<double>::quiet_NaN();
    return static_cast<double>(left.left.count());
}

}  // namespace hallpass::abi
