#include "store/transaction.hpp"

#include "digest.hpp"

namespace hallpass::server {
namespace {

// Length-prefixed, so that no two different entries give the same bytes.
void append(std::string& bytes, const std::string& value) {
    bytes += std::to_string(value.size()) + ":" + value;
}
void append(std::string& bytes, std::int64_t value) { append(bytes, std::to_string(value)); }
template <class T>
void append(std::string& bytes, const std::optional<T>& value) {
    if (value) {
        append(bytes, *value);
    } else {
        bytes += "-";
    }
}

}  // namespace

std::string record_hash(const RecordRow& entry) {
    std::string bytes;
    RecordRow::each(entry, [&](const char* name, const auto& value) {
        if (std::string_view{name} != "hash") append(bytes, value);
    });
    return sha256_text(bytes);
}

std::int64_t Transaction::record(RecordRow entry) {
    entry.sequence = 1;
    connection_.query("SELECT sequence, hash FROM record ORDER BY sequence DESC LIMIT 1", "nt", {},
                      [&](Columns& last) {
                          entry.sequence = last.number() + 1;
                          entry.previous_hash = last.text();
                      });
    entry.at_unix_ms = to_unix_ms(now_);
    entry.hash = record_hash(entry);
    connection_.insert(entry);
    return entry.sequence;
}

void Transaction::record_and_publish(RecordRow entry, LiveEvent event) {
    event.sequence = record(std::move(entry));
    if (keeps_outbox_) {
        connection_.execute("INSERT INTO outbox (sequence) VALUES (:sequence)",
                            {{"sequence", event.sequence}});
    }
    events_.push_back(std::move(event));
}

}  // namespace hallpass::server
