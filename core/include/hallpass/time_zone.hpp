#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <date/date.h>

#include "hallpass/result.hpp"
#include "hallpass/time.hpp"

namespace hallpass {

class ZoneTable;
namespace zone_program {
struct Programs;
struct Values;
}  // namespace zone_program

/// One IANA time zone of a ZoneTable: which UTC offset holds when, exact from 1970 to 2100.
/// A cheap handle; the table must outlive it, at the same address.
/// Before 1970 the first offset of the range holds, after 2100 the last rules go on.
/// @pre instants lie within min_instant_unix_ms..max_instant_unix_ms, dates in the years 1 to 9999
class TimeZone {
  public:
    /// The canonical spelling of the name that was asked for (a link keeps its own name).
    std::string_view name() const;
    /// Its name's number in the table: ZoneTable::zone gives this zone back.
    std::size_t index() const { return index_; }

    /// @returns local time minus UTC at `instant`.
    std::chrono::seconds offset_at(Instant instant) const;

    /// The civil date that clocks in this zone show at `instant`.
    date::year_month_day local_date(Instant instant) const;

    /// The first instant whose local date is `day`: 00:00, or later where a gap swallows midnight;
    /// where midnight happens twice, the first one. Nothing where the zone skipped the whole day
    /// (Pacific/Apia has no 2011-12-30).
    std::optional<Instant> first_instant_of(date::year_month_day day) const;

    /// When `day` is over: the first instant whose local date is later than `day`. That is the
    /// first instant of the next local day, or of the one after it where the zone skipped that. A
    /// clock put back at 00:01 (America/St_Johns until 2011) shows `day` once more for an hour
    /// after this; with `after` inside that hour, it is the first instant later than `after`.
    Instant end_of(date::year_month_day day, std::optional<Instant> after = std::nullopt) const;

  private:
    friend class ZoneTable;
    TimeZone(const ZoneTable& table, std::uint32_t index) : table_(&table), index_(index) {}
    const ZoneTable* table_;
    std::uint32_t index_;  // of its name
};

/// All zones and links of one tzdata release, in the compact form that core/zones/generate.py
/// writes. The bytes belong to the caller and must outlive the table.
class ZoneTable {
  public:
    /// The table compiled into this library (core/zones/zones.bin).
    static const ZoneTable& embedded();

    /// Checks and adopts a table: whatever the bytes hold, no later look-up can fail or read
    /// outside.
    /// @errors VALIDATION_ERROR, field "zones", reason malformed
    static Result<ZoneTable> parse(std::span<const std::uint8_t> bytes);

    /// Finds a zone or link by its IANA name, in any case ("europe/kiev").
    /// @errors VALIDATION_ERROR, field "timeZone", reason unknown_time_zone; never UTC instead
    Result<TimeZone> find(std::string_view name) const;

    /// The tzdata release, for example "2026f".
    std::string_view version() const { return version_; }
    /// How many names (zones and links) the table knows.
    std::size_t size() const { return entries_.size(); }
    /// The name at `index`, in the table's own order. @pre index < size()
    std::string_view name(std::size_t index) const;
    /// The zone at `index`. @pre index < size()
    TimeZone zone(std::size_t index) const;

  private:
    friend class TimeZone;
    friend class ZoneTableReader;
    struct Entry {
        std::uint32_t name_at;          // in names_
        std::uint16_t recent, earlier;  // programs, in bytes_
        std::uint8_t name_size;
    };
    zone_program::Programs programs(std::size_t index) const;
    zone_program::Values values() const;
    std::size_t index_of(std::string_view name) const;

    std::span<const std::uint8_t> bytes_;
    std::string_view version_;
    std::size_t values_at_ = 0;  // in bytes_
    std::uint8_t unit_ = 0;      // of the values, in seconds
    std::vector<Entry> entries_;
    std::string names_;  // one after the other
};

}  // namespace hallpass
