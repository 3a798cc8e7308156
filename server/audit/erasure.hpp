#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

#include "store/store.hpp"

namespace hallpass::server {

// Personal data goes, the tree stays: the parts of entries that stand beside their leaves, and
// the rows of access that is over (sessions with their tokens, grants with their receipts). Each
// change that erases writes in the same transaction how much it erased, and nothing about whom.

/// Why what is about a user cannot be erased yet.
// clang-format off
#define HALLPASS_ERASURE_REFUSALS(X)                                                           \
    X(session_running) X(request_open) X(grant_live) X(token_listed) X(message_waiting)
// clang-format on
enum class ErasureRefusal : std::uint8_t {
#define HALLPASS_X(refusal) refusal,
    HALLPASS_ERASURE_REFUSALS(HALLPASS_X)
#undef HALLPASS_X
};
std::string_view to_string(ErasureRefusal refusal);

/// Nothing was erased.
class ErasureRefused : public std::runtime_error {
  public:
    explicit ErasureRefused(ErasureRefusal refusal);
    ErasureRefusal refusal() const { return refusal_; }

  private:
    ErasureRefusal refusal_;
};

/// How much was erased.
struct Erased {
    std::int64_t entries = 0, parts = 0, sessions = 0, grants = 0, receipts = 0, letters = 0;

    bool any() const { return entries + sessions + grants + receipts + letters > 0; }
    Erased& operator+=(const Erased& more);
};

struct UserErasure {
    std::string id;  ///< as the record has it
    Erased erased;
    std::int64_t kept = 0;  ///< entries about others that name the user as agent or admin
    bool known = false;     ///< whether the directory has the user
};
/// Erases what the record has about this user as the one whom it is about: their entries, sessions
/// that are over, grants that are closed. Entries about others stay theirs. A second time finds
/// nothing and writes nothing. What happens meanwhile is left alone.
/// @throws ErasureRefused where something is still needed; StoreFault, also where an entry is not
/// as
///         it was written: it stays as evidence
UserErasure erase_user(Store& store, const std::string& user_id);

/// Erases what is older than `before`, in at most `changes_max` changes of bounded size. What an
/// open request, a live grant or a running session needs stays until a later time.
/// @throws StoreFault, as above
Erased erase_older(Store& store, Instant before, int changes_max);

}  // namespace hallpass::server
