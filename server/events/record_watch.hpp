#pragma once

#include <mutex>
#include <vector>

#include "clock.hpp"
#include "events/hub.hpp"
#include "store/store.hpp"

namespace hallpass::server {

/// Tells those who listen here what other processes do: an import, another server. Every change
/// writes to the record, so the record is followed, by its sequence numbers.
class RecordWatch {
  public:
    /// @throws StoreFault
    RecordWatch(Store& store, EventHub& hub, const Clock& clock);

    /// A commit of this process: published, after whatever others committed before it.
    void committed(const std::vector<LiveEvent>& events);
    /// Publishes what others have committed since. What this process has committed and not yet
    /// published may come by this way first; by its number each listener is told it once.
    void look();

  private:
    void tell_until(std::int64_t last);

    Store& store_;
    EventHub& hub_;
    const Clock& clock_;
    std::mutex mutex_;  // what comes in order is published in order
    std::int64_t seen_;
};

}  // namespace hallpass::server
