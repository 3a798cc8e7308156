#pragma once

#include <soci/soci.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "store/bound.hpp"
#include "store/engine.hpp"
#include "store/fault.hpp"
#include "store/prepared.hpp"

namespace hallpass::server {

class Ahead;
struct StatementAnswer;

/// One database connection with its prepared statements. Not for two threads at once.
class Connection {
  public:
    /// @param url `sqlite:FILE` or `postgresql://…`
    /// @throws StoreFault
    explicit Connection(const std::string& url) : Connection(Engine::of(url)) {}
    explicit Connection(std::shared_ptr<const Engine> engine);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Whether other servers may work on the same database.
    bool shared() const { return engine_->shared(); }

    /// Begins a transaction beside which nobody else writes, in any process; waits for its turn.
    void begin_write();
    /// The same, in a hurry: until this transaction ends, neither its begin nor what `put` and
    /// `insert` write is waited for, and no row is looked up twice, where the database gains by
    /// that. What fails is told by a statement after it, which throws `Spoiled`; so look at
    /// `settle` before the commit.
    void begin_hurried_write();
    /// Waits for all that was not waited for. @returns false where the transaction must be undone
    /// and run again without hurry, each statement then telling its own fault
    /// @throws ConnectionLost, TransactionConflict
    bool settle();
    /// In a hurried transaction, has what `work` looks up asked for without waiting; `work` finds
    /// nothing. What it throws is dropped: who looks the same up afterwards meets it again.
    void foresee(const std::function<void()>& work);
    /// Whether a statement of this transaction has failed that was not waited for.
    bool spoiled() const { return spoiled_; }
    /// Begins a transaction in which every query sees the same state.
    void begin_read();
    /// The same for what is foreseen: its first statement and its last are not waited for either.
    void begin_hurried_read();
    void end_read() { put("COMMIT", {}); }
    /// @throws StoreFault where nothing became durable; ConnectionLost where that is not known
    void commit();
    /// Ends the transaction without a trace; a connection that cannot is not to be used again.
    void rollback() noexcept;
    /// Whether the connection and its transaction can go on: no ConnectionLost, no
    /// TransactionConflict so far.
    bool sound() const { return sound_; }
    /// Within a transaction: whether the database has ended it by itself.
    bool ended_by_itself() { return engine_->ended_by_itself(session_); }
    /// Grows with each statement that changed a row or failed: while it stays the same, there is
    /// nothing to undo.
    std::uint64_t marks() const { return marks_; }

    /// Runs a statement that gives no rows; @returns how many rows it changed.
    std::int64_t execute(const std::string& sql, const Binds& binds = {});
    /// The same where nobody asks how many.
    void put(const std::string& sql, const Binds& binds);
    /// Runs a query and hands over every row.
    void query(const std::string& sql, Shape shape, const Binds& binds,
               const std::function<void(Columns&)>& row);
    /// The same of one table, unless its text names another: what was told before is not asked for
    /// again in a hurried transaction.
    void look_up(const char* table, const std::string& sql, Shape shape, const Binds& binds,
                 const std::function<void(Columns&)>& row);
    /// Runs statements that cannot be prepared again: schema changes, pragmas.
    void run(const std::string& sql);

    /// Every row of `Row::table` that the rest of the statement ("WHERE …") picks.
    template <class Row>
    std::vector<Row> select(const std::string& rest, const Binds& binds = {}) {
        std::vector<Row> rows;
        static const std::string from =
            "SELECT " + column_names<Row>() + " FROM " + Row::table + " ";
        static const std::string shape = shape_of<Row>();
        look_up(Row::table, from + rest, shape, binds, [&](Columns& columns) {
            Row& row = rows.emplace_back();
            Row::each(row, [&](const char*, auto& value) { columns.into(value); });
        });
        return rows;
    }
    /// The one row, or nothing.
    template <class Row>
    std::optional<Row> find(const std::string& rest, const Binds& binds = {}) {
        auto rows = select<Row>(rest, binds);
        if (rows.empty()) return std::nullopt;
        return std::move(rows.front());
    }
    template <class Row>
    void insert(const Row& row) {
        static const std::string sql = insertion_of<Row>();
        Binds binds;
        binds.reserve(shape_of<Row>().size());
        Row::each(row, [&](const char* name, const auto& value) {
            binds.push_back(Bound::borrowing(name, value));
        });
        put_row(Row::table, sql, binds);
    }
    /// The first column of the first row; 0 where there is none.
    std::int64_t number(const std::string& sql, const Binds& binds = {});

  private:
    void hurry();
    void leave_hurry() noexcept;
    void renew_plans_when_due();
    void refuse_unkept(const Binds& binds) const;
    void put_row(const char* table, const std::string& sql, const Binds& binds);
    /// @throws Spoiled, ConnectionLost, TransactionConflict
    template <class Work>
    auto ahead(Work work);
    StatementAnswer run_ahead(const std::string& sql, const Binds& binds);
    static void hand_over(const StatementAnswer& answer, Shape shape,
                          const std::function<void(Columns&)>& row);
    Prepared& prepare(const std::string& sql, Shape shape, const Binds& binds);
    [[noreturn]] void fail(const std::string& sql, const soci::soci_error& fault);
    template <class Work>
    auto guarded(const std::string& sql, Work work);

    template <class Row>
    static std::string column_names() {
        std::string names;
        Row row{};
        Row::each(row, [&](const char* name, auto&) {
            if (!names.empty()) names += ',';
            names += name;
        });
        return names;
    }
    template <class Row>
    static std::string insertion_of() {
        std::string places;
        Row row{};
        Row::each(row, [&](const char* name, auto&) {
            places += places.empty() ? ":" : ",:";
            places += name;
        });
        return std::string{"INSERT INTO "} + Row::table + " (" + column_names<Row>() +
               ") VALUES (" + places + ")";
    }
    static char kind(const std::string&) { return 't'; }
    static char kind(const std::optional<std::string>&) { return 't'; }
    static char kind(const std::int64_t&) { return 'n'; }
    static char kind(const bool&) { return 'n'; }
    static char kind(const std::optional<std::int64_t>&) { return 'n'; }
    template <class Row>
    static std::string shape_of() {
        std::string shape;
        Row row{};
        Row::each(row, [&](const char*, auto& value) { shape += kind(value); });
        return shape;
    }

    std::shared_ptr<const Engine> engine_;
    std::vector<std::string> begin_write_;
    std::string begin_read_;
    soci::session session_;
    std::unordered_map<std::string, std::unique_ptr<Prepared>> prepared_;
    std::vector<std::unique_ptr<Prepared>> failed_;  ///< until the end of their transaction
    std::unique_ptr<Ahead> ahead_;
    bool hurried_ = false, foreseeing_ = false, spoiled_ = false;
    std::uint64_t transactions_ = 0, plans_renewed_at_ = 0;
    bool sound_ = true;
    std::uint64_t marks_ = 0;
    int reading_ = 0;  ///< how many queries hand over their rows
};

}  // namespace hallpass::server
