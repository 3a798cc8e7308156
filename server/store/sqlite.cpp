#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include "store/engine.hpp"
#include "store/joined_log.hpp"
#include "store/pipeline.hpp"
#include "store/sqlite_log.hpp"
#include "store/sqlite_statement.hpp"

namespace hallpass::server {
namespace {

/// No locks inside a connection, which is never for two threads at once, and no count of its
/// memory, which nobody asks for: a tenth of a statement's time. Before the first connection.
void spare_locks() {
    static const bool done = sqlite_api::sqlite3_config(SQLITE_CONFIG_MULTITHREAD) == SQLITE_OK &&
                             sqlite_api::sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0) == SQLITE_OK;
    static_cast<void>(done);  // who refuses goes on with its locks
}

/// An embedded file in WAL mode: one writer at a time, who never waits for readers.
class Sqlite : public Engine {
  public:
    explicit Sqlite(std::string_view file) : log_(std::make_unique<SqliteLog>(std::string{file})) {
        spare_locks();
        join_log_writes();
        // SQLite takes `file:` for the beginning of a URI, with settings of its own behind it.
        if (file.empty() || file.find('"') != std::string_view::npos || file.starts_with("file:")) {
            throw StoreFault(
                "the database file's name must not be empty, begin with \"file:\" or"
                " hold a double quote");
        }
        parameters_ = "db=\"" + std::string{file} + "\" timeout=10";
    }

    bool shared() const override { return false; }
    bool keeps_any_text() const override { return true; }

    void open(soci::session& session) const override {
        try {
            session.open(soci::sqlite3, parameters_);
            log_->watch(connection_of(session));
        } catch (const soci::soci_error&) {
            throw StoreFault("the database file cannot be opened");
        }
    }

    std::vector<std::string> first_statements() const override {
        return {"PRAGMA journal_mode=WAL",   "PRAGMA synchronous=FULL",  "PRAGMA foreign_keys=ON",
                "PRAGMA busy_timeout=10000", "PRAGMA temp_store=MEMORY", "PRAGMA cache_size=-8192",
                "PRAGMA secure_delete=ON"};  // what was erased is not left in free pages
    }

    std::unique_ptr<Prepared> prepare(soci::session& session, const std::string& sql, Shape shape,
                                      const Binds& binds) const override {
        return std::make_unique<SqliteStatement>(connection_of(session), sql, shape, binds);
    }
    std::vector<std::string> begin_write() const override { return {"BEGIN IMMEDIATE"}; }
    std::string begin_read() const override { return "BEGIN"; }
    std::unique_ptr<Pipeline> pipeline(soci::session&) const override { return nullptr; }
    std::unique_ptr<CommitListener> listen(const std::string&, const std::string&,
                                           CommitCalls) const override {
        throw StoreFault("nobody else commits to a database file");
    }
    std::string renew_plans() const override { return ""; }
    void commit(soci::session& session, const std::function<void()>& run) const override {
        const JoinedCommit joined{connection_of(session)};
        run();
    }
    bool ended_by_itself(soci::session& session) const override {
        return sqlite_api::sqlite3_get_autocommit(connection_of(session)) != 0;
    }

    Judgement judge(soci::session&, const soci::soci_error& fault) const override {
        const auto* own = dynamic_cast<const soci::sqlite3_soci_error*>(&fault);
        // The extended codes keep the kind in their low byte.
        if ((own != nullptr && (own->result() & 0xff) == SQLITE_CONSTRAINT) ||
            fault.get_error_category() == soci::soci_error::constraint_violation) {
            return {Judgement::Kind::constraint, "constraint"};
        }
        return {Judgement::Kind::other, fault.get_error_message()};
    }

  private:
    static sqlite_api::sqlite3* connection_of(soci::session& session) {
        return static_cast<soci::sqlite3_session_backend*>(session.get_backend())->conn_;
    }

    std::string parameters_;
    const std::unique_ptr<SqliteLog> log_;
};

}  // namespace

std::shared_ptr<const Engine> sqlite_engine(std::string_view file) {
    return std::make_shared<Sqlite>(file);
}

}  // namespace hallpass::server
