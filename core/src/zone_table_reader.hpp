#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "hallpass/time_zone.hpp"

namespace hallpass {

/// Reads a time-zone table (core/zones/generate.py tells the format) from front to back.
class ZoneTableReader {
  public:
    static constexpr std::size_t table_max_bytes = 65535;  // places in it have 16 bits
    static constexpr std::size_t names_max = 4096;
    static constexpr std::size_t regions_max = 63;  // as many as a name's control can tell
    static constexpr std::size_t name_max_bytes = 64;
    static constexpr std::int32_t value_max = 26 * 3600;  // seconds; holds for every offset too

    /// Fills in `table`, which is of no use where `read` fails.
    ZoneTableReader(std::span<const std::uint8_t> bytes, ZoneTable& table)
        : table_(table), in_{bytes} {
        table.bytes_ = bytes;
    }

    /// Reads the whole table; false where a length, an index or a name is not sound.
    bool read();

  private:
    /// Bytes still to be read. Past their end it gives zeros or less than asked for, and `failed`
    /// says so.
    struct Input {
        std::uint8_t next();
        std::size_t next_u16();
        std::span<const std::uint8_t> next(std::size_t size);
        std::string_view text(std::size_t size);
        std::span<const std::uint8_t> rest;
        bool failed = false;
    };

    bool read_header();
    bool values_sound();
    bool read_names();
    bool read_name(std::string_view region, ZoneTable::Entry entry);
    bool pass_program();
    std::uint16_t place_of(const Input& input) const;

    ZoneTable& table_;
    Input in_;
    Input programs_;
    std::string_view regions_[regions_max + 1];  // 0 stands for the region of the name before
    std::size_t value_count_ = 0, region_count_ = 0, name_count_ = 0;
};

}  // namespace hallpass
