#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace hallpass::server {

/// What a statement was answered with; values as text, nothing for NULL.
struct StatementAnswer {
    std::vector<std::vector<std::optional<std::string>>> rows;
    std::int64_t changed = 0;  ///< how many rows it changed
};

/// A statement whose answer is waited for, or not.
struct SentStatement {
    std::string sql;  ///< with its values as `:name`
    std::vector<std::pair<std::string, std::optional<std::string>>> values;
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
    /// Waits for the answers of all that was sent, in that order. After a statement that failed,
    /// none is run.
    /// @throws soci::soci_error the first failure, when all has been answered
    virtual std::vector<StatementAnswer> finish() = 0;
};

}  // namespace hallpass::server
