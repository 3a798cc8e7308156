#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "notify/mailer.hpp"
#include "notify/messages.hpp"
#include "notify/settings.hpp"
#include "notify/telling.hpp"
#include "notify/webhook_sender.hpp"
#include "signing/live_keys.hpp"
#include "store/store.hpp"

namespace hallpass::server {

/// Lets a thread sleep until there may be something to do.
class Bell {
  public:
    void ring();
    /// Waits for the bell, at most this long.
    void wait(std::chrono::milliseconds at_most);

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool rung_ = false;
};

/// Tells people and other systems what happened. One thread turns the outbox into messages and
/// reminds of what is about to end; each channel has a thread of its own that sends, so that one
/// that hangs holds up no other. Delivery is at least once, with one id for all attempts.
class Courier {
  public:
    /// Starts nothing yet; a setting that cannot work is found here.
    /// @throws std::runtime_error
    Courier(Store& store, const Clock& clock, const ZoneTable& zones,
            const NotifySettings& settings, const std::string& read_more_url, const LiveKeys& keys,
            const std::string& issuer);
    ~Courier();
    Courier(const Courier&) = delete;
    Courier& operator=(const Courier&) = delete;

    void start();
    /// Something was committed that may have to be told. From any thread.
    void wake() {
        if (settings_.outside()) bell_.ring();
    }
    /// Ends running transfers within a second; what was not delivered is sent after the next start.
    void stop();

    /// For Prometheus: what waits, what is dead, and attempts so far by outcome.
    std::string metrics_text(Connection& store) const;

  private:
    struct Channel {
        std::string name;
        std::function<Outcome(const MessageRow&)> send;
        Bell bell;
        std::thread thread;
    };
    void add_channel(std::string name, std::function<Outcome(const MessageRow&)> send);
    void run_clerk();
    void remind_if_due();
    void mend_queue();
    void tell_what_waits();
    void run_channel(Channel& channel);
    bool send_next(Channel& channel);
    void settle(const MessageRow& message, const Outcome& outcome);
    Outcome send_mail(const MessageRow& message);
    Outcome send_security_event(WebhookSender& sender, const MessageRow& message);

    Store& store_;
    const Clock& clock_;
    const LiveKeys& keys_;
    const NotifySettings settings_;
    const Egress egress_;
    const Telling telling_;
    const std::string sender_;  ///< this process, among the servers on one database
    std::atomic<bool> stopping_{false};
    std::unique_ptr<Mailer> mailer_;
    std::vector<std::unique_ptr<WebhookSender>> webhooks_;
    std::vector<std::unique_ptr<Channel>> channels_;
    Bell bell_;
    std::thread clerk_;
    std::atomic<std::uint64_t> delivered_{0}, failed_{0};
};

}  // namespace hallpass::server
