#include "store/connection.hpp"

#include <algorithm>
#include <utility>

#include "hallpass/utf8.hpp"
#include "store/ahead.hpp"
#include "store/soci_statement.hpp"

namespace hallpass::server {
namespace {

// More distinct statements than the server has: a backstop, not a tuning knob.
constexpr std::size_t prepared_max = 512;
// Plans are made anew after 4 transactions, 8, 16 and so on, and then after every so many.
constexpr std::uint64_t plans_first_kept_for = 4, plans_kept_for = 1024;

bool is_plain(const std::string& text) {
    return text.find('\0') == std::string::npos && is_utf8(text);
}

/// Counts while it lives.
class Counted {
  public:
    explicit Counted(int& count) : count_(count) { ++count_; }
    ~Counted() { --count_; }
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;

  private:
    int& count_;
};

}  // namespace

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
                     [](const Bound& each) { return is_plain(each.characters()); })) {
        throw StoreFault("a text with a NUL byte or malformed UTF-8 cannot be stored");
    }
}

Prepared& Connection::prepare(const std::string& sql, Shape shape, const Binds& binds) {
    refuse_unkept(binds);
    auto found = prepared_.find(sql);
    if (found != prepared_.end() && !found->second->fits(shape, binds)) {
        // It may be the one whose rows are being handed over.
        if (reading_ > 0) throw StoreFault("a statement is in use");
        prepared_.erase(found);
        found = prepared_.end();
    }
    if (found == prepared_.end()) {
        if (prepared_.size() >= prepared_max && reading_ == 0) prepared_.clear();
        auto prepared = engine_->prepare(session_, sql, shape, binds);
        if (!prepared) prepared = std::make_unique<SociStatement>(session_, sql, shape, binds);
        found = prepared_.emplace(sql, std::move(prepared)).first;
    }
    return *found->second;
}

std::int64_t Connection::execute(const std::string& sql, const Binds& binds) {
    const auto changed = hurried_
                             ? run_ahead(sql, binds).changed
                             : guarded(sql, [&] { return prepare(sql, {}, binds).execute(binds); });
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
            auto& statement = prepare(sql, shape, binds);
            const Counted reading{reading_};
            statement.fetch(binds, row);
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
