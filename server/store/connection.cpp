#include "store/connection.hpp"

#include <algorithm>
#include <utility>

#include "store/ahead.hpp"

namespace hallpass::server {
namespace {

// More distinct statements than the server has: a backstop, not a tuning knob.
constexpr std::size_t prepared_max = 512;
// Plans are made anew after 4 transactions, 8, 16 and so on, and then after every so many.
constexpr std::uint64_t plans_first_kept_for = 4, plans_kept_for = 1024;

}  // namespace

std::optional<std::string> Columns::optional_text() {
    if (cells_[next_].indicator == soci::i_null) return ++next_, std::nullopt;
    return text();
}

std::optional<std::int64_t> Columns::optional_number() {
    if (cells_[next_].indicator == soci::i_null) return ++next_, std::nullopt;
    return number();
}

Prepared::Prepared(soci::session& session, const std::string& sql, Shape shape, const Binds& binds)
    : shape_(shape), statement_(session) {
    statement_.alloc();
    statement_.prepare(sql);
    for (const auto& bound : binds) {
        names_.emplace_back(bound.name_);
        auto& cell = in_.emplace_back(Cell{bound.is_text_, {}});
        if (cell.is_text) {
            statement_.exchange(soci::use(std::as_const(cell.text), cell.indicator, bound.name_));
        } else {
            statement_.exchange(soci::use(std::as_const(cell.number), cell.indicator, bound.name_));
        }
    }
    for (const char kind : shape_) {
        auto& cell = out_.emplace_back(Cell{kind == 't', {}});
        if (cell.is_text) {
            statement_.exchange(soci::into(cell.text, cell.indicator));
        } else {
            statement_.exchange(soci::into(cell.number, cell.indicator));
        }
    }
    statement_.define_and_bind();
}

bool Prepared::fits(Shape shape, const Binds& binds) const {
    if (shape != shape_ || binds.size() != names_.size()) return false;
    for (std::size_t at = 0; at < binds.size(); ++at) {
        if (binds[at].is_text_ != in_[at].is_text) return false;
        if (names_[at] != binds[at].name_) return false;
    }
    return true;
}

void Prepared::set(const Binds& binds) {
    for (std::size_t at = 0; at < binds.size(); ++at) {
        auto& cell = in_[at];
        cell.indicator = binds[at].is_null_ ? soci::i_null : soci::i_ok;
        cell.text = binds[at].text_;
        cell.number = binds[at].number_;
    }
}

std::int64_t Prepared::execute() {
    statement_.execute(true);
    return statement_.get_affected_rows();
}

void Prepared::fetch(const std::function<void(Columns&)>& row) {
    statement_.execute(false);
    // Always to the end: a statement left halfway would hold its snapshot open.
    while (statement_.fetch()) {
        Columns columns{out_};
        row(columns);
    }
}

Connection::Connection(std::shared_ptr<const Engine> engine)
    : engine_(std::move(engine)),
      begin_write_(engine_->begin_write()),
      begin_read_(engine_->begin_read()) {
    engine_->open(session_);
    for (const auto& statement : engine_->first_statements()) run(statement);
}

Connection::~Connection() = default;

void Connection::fail(const std::string& sql, const soci::soci_error& fault) {
    using Kind = Engine::Judgement::Kind;
    ++marks_;
    // Given back to the database when its transaction is over: a failed one takes no statement, and
    // the database would keep what it was to let go of.
    if (auto failed = prepared_.extract(sql)) failed_.push_back(std::move(failed.mapped()));
    const auto [kind, text] = engine_->judge(session_, fault);
    sound_ = sound_ && kind != Kind::lost && kind != Kind::conflict;
    if (kind == Kind::constraint) throw ConstraintViolation(text);
    if (kind == Kind::conflict) throw TransactionConflict(text);
    if (kind == Kind::lost) throw ConnectionLost(text);
    if (kind == Kind::lock) throw LockTimeout(text);
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

void Connection::renew_plans_when_due() {
    failed_.clear();  // no transaction is open
    // A plan that was made for an empty table reads all of it for as long as it is kept.
    const auto kept_for = std::clamp(plans_renewed_at_, plans_first_kept_for, plans_kept_for);
    if (++transactions_ - plans_renewed_at_ < kept_for) return;
    plans_renewed_at_ = transactions_;
    leave_hurry();
    if (const auto statement = engine_->renew_plans(); !statement.empty()) execute(statement);
}

void Connection::begin_write() {
    renew_plans_when_due();
    spoiled_ = false;
    for (const auto& statement : begin_write_) execute(statement);
}

void Connection::begin_read() {
    renew_plans_when_due();
    execute(begin_read_);
}

void Connection::commit() {
    static const std::string sql = "COMMIT";
    if (!settle()) throw StoreFault("the transaction has failed already");
    leave_hurry();
    engine_->commit(session_, [this] { execute(sql); });
}

void Connection::rollback() noexcept {
    leave_hurry();
    try {
        execute("ROLLBACK");
        sound_ = true;
    } catch (const std::exception&) {
        // SQLite has rolled back by itself already, or the connection is gone; both end the
        // transaction.
    }
}

void Connection::refuse_unkept(const Binds& binds) const {
    // A text is cut at its NUL, and would be another one; what is no UTF-8 spoils its transaction.
    if (engine_->keeps_any_text()) return;
    if (!std::all_of(binds.begin(), binds.end(),
                     [](const Bound& each) { return each.is_plain(); })) {
        throw StoreFault("a text with a NUL byte or malformed UTF-8 cannot be stored");
    }
}

Prepared& Connection::prepare(const std::string& sql, Shape shape, const Binds& binds) {
    refuse_unkept(binds);
    auto found = prepared_.find(sql);
    if (found != prepared_.end() && !found->second->fits(shape, binds)) {
        prepared_.erase(found);
        found = prepared_.end();
    }
    if (found == prepared_.end()) {
        if (prepared_.size() >= prepared_max) prepared_.clear();
        auto prepared = std::make_unique<Prepared>(session_, sql, shape, binds);
        found = prepared_.emplace(sql, std::move(prepared)).first;
    }
    found->second->set(binds);
    return *found->second;
}

std::int64_t Connection::execute(const std::string& sql, const Binds& binds) {
    const auto changed = hurried_ ? run_ahead(sql, binds).changed
                                  : guarded(sql, [&] { return prepare(sql, {}, binds).execute(); });
    if (changed != 0) ++marks_;
    if (sql.starts_with("ROLLBACK")) failed_.clear();
    return changed;
}

void Connection::query(const std::string& sql, Shape shape, const Binds& binds,
                       const std::function<void(Columns&)>& row) {
    if (foreseeing_) return;
    if (hurried_) {
        hand_over(run_ahead(sql, binds), shape, row);
    } else {
        guarded(sql, [&] {
            prepare(sql, shape, binds).fetch(row);
            return 0;
        });
    }
    if (!sql.starts_with("SELECT ")) ++marks_;
}

std::int64_t Connection::number(const std::string& sql, const Binds& binds) {
    std::int64_t result = 0;
    query(sql, "n", binds, [&](Columns& columns) { result = columns.number(); });
    return result;
}

void Connection::run(const std::string& sql) {
    ++marks_;
    if (!settle()) throw Spoiled{};
    if (hurried_) ahead_->forget("");
    guarded(sql, [&] {
        session_ << sql;
        return 0;
    });
}

}  // namespace hallpass::server
