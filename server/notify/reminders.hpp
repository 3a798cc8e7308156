#pragma once

#include "store/transaction.hpp"

namespace hallpass::server {

/// How long before its end somebody is reminded of it: at most this, and at most a fifth of the
/// whole, so that a visit of five minutes is not about to end when it begins.
inline constexpr std::chrono::minutes reminded_before{5};

/// Whether a session or a consent is about to end that nobody was reminded of.
bool reminder_is_due(Connection& store, Instant now);

/// Announces every one of them, once for each end it is given: a session that ends early is not
/// active then and never comes up, and a new end is reminded of anew. A consent is left out while
/// a session runs under it, which is reminded of itself.
void remind(Transaction& transaction);

}  // namespace hallpass::server
