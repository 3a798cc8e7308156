#pragma once

#include <optional>
#include <string>
#include <vector>

#include "store/transaction.hpp"

namespace hallpass::server {

/// What people read as their notifications: the entries of the record that tell them something.
/// Nothing is written for them beside the record, so nobody can keep one back, and nobody can
/// switch them off.

/// Newest first, at most `most`.
/// @param before only entries older than this sequence number
std::vector<RecordRow> notifications_of(Connection& store, const std::string& user_id,
                                        std::optional<std::int64_t> before, bool unread_only,
                                        int most);

/// When the user marked it as read; nothing where they have not.
std::optional<Instant> read_at(Connection& store, const std::string& user_id,
                               std::int64_t sequence);

/// Marks one, or every one up to and including `sequence`, as read; what was read stays as it was.
/// @returns how many there are, read before or not
std::int64_t mark_read(Transaction& transaction, const std::string& user_id, std::int64_t sequence);
std::int64_t mark_read_through(Transaction& transaction, const std::string& user_id,
                               std::int64_t sequence);

}  // namespace hallpass::server
