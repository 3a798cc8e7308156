#include "audit/retention.hpp"

#include <algorithm>

namespace hallpass::server {

void begin_retention(Connection& store) {
    store.execute(
        "INSERT INTO retention (one, at_unix_ms)"
        " SELECT 1, at_unix_ms FROM record ORDER BY sequence DESC LIMIT 1");
}

Instant move_retention_on(Transaction& transaction, std::chrono::seconds passed) {
    const auto now = transaction.now();
    const auto most = retention_catches_up * passed;
    auto& store = transaction.store();
    const auto before = from_unix_ms(store.number(
        "SELECT COALESCE(MAX(at_unix_ms), :now) FROM retention", {{"now", to_unix_ms(now)}}));
    const auto moved = std::clamp<Instant>(now, before - most, before + most);
    store.execute(
        "INSERT INTO retention (one, at_unix_ms) VALUES (1, :at)"
        " ON CONFLICT (one) DO UPDATE SET at_unix_ms = excluded.at_unix_ms",
        {{"at", to_unix_ms(moved)}});
    return std::min(moved, now);
}

}  // namespace hallpass::server
