#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "clock.hpp"
#include "events/hub.hpp"
#include "hallpass/result.hpp"
#include "http/rate_limiter.hpp"
#include "store/store.hpp"

namespace hallpass::server {

/// Tells edges, as it happens, which tokens were ended (protocol, "Revocations as they happen").
///
/// It says what the status lists say and no more: places in lists, and ids that are nothing but the
/// time, so that they count nothing. It follows the database, where all that ends a token is
/// written, by this process or by another one.
class RevocationFeed {
  public:
    struct Limits {
        std::size_t streams = 1'000;  ///< open at once
        std::size_t streams_of_an_address = 100;
        double opened_in_a_burst = 200, opened_per_second = 20;  ///< by one address
        std::chrono::seconds heartbeat{2};                       ///< silence is never longer
    };
    /// @param base_uri a list's uri is this and its number
    RevocationFeed(Store& store, const Clock& clock, std::string base_uri, Limits limits);

    /// Tells those who listen what is committed and was not told yet.
    /// @throws StoreFault
    void look();
    /// Opens a stream. @param last_event_id what the reader heard last; "" for nothing
    /// @errors RATE_LIMITED where the address has too many, SERVICE_UNAVAILABLE where all have
    /// @throws StoreFault
    Result<std::shared_ptr<Subscription>> open(std::string_view last_event_id,
                                               const std::string& client_address);
    void close_all() { hub_.close_all(); }
    /// How many listen.
    std::size_t size();

  private:
    struct Ended {
        std::int64_t list, index, at_unix_ms;
    };
    std::vector<Ended> ended_since(std::int64_t since_unix_ms, std::size_t most);
    void tell_news();
    /// Ids are times only while the clock goes forward: who comes back with one of before it was
    /// set back, or of while it catches up, starts afresh.
    void note_step_back(std::int64_t now);
    /// Forgets those that are over. @returns how many of the others are the address's
    std::size_t streams_of(const std::string& client_address);
    /// What the reader missed, in order; nothing where it has to start afresh.
    std::optional<std::vector<LiveEvent>> missed(std::string_view last_event_id);
    std::string data_of(const Ended* first, const Ended* last) const;

    Store& store_;
    const Clock& clock_;
    const std::string base_uri_;
    const Limits limits_;
    RateLimiter opened_;
    EventHub hub_;
    std::mutex mutex_;
    std::vector<std::weak_ptr<Subscription>> streams_;
    std::int64_t newest_id_ = 0, looked_at_ = 0, afresh_until_ = 0;
    std::map<std::pair<std::int64_t, std::int64_t>, std::int64_t>
        told_;  ///< place → when last found
};

}  // namespace hallpass::server
