#include "events/record_watch.hpp"

#include <spdlog/spdlog.h>

#include "access/retold.hpp"

namespace hallpass::server {
namespace {

constexpr std::size_t rows_at_once = 200;

LiveEvent event_for_listeners(const RecordRow& row, Connection& store, Instant now) {
    if (row.grant_id || row.session_id) return retold(row, store, now);
    LiveEvent event;
    event.sequence = row.sequence;
    event.close_streams_of = row.subject_id;
    return event;
}

}  // namespace

RecordWatch::RecordWatch(Store& store, EventHub& hub, const Clock& clock)
    : store_(store), hub_(hub), clock_(clock), seen_(store.change_number()) {}

void RecordWatch::committed(const std::vector<LiveEvent>& events) {
    const std::lock_guard lock{mutex_};
    std::int64_t first = 0, last = seen_;
    for (const auto& event : events) {
        if (event.sequence == 0) continue;
        if (first == 0) first = event.sequence;
        last = event.sequence;
    }
    // Entries of our own that nobody is told of leave gaps too; then there is nothing to tell.
    if (first > seen_ + 1) tell_until(first - 1);
    hub_.publish(events);
    seen_ = std::max(seen_, last);
}

void RecordWatch::look() {
    const std::lock_guard lock{mutex_};
    try {
        const auto newest = store_.change_number();
        if (newest > seen_) tell_until(newest);
    } catch (const StoreFault& fault) {
        // The next look finds it.
        spdlog::error("the record could not be followed: {}", fault.what());
    }
}

void RecordWatch::tell_until(std::int64_t last) {
    // Who begins to listen after this look finds these entries in the record.
    if (hub_.size() == 0) {
        seen_ = last;
        return;
    }
    const std::string where = "WHERE sequence > :seen AND sequence <= :last AND (" +
                              std::string{told_entries} + " OR " + std::string{standing_entries} +
                              ") ORDER BY sequence LIMIT :most";
    std::size_t found = rows_at_once;
    try {
        while (found == rows_at_once) {
            std::vector<LiveEvent> events;
            store_.read([&](Connection& store) {
                const auto rows = store.select<RecordRow>(
                    where, {{"seen", seen_},
                            {"last", last},
                            {"most", static_cast<std::int64_t>(rows_at_once)}});
                for (const auto& row : rows) {
                    events.push_back(event_for_listeners(row, store, clock_.now()));
                    seen_ = row.sequence;
                }
                found = rows.size();
            });
            hub_.publish(events);
        }
    } catch (const StoreFault& fault) {
        // Nothing after a gap: who listens comes back and asks for what was missed.
        spdlog::error("the record could not be followed: {}", fault.what());
        hub_.close_all();
    }
    seen_ = last;
}

}  // namespace hallpass::server
