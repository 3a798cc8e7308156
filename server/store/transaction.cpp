#include "store/transaction.hpp"

namespace hallpass::server {

std::int64_t Transaction::record(RecordRow entry) {
    entry.at_unix_ms = to_unix_ms(now_);
    tree_.append(connection_, entry);
    return entry.sequence;
}

void Transaction::record_and_publish(RecordRow entry, LiveEvent event) {
    event.sequence = record(std::move(entry));
    if (keeps_outbox_) {
        connection_.put("INSERT INTO outbox (sequence) VALUES (:sequence)",
                        {{"sequence", event.sequence}});
    }
    events_.push_back(std::move(event));
}

}  // namespace hallpass::server
