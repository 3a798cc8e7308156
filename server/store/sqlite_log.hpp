#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace sqlite_api {
struct sqlite3;
}

namespace hallpass::server {

/// Copies SQLite's write-ahead log into the database file, and has it begin anew, without keeping
/// the writer from its work: a thread copies nearly all of it beside the writer, who then has the
/// few pages left that were written meanwhile.
class SqliteLog {
  public:
    /// @param file the database's
    explicit SqliteLog(std::string file);
    ~SqliteLog();
    SqliteLog(const SqliteLog&) = delete;
    SqliteLog& operator=(const SqliteLog&) = delete;

    /// Takes care of the log from now on, when that connection commits. SQLite's own way, which is
    /// to copy all of it before the commit that filled it returns, is off then.
    void watch(sqlite_api::sqlite3* connection);

  private:
    enum class State { idle, asked, copied, ending };
    static int committed(void* self, sqlite_api::sqlite3* connection, const char* database,
                         int pages);
    void committed(sqlite_api::sqlite3* connection, int pages);
    void run();
    void copy() const;

    const std::string file_;
    std::mutex mutex_;
    std::condition_variable changed_;
    State state_ = State::idle;
    int copy_at_;  ///< pages in the log
    std::thread thread_;
};

}  // namespace hallpass::server
