#include "store/connection.hpp"

namespace hallpass::server {
namespace {

// More distinct statements than the server has: a backstop, not a tuning knob.
constexpr std::size_t prepared_max = 512;

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

Connection::Connection(std::shared_ptr<const Engine> engine)
    : engine_(std::move(engine)),
      begin_write_(engine_->begin_write()),
      begin_read_(engine_->begin_read()) {
    engine_->open(session_);
    for (const auto& statement : engine_->first_statements()) run(statement);
}

void Connection::fail(const std::string& sql, const soci::soci_error& fault) {
    using Kind = Engine::Judgement::Kind;
    prepared_.erase(sql);
    const auto [kind, text] = engine_->judge(session_, fault);
    sound_ = sound_ && kind != Kind::lost && kind != Kind::conflict;
    if (kind == Kind::constraint) throw ConstraintViolation(text);
    if (kind == Kind::conflict) throw TransactionConflict(text);
    if (kind == Kind::lost) throw ConnectionLost(text);
    throw StoreFault(text);
}

template <class Work>
auto Connection::guarded(const std::string& sql, Work work) {
    try {
        return work();
    } catch (const soci::soci_error& fault) {
        fail(sql, fault);
    }
}

void Connection::begin_write() {
    for (const auto& statement : begin_write_) execute(statement);
}

void Connection::commit() {
    static const std::string sql = "COMMIT";
    engine_->check_transaction(session_);
    execute(sql);
}

void Connection::rollback() noexcept {
    try {
        execute("ROLLBACK");
        sound_ = true;
    } catch (const std::exception&) {
        // SQLite has rolled back by itself already, or the connection is gone; both end the
        // transaction.
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
            // Cut at its NUL, a text would be another one.
            if (!engine_->keeps_nul() && bound.text_.find('\0') != std::string::npos) {
                throw StoreFault("a text with a NUL byte cannot be stored");
            }
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
