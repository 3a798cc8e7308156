#pragma once

#include <cstdint>
#include <string>

namespace hallpass::server::test {

/// A database of a test's own: a file or, where HALLPASS_TEST_POSTGRESQL names a cluster
/// (tests/server/postgresql.sh), a new database there, which is all that its role has. It goes with
/// the test.
class TestDatabase {
  public:
    /// @param file where the file lies
    /// @param migrated whether a new database of PostgreSQL has its tables already
    explicit TestDatabase(const std::string& file, bool migrated = true);
    ~TestDatabase();
    TestDatabase(const TestDatabase&) = delete;
    TestDatabase& operator=(const TestDatabase&) = delete;

    const std::string& url() const { return url_; }

    static bool on_postgresql();

  private:
    std::string url_, name_;
};

/// Runs a statement as the cluster's administrator, in no database of a test's.
void administer(const std::string& statement);

/// Cuts all connections to a database but the one that does it. @returns how many there were
std::int64_t cut_connections(const std::string& url);

/// What is done to the cluster: "start", "stop", "crash", "hang", "resume", or "limit" and for how
/// many bytes its files may have ("unlimited").
void cluster(const std::string& what, const std::string& more = {});

}  // namespace hallpass::server::test
