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
    /// Asks for what is to be looked up in `table`, and does not wait.
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
        std::string key, table;  ///< under which its answer is kept; empty where it is not
    };
    struct Told {
        std::string table;
        std::shared_ptr<const StatementAnswer> answer;
    };
    static std::string key_of(const SentStatement& statement);
    void ask(const SentStatement& statement, const std::string& table, std::string key);
    bool on_its_way(const std::string& key) const;

    std::unique_ptr<Pipeline> pipeline_;
    std::vector<Sent> sent_;
    std::unordered_map<std::string, Told> told_;
    StatementAnswer last_;  ///< of the last one whose answer is not kept
};

}  // namespace hallpass::server
