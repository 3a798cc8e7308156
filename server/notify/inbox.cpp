#include "notify/inbox.hpp"

#include <algorithm>

namespace hallpass::server {
namespace {

// Each list of events is written as in the index that finds them (store/migration_steps.cpp):
// otherwise SQLite does not take it. The rest agrees with phrase_for, as the tests show for every
// event.
constexpr const char* to_the_subject =
    "subject_id = :user AND (event = 'impersonation_started' OR event = 'impersonation_ended'"
    " OR event = 'access_requested' OR event = 'access_revoked' OR event = 'access_expired'"
    " OR event = 'access_ending')"
    " AND (actor_id IS NULL OR actor_id <> :user OR event = 'impersonation_ended')";
constexpr const char* to_the_agent =
    "agent_id = :user AND (event = 'access_granted' OR event = 'access_declined'"
    " OR event = 'access_revoked' OR event = 'access_expired')"
    " AND (actor_id IS NULL OR actor_id <> :user)";
constexpr const char* unread =
    " AND NOT EXISTS (SELECT 1 FROM notification_reads WHERE user_id = :user"
    " AND notification_reads.sequence = record.sequence)";

std::int64_t mark(Transaction& transaction, const std::string& user_id, const char* to_whom,
                  const char* which, std::int64_t sequence) {
    const std::string where = std::string{to_whom} + which;
    const Binds binds{{"user", user_id}, {"sequence", sequence}};
    const auto found =
        transaction.store().number("SELECT COUNT(*) FROM record WHERE " + where, binds);
    if (found == 0) return 0;
    transaction.store().execute(
        "INSERT INTO notification_reads (user_id, sequence, read_at_unix_ms)"
        " SELECT CAST(:user AS TEXT), sequence, CAST(:now AS BIGINT) FROM record WHERE " +
            where + unread,
        {{"user", user_id}, {"sequence", sequence}, {"now", to_unix_ms(transaction.now())}});
    return found;
}

}  // namespace

std::vector<RecordRow> notifications_of(Connection& store, const std::string& user_id,
                                        std::optional<std::int64_t> before, bool unread_only,
                                        int most) {
    std::vector<RecordRow> all;
    for (const char* to_whom : {to_the_subject, to_the_agent}) {
        Binds binds{{"user", user_id}, {"most", most}};
        std::string where = std::string{"WHERE "} + to_whom;
        if (unread_only) where += unread;
        if (before) {
            where += " AND sequence < :before";
            binds.emplace_back("before", *before);
        }
        auto rows = store.select<RecordRow>(where + " ORDER BY sequence DESC LIMIT :most", binds);
        all.insert(all.end(), rows.begin(), rows.end());
    }
    std::sort(all.begin(), all.end(),
              [](const auto& a, const auto& b) { return a.sequence > b.sequence; });
    if (all.size() > static_cast<std::size_t>(most)) all.resize(static_cast<std::size_t>(most));
    return all;
}

std::optional<Instant> read_at(Connection& store, const std::string& user_id,
                               std::int64_t sequence) {
    std::optional<Instant> at;
    store.query(
        "SELECT read_at_unix_ms FROM notification_reads"
        " WHERE user_id = :user AND sequence = :sequence",
        "n", {{"user", user_id}, {"sequence", sequence}},
        [&](Columns& row) { at = from_unix_ms(row.number()); });
    return at;
}

std::int64_t mark_read(Transaction& transaction, const std::string& user_id,
                       std::int64_t sequence) {
    constexpr const char* one = " AND sequence = :sequence";
    return mark(transaction, user_id, to_the_subject, one, sequence) +
           mark(transaction, user_id, to_the_agent, one, sequence);
}

std::int64_t mark_read_through(Transaction& transaction, const std::string& user_id,
                               std::int64_t sequence) {
    constexpr const char* all = " AND sequence <= :sequence";
    return mark(transaction, user_id, to_the_subject, all, sequence) +
           mark(transaction, user_id, to_the_agent, all, sequence);
}

}  // namespace hallpass::server
