#include "notify/messages.hpp"

namespace hallpass::server {
namespace {

constexpr const char* due_in_channel =
    "channel = :channel AND dead_at_unix_ms IS NULL AND due_at_unix_ms <= :now"
    " AND leased_until_unix_ms <= :now";

std::string unclaimed(const std::vector<std::string>& channels, Binds& binds) {
    std::string where =
        " WHERE dead_at_unix_ms IS NULL AND due_at_unix_ms <= :since"
        " AND leased_until_unix_ms <= :since";
    for (const auto& channel : channels) {
        const auto name = "channel" + std::to_string(binds.size());
        where += " AND channel <> :" + name;
        binds.emplace_back(name, channel);
    }
    return where;
}

}  // namespace

bool message_is_due(Connection& store, const std::string& channel, Instant now) {
    std::int64_t found = 0;
    store.query(std::string{"SELECT 1 FROM messages WHERE "} + due_in_channel + " LIMIT 1", "n",
                {{"channel", channel}, {"now", to_unix_ms(now)}},
                [&](Columns& row) { found = row.number(); });
    return found != 0;
}

std::optional<MessageRow> lease_message(Transaction& transaction, const std::string& channel,
                                        const std::string& sender,
                                        std::chrono::milliseconds lease) {
    const auto now = to_unix_ms(transaction.now());
    auto message = transaction.store().find<MessageRow>(
        std::string{"WHERE "} + due_in_channel + " ORDER BY due_at_unix_ms LIMIT 1",
        {{"channel", channel}, {"now", now}});
    if (!message) return std::nullopt;
    message->leased_by = sender;
    message->leased_until_unix_ms = now + lease.count();
    // Where two servers found the same one, the row tells who was first.
    const auto mine = transaction.store().execute(
        "UPDATE messages SET leased_by = :sender, leased_until_unix_ms = :until"
        " WHERE id = :id AND dead_at_unix_ms IS NULL AND due_at_unix_ms <= :now"
        " AND leased_until_unix_ms <= :now",
        {{"sender", sender},
         {"until", message->leased_until_unix_ms},
         {"id", message->id},
         {"now", now}});
    if (mine == 0) return std::nullopt;
    return message;
}

void settle_delivered(Transaction& transaction, const MessageRow& message) {
    transaction.store().execute("DELETE FROM messages WHERE id = :id AND leased_by = :sender",
                                {{"id", message.id}, {"sender", message.leased_by}});
}

void settle_failed(Transaction& transaction, const MessageRow& message, const std::string& failure,
                   std::chrono::milliseconds pause) {
    transaction.store().execute(
        "UPDATE messages SET attempts = attempts + 1, failure = :failure, due_at_unix_ms = :due,"
        " leased_by = NULL, leased_until_unix_ms = 0 WHERE id = :id AND leased_by = :sender",
        {{"failure", failure},
         {"due", to_unix_ms(transaction.now() + pause)},
         {"id", message.id},
         {"sender", message.leased_by}});
}

void settle_dead(Transaction& transaction, const MessageRow& message, const std::string& failure) {
    transaction.store().execute(
        "UPDATE messages SET attempts = attempts + 1, failure = :failure, dead_at_unix_ms = :now,"
        " leased_by = NULL, leased_until_unix_ms = 0 WHERE id = :id AND leased_by = :sender",
        {{"failure", failure},
         {"now", to_unix_ms(transaction.now())},
         {"id", message.id},
         {"sender", message.leased_by}});
}

void settle_unsent(Transaction& transaction, const MessageRow& message) {
    transaction.store().execute(
        "UPDATE messages SET leased_by = NULL, leased_until_unix_ms = 0"
        " WHERE id = :id AND leased_by = :sender",
        {{"id", message.id}, {"sender", message.leased_by}});
}

bool waits_too_long(Connection& store, Instant now, std::chrono::milliseconds pause,
                    std::chrono::milliseconds lease) {
    return store.number(
               "SELECT COUNT(*) FROM (SELECT 1 FROM messages WHERE dead_at_unix_ms IS NULL"
               " AND (due_at_unix_ms > :due OR leased_until_unix_ms > :leased) LIMIT 1)"
               " AS early",
               {{"due", to_unix_ms(now + pause)}, {"leased", to_unix_ms(now + lease)}}) != 0;
}

void shorten_waits(Transaction& transaction, std::chrono::milliseconds pause,
                   std::chrono::milliseconds lease) {
    const auto due = to_unix_ms(transaction.now() + pause);
    const auto leased = to_unix_ms(transaction.now() + lease);
    auto& store = transaction.store();
    store.execute(
        "UPDATE messages SET due_at_unix_ms = :now"
        " WHERE dead_at_unix_ms IS NULL AND due_at_unix_ms > :due",
        {{"now", to_unix_ms(transaction.now())}, {"due", due}});
    store.execute(
        "UPDATE messages SET leased_until_unix_ms = :leased"
        " WHERE dead_at_unix_ms IS NULL AND leased_until_unix_ms > :leased",
        {{"leased", leased}});
}

bool is_unclaimed(Connection& store, const std::vector<std::string>& channels, Instant since) {
    Binds binds{{"since", to_unix_ms(since)}};
    const auto where = unclaimed(channels, binds);
    return store.number(
               "SELECT COUNT(*) FROM (SELECT 1 FROM messages" + where + " LIMIT 1) AS unclaimed",
               binds) != 0;
}

void give_up_unclaimed(Transaction& transaction, const std::vector<std::string>& channels,
                       Instant since) {
    Binds binds{{"since", to_unix_ms(since)}};
    const auto where = unclaimed(channels, binds);
    binds.emplace_back("now", to_unix_ms(transaction.now()));
    transaction.store().execute(
        "UPDATE messages SET dead_at_unix_ms = :now, leased_by = NULL, leased_until_unix_ms = 0,"
        " failure = 'its channel is not set up any more'" +
            where,
        binds);
}

bool requeue_dead_letter(Transaction& transaction, const std::string& id) {
    return transaction.store().execute(
               "UPDATE messages SET dead_at_unix_ms = NULL, attempts = 0, due_at_unix_ms = :now"
               " WHERE id = :id AND dead_at_unix_ms IS NOT NULL",
               {{"now", to_unix_ms(transaction.now())}, {"id", id}}) != 0;
}

MessageCounts message_counts(Connection& store) {
    return {store.number("SELECT COUNT(*) FROM messages WHERE dead_at_unix_ms IS NULL"),
            store.number("SELECT COUNT(*) FROM messages WHERE dead_at_unix_ms IS NOT NULL")};
}

}  // namespace hallpass::server
