#pragma once

#include <memory>
#include <string>
#include <vector>

#include "store/prepared.hpp"

namespace sqlite_api {
struct sqlite3;
struct sqlite3_stmt;
}  // namespace sqlite_api

namespace hallpass::server {

/// A statement of SQLite's own: values go in where they stand and come out once, where SOCI keeps
/// copies of both. Texts stay bound after a run, which has let go of them by then: nothing may ask
/// for them (`sqlite3_expanded_sql`).
class SqliteStatement : public Prepared {
  public:
    /// @param connection there for as long as the statement
    /// @throws soci::soci_error
    SqliteStatement(sqlite_api::sqlite3* connection, const std::string& sql, Shape shape,
                    const Binds& binds);
    /// Kinds may differ from run to run: SQLite's values have their own.
    bool fits(Shape shape, const Binds& binds) const override;
    std::int64_t execute(const Binds& binds) override;
    void fetch(const Binds& binds, const std::function<void(Columns&)>& row) override;

  private:
    class Run;
    struct Finalise {
        void operator()(sqlite_api::sqlite3_stmt* statement) const;
    };
    [[noreturn]] void fail() const;
    void bind(const Binds& binds);

    sqlite_api::sqlite3* const connection_;
    std::unique_ptr<sqlite_api::sqlite3_stmt, Finalise> statement_;
    std::vector<std::string> names_;  ///< of the values, in the order in which they are given
    std::vector<int> places_;         ///< SQLite's numbers of them
    std::string shape_;
    std::vector<Cell> cells_;
    bool running_ = false;
};

}  // namespace hallpass::server
