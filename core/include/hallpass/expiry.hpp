#pragma once

#include <chrono>
#include <optional>
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
/// @param max_grant the policy's maximum: until > now + max_grant is refused
/// @errors VALIDATION_ERROR: field "date" (malformed, date_in_past, date_skipped) or
///         "until" (until_in_past: until <= now, until_too_late)
Result<Expiry> expiry(const ExpiryChoice& choice, Instant now, const TimeZone& zone,
                      std::optional<std::chrono::milliseconds> max_grant = std::nullopt);

/// The last local day on which access holds while now < until.
date::year_month_day last_day_of(Instant until, const TimeZone& zone);

/// Reads `YYYY-MM-DD` (RFC 3339 full-date, years 1970 to 2100).
/// @errors VALIDATION_ERROR, field "date", reason malformed or out_of_range
Result<date::year_month_day> parse_date(std::string_view text);

}  // namespace hallpass
