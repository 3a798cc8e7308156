#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "hallpass/expiry.hpp"

namespace hallpass::server {

enum class Language : std::uint8_t { en, nl };

/// The language of a BCP 47 tag ("nl-NL", in any case); English for every other and for none.
Language language_of(const std::optional<std::string>& locale);

/// "7 May 2026".
std::string day_text(date::year_month_day day, Language language);

/// The exact instant as clocks in the zone show it, with what tells a repeated hour apart:
/// "7 May 2026 at 14:30 (Europe/Amsterdam, UTC+02:00)". Seconds are shown where they are not zero.
std::string moment_text(Instant instant, const TimeZone& zone, Language language);

/// "through 7 May 2026", "t/m 7 mei 2026": the last local day on which access holds.
std::string through_text(Instant until, const TimeZone& zone, Language language);

}  // namespace hallpass::server
