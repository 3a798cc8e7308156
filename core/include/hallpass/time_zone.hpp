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

class ZoneNames;
class ZoneTable;
namespace zone_program {
struct Programs;
}  // namespace zone_program

/// One IANA time zone of a ZoneTable: which UTC offset holds when, exact from 1970 to 2100.
/// A cheap handle; the table must outlive it, at the same address.
/// Before 1970 the first offset of the range holds, after 2100 the last rules go on.
/// @pre instants lie within min_instant_unix_ms..max_instant_unix_ms, dates in the years 1 to 9999
class TimeZone {
  public:
    /// The canonical spelling of the name that was asked for (a link keeps its own name).
    std::string name() const;
    /// What it is in its table, as one number below 2^31: ZoneTable::zone gives this zone back.
    std::uint32_t number() const { return number_; }

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
    TimeZone(const ZoneTable& table, std::uint32_t number) : table_(&table), number_(number) {}
    zone_program::Programs programs() const;

    const ZoneTable* table_;
    std::uint32_t number_;  // which name it is, and in the lower 16 bits where its programs are
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
    std::string_view version() const;
    /// How many names (zones and links) the table knows.
    std::size_t size() const { return size_; }
    /// The name at `index`, in the table's own order. @pre index < size()
    std::string name(std::size_t index) const;
    /// The zone whose TimeZone::number this is. @pre it came from this table
    TimeZone zone(std::uint32_t number) const;

  private:
    friend class TimeZone;
    explicit constexpr ZoneTable(std::span<const std::uint8_t> checked_bytes);
    ZoneNames names() const;
    zone_program::Programs programs(std::size_t place) const;
    std::uint32_t place_of(std::size_t zone) const;

    std::span<const std::uint8_t> bytes_;
    std::uint8_t unit_ = 0;  // of the values, in seconds
    std::uint16_t size_ = 0;
    std::size_t values_at_ = 0, programs_at_ = 0, regions_at_ = 0, names_at_ = 0;  // in bytes_
};

}  // namespace hallpass
