#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/transaction.hpp"

namespace hallpass::server {

/// One mail or webhook on its way. It goes when it was delivered; what failed for good stays as a
/// dead letter. A mail's address is the directory's at the time of sending, never kept here.
struct MessageRow {
    static constexpr const char* table = "messages";
    std::string id;       ///< the same for every attempt
    std::string channel;  ///< "mail", or "webhook:" and the webhook's name
    std::string target;   ///< of a mail: the user's id
    std::string event, tenant_id, title, body;
    std::int64_t created_at_unix_ms = 0, due_at_unix_ms = 0, attempts = 0, leased_until_unix_ms = 0;
    std::optional<std::string> leased_by;
    std::optional<std::int64_t> dead_at_unix_ms;
    std::optional<std::string> failure;
    std::optional<std::int64_t> sequence;  ///< the entry of the record that it tells of
    template <class Self, class Visit>
    static void each(Self& row, Visit visit) {
        visit("id", row.id);
        visit("channel", row.channel);
        visit("target", row.target);
        visit("event", row.event);
        visit("tenant_id", row.tenant_id);
        visit("title", row.title);
        visit("body", row.body);
        visit("created_at_unix_ms", row.created_at_unix_ms);
        visit("due_at_unix_ms", row.due_at_unix_ms);
        visit("attempts", row.attempts);
        visit("leased_until_unix_ms", row.leased_until_unix_ms);
        visit("leased_by", row.leased_by);
        visit("dead_at_unix_ms", row.dead_at_unix_ms);
        visit("failure", row.failure);
        visit("sequence", row.sequence);
    }
};

inline constexpr const char* mail_channel = "mail";

/// Whether the channel has a message that is due and that nobody is sending.
bool message_is_due(Connection& store, const std::string& channel, Instant now);

/// Takes the message that has waited longest, for this sender alone until the lease ends: should
/// the sender die, another one takes it then.
/// @param lease longer than any attempt to send can take
std::optional<MessageRow> lease_message(Transaction& transaction, const std::string& channel,
                                        const std::string& sender, std::chrono::milliseconds lease);

/// What came of it. Each does nothing where the lease is no longer this sender's.
void settle_delivered(Transaction& transaction, const MessageRow& message);
void settle_failed(Transaction& transaction, const MessageRow& message, const std::string& failure,
                   std::chrono::milliseconds pause);
void settle_dead(Transaction& transaction, const MessageRow& message, const std::string& failure);
/// Given back unsent: the attempt does not count.
void settle_unsent(Transaction& transaction, const MessageRow& message);

/// Where the clock was set back: no message waits longer than the longest pause, and no lease lasts
/// longer than leases do. @returns whether there was one
bool waits_too_long(Connection& store, Instant now, std::chrono::milliseconds pause,
                    std::chrono::milliseconds lease);
void shorten_waits(Transaction& transaction, std::chrono::milliseconds pause,
                   std::chrono::milliseconds lease);

/// What no sender has taken for so long, as its channel is not among those that are set up: a dead
/// letter. @returns whether there was one
bool is_unclaimed(Connection& store, const std::vector<std::string>& channels, Instant since);
void give_up_unclaimed(Transaction& transaction, const std::vector<std::string>& channels,
                       Instant since);

/// A dead letter back into the queue, as new. @returns false where there is none with that id
bool requeue_dead_letter(Transaction& transaction, const std::string& id);

struct MessageCounts {
    std::int64_t waiting = 0, dead = 0;
};
MessageCounts message_counts(Connection& store);

}  // namespace hallpass::server
