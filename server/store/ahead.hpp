#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "store/pipeline.hpp"

namespace hallpass::server {

/// What one transaction sends without waiting, and what it was told already. An answer holds until
/// the transaction itself writes to its table: nobody else writes beside it.
class Ahead {
  public:
    explicit Ahead(std::unique_ptr<Pipeline> pipeline) : pipeline_(std::move(pipeline)) {}

    /// Sends a statement that writes to `table`; empty where that is not known.
    void write(const SentStatement& statement, const std::string& table);
    /// Inserts a row by a text that has nothing but its values, named as its columns; rows in a row
    /// are sent as few statements. What is known of `table` still holds where this is none of
    /// what was asked for.
    void insert(const SentStatement& row, const std::string& table);
    /// Asks for what is to be looked up in `table`, and does not wait. What is asked in a row is
    /// sent as few statements. Answers from several tables ("a JOIN b …") hold until anything is
    /// written.
    void ask(const SentStatement& statement, const std::string& table);
    /// Looks up in `table`, in what was answered before where that still holds.
    /// @throws soci::soci_error of any statement sent until now
    std::shared_ptr<const StatementAnswer> look_up(const SentStatement& statement,
                                                   const std::string& table);
    /// Runs a statement whose answer is not to be kept. @throws soci::soci_error as `look_up`
    StatementAnswer run(const SentStatement& statement);
    /// Waits for everything. @throws soci::soci_error as `look_up`
    void settle();
    /// What was written to `table` makes earlier answers about it worth nothing; to an unknown one,
    /// all of them.
    void forget(const std::string& table);
    /// Ends the transaction's share: waits, and keeps nothing.
    void end() noexcept;

  private:
    struct Sent {
        std::string key;  ///< under which its answer is kept; empty where it is not
        std::string table;
    };
    struct Told {
        std::vector<SentStatement::Value> wanted;       ///< columns' values that each row of it has
        std::shared_ptr<const StatementAnswer> answer;  ///< nothing yet: it is on its way
    };
    struct Asked {
        SentStatement statement;
        Sent sent;
    };
    struct Rows {
        std::string table;
        std::vector<SentStatement> rows;  ///< of one text
    };
    static std::string key_of(const SentStatement& statement);
    /// What is known of it; asked for where nothing is.
    Told& told_of(const SentStatement& statement, const std::string& table);
    void send_asked();
    void send_rows();
    template <class About>
    void forget_where(const std::string& table, About about);

    std::unique_ptr<Pipeline> pipeline_;
    // What is to be sent before anything else is; one of them is always empty.
    std::vector<Asked> asked_;
    std::vector<Rows> rows_;
    std::vector<Sent> sent_;
    std::size_t unanswered_bytes_ = 0;  ///< of those, about
    std::unordered_map<std::string, std::unordered_map<std::string, Told>> told_;  ///< by table
    StatementAnswer last_;  ///< of the last one whose answer is not kept
};

}  // namespace hallpass::server
