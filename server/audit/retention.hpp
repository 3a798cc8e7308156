#pragma once

#include <chrono>

#include "store/transaction.hpp"

namespace hallpass::server {

/// How much faster than time passes retention catches up with the clock.
inline constexpr int retention_catches_up = 10;

/// What a record from before there was such a time begins with: the time of its newest entry. One
/// without entries begins with the clock's, once there is a sweep.
void begin_retention(Connection& store);

/// Moves the time by which retention finds what is too old towards the clock's, by no more than
/// `retention_catches_up` times what has passed since the sweep before: a clock that was set
/// forward by mistake erases little before somebody sees it, and a server that was off erases what
/// is due in the end. It is kept in the database: a restart does not move it.
/// @param passed since the sweep before, at least, by a clock that nobody sets
/// @returns that time, or the clock's where that is earlier
Instant move_retention_on(Transaction& transaction, std::chrono::seconds passed);

}  // namespace hallpass::server
