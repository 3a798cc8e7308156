#pragma once

namespace sqlite_api {
struct sqlite3;
struct sqlite3_file;
}  // namespace sqlite_api

namespace hallpass::server {

/// Has SQLite open its write-ahead log, in connections from now on, so that a `JoinedCommit` can
/// join what is written to it. No other file's reading or writing changes. Where SQLite refuses,
/// all stays as it was. Called again it does nothing.
void join_log_writes();

/// While it lives, in which the connection runs COMMIT and nothing else, the pages that go into the
/// log are handed to the operating system together, when SQLite syncs them. By itself SQLite writes
/// each page in two parts: 120 calls for a group of changes.
///
/// Nothing waits beyond that: the connection holds the lock on all writing until COMMIT is over,
/// which with `synchronous=FULL` (every connection here has it) is after the sync; what could not
/// be written by then is of a commit that failed, and is dropped with it.
class JoinedCommit {
  public:
    explicit JoinedCommit(sqlite_api::sqlite3* connection);
    ~JoinedCommit();
    JoinedCommit(const JoinedCommit&) = delete;
    JoinedCommit& operator=(const JoinedCommit&) = delete;

  private:
    sqlite_api::sqlite3_file* log_;  ///< nothing where there is none that joins
};

}  // namespace hallpass::server
