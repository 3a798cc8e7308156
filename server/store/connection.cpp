#include "store/connection.hpp"

#include <soci/sqlite3/soci-sqlite3.h>

namespace hallpass::server {
namespace {

constexpr std::string_view sqlite_prefix = "sqlite:";
// More distinct statements than the server has: a backstop, not a tuning knob.
constexpr std::size_t prepared_max = 512;

std::string quoted_file(std::string_view file) {
    if (file.empty() || file.find('"') != std::string_view::npos) {
        throw StoreFault("the database file's name must not be empty or hold a double quote");
    }
    return "db=\"" + std::string{file} + "\" timeout=10";
}

}  // namespace

std::string Columns::text() { return std::move(cells_[next_++].text); }
std::int64_t Columns::number() { return cells_[next_++].number; }

std::optional<std::string> Columns::optional_text() {
    if (cells_[next_].indicator == soci::i_null) return ++next_, std::nullopt;
    return text();
}

std::optional<std::int64_t> Columns::optional_number() {
    if (cells_[next_].indicator == soci::i_null) return ++next_, std::nullopt;
    return number();
}

Connection::Connection(const std::string& url) {
    if (!url.starts_with(sqlite_prefix)) throw StoreFault("the database must be sqlite:FILE");
    try {
        session_.open(soci::sqlite3,
                      quoted_file(std::string_view{url}.substr(sqlite_prefix.size())));
    } catch (const soci::soci_error&) {
        throw StoreFault("the database file cannot be opened");
    }
    run("PRAGMA journal_mode=WAL");
    run("PRAGMA synchronous=FULL");
    run("PRAGMA foreign_keys=ON");
    run("PRAGMA busy_timeout=10000");
    run("PRAGMA temp_store=MEMORY");
    run("PRAGMA cache_size=-2048");
}

template <class Work>
auto Connection::guarded(const std::string& sql, Work work) {
    try {
        return work();
    } catch (const soci::sqlite3_soci_error& error) {
        prepared_.erase(sql);
        // The extended codes keep the kind in their low byte.
        if ((error.result() & 0xff) == SQLITE_CONSTRAINT) throw ConstraintViolation("constraint");
        throw StoreFault(error.get_error_message());
    } catch (const soci::soci_error& error) {
        prepared_.erase(sql);
        if (error.get_error_category() == soci::soci_error::constraint_violation) {
            throw ConstraintViolation("constraint");
        }
        throw StoreFault(error.get_error_message());
    }
}

Connection::Prepared& Connection::prepare(const std::string& sql) {
    const auto found = prepared_.find(sql);
    if (found != prepared_.end()) return *found->second;
    if (prepared_.size() >= prepared_max) prepared_.clear();
    auto prepared = std::make_unique<Prepared>(session_);
    prepared->statement.alloc();
    prepared->statement.prepare(sql);
    return *prepared_.emplace(sql, std::move(prepared)).first->second;
}

void Connection::bind(Prepared& prepared, const Binds& binds) {
    if (prepared.used) prepared.statement.bind_clean_up();
    prepared.used = true;
    for (const auto& bound : binds) {
        if (bound.is_text_) {
            prepared.statement.exchange(soci::use(bound.text_, bound.indicator_, bound.name_));
        } else {
            prepared.statement.exchange(soci::use(bound.number_, bound.indicator_, bound.name_));
        }
    }
}

std::int64_t Connection::execute(const std::string& sql, const Binds& binds) {
    return guarded(sql, [&] {
        auto& prepared = prepare(sql);
        bind(prepared, binds);
        prepared.statement.define_and_bind();
        prepared.statement.execute(true);
        return static_cast<std::int64_t>(prepared.statement.get_affected_rows());
    });
}

void Connection::query(const std::string& sql, Shape shape, const Binds& binds,
                       const std::function<void(Columns&)>& row) {
    guarded(sql, [&] {
        auto& prepared = prepare(sql);
        bind(prepared, binds);
        Columns columns;
        for (const char kind : shape) {
            auto& cell = columns.cells_.emplace_back();
            cell.is_text = kind == 't';
            if (cell.is_text) {
                prepared.statement.exchange(soci::into(cell.text, cell.indicator));
            } else {
                prepared.statement.exchange(soci::into(cell.number, cell.indicator));
            }
        }
        prepared.statement.define_and_bind();
        prepared.statement.execute(false);
        // Always to the end: a statement left halfway would hold its snapshot open.
        while (prepared.statement.fetch()) {
            columns.next_ = 0;
            row(columns);
        }
        return 0;
    });
}

std::int64_t Connection::number(const std::string& sql, const Binds& binds) {
    std::int64_t result = 0;
    query(sql, "n", binds, [&](Columns& columns) { result = columns.number(); });
    return result;
}

void Connection::run(const std::string& sql) {
    guarded(sql, [&] {
        session_ << sql;
        return 0;
    });
}

}  // namespace hallpass::server
