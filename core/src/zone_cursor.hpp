#pragma once

#include <cstdint>
#include <limits>

#include <date/date.h>

#include "zone_program.hpp"

namespace hallpass {

/// Runs a zone's programs (core/zones/generate.py tells the format) and so walks through the
/// stretches of time in which its offset stays the same, from the past to the future.
/// @pre the programs were checked: they end in range, and refer to values that exist
class ZoneCursor {
  public:
    static constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();

    enum class Start { earlier, recent };

    /// Stands on the first stretch of one of the programs, which it takes to reach back for ever.
    ZoneCursor(const zone_program::Programs& programs, Start start);
    /// Stands on the stretch that holds `unix_s`. Only what lies before it, and before 2024 or
    /// 1970, may be missing from the stretch.
    static ZoneCursor at(const zone_program::Programs& programs, std::int64_t unix_s);

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

    date::sys_days occurrence(Rule rule) const;
    void begin_program(Start start);
    void skip_years(int years);
    void plan();
    void plan_change(Rule rule);

    zone_program::Programs programs_;
    const std::uint8_t* token_;  // the next one
    bool recent_;                // whether it is the recent program's
    std::int64_t begin_ = std::numeric_limits<std::int64_t>::min();
    std::int64_t end_ = never;
    std::int32_t offset_;
    std::int32_t delta_ = 0;    // of the change at end_
    std::int32_t next_delta_;   // of the change after that
    std::int32_t times_[2];     // of day, for changes forward and back
    std::int32_t repeats_ = 0;  // changes that the last two rules still make
    int year_;                  // of date_
    date::sys_days date_;       // local date of the change at end_
    Rule rules_[2] = {};        // the last two, the older one first
};

}  // namespace hallpass
