#pragma once

#include <optional>
#include <string>

#include "audit/erasure.hpp"
#include "hallpass/audit.hpp"
#include "store/transaction.hpp"

namespace hallpass::server {

/// One change that erases: what it takes, and the entry that says how much.
class ErasureChange {
  public:
    explicit ErasureChange(Transaction& transaction) : transaction_(transaction) {}

    /// All parts of an entry. @throws StoreFault where it is not as it was written
    void take_entry(std::int64_t sequence);
    /// Entries that nobody needs any more. @returns whether more may be due
    bool take_entries_before(Instant before, int most);
    /// Sessions that are over and grants that are closed. @returns whether more may be due
    bool take_access_of(const std::string& subject_id, int most);
    bool take_access_before(Instant before, int most);
    /// Dead letters. @param which a condition on them
    void take_letters(const std::string& which, const Binds& binds);

    /// What an erasure is called in the record.
    struct Name {
        AuditEvent event;
        std::string id;                 ///< of the erasure: all its changes have it
        std::optional<Instant> before;  ///< where that was the measure
    };
    /// Writes the entry, if anything was taken. @returns what was taken
    Erased record(const Name& name);

  private:
    void take(RecordRow entry);
    bool take_sessions(const std::string& which, Binds binds, int most);
    bool take_grants(const std::string& which, Binds binds, int most);

    Transaction& transaction_;
    Erased erased_;
};

/// Tokens that ran out before then stand on no status list any more.
std::int64_t unlisted_before(Instant now);

/// Whether it is the entry of an erasure.
bool tells_of_erasure(std::string_view event);
/// How many parts an entry says were erased: none for any entry but an erasure's.
std::int64_t parts_erased_by(std::string_view event, std::string_view metadata);

/// How many parts the record says were erased, in all its entries of erasures.
/// @throws StoreFault
std::int64_t parts_erased_on_record(Connection& store);

}  // namespace hallpass::server
