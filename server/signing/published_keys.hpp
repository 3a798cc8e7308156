#pragma once

#include <string>
#include <vector>

#include "signing/key_ring.hpp"
#include "store/connection.hpp"
#include "store/transaction.hpp"

namespace hallpass::server {

/// Until when tokens signed with that key run; the epoch where there are none.
Instant last_token_of(Connection& store, std::string_view key_id);
/// How many tokens of that key are neither revoked nor expired.
std::int64_t live_tokens_of(Connection& store, std::string_view key_id, Instant now);

/// The keys that verifiers may need at this moment: those that sign or will, and a superseded one
/// until its last token and status list have run out everywhere. Never a shared secret.
std::vector<HeldKey> published_keys(Connection& store, const KeyRing& ring, Instant now);

/// Ends every session whose token was signed with a key that is no longer among these: nobody can
/// verify that token any more, nor is it to be trusted.
void end_sessions_of_lost_keys(Transaction& transaction, const KeyRing& ring);

}  // namespace hallpass::server
