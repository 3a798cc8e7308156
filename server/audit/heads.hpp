#pragma once

#include <string>

#include "audit/note.hpp"
#include "store/store.hpp"

namespace hallpass::server {

/// The record's signed heads. Each is kept: a record that was changed later does not lead to it.
class RecordHeads {
  public:
    RecordHeads(Store& store, RecordKey key) : store_(store), key_(std::move(key)) {}

    const RecordKey& key() const { return key_; }
    /// The head of the record as it is in this transaction, signed now unless it is already.
    /// @throws StoreFault
    std::string sign(Transaction& transaction) const;
    /// Signs the head if the record grew since the last one; a fault is logged.
    void keep_up();

  private:
    Store& store_;
    RecordKey key_;
};

}  // namespace hallpass::server
