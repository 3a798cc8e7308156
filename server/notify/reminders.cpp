#include "notify/reminders.hpp"

#include "access/grants.hpp"
#include "access/sessions.hpp"
#include "notify/notice.hpp"

namespace hallpass::server {
namespace {

constexpr const char* sessions_about_to_end =
    "WHERE status = 'active' AND expires_at_unix_ms > :now AND expires_at_unix_ms <= :soon"
    " AND (expires_at_unix_ms - :now) * 5 <= expires_at_unix_ms - started_at_unix_ms"
    " AND NOT EXISTS (SELECT 1 FROM reminders WHERE about = sessions.id"
    " AND until_unix_ms = sessions.expires_at_unix_ms)";

constexpr const char* grants_about_to_end =
    "WHERE status = 'granted' AND granted_until_unix_ms > :now AND granted_until_unix_ms <= :soon"
    " AND (granted_until_unix_ms - :now) * 5 <= granted_until_unix_ms - granted_at_unix_ms"
    " AND NOT EXISTS (SELECT 1 FROM sessions WHERE sessions.grant_id = grants.id"
    " AND sessions.status = 'active' AND sessions.expires_at_unix_ms > :now)"
    " AND NOT EXISTS (SELECT 1 FROM reminders WHERE about = grants.id"
    " AND until_unix_ms = grants.granted_until_unix_ms)";

Binds window(Instant now) {
    return {{"now", to_unix_ms(now)}, {"soon", to_unix_ms(now + reminded_before)}};
}

bool any(Connection& store, const std::string& table, const std::string& where, Instant now) {
    std::int64_t found = 0;
    store.query("SELECT 1 FROM " + table + " " + where + " LIMIT 1", "n", window(now),
                [&](Columns& row) { found = row.number(); });
    return found != 0;
}

/// @returns false where another server was first
bool mark(Connection& store, const std::string& about, std::int64_t until_unix_ms) {
    return store.execute(
               "INSERT INTO reminders (about, until_unix_ms) VALUES (:about, :until)"
               " ON CONFLICT (about, until_unix_ms) DO NOTHING",
               {{"about", about}, {"until", until_unix_ms}}) != 0;
}

template <class Row>
void announce_ending(Transaction& transaction, const Row& row, std::int64_t until_unix_ms) {
    if (!mark(transaction.store(), row.id, until_unix_ms)) return;
    auto entry = entry_about(row, AuditEvent::access_expired, {});
    entry.event = access_ending;
    announce(transaction, row, std::move(entry));
}

}  // namespace

bool reminder_is_due(Connection& store, Instant now) {
    return any(store, SessionRow::table, sessions_about_to_end, now) ||
           any(store, GrantRow::table, grants_about_to_end, now);
}

void remind(Transaction& transaction) {
    constexpr const char* some = " LIMIT 200";
    auto& store = transaction.store();
    const auto binds = window(transaction.now());
    for (const auto& row :
         store.select<SessionRow>(std::string{sessions_about_to_end} + some, binds)) {
        announce_ending(transaction, row, row.expires_at_unix_ms);
    }
    for (const auto& row : store.select<GrantRow>(std::string{grants_about_to_end} + some, binds)) {
        announce_ending(transaction, row, row.granted_until_unix_ms.value());
    }
    store.execute("DELETE FROM reminders WHERE until_unix_ms < :now",
                  {{"now", to_unix_ms(transaction.now())}});
}

}  // namespace hallpass::server
