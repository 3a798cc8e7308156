#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "audit/record_tree.hpp"
#include "clock.hpp"
#include "events/live_event.hpp"
#include "store/connection.hpp"
#include "store/rows.hpp"

namespace hallpass::server {

/// Which of the writer's groups of changes one belongs to: for what is remembered from one change
/// to another, and must be forgotten where the first was undone.
struct TransactionGroup {
    std::uint64_t number = 0;  ///< another one for each group, and each time one is run again
    /// Grows whenever something that was written is not kept, or nobody knows.
    std::uint64_t undone = 0;
    std::uint64_t connection = 0;  ///< another one for each connection of the writer's
};

/// One change in progress: everything done through it becomes durable together, or not at all.
class Transaction {
  public:
    /// @param keeps_outbox whether what is published is to be told outside as well
    Transaction(Connection& connection, RecordTree& tree, Instant now, bool keeps_outbox,
                TransactionGroup group)
        : connection_(connection),
          tree_(tree),
          now_(now),
          keeps_outbox_(keeps_outbox),
          group_(group) {}

    Connection& store() { return connection_; }
    /// The one time of this change.
    Instant now() const { return now_; }
    const TransactionGroup& group() const { return group_; }

    /// Appends an entry to the record: sets its sequence, time and place in the tree.
    /// @returns the sequence number
    std::int64_t record(RecordRow entry);
    /// As `record`, and tells those who listen once the change is durable. Where mail or webhooks
    /// are set up, the entry is put into the outbox too: what they tell is never lost.
    void record_and_publish(RecordRow entry, LiveEvent event);
    /// Tells the server's own parts, for example that a user's event streams must close.
    void publish(LiveEvent event) { events_.push_back(std::move(event)); }

    std::vector<LiveEvent> take_events() { return std::move(events_); }

  private:
    Connection& connection_;
    RecordTree& tree_;
    Instant now_;
    bool keeps_outbox_;
    TransactionGroup group_;
    std::vector<LiveEvent> events_;
};

}  // namespace hallpass::server
