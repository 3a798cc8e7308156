#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hallpass::server {

/// What a statement was answered with; values as text, nothing for NULL.
struct StatementAnswer {
    using Row = std::vector<std::optional<std::string>>;
    std::vector<Row> rows;
    std::int64_t changed = 0;  ///< how many rows it changed
};

/// A statement whose answer is waited for, or not.
struct SentStatement {
    struct Value {
        std::string name;
        std::optional<std::string> text;  ///< nothing for NULL
        bool is_text = true;              ///< rather than a number
    };
    std::string sql;  ///< with its values as `:name`
    std::vector<Value> values;
};

/// Sends statements one after the other without waiting for each one's answer. Between `finish` and
/// the next `send`, its connection can be used as ever.
class Pipeline {
  public:
    Pipeline() = default;
    virtual ~Pipeline() = default;
    Pipeline(const Pipeline&) = delete;
    Pipeline& operator=(const Pipeline&) = delete;

    /// @throws soci::soci_error
    virtual void send(const SentStatement& statement) = 0;
    /// Queries of one text, each with values of its own and answered by itself: one statement for
    /// the database, at a third of the price of each by itself.
    /// @throws soci::soci_error
    virtual void send_all(const std::vector<SentStatement>& queries) = 0;
    /// Insertions of rows by one text that has nothing but their values, as one statement.
    /// @throws soci::soci_error
    virtual void send_rows(const std::vector<SentStatement>& rows) = 0;
    /// Waits for the answers of all that was sent, in that order. After a statement that failed,
    /// none is run.
    /// @throws soci::soci_error the first failure, when all has been answered
    virtual std::vector<StatementAnswer> finish() = 0;
};

}  // namespace hallpass::server
