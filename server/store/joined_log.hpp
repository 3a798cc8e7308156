#pragma once

namespace hallpass::server {

/// Has SQLite's connections, those opened from now on, hand the pages of a commit to the operating
/// system together: SQLite writes each page of its write-ahead log on its own, in two parts, with
/// 120 calls for a group of changes. They wait in memory until the log is synced, which is before
/// any commit is over (`synchronous=FULL`, which every connection here must have), or is read.
/// Where SQLite refuses, all stays as it was. Called again it does nothing.
void join_log_writes();

}  // namespace hallpass::server
