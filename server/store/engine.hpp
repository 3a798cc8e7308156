#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "store/commit_listener.hpp"
#include "store/fault.hpp"
#include "store/prepared.hpp"

namespace soci {
class session;
class soci_error;
}  // namespace soci

namespace hallpass::server {

class Pipeline;

/// One kind of database: how it is opened, how its transactions begin and end, what its errors
/// mean. All other SQL is the same for every kind.
class Engine {
  public:
    Engine() = default;
    virtual ~Engine() = default;
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    /// @param url `sqlite:FILE` or `postgresql://…`
    /// @throws StoreFault
    static std::shared_ptr<const Engine> of(const std::string& url);

    /// Whether other servers may work on the same database.
    virtual bool shared() const = 0;
    /// Whether a text may hold any bytes; else well-formed UTF-8 without NUL, and a statement with
    /// another one is not to be sent.
    virtual bool keeps_any_text() const = 0;
    /// @throws StoreFault
    virtual void open(soci::session& session) const = 0;
    /// Statements that a new connection runs first.
    virtual std::vector<std::string> first_statements() const = 0;
    /// A statement by the database's own functions; nothing where SOCI's is as good.
    /// @param session open, and there for as long as the statement
    /// @param binds the names that every run must have
    /// @throws soci::soci_error
    virtual std::unique_ptr<Prepared> prepare(soci::session& session, const std::string& sql,
                                              Shape shape, const Binds& binds) const = 0;
    /// Statements that begin a transaction beside which nobody else writes, in any process.
    virtual std::vector<std::string> begin_write() const = 0;
    /// The statement that begins a transaction in which every query sees the same state.
    virtual std::string begin_read() const = 0;
    /// A way to send statements without waiting for each; nothing where that gains nothing.
    /// @param session open, and there for as long as the pipeline
    virtual std::unique_ptr<Pipeline> pipeline(soci::session& session) const = 0;
    /// Of a shared database: listens to what the servers on it announce of their commits, on a
    /// connection of its own.
    /// @param own the payload of this server's own announcements, which it need not hear
    /// @throws StoreFault
    virtual std::unique_ptr<CommitListener> listen(const std::string& channel,
                                                   const std::string& own,
                                                   CommitCalls calls) const = 0;
    /// The statement that has the connection's kept plans made anew; empty where none is needed.
    virtual std::string renew_plans() const = 0;
    /// Commits, by `run`. @throws StoreFault where the transaction has failed already
    virtual void commit(soci::session& session, const std::function<void()>& run) const = 0;
    /// Whether a transaction that was begun, and neither committed nor rolled back here, is over:
    /// the database may end one by itself, and takes each statement after it for one of its own.
    virtual bool ended_by_itself(soci::session& session) const = 0;
    /// What a fault of the database means, told without any text that came from a row.
    struct Judgement {
        enum class Kind { constraint, conflict, lock, lost, other };
        Kind kind;
        std::string text;
    };
    virtual Judgement judge(soci::session& session, const soci::soci_error& fault) const = 0;
};

/// @param file the name of the file
std::shared_ptr<const Engine> sqlite_engine(std::string_view file);
/// @param url `postgresql://…`, as libpq reads it
/// @throws StoreFault, also where what a PostgreSQL needs is not installed
std::shared_ptr<const Engine> postgresql_engine(const std::string& url);

}  // namespace hallpass::server
