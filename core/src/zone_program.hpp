#pragma once

#include <cstdint>

/// The tokens of a zone's program; core/zones/generate.py tells what they mean.
namespace hallpass::zone_program {

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

}  // namespace hallpass::zone_program
