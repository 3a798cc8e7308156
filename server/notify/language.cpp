#include "notify/language.hpp"

#include <cstdlib>

namespace hallpass::server {
namespace {

struct Calendar {
    std::array<std::string_view, 12> months;
    std::string_view at, through;
};
constexpr Calendar english{{"January", "February", "March", "April", "May", "June", "July",
                            "August", "September", "October", "November", "December"},
                           " at ",
                           "through "};
constexpr Calendar dutch{{"januari", "februari", "maart", "april", "mei", "juni", "juli",
                          "augustus", "september", "oktober", "november", "december"},
                         " om ",
                         "t/m "};

const Calendar& calendar_of(Language language) {
    return language == Language::nl ? dutch : english;
}

std::string two_digits(std::int64_t number) {
    return (number < 10 ? "0" : "") + std::to_string(number);
}

std::string offset_text(std::chrono::seconds offset) {
    const auto minutes = std::abs(offset.count()) / 60;
    return (offset.count() < 0 ? "UTC-" : "UTC+") + two_digits(minutes / 60) + ":" +
           two_digits(minutes % 60);
}

}  // namespace

Language language_of(const std::optional<std::string>& locale) {
    if (!locale || locale->size() < 2) return Language::en;
    const bool primary_ends = locale->size() == 2 || (*locale)[2] == '-' || (*locale)[2] == '_';
    const bool nl = ((*locale)[0] | 0x20) == 'n' && ((*locale)[1] | 0x20) == 'l';
    return nl && primary_ends ? Language::nl : Language::en;
}

std::string day_text(date::year_month_day day, Language language) {
    const auto month = static_cast<unsigned>(day.month());
    return std::to_string(static_cast<unsigned>(day.day())) + " " +
           std::string{calendar_of(language).months[month - 1]} + " " +
           std::to_string(static_cast<int>(day.year()));
}

std::string moment_text(Instant instant, const TimeZone& zone, Language language) {
    const auto offset = zone.offset_at(instant);
    const auto local = std::chrono::floor<std::chrono::seconds>(instant) + offset;
    const auto since_midnight = local - std::chrono::floor<std::chrono::days>(local);
    const auto seconds = since_midnight.count();
    std::string time = two_digits(seconds / 3600) + ":" + two_digits(seconds / 60 % 60);
    if (seconds % 60 != 0) time += ":" + two_digits(seconds % 60);
    return day_text(zone.local_date(instant), language) + std::string{calendar_of(language).at} +
           time + " (" + std::string{zone.name()} + ", " + offset_text(offset) + ")";
}

std::string through_text(Instant until, const TimeZone& zone, Language language) {
    return std::string{calendar_of(language).through} +
           day_text(last_day_of(until, zone), language);
}

}  // namespace hallpass::server
