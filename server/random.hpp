#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "hallpass/time.hpp"

namespace hallpass::server {

/// Must be called once before anything else here; throws std::runtime_error where it fails.
void start_cryptography();

/// `count` bytes from the operating system's generator.
std::string random_bytes(std::size_t count);
/// Uniform in 0..bound-1.
std::uint32_t random_below(std::uint32_t bound);
/// An unguessable id: the prefix and 128 random bits in base64url, for example "gr_…".
std::string random_id(std::string_view prefix);
/// As unguessable, and in the order of time: rows that are written together lie together in every
/// index over it, so that a commit writes fewer pages. For what tells its time anyway.
/// @param now from 1970 to the year 3084
std::string timed_id(std::string_view prefix, Instant now);
/// How many characters behind its prefix say when: milliseconds, five bits each.
inline constexpr std::size_t id_time_chars = 9;
/// 256 random bits in base64url, for cookies.
std::string random_secret();

}  // namespace hallpass::server
