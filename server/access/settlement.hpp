#pragma once

#include <string>

#include "store/transaction.hpp"

namespace hallpass::server {

/// Writes down what the clock has decided already: requests and grants that ran out, sessions that
/// are over. Enforcement never waits for it; the unique indexes and the record do.

/// For one user in one tenant, before something new is opened for them.
void settle_subject(Transaction& transaction, const std::string& tenant_id,
                    const std::string& subject_id);
/// For everybody, at most `max_rows` of each kind. @returns whether more may be due
bool settle_all(Transaction& transaction, int max_rows);

/// One grant, where it is due.
void settle(Transaction& transaction, GrantRow row);

}  // namespace hallpass::server
