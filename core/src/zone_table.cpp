#include "hallpass/time_zone.hpp"
#include "received_text.hpp"
#include "zone_cursor.hpp"
#include "zone_names.hpp"
#include "zone_table_check.hpp"

namespace hallpass {
namespace {

constexpr std::uint8_t embedded_bytes[] = {
#include "zones.inc"
};

constexpr int table_last_year = 2101;  // of a change that only the very end of the range can tell
constexpr std::int32_t table_offset_max = ZoneTableCheck::value_max;

/// Whether time goes forward in a program, and its offsets and years stay small enough for all
/// later arithmetic.
bool runs_well(ZoneCursor cursor) {
    while (cursor.end() != ZoneCursor::never) {
        if (cursor.end() <= cursor.begin()) return false;
        if (cursor.year() > table_last_year) return cursor.repeats_for_ever();
        cursor.advance();
        if (cursor.offset() > table_offset_max || cursor.offset() < -table_offset_max) return false;
    }
    return true;
}

constexpr std::uint16_t u16_at(std::span<const std::uint8_t> bytes, std::size_t at) {
    return static_cast<std::uint16_t>(bytes[at] | bytes[at + 1] << 8);
}

}  // namespace

/// Finds the table's parts. Names are looked for when they are asked for: no call pays for all.
constexpr ZoneTable::ZoneTable(std::span<const std::uint8_t> bytes) : bytes_(bytes) {
    const std::size_t counts_at = 5 + bytes[4];
    unit_ = bytes[counts_at];
    size_ = u16_at(bytes, counts_at + 3);
    values_at_ = counts_at + 7;
    programs_at_ = values_at_ + 2 * bytes[counts_at + 1];
    regions_at_ = programs_at_ + u16_at(bytes, counts_at + 5);
    names_at_ = regions_at_;
    for (auto left = bytes[counts_at + 2]; left > 0; --left) names_at_ += 1 + bytes[names_at_];
}

const ZoneTable& ZoneTable::embedded() {
    // These bytes are known to be sound: a test parses them.
    static constexpr ZoneTable table{embedded_bytes};
    return table;
}

Result<ZoneTable> ZoneTable::parse(std::span<const std::uint8_t> bytes) {
    ZoneTableCheck check{bytes};
    if (check.sound()) {
        const ZoneTable table{bytes};
        bool well = true;
        auto programs = table.programs(table.programs_at_);
        for (auto left = check.zones(); left > 0 && well; --left) {
            well = runs_well({programs, ZoneCursor::Start::earlier}) &&
                   runs_well({programs, ZoneCursor::Start::recent});
            programs.recent = zone_program::behind(programs.earlier());
        }
        if (well) return table;
    }
    return invalid("zones", Reason::malformed,
                   "zones is not a time-zone table; make one with core/zones/generate.py");
}

std::string_view ZoneTable::version() const {
    return {reinterpret_cast<const char*>(bytes_.data() + 5), bytes_[4]};
}

ZoneNames ZoneTable::names() const {
    const auto* const begin = bytes_.data();
    return {begin + regions_at_, begin + names_at_, begin + bytes_.size()};
}

std::string ZoneTable::name(std::size_t index) const {
    auto names = this->names();
    for (names.next(); index > 0; --index) names.next();
    return std::string{names.region()} += names.rest();
}

TimeZone ZoneTable::zone(std::uint32_t number) const { return TimeZone{*this, number}; }

zone_program::Programs ZoneTable::programs(std::size_t place) const {
    return {bytes_.data() + place, {bytes_.data() + values_at_, unit_}};
}

std::uint32_t ZoneTable::place_of(std::size_t zone) const {
    const auto* program = bytes_.data() + programs_at_;
    for (zone *= 2; zone > 0; --zone) program = zone_program::behind(program);
    return static_cast<std::uint32_t>(program - bytes_.data());
}

Result<TimeZone> ZoneTable::find(std::string_view name) const {
    auto names = this->names();
    for (std::uint32_t index = 0; names.next(); ++index) {
        if (names.matches(name)) return zone(index << 16 | place_of(names.zone()));
    }
    return invalid("timeZone", Reason::unknown_time_zone,
                   "timeZone must be an IANA time zone such as Europe/Amsterdam",
                   received_text(name));
}

}  // namespace hallpass
