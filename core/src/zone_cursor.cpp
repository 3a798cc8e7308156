#include "zone_cursor.hpp"

#include "civil_date.hpp"
#include "zone_program.hpp"

namespace hallpass {

ZoneCursor::ZoneCursor(const zone_program::Programs& programs, Start start) : programs_(programs) {
    begin_program(start);
    offset_ = programs_.values[*token_++];
    plan();
}

ZoneCursor ZoneCursor::at(const zone_program::Programs& programs, std::int64_t unix_s) {
    ZoneCursor cursor{programs,
                      unix_s < zone_program::recent_unix_s ? Start::earlier : Start::recent};
    cursor.seek(unix_s);
    return cursor;
}

/// Goes to the beginning of a program, and to what it keeps at first.
void ZoneCursor::begin_program(Start start) {
    recent_ = start == Start::recent;
    token_ = recent_ ? programs_.recent : programs_.earlier();
    next_delta_ = 3600;
    times_[0] = times_[1] = 0;
    year_ = (recent_ ? zone_program::recent_year : zone_program::first_year) - 1;
    date_ = date::sys_days{date::year{year_} / 12 / 31};
}

date::sys_days ZoneCursor::occurrence(Rule rule) const {
    const unsigned weekday = rule.token % 8U;
    const date::sys_days day{date::year{year_} / date::month{rule.token / 8U + 1} /
                             date::day{rule.day}};
    if (weekday == zone_program::any_weekday) return day;
    // 1970-01-01 was a Thursday, and no program reaches further back.
    const auto reached = static_cast<unsigned>(day.time_since_epoch().count() + 4) % 7;
    return day + date::days{(weekday + 7 - reached) % 7};
}

void ZoneCursor::plan_change(Rule rule) {
    auto day = occurrence(rule);
    if (day <= date_) {
        ++year_;
        day = occurrence(rule);
    }
    date_ = day;
    rules_[0] = rules_[1];
    rules_[1] = rule;
    delta_ = next_delta_;
    next_delta_ = -delta_;
    end_ = day.time_since_epoch().count() * seconds_per_day + times_[delta_ < 0] - offset_;
}

void ZoneCursor::plan() {
    while (repeats_ == 0) {
        const auto token = *token_++;
        if (token < zone_program::end) return plan_change({token, *token_++});
        switch (token) {
            case zone_program::end:
                if (recent_) {
                    --token_;  // and there it stays
                    end_ = never;
                    return;
                }
                begin_program(Start::recent);
                ++token_;  // the offset is the one it has
                break;
            case zone_program::flip: next_delta_ = -next_delta_; break;
            case zone_program::skip:
                year_ += *token_++ - 1;
                date_ = date::sys_days{date::year{year_} / 12 / 31};
                break;
            case zone_program::repeat:
                repeats_ = *token_++;
                if (repeats_ == zone_program::repeat_for_ever) repeats_ = for_ever;
                break;
            case zone_program::change: next_delta_ = programs_.values[*token_++]; break;
            default: times_[next_delta_ < 0] = programs_.values[token - zone_program::time];
        }
    }
    --repeats_;
    plan_change(rules_[0]);
}

void ZoneCursor::advance() {
    begin_ = end_;
    offset_ += delta_;
    plan();
}

/// Moves the next change on by whole years of a repetition: two rules that take turns come back to
/// where they were.
void ZoneCursor::skip_years(int years) {
    if (years > repeats_ / 2) years = repeats_ / 2;
    if (years <= 0) return;
    year_ += years;
    repeats_ -= 2 * years;
    const auto day = occurrence(rules_[1]);
    end_ += (day - date_).count() * seconds_per_day;
    date_ = day;
}

void ZoneCursor::seek(std::int64_t unix_s) {
    constexpr std::int64_t seconds_per_year = 31556952;  // on average
    const auto year = static_cast<int>(unix_s / seconds_per_year) + 1970;
    while (end_ <= unix_s) {
        // Two years less make sure that the change moved to is not past `unix_s`.
        skip_years(year - 2 - year_);
        advance();
    }
}

}  // namespace hallpass
