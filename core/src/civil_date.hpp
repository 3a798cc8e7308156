#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <date/date.h>

namespace hallpass {

inline constexpr std::int64_t seconds_per_day = 86400;

/// Takes `YYYY-MM-DD` (RFC 3339 full-date) off the front of `text`; nothing where it is malformed
/// or the calendar has no such day. Any year from 0000 to 9999.
std::optional<date::year_month_day> take_date(std::string_view& text);

/// Appends `YYYY-MM-DD`; years 0 to 9999.
void append_date(std::string& out, date::year_month_day day);

}  // namespace hallpass
