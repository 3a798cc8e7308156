#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <date/date.h>

#include "hallpass/result.hpp"
#include "hallpass/time.hpp"

namespace hallpass {

class ZoneTable;

/// One IANA time zone of a ZoneTable: which UTC offset holds when, exact from 1970 to 2100.
/// A cheap handle; the table must outlive it.
class TimeZone {
  public:
    /// The canonical spelling of the name that was asked for (a link keeps its own name).
    std::string_view name() const { return name_; }

    /// @returns local time minus UTC at `instant`.
    std::chrono::seconds offset_at(Instant instant) const;

    /// The civil date that clocks in this zone show at `instant`.
    date::year_month_day local_date(Instant instant) const;

    /// The first instant whose local date is `day`: 00:00, or later where a gap swallows midnight;
    /// where midnight happens twice, the first one. Nothing where the zone skipped the whole day
    /// (Pacific/Apia has no 2011-12-30).
    std::optional<Instant> first_instant_of(date::year_month_day day) const;

    /// The first instant after every moment of `day`: the boundary at which `day` is over for good.
    /// It is the first instant of the next local day that exists.
    Instant end_of(date::year_month_day day) const;

  private:
    friend class ZoneTable;
    TimeZone(const ZoneTable& table, std::uint32_t rule, std::string_view name)
        : table_(&table), rule_(rule), name_(name) {}
    const ZoneTable* table_;
    std::uint32_t rule_;
    std::string_view name_;
};

/// All zones and links of one tzdata release, in the compact form that core/zones/generate.py
/// writes. The bytes belong to the caller and must outlive the table.
class ZoneTable {
  public:
    /// The table compiled into this library (core/zones/zones.bin).
    static const ZoneTable& embedded();

    /// Checks and adopts a table; every index in it is validated, so no later look-up can fail.
    /// @errors VALIDATION_ERROR, field "zones", reason malformed
    static Result<ZoneTable> parse(std::span<const std::uint8_t> bytes);

    /// Finds a zone or link by its IANA name, in any case ("europe/kiev").
    /// @errors VALIDATION_ERROR, field "timeZone", reason unknown_time_zone; never UTC instead
    Result<TimeZone> find(std::string_view name) const;

    /// The tzdata release, for example "2026f".
    std::string_view version() const { return version_; }
    /// How many names (zones and links) the table knows.
    std::size_t size() const { return name_count_; }

  private:
    friend class TimeZone;
    std::span<const std::uint8_t> bytes_;
    std::string_view version_;
    std::size_t name_count_ = 0;
};

}  // namespace hallpass
