#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "hallpass/result.hpp"

namespace hallpass {

/// A point in time in UTC, to the millisecond, as JavaScript's `Date` counts (POSIX time, no leap
/// seconds). The core has no clock: callers pass `now`.
using Instant = std::chrono::sys_time<std::chrono::milliseconds>;

/// The range in which the core computes: 0001-01-01T00:00:00Z up to, not including, year 10000.
inline constexpr std::int64_t min_instant_unix_ms = -62135596800000;
inline constexpr std::int64_t max_instant_unix_ms = 253402300799999;

constexpr Instant from_unix_ms(std::int64_t unix_ms) {
    return Instant{std::chrono::milliseconds{unix_ms}};
}
constexpr Instant from_unix_s(std::int64_t unix_s) { return Instant{std::chrono::seconds{unix_s}}; }
constexpr std::int64_t to_unix_ms(Instant instant) { return instant.time_since_epoch().count(); }
/// Rounds down to the whole second (towards the past).
constexpr std::int64_t to_unix_s(Instant instant) {
    return std::chrono::floor<std::chrono::seconds>(instant).time_since_epoch().count();
}
constexpr Instant floor_to_second(Instant instant) { return from_unix_s(to_unix_s(instant)); }

/// RFC 3339 in UTC: `2025-10-18T14:30:00Z`; with `.123` only where the milliseconds are not zero.
/// @pre the instant lies within min_instant_unix_ms..max_instant_unix_ms
std::string format_rfc3339(Instant instant);

/// Reads an RFC 3339 date-time (section 5.6): any offset, fraction to the millisecond (further
/// digits are dropped), years 0001 to 9999. A leap second (`:60`) is refused.
/// @errors VALIDATION_ERROR with `field`, reason malformed or out_of_range
Result<Instant> parse_rfc3339(std::string_view text, std::string_view field);

}  // namespace hallpass
