#include "store/sqlite_statement.hpp"

#include <soci/sqlite3/soci-sqlite3.h>

#include <algorithm>
#include <set>
#include <stdexcept>

namespace hallpass::server {
namespace {

void read(sqlite_api::sqlite3_stmt* statement, int at, char kind, Cell& cell) {
    cell.is_null = sqlite_api::sqlite3_column_type(statement, at) == SQLITE_NULL;
    if (kind == 'n') {
        cell.number = sqlite_api::sqlite3_column_int64(statement, at);
        return;
    }
    // The length is asked for last: it is that of what was made a text before.
    const auto* text =
        reinterpret_cast<const char*>(sqlite_api::sqlite3_column_text(statement, at));
    const auto length = sqlite_api::sqlite3_column_bytes(statement, at);
    cell.text.assign(text == nullptr ? "" : text, static_cast<std::size_t>(length));
}

}  // namespace

/// One run of the statement, which is ready for the next one however this one ends.
class SqliteStatement::Run {
  public:
    /// @throws std::logic_error where the reader of its own rows runs it, which would take the rest
    /// of them
    Run(SqliteStatement& statement, const Binds& binds) : statement_(statement) {
        if (statement_.running_) throw std::logic_error("a statement is run by its own reader");
        statement_.bind(binds);
        statement_.running_ = true;
    }
    ~Run() {
        sqlite_api::sqlite3_reset(statement_.statement_.get());
        statement_.running_ = false;
    }
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;

    /// @returns whether there is another row
    bool step() {
        const int result = sqlite_api::sqlite3_step(statement_.statement_.get());
        if (result != SQLITE_ROW && result != SQLITE_DONE) statement_.fail();
        return result == SQLITE_ROW;
    }

  private:
    SqliteStatement& statement_;
};

SqliteStatement::SqliteStatement(sqlite_api::sqlite3* connection, const std::string& sql,
                                 Shape shape, const Binds& binds)
    : connection_(connection), shape_(shape), cells_(shape.size()) {
    sqlite_api::sqlite3_stmt* made = nullptr;
    const char* rest = nullptr;
    const int result =
        sqlite_api::sqlite3_prepare_v3(connection_, sql.c_str(), static_cast<int>(sql.size() + 1),
                                       SQLITE_PREPARE_PERSISTENT, &made, &rest);
    statement_.reset(made);
    if (result != SQLITE_OK) fail();
    if (made == nullptr || *rest != '\0') throw soci::soci_error("this is not one statement");
    if (static_cast<int>(shape.size()) > sqlite_api::sqlite3_column_count(made)) {
        throw soci::soci_error("a statement has fewer columns than are asked for");
    }
    for (const auto& bound : binds) {
        const auto& name = names_.emplace_back(bound.name());
        const int place = sqlite_api::sqlite3_bind_parameter_index(made, (':' + name).c_str());
        if (place == 0) throw soci::soci_error("a statement has no place for :" + name);
        places_.push_back(place);
    }
    // One that is left out would be NULL, or what the last run had there.
    if (static_cast<int>(std::set<int>(places_.begin(), places_.end()).size()) !=
        sqlite_api::sqlite3_bind_parameter_count(made)) {
        throw soci::soci_error("a statement has places without values");
    }
}

void SqliteStatement::Finalise::operator()(sqlite_api::sqlite3_stmt* statement) const {
    sqlite_api::sqlite3_finalize(statement);
}

bool SqliteStatement::fits(Shape shape, const Binds& binds) const {
    return shape == shape_ &&
           std::equal(binds.begin(), binds.end(), names_.begin(), names_.end(),
                      [](const Bound& bound, const auto& name) { return bound.name() == name; });
}

void SqliteStatement::fail() const {
    throw soci::sqlite3_soci_error(sqlite_api::sqlite3_errmsg(connection_),
                                   sqlite_api::sqlite3_errcode(connection_));
}

void SqliteStatement::bind(const Binds& binds) {
    auto* const statement = statement_.get();
    for (std::size_t at = 0; at < binds.size(); ++at) {
        const auto& bound = binds[at];
        const auto& text = bound.characters();
        const int place = places_[at];
        const int result = bound.is_null() ? sqlite_api::sqlite3_bind_null(statement, place)
                           : bound.is_text()
                               // Read where it stands, by this run alone.
                               ? sqlite_api::sqlite3_bind_text64(statement, place, text.data(),
                                                                 text.size(), nullptr, SQLITE_UTF8)
                               : sqlite_api::sqlite3_bind_int64(statement, place, bound.number());
        if (result != SQLITE_OK) fail();
    }
}

std::int64_t SqliteStatement::execute(const Binds& binds) {
    const auto before = sqlite_api::sqlite3_total_changes(connection_);
    Run run{*this, binds};
    while (run.step()) continue;
    // What SQLite has counted last, BEGIN and its like leave as it is.
    if (sqlite_api::sqlite3_total_changes(connection_) == before) return 0;
    return sqlite_api::sqlite3_changes(connection_);
}

void SqliteStatement::fetch(const Binds& binds, const std::function<void(Columns&)>& row) {
    Run run{*this, binds};
    while (run.step()) {
        for (std::size_t at = 0; at < cells_.size(); ++at) {
            read(statement_.get(), static_cast<int>(at), shape_[at], cells_[at]);
        }
        Columns columns{cells_};
        row(columns);
    }
}

}  // namespace hallpass::server
