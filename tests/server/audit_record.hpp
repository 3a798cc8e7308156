#pragma once

#include <string>
#include <vector>

#include "hallpass_program.hpp"
#include "store/connection.hpp"
#include "store/rows.hpp"
#include "test_server.hpp"

namespace hallpass::server::test {

/// How often each way of tampering is tried, at random places: HALLPASS_TAMPER_ROUNDS, 60 without
/// it.
int tamper_rounds();

/// Checks that these are all entries of a record, and that they make up its tree.
void check_tree(const std::vector<RecordRow>& entries);

/// A database with a record of its own, and the real program to look at it with.
class AuditRecord {
  public:
    explicit AuditRecord(int entries);

    /// Runs `hallpassd audit …` on the database; no argument has a space in it.
    Outcome audit(const std::string& arguments) const;
    Connection open() const { return Connection{database_}; }
    std::string file(const std::string& name) const { return folder_.file(name); }
    /// The export of everything, as text.
    std::string exported() const;

  private:
    TemporaryFolder folder_;
    std::string database_;
};

}  // namespace hallpass::server::test
