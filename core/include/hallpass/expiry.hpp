#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "hallpass/time_zone.hpp"

namespace hallpass {

/// The one list of presets (contract, section 3).
#define HALLPASS_EXPIRY_PRESETS(X) X(end_of_today) X(end_of_tomorrow) X(one_week) X(end_of_week)

enum class ExpiryPreset : std::uint8_t {
#define HALLPASS_X(preset) preset,
    HALLPASS_EXPIRY_PRESETS(HALLPASS_X)
#undef HALLPASS_X
};
inline constexpr ExpiryPreset default_expiry_preset = ExpiryPreset::end_of_today;

std::string_view to_string(ExpiryPreset preset);
std::optional<ExpiryPreset> parse_expiry_preset(std::string_view text);

/// Until when: a preset, the end of a local date, or an instant as given.
using ExpiryChoice = std::variant<ExpiryPreset, date::year_month_day, Instant>;

/// What a choice comes to.
struct Expiry {
    Instant until;                  ///< exclusive: access holds while now < until
    date::year_month_day last_day;  ///< the last local day on which access holds ("through 7 May")
};

/// Computes the instant at which consent ends, in the user's time zone.
/// The end of a day is the first instant later than `now` whose local date is later than that day
/// (TimeZone::end_of tells about gaps and repeated hours). Presets count calendar days, so a day
/// that the zone skipped counts too: in Pacific/Apia `end_of_tomorrow` on 2011-12-29 is the end of
/// that day. `now` and `last_day` lie in the years 1970 to 2100.
/// @param max_grant the policy's maximum, not negative: until > now + max_grant is refused
/// @errors VALIDATION_ERROR: field "now" (out_of_range), "date" (malformed, out_of_range,
///         date_in_past: before the local date of `now`, date_skipped) or "until" (out_of_range,
///         until_in_past: until <= now, until_too_late: constraints.max in Unix milliseconds)
/// @code
///   auto zone = ZoneTable::embedded().find("Europe/Amsterdam");
///   if (!zone) return std::move(zone).refusal();
///   auto end = expiry(ExpiryPreset::end_of_today, now, *zone);
/// @endcode
Result<Expiry> expiry(const ExpiryChoice& choice, Instant now, const TimeZone& zone,
                      std::optional<std::chrono::milliseconds> max_grant = std::nullopt);

/// The local day of the last moment at which access holds while now < until.
date::year_month_day last_day_of(Instant until, const TimeZone& zone);

/// @returns `YYYY-MM-DD` (RFC 3339 full-date). @pre the year lies within 0 to 9999
std::string format_date(date::year_month_day day);

/// Reads `YYYY-MM-DD` (RFC 3339 full-date, years 1970 to 2100).
/// @errors VALIDATION_ERROR, field "date", reason malformed or out_of_range
Result<date::year_month_day> parse_date(std::string_view text);

}  // namespace hallpass
