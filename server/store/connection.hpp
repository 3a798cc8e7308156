#pragma once

#include <soci/soci.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "store/engine.hpp"
#include "store/fault.hpp"

namespace hallpass::server {

/// One value for one `:name` of a statement. SQL text never holds values.
class Bound {
  public:
    Bound(std::string_view name, std::string_view value) : name_(name), text_(value) {}
    Bound(std::string_view name, const std::string& value) : name_(name), text_(value) {}
    Bound(std::string_view name, const char* value) : name_(name), text_(value) {}
    Bound(std::string_view name, std::int64_t value)
        : name_(name), is_text_(false), number_(value) {}
    Bound(std::string_view name, int value) : name_(name), is_text_(false), number_(value) {}
    Bound(std::string_view name, bool value) : name_(name), is_text_(false), number_(value) {}
    template <class T>
    Bound(std::string_view name, const std::optional<T>& value)
        : Bound(value ? Bound(name, *value) : Bound(name, T{})) {
        if (!value) indicator_ = soci::i_null;
    }

  private:
    friend class Connection;
    std::string name_;
    bool is_text_ = true;
    std::string text_;
    long long number_ = 0;
    mutable soci::indicator indicator_ = soci::i_ok;  // SOCI takes it by reference
};
using Binds = std::vector<Bound>;

/// The columns of one row on their way out of a statement, in the order in which they were asked
/// for.
class Columns {
  public:
    std::string text();
    std::int64_t number();
    std::optional<std::string> optional_text();
    std::optional<std::int64_t> optional_number();

    void into(std::string& value) { value = text(); }
    void into(std::int64_t& value) { value = number(); }
    void into(bool& value) { value = number() != 0; }
    void into(std::optional<std::string>& value) { value = optional_text(); }
    void into(std::optional<std::int64_t>& value) { value = optional_number(); }

  private:
    friend class Connection;
    struct Cell {
        bool is_text;
        std::string text;
        long long number = 0;
        soci::indicator indicator = soci::i_ok;
    };
    std::deque<Cell> cells_;
    std::size_t next_ = 0;
};

/// What kind each selected column is: 't' text, 'n' number.
using Shape = std::string_view;

/// One database connection with its prepared statements. Not for two threads at once.
class Connection {
  public:
    /// @param url `sqlite:FILE` or `postgresql://…`
    /// @throws StoreFault
    explicit Connection(const std::string& url) : Connection(Engine::of(url)) {}
    explicit Connection(std::shared_ptr<const Engine> engine);

    /// Begins a transaction beside which nobody else writes, in any process; waits for its turn.
    void begin_write();
    /// Begins a transaction in which every query sees the same state.
    void begin_read() { execute(begin_read_); }
    void end_read() { execute("COMMIT"); }
    /// @throws StoreFault where nothing became durable; ConnectionLost where that is not known
    void commit();
    /// Ends the transaction without a trace; a connection that cannot is not to be used again.
    void rollback() noexcept;
    /// Whether the connection and its transaction can go on: no ConnectionLost, no
    /// TransactionConflict so far.
    bool sound() const { return sound_; }

    /// Runs a statement that gives no rows; @returns how many rows it changed.
    std::int64_t execute(const std::string& sql, const Binds& binds = {});
    /// Runs a query and hands over every row.
    void query(const std::string& sql, Shape shape, const Binds& binds,
               const std::function<void(Columns&)>& row);
    /// Runs statements that cannot be prepared again: schema changes, pragmas.
    void run(const std::string& sql);

    /// Every row of `Row::table` that the rest of the statement ("WHERE …") picks.
    template <class Row>
    std::vector<Row> select(const std::string& rest, const Binds& binds = {}) {
        std::vector<Row> rows;
        query("SELECT " + column_names<Row>() + " FROM " + Row::table + " " + rest, shape_of<Row>(),
              binds, [&](Columns& columns) {
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
        std::string names, places;
        Binds binds;
        Row::each(row, [&](const char* name, const auto& value) {
            if (!names.empty()) names += ',', places += ',';
            names += name;
            places += std::string{":"} + name;
            binds.emplace_back(name, value);
        });
        execute(
            std::string{"INSERT INTO "} + Row::table + " (" + names + ") VALUES (" + places + ")",
            binds);
    }
    /// The first column of the first row; 0 where there is none.
    std::int64_t number(const std::string& sql, const Binds& binds = {});

  private:
    struct Prepared {
        explicit Prepared(soci::session& session) : statement(session) {}
        soci::statement statement;
        bool used = false;
    };
    Prepared& prepare(const std::string& sql);
    void bind(Prepared& prepared, const Binds& binds);
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
    bool sound_ = true;
};

}  // namespace hallpass::server
