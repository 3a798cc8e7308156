#pragma once

#include <deque>
#include <functional>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "events/live_event.hpp"
#include "hallpass/result.hpp"
#include "hallpass/time.hpp"

namespace hallpass::server {

/// Who listens, and so what concerns them.
struct Listener {
    std::string user_id;
    std::optional<std::string> session_id;  ///< an act-as token: its own session alone
    bool acts = false;                      ///< an agent: hears of standing access too
    bool all_of_tenant = false;             ///< an admin
    bool all_tenants = false;
    std::set<std::string> tenants;
    std::optional<Instant> until;  ///< the credential's end
    std::chrono::seconds heartbeat{15};

    bool concerned_by(const LiveEvent& event) const;
    /// Whose stream it is, among those that are counted: a user's, or an act-as session's.
    std::string owner() const;
};

/// One stream of events: a bounded queue between the writer's thread and a connection.
class Subscription {
  public:
    Subscription(Listener listener, std::int64_t after)
        : listener_(std::move(listener)), last_sequence_(after) {}

    const Listener& listener() const { return listener_; }

    /// Adds what happened before the stream began, in order. @returns false once it is full
    bool add_earlier(const std::vector<LiveEvent>& earlier);
    /// Tells the reader to start afresh: what was missed up to `sequence` is not told.
    void reset(std::int64_t sequence);
    /// What happened up to `sequence` was known when the listener was let in.
    void opened_at(std::int64_t sequence);
    /// Lets live events through, those first that came in the meantime.
    void begin();
    /// Called by the hub. @returns false once the stream is over
    bool offer(const LiveEvent& event);
    /// Ends the stream; what is queued is still sent.
    void close();

    /// All that is to be sent now, as server-sent event text.
    std::string take();
    bool closed() const;
    /// Called (from any thread) when there is something to take or the stream was closed.
    void on_ready(std::function<void()> ready);

  private:
    void push(const LiveEvent& event);

    const Listener listener_;
    mutable std::mutex mutex_;
    std::int64_t last_sequence_, opened_at_ = 0;
    bool begun_ = false, closed_ = false, dropped_ = false;
    std::vector<LiveEvent> early_;  // live events that came before `begin`
    std::string queued_;
    std::function<void()> ready_;
};

/// Brings the events of a commit to those who listen.
class EventHub {
  public:
    explicit EventHub(std::size_t streams_of_one = std::numeric_limits<std::size_t>::max())
        : streams_of_one_(streams_of_one) {}

    /// @errors RATE_LIMITED where its owner has as many streams as they may have,
    ///         SERVICE_UNAVAILABLE while the hub is suspended
    Result<Done> subscribe(const std::shared_ptr<Subscription>& subscription);
    void unsubscribe(const std::shared_ptr<Subscription>& subscription);
    void publish(const std::vector<LiveEvent>& events);
    void close_all();
    /// While events may be missed there are no streams: those that are open close, and their
    /// readers come back with Last-Event-ID.
    void suspend();
    void resume();
    std::size_t size() const;

  private:
    void forget(const Listener& listener);

    const std::size_t streams_of_one_;
    mutable std::mutex mutex_;
    std::unordered_set<std::shared_ptr<Subscription>> subscriptions_;
    std::unordered_map<std::string, std::size_t> owners_;  ///< how many streams each has
    bool suspended_ = false;
};

}  // namespace hallpass::server
