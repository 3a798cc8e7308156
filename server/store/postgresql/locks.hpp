#pragma once

#include <cstdint>

namespace hallpass::server {

/// Advisory locks of the database, the same in every server that works on it.
inline constexpr std::int64_t writers_lock = 0x68616c6c70617373;  ///< of a transaction that writes
inline constexpr std::int64_t duty_lock = writers_lock + 1;       ///< of the server on duty

}  // namespace hallpass::server
