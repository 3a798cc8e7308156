// Connection's part that does not wait for what it writes.
#include <charconv>

#include "store/ahead.hpp"
#include "store/connection.hpp"

namespace hallpass::server {
namespace {

/// The table that a statement writes to; empty where its text does not begin with that.
std::string written_table(const std::string& sql) {
    for (const std::string_view verb : {"INSERT INTO ", "UPDATE ", "DELETE FROM "}) {
        if (sql.starts_with(verb)) {
            return sql.substr(verb.size(), sql.find(' ', verb.size()) - verb.size());
        }
    }
    return "";
}

SentStatement sent(const std::string& sql, const Binds& binds) {
    SentStatement statement{sql, {}};
    statement.values.reserve(binds.size());
    for (const auto& bound : binds) {
        statement.values.push_back({bound.name(), bound.text(), bound.is_text()});
    }
    return statement;
}

}  // namespace

void Connection::hand_over(const StatementAnswer& answer, Shape shape,
                           const std::function<void(Columns&)>& row) {
    std::vector<Cell> cells(shape.size());
    for (const auto& values : answer.rows) {
        for (std::size_t at = 0; at < shape.size(); ++at) {
            auto& cell = cells[at] = {};
            const auto& value = values.at(at);
            if (!value) {
                cell.is_null = true;
            } else if (shape[at] == 't') {
                cell.text = *value;
            } else if (const auto* end = value->data() + value->size();
                       std::from_chars(value->data(), end, cell.number).ptr != end) {
                throw StoreFault("a number was asked for where the database has none");
            }
        }
        Columns columns{cells};
        row(columns);
    }
}

template <class Work>
auto Connection::ahead(Work work) {
    if (spoiled_) throw Spoiled{};
    try {
        return work(*ahead_);
    } catch (const soci::soci_error& fault) {
        spoiled_ = true;
        try {
            fail("", fault);
        } catch (const ConnectionLost&) {
            throw;
        } catch (const TransactionConflict&) {
            throw;
        } catch (const LockTimeout&) {
            throw;
        } catch (const StoreFault&) {
            throw Spoiled{};
        }
    } catch (...) {
        spoiled_ = true;  // something may not have been sent
        throw;
    }
}

void Connection::hurry() {
    if (!ahead_) {
        auto pipeline = engine_->pipeline(session_);
        if (!pipeline) return;
        ahead_ = std::make_unique<Ahead>(std::move(pipeline));
    }
    hurried_ = true;
}

void Connection::begin_hurried_write() {
    renew_plans_when_due();
    spoiled_ = false;
    hurry();
    for (const auto& statement : begin_write_) put(statement, {});
}

void Connection::begin_hurried_read() {
    renew_plans_when_due();
    spoiled_ = false;
    hurry();
    put(begin_read_, {});
}

bool Connection::settle() {
    if (!hurried_) return true;
    try {
        ahead([](Ahead& ahead) { ahead.settle(); });
        return true;
    } catch (const Spoiled&) {
        return false;
    }
}

void Connection::foresee(const std::function<void()>& work) {
    if (!hurried_) return;
    foreseeing_ = true;
    try {
        work();
    } catch (const std::exception&) {
        // Told to whoever looks it up.
    } catch (...) {
        foreseeing_ = false;
        throw;
    }
    foreseeing_ = false;
}

void Connection::leave_hurry() noexcept {
    if (hurried_) ahead_->end();
    hurried_ = false;
}

StatementAnswer Connection::run_ahead(const std::string& sql, const Binds& binds) {
    refuse_unkept(binds);
    return ahead([&](Ahead& ahead) {
        if (!sql.starts_with("SELECT ")) ahead.forget(written_table(sql));
        return ahead.run(sent(sql, binds));
    });
}

void Connection::put(const std::string& sql, const Binds& binds) {
    if (!hurried_) {
        execute(sql, binds);
        return;
    }
    refuse_unkept(binds);
    ++marks_;
    ahead([&](Ahead& ahead) { ahead.write(sent(sql, binds), written_table(sql)); });
}

void Connection::put_row(const char* table, const std::string& sql, const Binds& binds) {
    if (!hurried_) {
        execute(sql, binds);
        return;
    }
    refuse_unkept(binds);
    ++marks_;
    ahead([&](Ahead& ahead) { ahead.insert(sent(sql, binds), table); });
}

void Connection::look_up(const char* table, const std::string& sql, Shape shape, const Binds& binds,
                         const std::function<void(Columns&)>& row) {
    if (!hurried_ || sql.find("SELECT ", 1) != std::string::npos) {
        return query(sql, shape, binds, row);
    }
    refuse_unkept(binds);
    const auto statement = sent(sql, binds);
    if (foreseeing_) return ahead([&](Ahead& ahead) { ahead.ask(statement, table); });
    hand_over(*ahead([&](Ahead& ahead) { return ahead.look_up(statement, table); }), shape, row);
}

}  // namespace hallpass::server
