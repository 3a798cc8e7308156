#pragma once

#include <cstddef>
#include <cstdint>

/// What zones' programs are made of; core/zones/generate.py tells what it means.
namespace hallpass::zone_program {

inline constexpr int first_year = 1970;
inline constexpr int recent_year = 2024;
/// 2024-01-02T00:00:00Z: in every zone, 2024 has begun.
inline constexpr std::int64_t recent_unix_s = 1704153600;

inline constexpr std::uint8_t end = 96;
inline constexpr std::uint8_t flip = 97;
inline constexpr std::uint8_t skip = 98;
inline constexpr std::uint8_t repeat = 99;
inline constexpr std::uint8_t change = 100;
inline constexpr std::uint8_t time = 101;

inline constexpr std::uint8_t any_weekday = 7;
inline constexpr std::uint8_t repeat_for_ever = 255;

/// Among the names: a byte from here on is the control of the next one.
inline constexpr std::uint8_t first_name = 128;

/// A table's values: 16-bit multiples of `unit` seconds.
struct Values {
    const std::uint8_t* bytes;
    std::int32_t unit;

    std::int32_t operator[](std::size_t index) const {
        const auto bits = bytes[2 * index] | bytes[2 * index + 1] << 8;
        return static_cast<std::int16_t>(bits) * unit;
    }
};

/// Where the program after this one begins. @pre it was checked, so it has an end
inline const std::uint8_t* behind(const std::uint8_t* program) {
    for (++program;;) {
        const auto token = *program++;
        if (token == end) return program;
        if (token < end || (token >= skip && token <= change)) ++program;
    }
}

/// One zone's two programs, the earlier one behind the recent one, and what they refer to.
struct Programs {
    const std::uint8_t* recent;
    Values values;

    const std::uint8_t* earlier() const { return behind(recent); }
};

}  // namespace hallpass::zone_program
