#include "signing/published_keys.hpp"

#include "access/sessions.hpp"
#include "hallpass/limits.hpp"

namespace hallpass::server {
namespace {

// A status list that the key has signed runs as long as this (status_list.cpp), and verifiers keep
// the keys that they know for a minute.
constexpr std::chrono::minutes overlap{20};

}  // namespace

Instant last_token_of(Connection& store, std::string_view key_id) {
    return from_unix_ms(
        store.number("SELECT COALESCE(MAX(expires_at_unix_ms), 0) FROM tokens WHERE key_id = :key",
                     {{"key", key_id}}));
}

std::int64_t live_tokens_of(Connection& store, std::string_view key_id, Instant now) {
    return store.number(
        "SELECT COUNT(*) FROM tokens WHERE key_id = :key AND expires_at_unix_ms > :now"
        " AND revoked_at_unix_ms IS NULL",
        {{"key", key_id}, {"now", to_unix_ms(now)}});
}

std::vector<HeldKey> published_keys(Connection& store, const KeyRing& ring, Instant now) {
    std::vector<HeldKey> published;
    for (const auto& held : ring.keys()) {
        if (!held.key->published()) continue;
        const bool over = held.use == KeyUse::superseded && held.superseded_at &&
                          now >= *held.superseded_at + overlap &&
                          now >= last_token_of(store, held.key->key_id()) + limits::clock_skew_max;
        if (!over) published.push_back(held);
    }
    return published;
}

void end_sessions_of_lost_keys(Transaction& transaction, const KeyRing& ring) {
    auto& store = transaction.store();
    const auto now = to_unix_ms(transaction.now());
    std::vector<std::string> lost;
    store.query(
        "SELECT DISTINCT key_id FROM tokens WHERE revoked_at_unix_ms IS NULL"
        " AND expires_at_unix_ms > :now",
        "t", {{"now", now}}, [&](Columns& row) {
            auto key_id = row.text();
            if (ring.find(key_id) == nullptr) lost.push_back(std::move(key_id));
        });
    for (const auto& key_id : lost) {
        auto sessions = store.select<SessionRow>(
            "WHERE status = 'active' AND id IN (SELECT session_id FROM tokens"
            " WHERE key_id = :key AND revoked_at_unix_ms IS NULL AND expires_at_unix_ms > :now)",
            {{"key", key_id}, {"now", now}});
        for (auto& session : sessions) {
            end_session(transaction, session, SessionStatus::revoked, "key_retired", {});
        }
    }
}

}  // namespace hallpass::server
