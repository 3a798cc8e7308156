#include "hallpass/time_zone.hpp"
#include "letter_case.hpp"
#include "received_text.hpp"
#include "zone_cursor.hpp"
#include "zone_table_reader.hpp"

namespace hallpass {
namespace {

constexpr std::uint8_t embedded_bytes[] = {
#include "zones.inc"
};

constexpr int table_last_year = 2101;  // of a change that only the very end of the range can tell
constexpr std::int32_t table_offset_max = ZoneTableReader::value_max;

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

}  // namespace

const ZoneTable& ZoneTable::embedded() {
    // These bytes are known to be sound (a test parses them), so they need no further checks.
    // It is never destroyed: whatever ends last may still ask it.
    static const ZoneTable* const table = [] {
        auto* read = new ZoneTable;
        if (!ZoneTableReader{embedded_bytes, *read}.read()) std::abort();
        return read;
    }();
    return *table;
}

Result<ZoneTable> ZoneTable::parse(std::span<const std::uint8_t> bytes) {
    ZoneTable table;
    bool sound = ZoneTableReader{bytes, table}.read();
    for (std::size_t i = 0; sound && i < table.size(); ++i) {
        if (table.index_of(table.name(i)) != i) sound = false;  // a name that is there already
        const auto programs = table.programs(i);
        sound = sound && runs_well({programs, ZoneCursor::Start::earlier}) &&
                runs_well({programs, ZoneCursor::Start::recent});
    }
    if (sound) return table;
    return invalid("zones", Reason::malformed,
                   "zones is not a time-zone table; make one with core/zones/generate.py");
}

std::string_view ZoneTable::name(std::size_t index) const {
    const auto& entry = entries_[index];
    return std::string_view{names_}.substr(entry.name_at, entry.name_size);
}

TimeZone ZoneTable::zone(std::size_t index) const {
    return TimeZone{*this, static_cast<std::uint32_t>(index)};
}

zone_program::Values ZoneTable::values() const { return {bytes_.data() + values_at_, unit_}; }

zone_program::Programs ZoneTable::programs(std::size_t index) const {
    const auto& entry = entries_[index];
    return {bytes_.data() + entry.recent, bytes_.data() + entry.earlier, values()};
}

/// Where the first entry with this name is; size() where there is none. A walk through all of them
/// is quick enough for what is asked once for each user, and costs no table at the start.
std::size_t ZoneTable::index_of(std::string_view name) const {
    std::size_t at = 0;
    while (at < size() && !same_but_for_case(this->name(at), name)) ++at;
    return at;
}

Result<TimeZone> ZoneTable::find(std::string_view name) const {
    if (const auto found = index_of(name); found < size()) return zone(found);
    return invalid("timeZone", Reason::unknown_time_zone,
                   "timeZone must be an IANA time zone such as Europe/Amsterdam",
                   received_text(name));
}

}  // namespace hallpass
