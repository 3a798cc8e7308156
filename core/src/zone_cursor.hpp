#pragma once

#include <cstdint>
#include <limits>

#include <date/date.h>

namespace hallpass {

/// Runs one zone's program (the format is told in core/zones/generate.py) and so walks through the
/// stretches of time in which its offset stays the same, the earliest one first.
/// @pre the program was checked: it ends in range, and refers to values that exist
class ZoneCursor {
  public:
    static constexpr std::int64_t beginning = std::numeric_limits<std::int64_t>::min();
    static constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();

    /// Stands on the stretch that holds 1970-01-01; everything before counts as part of it.
    /// @param values the table's values: little-endian 32-bit integers
    ZoneCursor(const std::uint8_t* program, const std::uint8_t* values);

    /// The stretch is begin() <= t < end(), in seconds since 1970 UTC.
    std::int64_t begin() const { return begin_; }
    std::int64_t end() const { return end_; }
    /// Local time minus UTC, in seconds.
    std::int32_t offset() const { return offset_; }

    /// Goes to the next stretch. @pre end() is not `never`
    void advance();
    /// Goes forward to the stretch that holds `unix_s`; never back.
    void seek(std::int64_t unix_s);

    /// The year of the change at end(), and whether the changes from there on repeat for ever.
    int year() const { return year_; }
    bool repeats_for_ever() const { return repeats_ > for_ever / 2; }

  private:
    struct Rule {
        std::uint8_t token, day;
    };
    static constexpr std::int32_t for_ever = 1 << 30;

    std::int32_t value(unsigned index) const;
    date::sys_days occurrence(Rule rule) const;
    void skip_years(int years);
    void plan();
    void plan_change(Rule rule);

    const std::uint8_t* program_;
    const std::uint8_t* values_;
    std::int64_t begin_ = beginning;
    std::int64_t end_ = never;
    std::int32_t offset_;
    std::int32_t delta_ = 0;               // of the change at end_
    std::int32_t next_delta_ = 3600;       // of the change after that
    std::int32_t times_[2] = {0, 0};       // of day, for changes forward and back
    std::int32_t repeats_ = 0;             // changes that the last two rules still make
    int year_ = 1969;                      // of date_
    date::sys_days date_{date::days{-1}};  // local date of the change at end_
    Rule rules_[2] = {};                   // the last two, the older one first
};

}  // namespace hallpass
