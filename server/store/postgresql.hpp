#pragma once

#include <cstdint>
#include <string>

namespace hallpass::server {

/// Advisory locks of the database, the same in every server that works on it.
inline constexpr std::int64_t writers_lock = 0x68616c6c70617373;  ///< of a transaction that writes
inline constexpr std::int64_t duty_lock = writers_lock + 1;       ///< of the server on duty

/// The channel on which every commit is announced.
inline constexpr const char* commits_channel = "hallpass_commits";

/// What libpq needs to connect: the URL's own parameters and, for what it leaves open, limits under
/// which nobody waits for ever.
/// @throws StoreFault
std::string postgresql_parameters(const std::string& url);

}  // namespace hallpass::server
