#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hallpass {

/// Reads a time-zone table (core/zones/generate.py tells the format) from front to back, to see
/// whether whatever a ZoneTable will ever look at is there.
class ZoneTableCheck {
  public:
    static constexpr std::size_t table_max_bytes = 65535;  // places in it have 16 bits
    static constexpr std::size_t names_max = 4096;
    static constexpr std::size_t regions_max = 63;  // as many as a name's control can tell
    static constexpr std::size_t name_max_bytes = 64;
    static constexpr std::int32_t value_max = 26 * 3600;  // seconds; holds for every offset too

    explicit ZoneTableCheck(std::span<const std::uint8_t> bytes) : in_{bytes} {}

    /// False where a length, an index or a name is not sound, or a name is there twice.
    bool sound();
    /// How many zones (pairs of programs) there are. @pre sound()
    std::size_t zones() const { return zones_; }

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

    bool header_sound();
    bool values_sound(std::span<const std::uint8_t> values, std::int32_t unit) const;
    bool names_sound();
    bool name_sound(std::string_view region);
    bool program_sound();
    bool names_differ();

    Input in_;
    Input programs_;
    std::string_view regions_[regions_max + 1];  // 0 stands for the region of the name before
    std::vector<std::string> names_;
    std::size_t value_count_ = 0, region_count_ = 0, name_count_ = 0, zones_ = 0;
};

}  // namespace hallpass
