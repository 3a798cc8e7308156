#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "hallpass/time_zone.hpp"

namespace hallpass {

/// Reads a time-zone table (the format is told in core/zones/generate.py) from front to back.
class ZoneTableReader {
  public:
    static constexpr std::size_t table_max_bytes = 64 * 1024;
    static constexpr std::size_t names_max = 4096;
    static constexpr std::size_t name_max_bytes = 64;
    static constexpr std::int32_t value_max = 26 * 3600;  // seconds; holds for every offset too

    explicit ZoneTableReader(std::span<const std::uint8_t> bytes) { table_.bytes_ = bytes; }

    /// Reads the whole table; false where a length, an index or a name is not sound.
    bool read();
    ZoneTable table() && { return std::move(table_); }

  private:
    bool at_end() const { return at_ == table_.bytes_.size(); }
    std::uint8_t next();
    std::size_t next_u16();
    std::string_view text(std::size_t size);
    bool read_header();
    bool read_values();
    bool read_program();
    void read_regions();
    bool read_names();
    bool read_name(std::string_view region, std::uint32_t program);

    ZoneTable table_;
    std::size_t at_ = 0;
    bool past_end_ = false;
    std::size_t value_count_ = 0, region_count_ = 0, zone_count_ = 0, name_count_ = 0;
    std::vector<std::uint32_t> programs_;
    std::vector<std::string_view> regions_;
};

}  // namespace hallpass
