#include "hallpass/time.hpp"

#include "civil_date.hpp"
#include "digits.hpp"
#include "received_text.hpp"

namespace hallpass {

std::optional<date::year_month_day> take_date(std::string_view& text) {
    const auto year = take_digits(text, 4);
    if (!year || !take_character(text, '-')) return std::nullopt;
    const auto month = take_digits(text, 2);
    if (!month || !take_character(text, '-')) return std::nullopt;
    const auto day = take_digits(text, 2);
    if (!day) return std::nullopt;
    const date::year_month_day result{date::year{*year}, date::month{static_cast<unsigned>(*month)},
                                      date::day{static_cast<unsigned>(*day)}};
    if (!result.ok()) return std::nullopt;
    return result;
}

void append_date(std::string& out, date::year_month_day day) {
    append_digits(out, static_cast<unsigned>(static_cast<int>(day.year())), 4);
    out += '-';
    append_digits(out, static_cast<unsigned>(day.month()), 2);
    out += '-';
    append_digits(out, static_cast<unsigned>(day.day()), 2);
}

namespace {

/// Takes two digits off the front, at most `max`.
std::optional<int> take_part(std::string_view& text, int max) {
    const auto value = take_digits(text, 2);
    if (!value || *value > max) return std::nullopt;
    return value;
}

/// Takes `hh:mm:ss` with an optional fraction: milliseconds since midnight.
std::optional<std::int64_t> take_time(std::string_view& text) {
    const auto hour = take_part(text, 23);
    if (!hour || !take_character(text, ':')) return std::nullopt;
    const auto minute = take_part(text, 59);
    if (!minute || !take_character(text, ':')) return std::nullopt;
    const auto second = take_part(text, 59);
    if (!second) return std::nullopt;
    std::int64_t milliseconds = ((*hour * 60 + *minute) * 60 + *second) * 1000;
    if (!take_character(text, '.')) return milliseconds;
    auto digit = take_digits(text, 1);
    if (!digit) return std::nullopt;
    for (int scale = 100; digit; scale /= 10, digit = take_digits(text, 1)) {
        milliseconds += *digit * scale;
    }
    return milliseconds;
}

/// Takes `Z` or `+hh:mm`: minutes ahead of UTC.
std::optional<int> take_offset(std::string_view& text) {
    if (take_character(text, 'Z') || take_character(text, 'z')) return 0;
    const bool behind = take_character(text, '-');
    if (!behind && !take_character(text, '+')) return std::nullopt;
    const auto hours = take_part(text, 23);
    if (!hours || !take_character(text, ':')) return std::nullopt;
    const auto minutes = take_part(text, 59);
    if (!minutes) return std::nullopt;
    const int offset = *hours * 60 + *minutes;
    return behind ? -offset : offset;
}

/// Milliseconds since the epoch of a whole date-time; the year 0000 and what its offset carries out
/// of the range are still in it.
std::optional<std::int64_t> read_date_time(std::string_view text) {
    const auto day = take_date(text);
    if (!day || !(take_character(text, 'T') || take_character(text, 't'))) return std::nullopt;
    const auto time = take_time(text);
    if (!time) return std::nullopt;
    const auto offset = take_offset(text);
    if (!offset || !text.empty()) return std::nullopt;
    const std::int64_t days = date::sys_days{*day}.time_since_epoch().count();
    return days * seconds_per_day * 1000 + *time - *offset * std::int64_t{60000};
}

}  // namespace

std::string format_rfc3339(Instant instant) {
    const auto day = std::chrono::floor<date::days>(instant);
    const auto milliseconds = static_cast<unsigned>((instant - day).count());
    std::string out;
    append_date(out, date::year_month_day{day});
    constexpr struct {
        char before;
        unsigned unit_ms, count;
    } parts[] = {{'T', 3600000, 24}, {':', 60000, 60}, {':', 1000, 60}};
    for (const auto& part : parts) {
        out += part.before;
        append_digits(out, milliseconds / part.unit_ms % part.count, 2);
    }
    if (milliseconds % 1000 != 0) {
        out += '.';
        append_digits(out, milliseconds % 1000, 3);
    }
    return out += 'Z';
}

Result<Instant> parse_rfc3339(std::string_view text, std::string_view field) {
    const auto unix_ms = read_date_time(text);
    if (!unix_ms) {
        return invalid(field, Reason::malformed,
                       std::string{field} +
                           " must be an RFC 3339 date-time such as "
                           "2025-10-18T14:30:00Z",
                       received_text(text));
    }
    if (*unix_ms < min_instant_unix_ms || *unix_ms > max_instant_unix_ms) {
        return invalid(field, Reason::out_of_range,
                       std::string{field} + " must lie in the years 0001 to 9999",
                       received_text(text));
    }
    return from_unix_ms(*unix_ms);
}

}  // namespace hallpass
